#pragma once
#include <cublasLt.h>
#include <cublas_v2.h>

#include <map>
#include <tuple>

namespace blas {

// Keeps one handle and a small table of already chosen algorithms.
class LtMatmul {
  public:
    explicit LtMatmul(size_t workspace_bytes);
    ~LtMatmul();
    LtMatmul(const LtMatmul&) = delete;
    LtMatmul& operator=(const LtMatmul&) = delete;

    // D = act(A * B + bias)
    void run(const void* a, const void* b, void* d, const void* bias, int m, int n, int k,
             cudaStream_t stream);

    void set_cuda_graph_safe(bool on) { cuda_graph_safe_ = on; }

  private:
    using Key = std::tuple<int, int, int>;
    cublasLtHandle_t handle_ = nullptr;
    std::map<Key, cublasLtMatmulAlgo_t> picked_;
    void* workspace_ = nullptr;
    size_t workspace_bytes_ = 0;
    bool cuda_graph_safe_ = false;
};

}  // namespace blas
