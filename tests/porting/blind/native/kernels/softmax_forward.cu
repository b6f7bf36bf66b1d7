#include "reduce_warp.cuh"

#include <cfloat>
#include <cuda_bf16.h>
#include <c10/cuda/CUDAException.h>

/*
 * Row softmax.
 * Two variants:
 *   softmax_warp_kernel<<<...>>>   cols <= 1024, a warp per row
 *   softmax_block_kernel<<<...>>>  anything longer
 * cudaFuncSetAttribute is not needed, shared memory stays below 48 KiB.
 */

namespace lm {

using reduce::block_all;
using reduce::warp_all;

template <int kItems>
__global__ void softmax_warp_kernel(const __nv_bfloat16* x, __nv_bfloat16* y,
                                    int rows, int cols) {
    const int row = blockIdx.x * blockDim.y + threadIdx.y;
    if (row >= rows) return;
    float buf[kItems];
    float m = -FLT_MAX;
#pragma unroll
    for (int k = 0; k < kItems; ++k) {
        const int c = threadIdx.x + k * 32;
        buf[k] = c < cols ? __bfloat162float(x[row * cols + c]) : -FLT_MAX;
        m = fmaxf(m, buf[k]);
    }
    m = warp_all(m, reduce::MaxOp{});
    float s = 0.f;
#pragma unroll
    for (int k = 0; k < kItems; ++k) {
        buf[k] = __expf(buf[k] - m);
        s += buf[k];
    }
    s = warp_all(s, reduce::SumOp{});
    const float inv = __frcp_rn(s);
    for (int k = 0; k < kItems; ++k) {
        const int c = threadIdx.x + k * 32;
        if (c < cols) y[row * cols + c] = __float2bfloat16(buf[k] * inv);
    }
}

template <int kBlock>
__global__ void softmax_block_kernel(const __nv_bfloat16* __restrict__ x,
                                     __nv_bfloat16* __restrict__ y, int cols) {
    x += static_cast<size_t>(blockIdx.x) * cols;
    y += static_cast<size_t>(blockIdx.x) * cols;
    float m = -FLT_MAX, s = 0.f;
    for (int c = threadIdx.x; c < cols; c += kBlock) m = fmaxf(m, __bfloat162float(x[c]));
    m = block_all<float, reduce::MaxOp, kBlock>(m, {}, -FLT_MAX);
    for (int c = threadIdx.x; c < cols; c += kBlock) s += __expf(__bfloat162float(x[c]) - m);
    s = block_all<float, reduce::SumOp, kBlock>(s, {}, 0.f);
    for (int c = threadIdx.x; c < cols; c += kBlock)
        y[c] = __float2bfloat16(__expf(__bfloat162float(x[c]) - m) / s);
}

#define CASE_ITEMS(N)                                               \
    case N:                                                         \
        softmax_warp_kernel<N>                                      \
            <<<grid, block, 0, stream>>>(x, y, rows, cols);         \
        break

void softmax_rows(const __nv_bfloat16* x, __nv_bfloat16* y, int rows, int cols,
                  cudaStream_t stream) {
    if (cols <= 1024) {
        dim3 block(32, 4);
        dim3 grid((rows + 3) / 4);
        const int items = (cols + 31) / 32;
        const int bucket = items <= 1 ? 1 : items <= 4 ? 4 : items <= 16 ? 16 : 32;
        switch (bucket) {
            CASE_ITEMS(1);
            CASE_ITEMS(4);
            CASE_ITEMS(16);
            CASE_ITEMS(32);
        }
    } else {
        softmax_block_kernel<512><<<
            rows,
            512,  // threads
            0,
            stream>>>(x, y, cols);
    }
    C10_CUDA_KERNEL_LAUNCH_CHECK();
}

}  // namespace lm
