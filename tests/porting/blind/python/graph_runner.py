import bisect
import logging
from typing import Callable, Dict

import torch

logger = logging.getLogger("cudagraph")


class GraphPool:
    """Keeps one CUDA graph per batch size."""

    def __init__(self, sizes=(1, 2, 4, 8)):
        self.sizes = sorted(sizes)
        self.graphs: Dict[int, torch.cuda.CUDAGraph] = {}
        self.handle = torch.cuda.graph_pool_handle()
        self.static_in = {}
        self.static_out = {}

    def capture(self, fn: Callable, n: int, shape):
        x = torch.zeros((n, *shape), device="cuda")
        s = torch.cuda.Stream()
        s.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(s):
            for _ in range(3):
                fn(x)
        torch.cuda.current_stream().wait_stream(s)
        g = torch.cuda.CUDAGraph()
        with torch.cuda.graph(g, pool=self.handle, capture_error_mode="thread_local"):
            y = fn(x)
        self.graphs[n], self.static_in[n], self.static_out[n] = g, x, y
        logger.info("captured CUDA graph for batch %d", n)

    def run(self, x):
        n = self.sizes[bisect.bisect_left(self.sizes, x.size(0))]
        self.static_in[n][: x.size(0)].copy_(x)
        self.graphs[n].replay()
        return self.static_out[n][: x.size(0)]

    def __len__(self):
        return len(self.graphs)


class Graph:
    """A plain dependency graph of host tasks; nothing to do with CUDA graphs."""

    def __init__(self):
        self.edges = {}

    def add(self, a, b):
        self.edges.setdefault(a, []).append(b)

    def capture(self, name):
        return {name: list(self.edges.get(name, []))}

    def replay(self):
        seen = []
        for k in self.edges:
            seen.extend(self.edges[k])
        return seen


class TaskQueue:
    def __init__(self):
        self.stream = "main"

    def current_stream(self):
        return self.stream

    def synchronize(self):
        return True


def callable_graph(mod, x):
    return torch.cuda.make_graphed_callables(mod, (x,))


def capturing():
    return torch.cuda.is_current_stream_capturing()


def guarded(fn):
    def inner(*a, **k):
        if torch.cuda.is_available() and capturing():
            raise RuntimeError("no host sync inside a CUDA graph")
        return fn(*a, **k)

    return inner


@guarded
def to_list(t):
    return t.tolist()


def compile_modes(model):
    yield torch.compile(model, mode="reduce-overhead")
    yield torch.compile(model, options={"triton.cudagraphs": True})
    yield torch.compile(model, backend="eager")
    yield torch.compile(model, backend="cudagraphs")


def inductor_config():
    import torch._inductor.config as ic

    ic.triton.unique_kernel_names = True
    ic.coordinate_descent_tuning = True
    ic.max_autotune_gemm_backends = "TRITON,CUTLASS"


def adam(params):
    return torch.optim.Adam(params, capturable=True)


def host_demo():
    g = Graph()
    g.add("load", "cuda_init")
    g.add("load", "parse")
    q = TaskQueue()
    q.synchronize()
    print(q.current_stream(), g.replay(), g.capture("load"))


def gpu_demo():
    lin = torch.nn.Linear(16, 16).to(device="cuda")
    pool = GraphPool()
    for n in pool.sizes:
        pool.capture(lin, n, (16,))
    out = pool.run(torch.randn(3, 16).to("cuda"))
    return out.cpu()


if __name__ == "__main__":
    host_demo()
    if torch.cuda.is_available():
        print(gpu_demo().shape)
