#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cuda_runtime.h>

#include <cstdio>

namespace cg = cooperative_groups;

// Residual of a Jacobi sweep; the whole grid synchronises between sweeps.
__global__ void jacobi(float* a, float* b, float* res, int n, int sweeps) {
    cg::grid_group grid = cg::this_grid();
    cg::thread_block block = cg::this_thread_block();
    auto tile = cg::tiled_partition<32>(block);
    for (int s = 0; s < sweeps; ++s) {
        float local = 0.f;
        for (int i = grid.thread_rank() + 1; i < n - 1; i += grid.size()) {
            b[i] = 0.5f * (a[i - 1] + a[i + 1]);
            local += fabsf(b[i] - a[i]);
        }
        local = cg::reduce(tile, local, cg::plus<float>());
        if (tile.thread_rank() == 0) atomicAdd(res + s, local);
        grid.sync();
        float* t = a;
        a = b;
        b = t;
    }
}

// Parent kernel starts a child grid for every long row.
__global__ void child_scale(float* row, int n, float f) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) row[i] *= f;
}

__global__ void parent_scale(float** rows, const int* len, float f, int count) {
    const int r = blockIdx.x * blockDim.x + threadIdx.x;
    if (r >= count) return;
    cudaStream_t s;
    cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking);
    child_scale<<<(len[r] + 255) / 256, 256, 0, s>>>(rows[r], len[r], f);
    cudaStreamDestroy(s);
    if (threadIdx.x == 0) printf("cuda child grids started by block %d\n", blockIdx.x);
}

__managed__ int g_sweeps_done;

int solve(int n, int sweeps) {
    int dev = 0, coop = 0, per_sm = 0;
    cudaDeviceProp prop;
    cudaGetDeviceProperties(&prop, dev);
    cudaDeviceGetAttribute(&coop, cudaDevAttrCooperativeLaunch, dev);
    if (!coop) {
        std::puts("cooperative launch unsupported, cudaLaunchCooperativeKernel would fail");
        return -1;
    }
    cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_sm, jacobi, 256, 0);

    float *a, *b, *res;
    cudaMallocManaged(&a, n * sizeof(float));
    cudaMallocManaged(&b, n * sizeof(float), cudaMemAttachGlobal);
    cudaMallocManaged(&res, sweeps * sizeof(float));
    cudaMemAdvise(a, n * sizeof(float), cudaMemAdviseSetPreferredLocation, dev);
    cudaMemPrefetchAsync(a, n * sizeof(float), dev, nullptr);
    for (int i = 0; i < n; ++i) a[i] = b[i] = (i == 0 || i == n - 1) ? 1.f : 0.f;

    void* args[] = {&a, &b, &res, &n, &sweeps};
    cudaLaunchCooperativeKernel((void*)jacobi, dim3(per_sm * prop.multiProcessorCount), dim3(256),
                                args, 0, nullptr);
    cudaDeviceSynchronize();
    g_sweeps_done += sweeps;
    std::printf("residual %g\n", res[sweeps - 1]);
    cudaFree(a);
    cudaFree(b);
    cudaFree(res);
    return 0;
}
