#include "ops.h"
#include "common.cuh"
#include <ATen/cuda/CUDAContext.h>

#if 0
// First version, slow: one thread for each head
__global__ void rope_naive(float* q, const float* cos, const float* sin, int dim) {
  const int h = blockIdx.x;
  cudaDeviceSynchronize();
}
#endif

__global__ void rope_kernel(__half* __restrict__ q, __half* __restrict__ k,
                            const float* __restrict__ cos, const float* __restrict__ sin,
                            int heads, int kv_heads, int dim) {
  const int token = blockIdx.x;
  const int half_dim = dim / 2;
  for (int idx = threadIdx.x; idx < (heads + kv_heads) * half_dim; idx += blockDim.x) {
    const int head = idx / half_dim;
    const int d = idx % half_dim;
    const float c = cos[token * half_dim + d];
    const float s = sin[token * half_dim + d];
    __half* row = head < heads ? q + (static_cast<int64_t>(token) * heads + head) * dim
                               : k + (static_cast<int64_t>(token) * kv_heads + head - heads) * dim;
    const float a = __half2float(row[d]);
    const float b = __half2float(row[d + half_dim]);
    row[d] = __float2half(a * c - b * s);
    row[d + half_dim] = __float2half(b * c + a * s);
  }
}

void apply_rope(torch::Tensor q, torch::Tensor k, torch::Tensor cos, torch::Tensor sin) {
  TORCH_CHECK(q.scalar_type() == at::kHalf, "rope: half only");
  const int tokens = q.size(0);
  const int heads = q.size(1);
  const int kv_heads = k.size(1);
  const int dim = q.size(2);
  auto stream = at::cuda::getCurrentCUDAStream();
  rope_kernel<<<tokens, 256, 0, stream>>>(
      reinterpret_cast<__half*>(q.data_ptr<at::Half>()),
      reinterpret_cast<__half*>(k.data_ptr<at::Half>()),
      cos.data_ptr<float>(), sin.data_ptr<float>(), heads, kv_heads, dim);
  CUDA_CHECK(cudaGetLastError());
}
