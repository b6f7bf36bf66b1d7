import argparse
import contextlib
import csv
import sys
import time

import torch
from torch import cuda as c
from torch.profiler import ProfilerActivity, profile, record_function, schedule

try:
    import nvtx
except ImportError:

    class nvtx:
        @staticmethod
        def annotate(*a, **k):
            return contextlib.nullcontext()


COLUMNS = ["name", "cpu_time", "cuda_time"]


def timed(fn, n=20):
    a, b = c.Event(enable_timing=True), c.Event(enable_timing=True)
    a.record()
    for _ in range(n):
        fn()
    b.record()
    c.synchronize()
    return a.elapsed_time(b) / n


def timed_host(fn, n=20):
    t = time.perf_counter()
    for _ in range(n):
        fn()
    return (time.perf_counter() - t) / n * 1e3


def step(model, x):
    with record_function("fwd"):
        y = model(x)
    with c.nvtx.range("bwd"):
        y.sum().backward()
    with nvtx.annotate("opt", color="blue"):
        for p in model.parameters():
            p.grad = None


def run_profiler(model, x, out):
    acts = [ProfilerActivity.CPU]
    if c.is_available():
        acts.append(ProfilerActivity.CUDA)
    with profile(activities=acts, schedule=schedule(wait=1, warmup=1, active=3), with_stack=True) as prof:
        for _ in range(5):
            step(model, x)
            prof.step()
    prof.export_chrome_trace(out)
    print(prof.key_averages().table(sort_by="cuda_time_total", row_limit=15))
    print(prof.key_averages().table(sort_by="cpu_time_total", row_limit=5))
    return prof


def rows(prof):
    for e in prof.key_averages():
        yield e.key, e.cpu_time_total, getattr(e, "cuda_time_total", 0.0)


def write_csv(prof, path):
    with open(path, "w", newline="") as fh:
        w = csv.writer(fh)
        w.writerow(COLUMNS)
        w.writerows(rows(prof))


@contextlib.contextmanager
def cuda_profiler_range(enabled):
    if not enabled:
        yield
        return
    c.cudart().cudaProfilerStart()
    try:
        yield
    finally:
        c.cudart().cudaProfilerStop()


def old_style(model, x):
    with torch.autograd.profiler.profile(use_cuda=True) as p:
        model(x)
    with torch.autograd.profiler.emit_nvtx():
        model(x)
    return p


def memory_snapshot(path):
    c.memory._record_memory_history(max_entries=10000)
    c.memory._dump_snapshot(path)


class Clock:
    def __init__(self):
        self.marks = []

    def synchronize(self):
        self.marks.append(time.monotonic())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--cuda-profiler", action="store_true")
    ap.add_argument("--out", default="cuda_trace.json")
    a = ap.parse_args()
    c.set_device(0)
    dev = c.current_device()
    model = torch.nn.Linear(512, 512).to(dev)
    x = torch.randn(64, 512, device=dev)
    with cuda_profiler_range(a.cuda_profiler):
        prof = run_profiler(model, x, a.out)
    write_csv(prof, "kernels.csv")
    print("event time", timed(lambda: step(model, x)), file=sys.stderr)
    clk = Clock()
    clk.synchronize()
    print("host time", timed_host(lambda: None), "without c.synchronize()")


if __name__ == "__main__":
    main()
