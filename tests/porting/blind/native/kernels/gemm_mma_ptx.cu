#include <cuda_fp16.h>
#include <cstdint>

namespace ptx {

// ldmatrix: four 8x8 tiles of b16
__device__ __forceinline__ void ldsm_x4(uint32_t (&r)[4], const void* smem) {
    uint32_t addr = static_cast<uint32_t>(__cvta_generic_to_shared(smem));
    asm volatile(
        "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];\n"
        : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
        : "r"(addr));
}

__device__ __forceinline__ void mma_16816(float (&d)[4], const uint32_t (&a)[4],
                                          const uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
                 "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#elif __CUDA_ARCH__ >= 750
#pragma unroll
    for (int h = 0; h < 2; ++h) {
        asm volatile(
            R"(mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};)"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "r"(a[2 * h]), "r"(a[2 * h + 1]), "r"(b[h]));
    }
#else
    __trap();
#endif
}

__device__ __forceinline__ uint32_t lane_id() {
    uint32_t id;
    asm("mov.u32 %0, %%laneid;" : "=r"(id));
    return id;
}

}  // namespace ptx

// Host fallback, GNU inline assembly for the time stamp counter.
#if defined(__x86_64__) && !defined(__CUDA_ARCH__)
static inline uint64_t host_ticks() {
    uint32_t lo, hi;
    asm volatile("rdtsc" : "=a"(lo), "=d"(hi));
    return (static_cast<uint64_t>(hi) << 32) | lo;
}
#endif

template <int BM, int BN, int BK>
__global__ void __launch_bounds__(128, 2)
gemm_ptx_kernel(const half* __restrict__ A, const half* __restrict__ B, half* __restrict__ C,
                int M, int N, int K) {
    __shared__ __align__(16) half sa[BM * BK];
    __shared__ __align__(16) half sb[BN * BK];
    float acc[4] = {0.f, 0.f, 0.f, 0.f};
    uint32_t ra[4], rb[4];
    for (int k0 = 0; k0 < K; k0 += BK) {
        for (int i = threadIdx.x; i < BM * BK; i += blockDim.x)
            sa[i] = A[(blockIdx.y * BM + i / BK) * K + k0 + i % BK];
        for (int i = threadIdx.x; i < BN * BK; i += blockDim.x)
            sb[i] = B[(blockIdx.x * BN + i / BK) * K + k0 + i % BK];
        __syncthreads();
        ptx::ldsm_x4(ra, sa + (ptx::lane_id() % 16) * BK);
        ptx::ldsm_x4(rb, sb + (ptx::lane_id() % 8) * BK);
        const uint32_t b2[2] = {rb[0], rb[1]};
        ptx::mma_16816(acc, ra, b2);
        __syncthreads();
    }
    const int r = blockIdx.y * BM + ptx::lane_id() / 4;
    const int c = blockIdx.x * BN + (ptx::lane_id() % 4) * 2;
    if (r < M && c + 1 < N) {
        *reinterpret_cast<half2*>(C + r * N + c) = __floats2half2_rn(acc[0], acc[1]);
    }
}

static const char* kHelp = R"doc(
  gemm_ptx_kernel<<<grid, block>>> expects row-major A and column-major B.
  Use cudaMalloc for the operands; ldmatrix needs 16-byte aligned rows.
  asm volatile("mma.sync...") is emitted for sm_80 and newer.
)doc";

const char* gemm_help() { return kHelp; }

template __global__ void gemm_ptx_kernel<16, 8, 16>(const half*, const half*, half*, int, int, int);
template __global__ void gemm_ptx_kernel<32, 16, 16>(const half*, const half*, half*, int, int, int);
