#!/usr/bin/env python3
# usage: CUDA_VISIBLE_DEVICES=0 python bench_matmul.py --sizes 1024 2048
import argparse
import itertools
import platform
import statistics as st
import subprocess
import sys

import torch
import torch.utils.benchmark as tb

DTYPES = {
    "fp64": torch.float64,
    "fp32": torch.float32,
    "tf32": torch.float32,
    "bf16": torch.bfloat16,
}
PEAK = {"A100": 312e12, "H100": 989e12, "RTX 4090": 165e12, "910B": 376e12}


def peak_flops():
    name = torch.cuda.get_device_name()
    for k, v in PEAK.items():
        if k in name:
            return v
    return float("nan")


def set_precision(key):
    flag = key == "tf32"
    torch.backends.cuda.matmul.allow_tf32 = flag
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False
    torch.set_float32_matmul_precision("high" if flag else "highest")


def flush_l2():
    torch.empty(int(256e6), dtype=torch.int8, device="cuda").zero_()


def one(n, key, device):
    dt = DTYPES[key]
    a = torch.randn(n, n, dtype=dt, device=device)
    b = torch.randn(n, n, dtype=dt, device=device)
    start = torch.cuda.Event(enable_timing=True)
    end = torch.cuda.Event(enable_timing=True)
    times = []
    for i in range(30):
        flush_l2()
        start.record()
        a @ b
        end.record()
        torch.cuda.synchronize(device)
        if i > 4:
            times.append(start.elapsed_time(end))
    return st.median(times)


def one_host(n):
    t = tb.Timer("a @ b", globals={"a": torch.randn(n, n), "b": torch.randn(n, n)})
    return t.blocked_autorange().median * 1e3


def sparse_24(n):
    from torch.sparse import SparseSemiStructuredTensor, to_sparse_semi_structured

    SparseSemiStructuredTensor._FORCE_CUTLASS = True
    w = torch.randn(n, n, device="cuda:0").half()
    return to_sparse_semi_structured(w)


def clocks(lock):
    if lock:
        subprocess.run(["sudo", "nvidia-smi", "--lock-gpu-clocks=1400,1400"], check=True)
    else:
        subprocess.run("nvidia-smi -rgc", shell=True)


def header():
    lines = [f"python {platform.python_version()}", f"torch {torch.__version__}"]
    lines.append("cuda %s" % torch.version.cuda)
    lines.append("cudnn %s" % torch.backends.cudnn.version())
    lines.append("backend: cuda/cublas")
    return "\n".join("# " + x for x in lines)


def parse():
    ap = argparse.ArgumentParser(description="matmul speed; --device cuda:1 picks another GPU")
    ap.add_argument("--sizes", type=int, nargs="+", default=[1024, 2048])
    ap.add_argument("--device", type=torch.device, default=torch.device("cuda:0"))
    ap.add_argument("--keys", nargs="+", default=list(DTYPES), choices=list(DTYPES))
    ap.add_argument("--format", choices=["csv", "cuda-table"], default="csv")
    return ap.parse_args()


def main():
    a = parse()
    if a.device.type == "cpu":
        for n in a.sizes:
            print(n, one_host(n))
        return 0
    if a.device.type != "cuda":
        sys.exit("only cpu and cuda are known")
    print(header())
    for n, key in itertools.product(a.sizes, a.keys):
        set_precision(key)
        ms = one(n, key, a.device)
        print(n, key, f"{ms:.3f}", f"{2 * n**3 / ms * 1e3 / peak_flops():.1%}")
    torch.cuda.empty_cache()
    return 0


if __name__ == "__main__":
    sys.exit(main())
