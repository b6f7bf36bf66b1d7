#include <cuda_fp16.h>
#include <cuda_pipeline.h>
#include <mma.h>

#include <algorithm>
#include <cfloat>
#include <cstdint>

// Forward attention, tiled over the keys, online softmax.
// No cuDNN and no CUTLASS: everything is written out below.

namespace attn::fwd {

struct Params {
    const half *q, *k, *v;
    half* o;
    float scale;
    int seq, heads;
    bool causal;
};

__device__ __forceinline__ void cp16(void* dst, const void* src) {
    const uint32_t s = static_cast<uint32_t>(__cvta_generic_to_shared(dst));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;\n" ::"r"(s), "l"(src));
}

__device__ __forceinline__ void cp_commit() {
    asm volatile("cp.async.commit_group;\n" ::);
}

template <int kLeft>
__device__ __forceinline__ void cp_wait() {
    asm volatile("cp.async.wait_group %0;\n" ::"n"(kLeft));
}

template <int kBr, int kBc, int kDim>
struct Traits {
    static constexpr int kRows = kBr;
    static constexpr int kCols = kBc;
    static constexpr int kHead = kDim;
    static constexpr size_t kSmem = sizeof(half) * (kBr * kDim + 4 * kBc * kDim);
};

template <typename Tr>
__global__ __launch_bounds__(Tr::kRows) void flash_fwd_kernel(const __grid_constant__ Params p) {
    extern __shared__ __align__(128) unsigned char raw[];
    half* sq = reinterpret_cast<half*>(raw);
    half* sk = sq + Tr::kRows * Tr::kHead;
    half* sv = sk + 2 * Tr::kCols * Tr::kHead;
    const int head = blockIdx.y;
    const int row = blockIdx.x * Tr::kRows + threadIdx.x;
    const size_t base = static_cast<size_t>(head) * p.seq * Tr::kHead;

    float o[Tr::kHead];
    float m = -FLT_MAX, l = 0.f;
#pragma unroll
    for (int d = 0; d < Tr::kHead; ++d) o[d] = 0.f;

    auto fetch = [&](int tile, int slot) {
        for (int i = threadIdx.x * 8; i < Tr::kCols * Tr::kHead; i += blockDim.x * 8) {
            cp16(sk + slot * Tr::kCols * Tr::kHead + i, p.k + base + tile * Tr::kCols * Tr::kHead + i);
            cp16(sv + slot * Tr::kCols * Tr::kHead + i, p.v + base + tile * Tr::kCols * Tr::kHead + i);
        }
        cp_commit();
    };

    const int tiles = p.causal ? blockIdx.x + 1 : (p.seq + Tr::kCols - 1) / Tr::kCols;
    fetch(0, 0);
    for (int d = 0; d < Tr::kHead; ++d) sq[threadIdx.x * Tr::kHead + d] = p.q[base + row * Tr::kHead + d];

    for (int t = 0; t < tiles; ++t) {
        const int slot = t & 1;
        if (t + 1 < tiles) {
            fetch(t + 1, slot ^ 1);
            cp_wait<1>();
        } else {
            cp_wait<0>();
        }
        __syncthreads();
        for (int c = 0; c < Tr::kCols; ++c) {
            float s = 0.f;
            const half2* kq = reinterpret_cast<const half2*>(sq + threadIdx.x * Tr::kHead);
            const half2* kk = reinterpret_cast<const half2*>(sk + (slot * Tr::kCols + c) * Tr::kHead);
            for (int d = 0; d < Tr::kHead / 2; ++d) {
                const float2 f = __half22float2(__hmul2(kq[d], kk[d]));
                s += f.x + f.y;
            }
            s *= p.scale;
            if (p.causal && t * Tr::kCols + c > row) continue;
            const float mn = fmaxf(m, s);
            const float fix = exp2f((m - mn) * 1.44269504f);
            const float w = exp2f((s - mn) * 1.44269504f);
            l = l * fix + w;
            for (int d = 0; d < Tr::kHead; ++d)
                o[d] = o[d] * fix + w * __half2float(sv[(slot * Tr::kCols + c) * Tr::kHead + d]);
            m = mn;
        }
        __syncthreads();
    }
    for (int d = 0; d < Tr::kHead; ++d) p.o[base + row * Tr::kHead + d] = __float2half(o[d] / l);
}

// Pipeline variant that uses the primitives of the toolkit instead of asm.
__global__ void prefetch_rows(const int4* src, int4* dst, int n) {
    __shared__ int4 stage[256];
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        __pipeline_memcpy_async(&stage[threadIdx.x], &src[i], sizeof(int4));
    }
    __pipeline_commit();
    __pipeline_wait_prior(0);
    __syncthreads();
    if (i < n) dst[i] = stage[threadIdx.x];
}

template <int kDim>
int run(const Params& p, cudaStream_t stream) {
    using Tr = Traits<64, 64, kDim>;
    auto kernel = &flash_fwd_kernel<Tr>;
    if (Tr::kSmem >= 48 * 1024) {
        cudaError_t rc = cudaFuncSetAttribute(
            kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(Tr::kSmem));
        if (rc != cudaSuccess) return static_cast<int>(rc);
    }
    const dim3 grid((p.seq + 63) / 64, p.heads, 1);
    kernel<<<grid,
             Tr::kRows,
             Tr::kSmem,
             stream
             >>>(p);
    return static_cast<int>(cudaPeekAtLastError());
}

template int run<64>(const Params&, cudaStream_t);
template int run<128>(const Params&, cudaStream_t);

}  // namespace attn::fwd
