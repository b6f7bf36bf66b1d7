#include "ops.h"
#include <c10/cuda/CUDAGuard.h>

// One thin layer between Python and the kernels. Everything checked here
// is not checked again in the .cu files.

#define CHECK_INPUT(x) TORCH_CHECK((x).is_cuda() && (x).is_contiguous(), #x " must be a contiguous GPU tensor")

namespace {

torch::Tensor rms_norm_checked(torch::Tensor x, torch::Tensor weight, double eps) {
  CHECK_INPUT(x);
  CHECK_INPUT(weight);
  TORCH_CHECK(x.size(-1) == weight.size(0), "shapes do not fit");
  const c10::cuda::CUDAGuard guard(x.device());
  return rms_norm(x, weight, eps);
}

void rope_checked(torch::Tensor q, torch::Tensor k, torch::Tensor cos, torch::Tensor sin) {
  CHECK_INPUT(q);
  CHECK_INPUT(k);
  const at::cuda::OptionalCUDAGuard guard(q.device());
  apply_rope(q, k, cos, sin);
}

std::string build_info() {
  return "tern kernels, cuda build, " __DATE__;
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.def("rms_norm", &rms_norm_checked, "RMS norm (CUDA)");
  m.def("apply_rope", &rope_checked, "rotary embedding in place (CUDA)");
  m.def("masked_softmax", &masked_softmax);
  m.def("paged_attention", &paged_attention);
  m.def("write_kv", &write_kv);
  m.def("swap_blocks", &swap_blocks);
  m.def("w8a16_gemm", &w8a16_gemm);
  m.def("half_matmul", &half_matmul);
  m.def("init_peer_reduce", &init_peer_reduce);
  m.def("peer_all_reduce", &peer_all_reduce);
  m.def("build_info", &build_info);
}
