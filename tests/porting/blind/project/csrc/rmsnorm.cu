#include "ops.h"
#include "common.cuh"
#include <ATen/cuda/CUDAContext.h>

namespace tern {

// One block for each row.
template <typename scalar_t>
__global__ void rms_norm_kernel(scalar_t* __restrict__ out, const scalar_t* __restrict__ x,
                                const scalar_t* __restrict__ w, const float eps, const int hidden) {
  __shared__ float buf[32];
  const int64_t base = static_cast<int64_t>(blockIdx.x) * hidden;
  float acc = 0.f;
  for (int i = threadIdx.x; i < hidden; i += blockDim.x) {
    const float v = static_cast<float>(x[base + i]);
    acc += v * v;
  }
  const float inv = rsqrtf(block_sum(acc, buf) / hidden + eps);
  for (int i = threadIdx.x; i < hidden; i += blockDim.x) {
    out[base + i] = static_cast<scalar_t>(static_cast<float>(x[base + i]) * inv) * w[i];
  }
}

}  // namespace tern

torch::Tensor rms_norm(torch::Tensor x, torch::Tensor weight, double eps) {
  auto out = torch::empty_like(x);
  const int hidden = x.size(-1);
  const int rows = x.numel() / hidden;
  const dim3 grid(rows);
  const dim3 block(std::min(hidden, 1024));
  const cudaStream_t stream = at::cuda::getCurrentCUDAStream();
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, x.scalar_type(), "rms_norm", [&] {
    tern::rms_norm_kernel<scalar_t><<<grid, block, 0, stream>>>(
        out.data_ptr<scalar_t>(), x.data_ptr<scalar_t>(), weight.data_ptr<scalar_t>(),
        static_cast<float>(eps), hidden);
  });
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out;
}
