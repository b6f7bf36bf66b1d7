#include <cute/tensor.hpp>
#include <cutlass/cutlass.h>
#include <cutlass/epilogue/thread/linear_combination_relu.h>
#include <cutlass/gemm/device/gemm_universal.h>

namespace ct {

using Elem = cutlass::bfloat16_t;
using Row = cutlass::layout::RowMajor;
using Col = cutlass::layout::ColumnMajor;

using Gemm = cutlass::gemm::device::GemmUniversal<
    Elem, Row, Elem, Col, Elem, Row, float,
    cutlass::arch::OpClassTensorOp, cutlass::arch::Sm80,
    cutlass::gemm::GemmShape<128, 128, 32>,
    cutlass::gemm::GemmShape<64, 64, 32>,
    cutlass::gemm::GemmShape<16, 8, 16>,
    cutlass::epilogue::thread::LinearCombinationRelu<Elem, 8, float, float>,
    cutlass::gemm::threadblock::GemmIdentityThreadblockSwizzle<>, 3>;

int run(Gemm::Arguments const& args, void* workspace, cudaStream_t stream) {
    Gemm op;
    if (op.can_implement(args) != cutlass::Status::kSuccess) return 1;
    if (op.initialize(args, workspace, stream) != cutlass::Status::kSuccess) return 2;
    return op(stream) == cutlass::Status::kSuccess ? 0 : 3;
}

__global__ void copy_tile(const float* src, float* dst) {
    using namespace cute;
    auto layout = make_layout(make_shape(Int<32>{}, Int<8>{}));
    auto g = make_tensor(make_gmem_ptr(src), layout);
    auto d = make_tensor(make_gmem_ptr(dst), layout);
    d(threadIdx.x) = g(threadIdx.x);
}

}  // namespace ct
