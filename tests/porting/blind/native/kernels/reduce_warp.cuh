#pragma once

#include <cuda_runtime.h>

// Helpers for reductions inside one warp and inside one block.
// A "warp" in this file always means 32 consecutive lanes.

namespace lm::reduce {

constexpr int kWarp = 32;
constexpr unsigned kFullMask = 0xffffffffu;

struct MaxOp {
    template <typename T>
    __device__ T operator()(T a, T b) const { return a > b ? a : b; }
};

struct SumOp {
    template <typename T>
    __device__ T operator()(T a, T b) const { return a + b; }
};

namespace detail {
namespace v2 {

template <typename T, typename Op>
__device__ __forceinline__ T warp_all(T v, Op op) {
#pragma unroll
    for (int d = kWarp / 2; d > 0; d >>= 1) {
        v = op(v, __shfl_xor_sync(kFullMask, v, d));
    }
    return v;
}

// Inclusive prefix sum; lane i gets x_0 + ... + x_i.
__device__ __forceinline__ int warp_scan(int v) {
    const int lane = threadIdx.x & 31;
    for (int d = 1; d < 32; d <<= 1) {
        const int up = __shfl_up_sync(0xffffffff, v, d);
        if (lane >= d) v += up;
    }
    return v;
}

}  // namespace v2
}  // namespace detail

using detail::v2::warp_all;
using detail::v2::warp_scan;

template <typename T, typename Op, int kBlock>
__device__ T block_all(T v, Op op, T identity) {
    __shared__ T part[kBlock / kWarp];
    const int lane = threadIdx.x % warpSize;
    const int warp = threadIdx.x / warpSize;
    v = warp_all(v, op);
    if (lane == 0) part[warp] = v;
    __syncthreads();
    v = (threadIdx.x < kBlock / kWarp) ? part[lane] : identity;
    if (warp == 0) v = warp_all(v, op);
    if (threadIdx.x == 0) part[0] = v;
    __syncthreads();
    return part[0];
}

// number of lanes for which the predicate holds
__device__ inline int warp_count(bool pred) {
    const unsigned live = __activemask();
    return __popc(__ballot_sync(live, pred));
}

__device__ inline bool same_in_warp(int key) {
    int pred = 0;
    __match_all_sync(__activemask(), key, &pred);
    __syncwarp();
    return pred != 0;
}

}  // namespace lm::reduce
