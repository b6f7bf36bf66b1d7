#ifndef LM_DISPATCH_MACROS_H_
#define LM_DISPATCH_MACROS_H_

// Shared by the CUDA, HIP and CPU builds.

#if defined(__CUDACC__)
#define LM_HOST_DEVICE __host__ __device__
#define LM_INLINE __forceinline__
#elif defined(__HIPCC__)
#define LM_HOST_DEVICE __host__ __device__
#define LM_INLINE inline __attribute__((always_inline))
#else
#define LM_HOST_DEVICE
#define LM_INLINE inline
#endif

#ifdef __CUDACC__
#define DECLARE_KERNEL(name) \
    extern "C" __global__ void name
#endif

// Stringification helpers; the name is shown in error messages such as
// "cuda kernel scale_rows failed".
#define LM_STR_(x) #x
#define LM_STR(x) LM_STR_(x)

namespace lm {

LM_HOST_DEVICE LM_INLINE int ceil_div(int a, int b) { return (a + b - 1) / b; }

enum class Backend { kCpu, kCuda, kHip, kAscend };

inline const char* backend_name(Backend b) {
    switch (b) {
        case Backend::kCpu: return "cpu";
        case Backend::kCuda: return "cuda";
        case Backend::kHip: return "hip";
        case Backend::kAscend: return "ascend";
    }
    return "?";
}

}  // namespace lm

#endif  // LM_DISPATCH_MACROS_H_
