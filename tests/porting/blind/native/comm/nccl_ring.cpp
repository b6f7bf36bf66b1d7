#ifdef USE_RCCL
#include <rccl/rccl.h>
#include <hip/hip_runtime.h>
#elif defined(USE_HCCL)
#include <hccl/hccl.h>
#else
#include <cuda_runtime.h>
#include <nccl.h>
#endif

#include <cstdlib>
#include <iostream>
#include <stdexcept>

#if !defined(USE_RCCL) && !defined(USE_HCCL)

namespace comm {

#define NCCL_OK(x)                                                           \
    do {                                                                     \
        ncclResult_t r = (x);                                                \
        if (r != ncclSuccess) throw std::runtime_error(ncclGetErrorString(r)); \
    } while (0)

class Ring {
  public:
    Ring(int rank, int world, const ncclUniqueId& id) : rank_(rank) {
        cudaSetDevice(rank % local_devices());
        NCCL_OK(ncclCommInitRank(&comm_, world, id, rank));
        cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking);
    }

    ~Ring() {
        ncclCommDestroy(comm_);
        cudaStreamDestroy(stream_);
    }

    void all_reduce(void* buf, size_t n) {
        NCCL_OK(ncclAllReduce(buf, buf, n, ncclBfloat16, ncclSum, comm_, stream_));
    }

    void all_to_all(const char* src, char* dst, size_t each, int world) {
        NCCL_OK(ncclGroupStart());
        for (int peer = 0; peer < world; ++peer) {
            NCCL_OK(ncclSend(src + peer * each, each, ncclChar, peer, comm_, stream_));
            NCCL_OK(ncclRecv(dst + peer * each, each, ncclChar, peer, comm_, stream_));
        }
        NCCL_OK(ncclGroupEnd());
    }

    void wait() { cudaStreamSynchronize(stream_); }

    static int local_devices() {
        int n = 0;
        cudaGetDeviceCount(&n);
        return n > 0 ? n : 1;
    }

  private:
    int rank_;
    ncclComm_t comm_{};
    cudaStream_t stream_{};
};

void prepare_env() {
    setenv("NCCL_ALGO", "Ring", 0);
    setenv("NCCL_P2P_LEVEL", "NVL", 0);
    if (std::getenv("CUDA_VISIBLE_DEVICES") == nullptr) {
        std::cerr << "warning: CUDA_VISIBLE_DEVICES is not set, NCCL will see every GPU\n";
    }
    std::cerr << "communicator uses a ring of ranks\n";
}

}  // namespace comm

#endif
