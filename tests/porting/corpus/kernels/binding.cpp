#include <torch/extension.h>
#include <c10/cuda/CUDAGuard.h>  // tie: cpp-aten-cuda
#include <nccl.h>  // tie: cpp-nccl-c
#include "NvInfer.h"  // tie: cpp-tensorrt-plugin

// at::cuda::CUDAGuard in a comment
void forward(torch::Tensor x) {
  const at::cuda::OptionalCUDAGuard guard(x.device());  // tie: cpp-aten-cuda
  TORCH_CHECK(x.device().is_cuda());  // tie: cpp-torch-check-is-cuda
  const char* url = "http://nvidia.com/cudaMalloc";
  std::string s = R"(cudaMemcpy(a, b); // "quoted")";
  char c = '"'; cudaDeviceSynchronize();  // tie: cpp-cuda-runtime
  nvinfer1::IPluginV2* plugin = nullptr;  // tie: cpp-tensorrt-plugin
  nvshmem_init();  // tie: cpp-nvshmem
}

#ifdef WITH_CUDA  // tie: cpp-has-cuda-macro
void cuda_only();
#endif

int cube(int n) { return n * n * n; }
int cubic_spline = 3;
