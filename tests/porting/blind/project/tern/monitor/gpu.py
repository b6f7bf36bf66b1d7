"""Samples utilisation, memory and power of the GPUs through NVML."""
import shutil
import subprocess
import threading
import time

import pynvml
import torch


class GpuMonitor:
    def __init__(self, index=0):
        pynvml.nvmlInit()
        self.handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        self.name = pynvml.nvmlDeviceGetName(self.handle)

    def sample(self):
        util = pynvml.nvmlDeviceGetUtilizationRates(self.handle)
        mem = pynvml.nvmlDeviceGetMemoryInfo(self.handle)
        try:
            watt = pynvml.nvmlDeviceGetPowerUsage(self.handle) / 1000
        except pynvml.NVMLError:
            watt = float("nan")
        return {"util": util.gpu, "mem_gib": mem.used / 2**30, "watt": watt}

    def close(self):
        pynvml.nvmlShutdown()


class Watcher(threading.Thread):
    """Writes a line every few seconds; only for machines with nvidia-smi."""

    def __init__(self, path, every=5.0):
        super().__init__(daemon=True)
        self.path = path
        self.every = every
        self.stop = threading.Event()

    def query(self):
        cmd = ["nvidia-smi", "--query-gpu=index,utilization.gpu,memory.used", "--format=csv,noheader,nounits"]
        return subprocess.run(cmd, capture_output=True, text=True, check=True).stdout

    def run(self):
        if shutil.which("nvidia-smi") is None:
            return
        with open(self.path, "a") as f:
            while not self.stop.wait(self.every):
                now = time.time()
                for line in self.query().splitlines():
                    f.write(f"{now:.1f},{line}\n")


def torch_view():
    """What PyTorch itself knows; for comparison with NVML."""
    return {
        "count": torch.cuda.device_count(),
        "stats": torch.cuda.memory_stats(),
        "util": torch.cuda.utilization(),
    }


class HostMonitor:
    """CPU side; works on every machine."""

    def sample(self):
        with open("/proc/loadavg") as f:
            load1 = float(f.read().split()[0])
        return {"load1": load1, "gpu": None, "cuda": "n/a"}
