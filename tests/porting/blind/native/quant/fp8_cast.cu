#include <cuda_fp8.h>
#include <cuda_fp16.h>
#include <library_types.h>

namespace quant {

using e4m3 = __nv_fp8_e4m3;
using e5m2 = __nv_fp8_e5m2;

__constant__ float kAmaxLimit = 448.0f;

__device__ float g_running_amax;

// block amax through integer atomics (valid since the values are >= 0)
__device__ __forceinline__ void amax_update(float* dst, float v) {
    atomicMax(reinterpret_cast<int*>(dst), __float_as_int(v));
}

__global__ void cast_e4m3(const half2* in, __nv_fp8x2_e4m3* out, const float* scale, int n2) {
    const float s = *scale;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n2; i += gridDim.x * blockDim.x) {
        float2 f = __half22float2(in[i]);
        f.x = fminf(fmaxf(f.x * s, -kAmaxLimit), kAmaxLimit);
        f.y = fminf(fmaxf(f.y * s, -kAmaxLimit), kAmaxLimit);
        out[i] = __nv_fp8x2_e4m3(f);
        amax_update(&g_running_amax, fmaxf(fabsf(f.x), fabsf(f.y)));
    }
}

__global__ void uncast_e5m2(const __nv_fp8_storage_t* in, half* out, float inv, int n) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        const __half_raw h = __nv_cvt_fp8_to_halfraw(in[i], __NV_E5M2);
        out[i] = __float2half(__half2float(half(h)) * inv);
    }
}

float read_amax() {
    float host = 0.f;
    cudaMemcpyFromSymbol(&host, g_running_amax, sizeof(float));
    const float zero = 0.f;
    cudaMemcpyToSymbol(g_running_amax, &zero, sizeof(float));
    return host;
}

void cast(const half* in, void* out, const float* scale, int n, cudaStream_t st) {
    int sms = 0;
    cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, 0);
    cast_e4m3<<<2 * sms, 256, 0, st>>>(reinterpret_cast<const half2*>(in),
                                       static_cast<__nv_fp8x2_e4m3*>(out), scale, n / 2);
}

cudaDataType_t storage_type(bool e5) { return e5 ? CUDA_R_8F_E5M2 : CUDA_R_8F_E4M3; }

}  // namespace quant
