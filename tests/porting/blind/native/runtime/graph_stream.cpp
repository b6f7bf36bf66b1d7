#include <cuda_profiler_api.h>
#include <cuda_runtime_api.h>
#include <nvToolsExt.h>

#include <functional>
#include <iostream>
#include <memory>

namespace rt {

class Timer {
  public:
    Timer() {
        cudaEventCreate(&begin_);
        cudaEventCreateWithFlags(&end_, cudaEventBlockingSync);
    }
    ~Timer() {
        cudaEventDestroy(begin_);
        cudaEventDestroy(end_);
    }
    void start(cudaStream_t s) { cudaEventRecord(begin_, s); }
    float stop(cudaStream_t s) {
        cudaEventRecord(end_, s);
        cudaEventSynchronize(end_);
        float ms = 0.f;
        cudaEventElapsedTime(&ms, begin_, end_);
        return ms;
    }

  private:
    cudaEvent_t begin_, end_;
};

class StepGraph {
  public:
    void record(cudaStream_t s, const std::function<void(cudaStream_t)>& step) {
        cudaStreamBeginCapture(s, cudaStreamCaptureModeThreadLocal);
        step(s);
        cudaStreamEndCapture(s, &graph_);
        cudaGraphInstantiate(&exec_, graph_, nullptr, nullptr, 0);
    }
    void replay(cudaStream_t s) {
        nvtxRangePushA("replay");
        cudaGraphLaunch(exec_, s);
        nvtxRangePop();
    }
    ~StepGraph() {
        if (exec_) cudaGraphExecDestroy(exec_);
        if (graph_) cudaGraphDestroy(graph_);
    }

  private:
    cudaGraph_t graph_ = nullptr;
    cudaGraphExec_t exec_ = nullptr;
};

void profile(const std::function<void()>& body) {
    cudaProfilerStart();
    body();
    cudaProfilerStop();
}

void pooled_copy(const void* host, size_t bytes, cudaStream_t s) {
    void* d = nullptr;
    void* pinned = nullptr;
    cudaHostAlloc(&pinned, bytes, cudaHostAllocDefault);
    cudaMallocAsync(&d, bytes, s);
    cudaMemcpyAsync(d, host, bytes, cudaMemcpyHostToDevice, s);
    cudaMemsetAsync(d, 0, bytes / 2, s);
    cudaLaunchHostFunc(
        s, [](void*) { std::clog << "cudaMemcpyAsync finished\n"; }, nullptr);
    cudaFreeAsync(d, s);
    cudaFreeHost(pinned);
}

// Tasks on the host; runs where cudaGraphLaunch is not available.
struct HostGraph {
    std::function<void()> node;
    std::unique_ptr<HostGraph> next;
    void launch() const {
        for (const HostGraph* g = this; g != nullptr; g = g->next.get()) g->node();
    }
};

}  // namespace rt
