// Ported from kernels/softmax_forward.cu with hipify-perl, then tuned for gfx942.
#include <hip/hip_bf16.h>
#include <hip/hip_runtime.h>
#include <hipcub/hipcub.hpp>
#include <rocwmma/rocwmma.hpp>

#include <cfloat>

namespace lm::amd {

constexpr int kWave = 64;

__device__ __forceinline__ float wave_max(float v) {
    for (int d = kWave / 2; d > 0; d >>= 1) v = fmaxf(v, __shfl_xor(v, d, kWave));
    return v;
}

__global__ void __launch_bounds__(256) softmax_wave(const float* x, float* y, int rows, int cols) {
    const int row = (blockIdx.x * blockDim.x + threadIdx.x) / kWave;
    if (row >= rows) return;
    const int lane = threadIdx.x % kWave;
    float m = -FLT_MAX, s = 0.f;
    for (int c = lane; c < cols; c += kWave) m = fmaxf(m, x[row * cols + c]);
    m = wave_max(m);
    for (int c = lane; c < cols; c += kWave) s += __expf(x[row * cols + c] - m);
    for (int d = kWave / 2; d > 0; d >>= 1) s += __shfl_xor(s, d, kWave);
    for (int c = lane; c < cols; c += kWave) y[row * cols + c] = __expf(x[row * cols + c] - m) / s;
}

void softmax(const float* x, float* y, int rows, int cols, hipStream_t stream) {
    softmax_wave<<<(rows + 3) / 4, 256, 0, stream>>>(x, y, rows, cols);
    if (hipGetLastError() != hipSuccess) abort();
}

}  // namespace lm::amd
