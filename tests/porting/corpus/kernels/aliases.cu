// the file is named where its first tie stands
#define CHECK(x) do { cudaError_t e = (x); } while (0)  // tie: build-cu-file, cpp-cuda-runtime
namespace cg = cooperative_groups;  // tie: cu-cooperative-groups
using namespace cute;  // tie: cpp-cute
extern "C" __global__  // tie: cu-kernel-elementwise
void
__launch_bounds__(128, 2)  // tie: cu-launch-bounds
my_kernel(const float* __restrict__ a /* { */, float* b) {
  auto block = cg::this_thread_block();  // tie: cu-cooperative-groups
  char c = '{';
  b[0] = a[0];
}
template <typename T, int N> __global__ void declared(T* p);  // tie: cu-kernel-declaration
void f(float* p) {
  int cuda = 3; cudaish(); mycudaMalloc();
  declared<float, 3><<<1, 2>>>(p);  // tie: cu-launch-chevron
  int submarine_cub = cuda << 2;
}
