#include "lt_matmul.h"

#include <cuda_runtime_api.h>

#include <stdexcept>

#define LT(x)                                                              \
    if (cublasStatus_t s = (x); s != CUBLAS_STATUS_SUCCESS) {              \
        throw std::runtime_error("cublasLt call failed");                  \
    }

namespace blas {

LtMatmul::LtMatmul(size_t workspace_bytes) : workspace_bytes_(workspace_bytes) {
    LT(cublasLtCreate(&handle_));
    if (cudaMalloc(&workspace_, workspace_bytes_) != cudaSuccess) throw std::bad_alloc();
}

LtMatmul::~LtMatmul() {
    cublasLtDestroy(handle_);
    cudaFree(workspace_);
}

void LtMatmul::run(const void* a, const void* b, void* d, const void* bias, int m, int n, int k,
                   cudaStream_t stream) {
    cublasLtMatmulDesc_t op;
    cublasLtMatrixLayout_t la, lb, ld;
    LT(cublasLtMatmulDescCreate(&op, CUBLAS_COMPUTE_32F, CUDA_R_32F));
    const cublasOperation_t tr = CUBLAS_OP_T;
    LT(cublasLtMatmulDescSetAttribute(op, CUBLASLT_MATMUL_DESC_TRANSA, &tr, sizeof(tr)));
    if (bias != nullptr) {
        cublasLtEpilogue_t epi = CUBLASLT_EPILOGUE_GELU_BIAS;
        LT(cublasLtMatmulDescSetAttribute(op, CUBLASLT_MATMUL_DESC_EPILOGUE, &epi, sizeof(epi)));
        LT(cublasLtMatmulDescSetAttribute(op, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias,
                                          sizeof(bias)));
    }
    LT(cublasLtMatrixLayoutCreate(&la, CUDA_R_16BF, k, m, k));
    LT(cublasLtMatrixLayoutCreate(&lb, CUDA_R_16BF, k, n, k));
    LT(cublasLtMatrixLayoutCreate(&ld, CUDA_R_16BF, m, n, m));

    const Key key{m, n, k};
    auto it = picked_.find(key);
    if (it == picked_.end()) {
        cublasLtMatmulPreference_t pref;
        LT(cublasLtMatmulPreferenceCreate(&pref));
        LT(cublasLtMatmulPreferenceSetAttribute(
            pref, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace_bytes_,
            sizeof(workspace_bytes_)));
        cublasLtMatmulHeuristicResult_t best;
        int found = 0;
        LT(cublasLtMatmulAlgoGetHeuristic(handle_, op, la, lb, ld, ld, pref, 1, &best, &found));
        if (found == 0) throw std::runtime_error("no matmul algorithm; is the CUDA toolkit too old?");
        it = picked_.emplace(key, best.algo).first;
        cublasLtMatmulPreferenceDestroy(pref);
    }
    const float alpha = 1.f, beta = 0.f;
    LT(cublasLtMatmul(handle_, op, &alpha, a, la, b, lb, &beta, d, ld, d, ld, &it->second,
                      workspace_, workspace_bytes_, stream));
    cublasLtMatrixLayoutDestroy(la);
    cublasLtMatrixLayoutDestroy(lb);
    cublasLtMatrixLayoutDestroy(ld);
    cublasLtMatmulDescDestroy(op);
}

void plain_gemm(cublasHandle_t h, int n, const float* a, const float* b, float* c) {
    const float one = 1.f, zero = 0.f;
    cublasSetMathMode(h, CUBLAS_TF32_TENSOR_OP_MATH);
    cublasSgemm(h, CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one, a, n, b, n, &zero, c, n);
}

// Column-major, one based on the leading dimension (as cublasSgemm counts).
static int cublas_style_index(int row, int col, int ld) { return col * ld + row; }

int first_of_column(int col, int ld) { return cublas_style_index(0, col, ld); }

}  // namespace blas
