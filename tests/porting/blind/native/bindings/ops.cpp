#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDAGuard.h>
#include <torch/extension.h>

#include "ops.h"

// Python side: torch.ops.lm.rms_norm(x.cuda(), w.cuda())

namespace {

#define CHECK_DEVICE(t) TORCH_CHECK((t).is_cuda(), #t " must be a CUDA tensor")
#define CHECK_DENSE(t) TORCH_CHECK((t).is_contiguous(), #t " must be contiguous")

torch::Tensor rms_norm(const torch::Tensor& x, const torch::Tensor& w, double eps) {
    CHECK_DEVICE(x);
    CHECK_DEVICE(w);
    CHECK_DENSE(x);
    TORCH_CHECK(w.dim() == 1 && w.size(0) == x.size(-1), "weight does not fit (see the CUDA notes)");
    const c10::cuda::OptionalCUDAGuard guard(x.device());
    cudaStream_t stream = at::cuda::getCurrentCUDAStream();
    auto y = torch::empty_like(x);
    AT_DISPATCH_FLOATING_TYPES_AND2(
        at::kHalf, at::kBFloat16, x.scalar_type(), "rms_norm_cuda", [&] {
            lm::rms_norm<scalar_t>(x.data_ptr<scalar_t>(), w.data_ptr<scalar_t>(),
                                   y.data_ptr<scalar_t>(), x.numel() / x.size(-1), x.size(-1),
                                   static_cast<float>(eps), stream);
        });
    C10_CUDA_CHECK(cudaGetLastError());
    return y;
}

torch::Tensor rms_norm_cpu(const torch::Tensor& x, const torch::Tensor& w, double eps) {
    auto f = x.to(torch::kFloat);
    auto inv = torch::rsqrt(f.pow(2).mean(-1, true) + eps);
    return (f * inv * w).to(x.scalar_type());
}

torch::Tensor make_cache(int64_t blocks, int64_t width) {
    auto opts = torch::TensorOptions().dtype(torch::kHalf).device(torch::kCUDA, 0);
    return torch::zeros({blocks, width}, opts);
}

torch::Tensor pinned_copy(const torch::Tensor& t) {
    if (t.device().type() == c10::DeviceType::CUDA) {
        return t.to(torch::kCPU).pin_memory();
    }
    return t.pin_memory();
}

int64_t sm_count() {
    const auto* prop = at::cuda::getCurrentDeviceProperties();
    return prop->multiProcessorCount;
}

torch::Tensor move_any(const torch::Tensor& t) {
#if defined(USE_ROCM)
    return t.to(torch::Device(torch::kHIP));
#elif defined(USE_NPU)
    return t.to(torch::Device("npu:0"));
#else
    return t.cuda();
#endif
}

}  // namespace

TORCH_LIBRARY(lm, m) {
    m.def("rms_norm(Tensor x, Tensor w, float eps) -> Tensor");
    m.def("make_cache(int blocks, int width) -> Tensor");
    m.impl("make_cache", torch::kCUDA, &make_cache);
}

TORCH_LIBRARY_IMPL(lm, CUDA, m) { m.impl("rms_norm", &rms_norm); }

TORCH_LIBRARY_IMPL(lm, CPU, m) { m.impl("rms_norm", &rms_norm_cpu); }

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
    m.doc() = "CUDA and CPU kernels of the language model";
    m.def("pinned_copy", &pinned_copy);
    m.def("sm_count", &sm_count, "number of streaming multiprocessors");
    m.def("move_any", &move_any);
}
