#include <cuda.h>
#include <nvrtc.h>

#include <dlfcn.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace rt {

// Source compiled at start-up.
static const char* const kAxpySource = R"src(
extern "C" __global__ void axpy(float a, const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}
)src";

static const char* const kUsage = R"txt(
usage: loader [--arch sm_90] [--dump-ptx]
  The loader calls nvrtcCompileProgram() and cuModuleLoadData().
  Set CUDA_PATH if libcuda.so.1 is not on the library path.
)txt";

std::string compile(const char* source, const std::string& arch) {
    nvrtcProgram prog;
    if (nvrtcCreateProgram(&prog, source, "axpy.cu", 0, nullptr, nullptr) != NVRTC_SUCCESS) {
        throw std::runtime_error("nvrtc: cannot create the program");
    }
    const std::string opt = "--gpu-architecture=" + arch;
    const char* opts[] = {opt.c_str(), "--use_fast_math"};
    if (nvrtcCompileProgram(prog, 2, opts) != NVRTC_SUCCESS) {
        size_t n = 0;
        nvrtcGetProgramLogSize(prog, &n);
        std::string log(n, '\0');
        nvrtcGetProgramLog(prog, log.data());
        throw std::runtime_error(log);
    }
    size_t n = 0;
    nvrtcGetPTXSize(prog, &n);
    std::string ptx(n, '\0');
    nvrtcGetPTX(prog, ptx.data());
    nvrtcDestroyProgram(&prog);
    return ptx;
}

void need(CUresult r) {
    if (r == CUDA_SUCCESS) return;
    const char* msg = nullptr;
    cuGetErrorString(r, &msg);
    throw std::runtime_error(msg ? msg : "driver error");
}

void axpy(float a, const std::vector<float>& x, std::vector<float>& y) {
    need(cuInit(0));
    CUdevice dev;
    need(cuDeviceGet(&dev, 0));
    CUcontext ctx;
    need(cuDevicePrimaryCtxRetain(&ctx, dev));
    need(cuCtxSetCurrent(ctx));
    const std::string ptx = compile(kAxpySource, "compute_80");
    CUmodule mod;
    CUfunction fn;
    need(cuModuleLoadData(&mod, ptx.c_str()));
    need(cuModuleGetFunction(&fn, mod, "axpy"));

    int n = static_cast<int>(x.size());
    const size_t bytes = sizeof(float) * x.size();
    CUdeviceptr dx, dy;
    need(cuMemAlloc(&dx, bytes));
    need(cuMemAlloc(&dy, bytes));
    need(cuMemcpyHtoD(dx, x.data(), bytes));
    need(cuMemcpyHtoD(dy, y.data(), bytes));
    void* args[] = {&a, &dx, &dy, &n};
    need(cuLaunchKernel(fn, (n + 127) / 128, 1, 1, 128, 1, 1, 0, nullptr, args, nullptr));
    need(cuMemcpyDtoH(y.data(), dy, bytes));
    cuMemFree(dx);
    cuMemFree(dy);
    cuModuleUnload(mod);
    cuDevicePrimaryCtxRelease(dev);
}

// Probe without linking against the driver.
bool driver_present() {
    void* so = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (so == nullptr) return false;
    const bool ok = dlsym(so, "cuDriverGetVersion") != nullptr;
    dlclose(so);
    return ok;
}

const char* usage() { return kUsage; }

// Number of entries below the limit.
int cutoffIndex(const std::vector<int>& v, int limit) {
    int cuCount = 0;
    for (int x : v) cuCount += x < limit;
    return cuCount;
}

}  // namespace rt
