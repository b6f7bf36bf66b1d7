// cudaMalloc in a comment is no tie
/* neither is __global__ void nothing() {} here
   nor cublasSgemm */
#include <cuda_runtime.h>  // tie: build-cu-file, cpp-cuda-headers
#include <ATen/cuda/CUDAContext.h>  // tie: cpp-aten-cuda
#include <cub/cub.cuh>  // tie: cpp-cub
#include <vector>
#include "cutlass/gemm/device/gemm.h"  // tie: cpp-cutlass

#define WARP_SIZE 32  // tie: cu-warp-size-32
const char* text = "cudaMalloc __global__ <<<1,2>>>";

__global__ void scale(float* x, int n) {  // tie: cu-kernel-elementwise
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= 2.0f;
}

template <typename T>
__global__ void __launch_bounds__(256) reduce(const T* x, T* y) {  // tie: cu-kernel-reduction, cu-launch-bounds
  __shared__ T part[256];
  part[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  T v = __shfl_down_sync(0xffffffff, part[0], 1);  // tie: cu-shfl-sync, cu-warp-size-32
  atomicAdd(y, v);  // tie: cu-atomics
}

__global__ void declared_only(float* x);  // tie: cu-kernel-declaration

__global__ void exact(double* x) {  // tie: cu-kernel-elementwise, cu-fp64-kernel
  x[0] = 1.0;
}

__global__ void tensor(half* a) {  // tie: cu-kernel-gemm-attn
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0}, {%1};" : : );  // tie: cu-mma-ptx
  asm volatile("cp.async.ca.shared.global [%0], [%1], 16;" ::);  // tie: cu-cp-async
  asm("mov.u32 %0, %laneid;" : "=r"(a));  // tie: cu-inline-ptx
}

__global__ void guarded(float* x) {  // tie: cu-kernel-elementwise, cu-arch-guard-empty
#if __CUDA_ARCH__ >= 800  // tie: cu-arch-macro
  x[0] = 1.0f;
  x[1] = 2.0f;
  x[2] = 3.0f;
#endif
}

void host(float* x, cudaStream_t stream) {  // tie: cpp-cuda-runtime
  cudaMalloc(&x, 16);  // tie: cpp-cuda-runtime
  scale<<<1, 32, 0, stream>>>(x, 4);  // tie: cu-launch-chevron
  auto s = at::cuda::getCurrentCUDAStream();  // tie: cpp-aten-cuda
  cublasSgemm(nullptr);  // tie: cpp-cublas
  cublasLtMatmul(nullptr);  // tie: cpp-cublaslt
  cudnnCreate(nullptr);  // tie: cpp-cudnn
  cub::DeviceReduce::Sum(nullptr);  // tie: cpp-cub
  thrust::sort(x, x);  // tie: cpp-thrust
  ncclAllReduce(nullptr);  // tie: cpp-nccl-c
  nvtxRangePushA("a");  // tie: cpp-nvtx-cupti
  TORCH_CHECK(x.is_cuda(), "must be on cuda");  // tie: cpp-torch-check-is-cuda
  cudaGraphLaunch(nullptr, stream);  // tie: cpp-cuda-graphs
  cudaMallocManaged(&x, 16);  // tie: cu-unified-memory
  cuLaunchKernel(nullptr);  // tie: cpp-cuda-driver
  curandCreateGenerator(nullptr);  // tie: cpp-curand
  cufftExecC2C(nullptr);  // tie: cpp-cufft
  my_cudaMalloc_like(x);
  std::vector<float> cuda_free;
  cutlass::gemm::device::Gemm<float> op;  // tie: cpp-cutlass
  cute::Layout<int> layout;  // tie: cpp-cute
  nvcuda::wmma::fragment<int> f;  // tie: cu-wmma
  __half2 h = __hfma2(h, h, h);  // tie: cu-fp16-bf16-intrinsics
  __nv_fp8_e4m3 e;  // tie: cu-fp8-intrinsics
  cooperative_groups::this_grid().sync();  // tie: cu-cooperative-groups, cu-group-sync
  extern __shared__ char memory[];  // tie: cu-shared-dynamic
  __ldg(x);  // tie: cu-cache-hints
  __syncwarp();  // tie: cu-active-mask
  nvmlInit();  // tie: cpp-nvml
  nvrtcCompileProgram(nullptr);  // tie: cpp-nvrtc
  cusparseCreate(nullptr);  // tie: cpp-cusparse
  cusolverDnCreate(nullptr);  // tie: cpp-cusolver
  cudaIpcGetMemHandle(nullptr, x);  // tie: cpp-cuda-vmm-ipc
  int lane = threadIdx.x & 31;  // tie: cu-warp-size-32
}

#ifdef USE_ROCM
void rocm_side(float* x) { cudaFree(x); }
#else
void cuda_side(float* x) { cudaFree(x); }  // tie@cann: cpp-cuda-runtime
#endif

#ifndef USE_ROCM
void not_rocm(float* x) { cudaFree(x); }  // tie@cann: cpp-cuda-runtime
#endif

#if 0
void dead(float* x) { cudaFree(x); }
#endif

TORCH_LIBRARY_IMPL(mine, CUDA, m) {  // tie: cpp-dispatch-key
  m.impl("scale", &scale);
}
TORCH_LIBRARY_IMPL(mine, CPU, m) {}
