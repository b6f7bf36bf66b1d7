// Small all-reduce over peer memory for decoding; falls back to NCCL for big tensors.
#include "ops.h"
#include "common.cuh"
#include <ATen/cuda/CUDAContext.h>
#include <nccl.h>

namespace {

struct PeerState {
  float* peers[8];
  int world = 0;
  int rank = 0;
  ncclComm_t comm = nullptr;
  cudaEvent_t ready;
};

__global__ void peer_sum(float* dst, PeerState st, int64_t n) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride) {
    float s = 0.f;
    for (int r = 0; r < st.world; ++r) s += st.peers[r][i];
    dst[i] = s;
  }
  __threadfence_system();
}

}  // namespace

int64_t init_peer_reduce(std::vector<int64_t> peers, int64_t rank) {
  auto* st = new PeerState();
  st->world = static_cast<int>(peers.size());
  st->rank = static_cast<int>(rank);
  for (int i = 0; i < st->world; ++i) {
    int ok = 0;
    if (i != rank) {
      cudaDeviceCanAccessPeer(&ok, rank, i);
      TORCH_CHECK(ok, "no peer access between ", rank, " and ", i);
      cudaDeviceEnablePeerAccess(i, 0);
    }
    st->peers[i] = reinterpret_cast<float*>(peers[i]);
  }
  cudaEventCreateWithFlags(&st->ready, cudaEventDisableTiming);
  int devs[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  ncclComm_t comms[8];
  if (ncclCommInitAll(comms, st->world, devs) == ncclSuccess) st->comm = comms[rank];
  return reinterpret_cast<int64_t>(st);
}

void peer_all_reduce(int64_t handle, torch::Tensor x) {
  auto* st = reinterpret_cast<PeerState*>(handle);
  const auto stream = at::cuda::getCurrentCUDAStream();
  const int64_t n = x.numel();
  if (n > 512 * 1024) {
    ncclAllReduce(x.data_ptr(), x.data_ptr(), n, ncclFloat, ncclSum, st->comm, stream);
    return;
  }
  peer_sum<<<div_up(n, 512), 512, 0, stream>>>(x.data_ptr<float>(), *st, n);
  cudaEventRecord(st->ready, stream);
  cudaStreamWaitEvent(stream, st->ready, 0);
}
