#!/usr/bin/env python
"""Start one worker process per visible accelerator on this node."""
import os
import re
import shutil
import signal
import subprocess
import sys

NCCL_DOC = """
NCCL_DEBUG=INFO shows what the ring does.
Set NCCL_SOCKET_IFNAME when the hosts have several interfaces.
"""

COMMON_ENV = {
    "OMP_NUM_THREADS": "8",
    "NCCL_DEBUG": "WARN",
    "NCCL_IB_DISABLE": "0",
    "NCCL_SOCKET_IFNAME": "eth0",
    "TORCH_NCCL_ASYNC_ERROR_HANDLING": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "GLOO_SOCKET_IFNAME": "eth0",
    "HCCL_CONNECT_TIMEOUT": "1200",
}


def count_gpus():
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([v for v in visible.split(",") if v.strip()])
    if shutil.which("nvidia-smi") is None:
        return 0
    out = subprocess.check_output(["nvidia-smi", "-L"], text=True)
    return len(re.findall(r"^GPU \d+:", out, flags=re.M))


def toolkit_version():
    try:
        raw = subprocess.run(["nvcc", "--version"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        return "no nvcc found"
    m = re.search(r"release (\d+\.\d+)", raw)
    return m.group(1) if m else "unknown"


def pin_numa(rank):
    cores = os.cpu_count() or 1
    per = max(1, cores // 8)
    return ["taskset", "-c", f"{rank * per}-{(rank + 1) * per - 1}"]


def build_cmd(script, rank, profile=False, extra=()):
    cmd = [sys.executable, "-u", script, f"--local_rank={rank}", *extra]
    if profile:
        cmd = ["nsys", "profile", "-t", "cuda,nvtx", "-o", f"trace_{rank}"] + cmd
    return pin_numa(rank) + cmd


def spawn(script, nproc, port=29500, profile=False):
    procs = []
    for rank in range(nproc):
        env = dict(os.environ)
        env.update(COMMON_ENV)
        env.update(
            MASTER_ADDR="127.0.0.1",
            MASTER_PORT=str(port),
            RANK=str(rank),
            LOCAL_RANK=str(rank),
            WORLD_SIZE=str(nproc),
            CUDA_DEVICE_MAX_CONNECTIONS="1",
        )
        env["CUDA_VISIBLE_DEVICES"] = str(rank)
        env.setdefault("ASCEND_RT_VISIBLE_DEVICES", str(rank))
        env.pop("CUDA_LAUNCH_BLOCKING", None)
        procs.append(subprocess.Popen(build_cmd(script, rank, profile), env=env))
    return procs


def wait_all(procs):
    codes = []
    try:
        for p in procs:
            codes.append(p.wait())
    except KeyboardInterrupt:
        for p in procs:
            p.send_signal(signal.SIGINT)
    return max(codes, default=1)


def usage():
    print("usage: launch.py script.py  (needs nvidia-smi on PATH or CUDA_VISIBLE_DEVICES set)")
    print(NCCL_DOC)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        usage()
        sys.exit(2)
    n = count_gpus() or 1
    print("toolkit:", toolkit_version())
    sys.exit(wait_all(spawn(sys.argv[1], n, profile="PROFILE" in os.environ)))
