#pragma once
#if defined(USE_ROCM)
#include <hip/hip_runtime.h>
#else
#include <cuda_runtime.h>  // tie@cann: cpp-cuda-headers
#endif
#ifdef MY_WITH_CUDA  // tie: cpp-has-cuda-macro
#define HD __host__ __device__  // tie: cu-device-function
#else
#define HD
#endif
static constexpr int kLanes = 32;  // tie: cu-warp-size-32
constexpr int kNumWarps = 32;
__device__ __forceinline__ int lane() {  // tie: cu-device-function
  return threadIdx.x;
}
#define GRID_LOOP(i, n) \
  for (int i = blockIdx.x; i < n; i += gridDim.x)  // tie: cu-device-builtin
template <typename T>
__global__ void scaled(T* x);  // tie: cu-kernel-declaration
template <>
__global__ void scaled<float>(float* x) {  // tie: cu-kernel-elementwise
  x[threadIdx.x] = 1.0f;
}
template __global__ void scaled<half>(half*);  // tie: cu-kernel-declaration
__managed__ int counter;  // tie: cu-unified-memory
inline unsigned shared_address(void* p) {
  return __cvta_generic_to_shared(p);  // tie: cu-address-space
}
inline unsigned long ticks() {
  unsigned lo, hi;
  asm volatile("rdtsc" : "=a"(lo), "=d"(hi));
  asm volatile("mfence" ::: "memory");
  asm volatile("membar.gl;");  // tie: cu-inline-ptx
  return lo;
}
int device_count;
