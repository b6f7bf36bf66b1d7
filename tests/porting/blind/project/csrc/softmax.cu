#include "ops.h"
#include "common.cuh"
#include <ATen/cuda/CUDAContext.h>
#ifdef USE_ROCM
#include <hipcub/hipcub.hpp>
namespace prim = hipcub;
#else
#include <cub/cub.cuh>
namespace prim = cub;
#endif

constexpr int kThreads = 256;

struct MaxOp {
  __device__ __forceinline__ float operator()(float a, float b) const { return a > b ? a : b; }
};

template <int THREADS>
__global__ void __launch_bounds__(THREADS)
masked_softmax_kernel(float* out, const float* scores, const bool* mask, float scale, int cols) {
  using Reduce = prim::BlockReduce<float, THREADS>;
  __shared__ typename Reduce::TempStorage tmp;
  __shared__ float row_max;
  __shared__ float row_sum;

  const int64_t base = static_cast<int64_t>(blockIdx.x) * cols;
  float m = -INFINITY;
  for (int i = threadIdx.x; i < cols; i += THREADS) {
    if (!mask[base + i]) m = fmaxf(m, scores[base + i] * scale);
  }
  m = Reduce(tmp).Reduce(m, MaxOp());
  if (threadIdx.x == 0) row_max = m;
  __syncthreads();

  float s = 0.f;
  for (int i = threadIdx.x; i < cols; i += THREADS) {
    const float e = mask[base + i] ? 0.f : __expf(scores[base + i] * scale - row_max);
    out[base + i] = e;
    s += e;
  }
  s = Reduce(tmp).Sum(s);
  if (threadIdx.x == 0) row_sum = s;
  __syncthreads();
  for (int i = threadIdx.x; i < cols; i += THREADS) out[base + i] /= row_sum;
}

torch::Tensor masked_softmax(torch::Tensor scores, torch::Tensor mask, double scale) {
  auto x = scores.to(torch::kFloat).contiguous();
  auto out = torch::empty(x.sizes(), x.options().device(torch::kCUDA));
  const int cols = x.size(-1);
  masked_softmax_kernel<kThreads><<<x.numel() / cols, kThreads, 0, at::cuda::getCurrentCUDAStream()>>>(
      out.data_ptr<float>(), x.data_ptr<float>(), mask.data_ptr<bool>(), static_cast<float>(scale), cols);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out.to(scores.scalar_type());
}
