#include <cub/cub.cuh>
#include <cub/block/block_radix_sort.cuh>
#include <thrust/device_vector.h>
#include <thrust/execution_policy.h>
#include <thrust/sequence.h>
#include <thrust/sort.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace topk {

struct Scratch {
    void* ptr = nullptr;
    size_t bytes = 0;
    ~Scratch() { cudaFree(ptr); }
    void need(size_t b) {
        if (b <= bytes) return;
        cudaFree(ptr);
        cudaMalloc(&ptr, b);
        bytes = b;
    }
};

void segmented(Scratch& tmp, const float* in, float* out, const int* idx_in, int* idx_out, int rows,
               int cols, const int* offsets, cudaStream_t st) {
    size_t bytes = 0;
    cub::DeviceSegmentedRadixSort::SortPairsDescending(nullptr, bytes, in, out, idx_in, idx_out,
                                                       rows * cols, rows, offsets, offsets + 1, 0,
                                                       32, st);
    tmp.need(bytes);
    cub::DeviceSegmentedRadixSort::SortPairsDescending(tmp.ptr, bytes, in, out, idx_in, idx_out,
                                                       rows * cols, rows, offsets, offsets + 1, 0,
                                                       32, st);
}

template <int kThreads, int kItems>
__global__ void block_sum(const float* in, float* out) {
    using Reduce = cub::BlockReduce<float, kThreads>;
    __shared__ typename Reduce::TempStorage storage;
    float v[kItems];
    cub::LoadDirectStriped<kThreads>(threadIdx.x, in + blockIdx.x * kThreads * kItems, v);
    const float s = Reduce(storage).Sum(v);
    if (threadIdx.x == 0) out[blockIdx.x] = s;
}

std::vector<int> order_of(const std::vector<float>& host, cudaStream_t st) {
    thrust::device_vector<float> keys(host.begin(), host.end());
    thrust::device_vector<int> ids(host.size());
    auto policy = thrust::cuda::par.on(st);
    thrust::sequence(policy, ids.begin(), ids.end());
    thrust::stable_sort_by_key(policy, keys.begin(), keys.end(), ids.begin(),
                               thrust::greater<float>());
    std::vector<int> out(ids.size());
    thrust::copy(ids.begin(), ids.end(), out.begin());
    return out;
}

// Reference without any device: std::stable_sort gives the same order as
// thrust::stable_sort_by_key.
std::vector<int> order_ref(const std::vector<float>& host) {
    std::vector<int> ids(host.size());
    std::iota(ids.begin(), ids.end(), 0);
    std::stable_sort(ids.begin(), ids.end(), [&](int a, int b) { return host[a] > host[b]; });
    return ids;
}

template __global__ void block_sum<128, 4>(const float*, float*);

}  // namespace topk
