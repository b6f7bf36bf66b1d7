#include "ops.h"
#include "common.cuh"
#include <ATen/cuda/CUDAContext.h>
#include <cublas_v2.h>
#include <mma.h>

using namespace nvcuda;

// Weights are int8 with one scale for each output column, activations are half.
// Tile of 16x16x16 for the tensor cores.
__global__ void w8a16_kernel(const half* __restrict__ x, const int8_t* __restrict__ w,
                             const half* __restrict__ scale, float* __restrict__ y, int M, int N, int K) {
  __shared__ half tile_b[16 * 16];
  const int row = blockIdx.y * 16;
  const int col = blockIdx.x * 16;

  wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> fa;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::row_major> fb;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> acc;
  wmma::fill_fragment(acc, 0.f);

  for (int k0 = 0; k0 < K; k0 += 16) {
    for (int i = threadIdx.x; i < 256; i += WARP_SIZE) {
      const int kk = i / 16, nn = i % 16;
      tile_b[i] = __hmul(__int2half_rn(w[(k0 + kk) * N + col + nn]), scale[col + nn]);
    }
    __syncwarp();
    wmma::load_matrix_sync(fa, x + row * K + k0, K);
    wmma::load_matrix_sync(fb, tile_b, 16);
    wmma::mma_sync(acc, fa, fb, acc);
    __syncwarp();
  }
  wmma::store_matrix_sync(y + row * N + col, acc, N, wmma::mem_row_major);
}

torch::Tensor w8a16_gemm(torch::Tensor x, torch::Tensor w, torch::Tensor scale) {
  const int M = x.size(0), K = x.size(1), N = w.size(1);
  TORCH_CHECK(M % 16 == 0 && N % 16 == 0 && K % 16 == 0, "sizes must be multiples of 16");
  const auto* prop = at::cuda::getCurrentDeviceProperties();
  TORCH_CHECK(prop->major >= 7, "tensor cores need Volta or newer");
  auto y = torch::zeros({M, N}, x.options().dtype(torch::kFloat));
  dim3 grid(N / 16, M / 16);
  w8a16_kernel<<<grid, 32, 0, at::cuda::getCurrentCUDAStream()>>>(
      reinterpret_cast<const half*>(x.data_ptr<at::Half>()), w.data_ptr<int8_t>(),
      reinterpret_cast<const half*>(scale.data_ptr<at::Half>()), y.data_ptr<float>(), M, N, K);
  return y.to(x.scalar_type());
}

torch::Tensor half_matmul(torch::Tensor a, torch::Tensor b) {
  const int m = a.size(0), k = a.size(1), n = b.size(1);
  auto c = torch::empty({m, n}, a.options());
  const float one = 1.f, zero = 0.f;
  cublasHandle_t handle = at::cuda::getCurrentCUDABlasHandle();
  cublasStatus_t st = cublasGemmEx(
      handle, CUBLAS_OP_N, CUBLAS_OP_N, n, m, k, &one, b.data_ptr(), CUDA_R_16F, n, a.data_ptr(),
      CUDA_R_16F, k, &zero, c.data_ptr(), CUDA_R_16F, n, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
  TORCH_CHECK(st == CUBLAS_STATUS_SUCCESS, "gemm failed");
  return c;
}
