// Decode attention over a paged KV cache. One block handles one head of one sequence.
#include "ops.h"
#include "common.cuh"
#include <ATen/cuda/CUDAContext.h>
#include <cooperative_groups.h>

namespace cg = cooperative_groups;

template <int HEAD_DIM, int BLOCK_SIZE>
__global__ void paged_attention_kernel(
    __half* __restrict__ out,
    const __half* __restrict__ q,
    const __half* __restrict__ k_cache,
    const __half* __restrict__ v_cache,
    const int* __restrict__ block_tables,
    const int* __restrict__ seq_lens,
    const float scale, const int heads, const int kv_heads, const int max_blocks) {
  extern __shared__ float logits[];
  __shared__ float red[32];
  auto block = cg::this_thread_block();

  const int head = blockIdx.x;
  const int seq = blockIdx.y;
  const int kv_head = head / (heads / kv_heads);
  const int len = seq_lens[seq];
  const int* table = block_tables + seq * max_blocks;
  const __half* qrow = q + (static_cast<int64_t>(seq) * heads + head) * HEAD_DIM;

  float local_max = -INFINITY;
  for (int t = threadIdx.x; t < len; t += blockDim.x) {
    const int64_t page = table[t / BLOCK_SIZE];
    const __half* krow = k_cache + ((page * BLOCK_SIZE + t % BLOCK_SIZE) * kv_heads + kv_head) * HEAD_DIM;
    float dot = 0.f;
#pragma unroll
    for (int d = 0; d < HEAD_DIM; ++d) dot += __half2float(qrow[d]) * __half2float(__ldg(krow + d));
    logits[t] = dot * scale;
    local_max = fmaxf(local_max, logits[t]);
  }
  local_max = warp_max(local_max);
  if (threadIdx.x % WARP_SIZE == 0) red[threadIdx.x / WARP_SIZE] = local_max;
  block.sync();
  float m = red[0];
  for (int w = 1; w < blockDim.x / WARP_SIZE; ++w) m = fmaxf(m, red[w]);
  block.sync();

  float sum = 0.f;
  for (int t = threadIdx.x; t < len; t += blockDim.x) {
    logits[t] = __expf(logits[t] - m);
    sum += logits[t];
  }
  sum = block_sum(sum, red);

  for (int d = threadIdx.x; d < HEAD_DIM; d += blockDim.x) {
    float acc = 0.f;
    for (int t = 0; t < len; ++t) {
      const int64_t page = table[t / BLOCK_SIZE];
      acc += logits[t] *
             __half2float(v_cache[((page * BLOCK_SIZE + t % BLOCK_SIZE) * kv_heads + kv_head) * HEAD_DIM + d]);
    }
    out[(static_cast<int64_t>(seq) * heads + head) * HEAD_DIM + d] = __float2half(acc / sum);
  }
}

void paged_attention(torch::Tensor out, torch::Tensor q, torch::Tensor k_cache, torch::Tensor v_cache,
                     torch::Tensor block_tables, torch::Tensor seq_lens, double scale) {
  TORCH_CHECK(q.size(2) == 128 && k_cache.size(1) == 16, "only head size 128, block size 16");
  const int heads = q.size(1);
  const int kv_heads = k_cache.size(2);
  const int max_blocks = block_tables.size(1);
  const int smem = max_blocks * 16 * sizeof(float);
  const dim3 grid(heads, q.size(0));
  auto* fn = &paged_attention_kernel<128, 16>;
  int limit = 0;
  CUDA_CHECK(cudaDeviceGetAttribute(&limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, q.get_device()));
  TORCH_CHECK(smem <= limit, "sequence too long for the shared memory of one SM");
  CUDA_CHECK(cudaFuncSetAttribute(fn, cudaFuncAttributeMaxDynamicSharedMemorySize, smem));
  cudaStream_t stream = at::cuda::getCurrentCUDAStream().stream();
  fn<<<grid, 128, smem, stream>>>(
      reinterpret_cast<__half*>(out.data_ptr<at::Half>()),
      reinterpret_cast<const __half*>(q.data_ptr<at::Half>()),
      reinterpret_cast<const __half*>(k_cache.data_ptr<at::Half>()),
      reinterpret_cast<const __half*>(v_cache.data_ptr<at::Half>()),
      block_tables.data_ptr<int>(), seq_lens.data_ptr<int>(), static_cast<float>(scale), heads,
      kv_heads, max_blocks);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}
