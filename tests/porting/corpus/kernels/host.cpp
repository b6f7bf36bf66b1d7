#include <cstdlib>
struct CUstream_st;  // tie: cpp-cuda-driver
void prepare() {
  setenv("NCCL_ALGO", "Ring", 0);  // tie: cpp-env-nccl
  if (getenv("CUDA_VISIBLE_DEVICES") == nullptr) {  // tie: cpp-env-cuda
    log("CUDA_VISIBLE_DEVICES is not set");
  }
  void* lib = dlopen("libcuda.so.1", 2);  // tie: cpp-load-cuda-library
  auto device = torch::Device("cuda:0");  // tie: cpp-aten-cuda
  const char* shown = name("cuda");
  bool cuda_graph_safe = false;
  system("nvidia-smi -L");  // tie: sh-nvidia-smi
  puts("run nvidia-smi, or cudaMalloc fails");
}
extern "C" int versioned() asm("versioned_2");
const char* kSource = R"code(
__global__ void scale(float* x, int n) {  // tie: cu-kernel-elementwise
  x[threadIdx.x] *= 2.0f;
}
)code";
const char* kHelp = R"doc(
  scale<<<grid, block>>> calls cudaMalloc
)doc";
enum class Backend { Cpu, Cuda };
