#include "ops.h"
#include "common.cuh"
#include <ATen/cuda/CUDAContext.h>

static __global__ void write_kv_kernel(const __half* k, const __half* v, __half* k_cache, __half* v_cache,
                                       const int64_t* slots, const int row) {
  const int64_t slot = slots[blockIdx.x];
  if (slot < 0) return;
  for (int i = threadIdx.x; i < row; i += blockDim.x) {
    k_cache[slot * row + i] = k[blockIdx.x * row + i];
    v_cache[slot * row + i] = v[blockIdx.x * row + i];
  }
}

void write_kv(torch::Tensor k, torch::Tensor v, torch::Tensor k_cache, torch::Tensor v_cache,
              torch::Tensor slots) {
  const int tokens = slots.size(0);
  if (tokens == 0) return;
  const int row = k.size(1) * k.size(2);
  write_kv_kernel<<<tokens, std::min(row, 512), 0, at::cuda::getCurrentCUDAStream()>>>(
      (const __half*)k.data_ptr(), (const __half*)v.data_ptr(), (__half*)k_cache.data_ptr(),
      (__half*)v_cache.data_ptr(), slots.data_ptr<int64_t>(), row);
}

// Copies blocks between host and device, or on one device.
void swap_blocks(torch::Tensor src, torch::Tensor dst, std::vector<std::pair<int64_t, int64_t>> pairs) {
  cudaMemcpyKind kind;
  if (src.is_cuda() && dst.is_cuda()) {
    kind = cudaMemcpyDeviceToDevice;
  } else if (src.is_cuda()) {
    kind = cudaMemcpyDeviceToHost;
  } else {
    kind = cudaMemcpyHostToDevice;
  }
  const int64_t bytes = src.element_size() * src[0].numel();
  auto* from = static_cast<char*>(src.data_ptr());
  auto* to = static_cast<char*>(dst.data_ptr());
  const auto stream = at::cuda::getCurrentCUDAStream();
  for (const auto& p : pairs) {
    cudaMemcpyAsync(to + p.second * bytes, from + p.first * bytes, bytes, kind, stream);
  }
}
