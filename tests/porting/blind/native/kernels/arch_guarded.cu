#include <cuda_runtime.h>
#include <cuda_bf16.h>
#include "dispatch_macros.h"

// Kernels that only have a body on new hardware; on older parts the
// compiled function is empty and the host must not select it.

namespace lm {

DECLARE_KERNEL(scale_rows)(const float* x, const float* s, float* y, int cols) {
    const int row = blockIdx.x;
    for (int c = threadIdx.x; c < cols; c += blockDim.x) y[row * cols + c] = x[row * cols + c] * s[row];
}

template <typename T>
__global__ void atomic_accumulate(T* dst, const T* src, int n) {
#if defined(__CUDA_ARCH__) && (__CUDA_ARCH__ >= 900)
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(dst + i, src[i]);
#endif
}

__global__ void wait_flag(volatile int* flag, int value) {
#ifdef __CUDA_ARCH__
#if __CUDA_ARCH__ >= 700
    if (threadIdx.x == 0) {
        while (*flag != value) {
            __nanosleep(64);
        }
        __threadfence_system();
    }
    __syncthreads();
#endif
#endif
}

#ifdef __HIP_PLATFORM_AMD__
__global__ void wait_flag_gcn(volatile int* flag, int value) {
    if (hipThreadIdx_x == 0) {
        while (*flag != value) __builtin_amdgcn_s_sleep(1);
    }
    __syncthreads();
}
#endif

#define KERNEL_FOR(NAME, TYPE, EXPR)                                         \
    __global__ void NAME##_##TYPE(const TYPE* a, const TYPE* b, TYPE* o,     \
                                  int n) {                                   \
        int i = blockIdx.x * blockDim.x + threadIdx.x;                       \
        if (i < n) {                                                         \
            TYPE x = a[i], y = b[i];                                         \
            o[i] = (EXPR);                                                   \
        }                                                                    \
    }

KERNEL_FOR(add, float, x + y)
KERNEL_FOR(mul, float, x * y)
KERNEL_FOR(add, double, x + y)
KERNEL_FOR(mul, double, x * y)

int device_level() {
    int dev = 0, major = 0, minor = 0;
    if (cudaGetDevice(&dev) != cudaSuccess) return 0;
    cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, dev);
    cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, dev);
    return 10 * major + minor;
}

void accumulate(float* dst, const float* src, int n, cudaStream_t st) {
    if (device_level() < 90) {
        return;
    }
    atomic_accumulate<float>
        <<<dim3((n + 127) / 128),
           dim3(128), 0, st>>>
        (dst, src, n);
}

}  // namespace lm
