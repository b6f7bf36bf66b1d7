#include "ops.h"

#include <chrono>
#include <cstdio>

#include <cuda_runtime_api.h>

// Times the masked softmax kernel.
int main() {
  const auto opts = torch::TensorOptions().device(torch::kCUDA).dtype(torch::kFloat);
  auto x = torch::randn({4096, 2048}, opts);
  auto mask = torch::zeros({4096, 2048}, opts.dtype(torch::kBool));
  cudaEvent_t a, b;
  cudaEventCreate(&a);
  cudaEventCreate(&b);
  cudaEventRecord(a);
  for (int i = 0; i < 100; ++i) masked_softmax(x, mask, 0.125);
  cudaEventRecord(b);
  cudaEventSynchronize(b);
  float ms = 0.f;
  cudaEventElapsedTime(&ms, a, b);
  std::printf("cuda softmax: %.3f ms\n", ms / 100);
  return 0;
}
