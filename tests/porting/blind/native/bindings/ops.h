#pragma once

#include <cstdint>

// forward declaration, avoids including cuda_runtime.h in every binding
struct CUstream_st;
typedef struct CUstream_st* cudaStream_t;

namespace lm {

template <typename T>
void rms_norm(const T* x, const T* w, T* y, int64_t rows, int64_t cols, float eps,
              cudaStream_t stream);

}  // namespace lm
