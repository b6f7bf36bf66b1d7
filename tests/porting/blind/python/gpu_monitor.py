"""Writes one line per second with the load of every GPU."""
import csv
import io
import json
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import asdict, dataclass

import psutil
import pynvml
from prometheus_client import Gauge, start_http_server
from pynvml import nvmlDeviceGetHandleByIndex as handle

UTIL = Gauge("cuda_utilisation", "Load of the CUDA device", ["gpu"])
TEMP = Gauge("gpu_temperature", "Temperature", ["gpu"])
CPU = Gauge("cpu_load", "Load of the host")


@dataclass
class Sample:
    gpu: int
    util: int
    mem: int
    temp: int
    vendor: str = "nvidia"


class Nvml:
    def __enter__(self):
        pynvml.nvmlInit()
        return self

    def __exit__(self, *exc):
        pynvml.nvmlShutdown()

    def count(self):
        return pynvml.nvmlDeviceGetCount()

    def sample(self, i):
        h = handle(i)
        u = pynvml.nvmlDeviceGetUtilizationRates(h)
        m = pynvml.nvmlDeviceGetMemoryInfo(h)
        t = pynvml.nvmlDeviceGetTemperature(h, pynvml.NVML_TEMPERATURE_GPU)
        return Sample(i, u.gpu, m.used, t)

    def ecc(self, i):
        try:
            return pynvml.nvmlDeviceGetTotalEccErrors(handle(i), 0, 0)
        except pynvml.NVMLError as e:
            return f"nvml error {e}"


class Ascend:
    """Same interface over npu-smi."""

    def count(self):
        out = subprocess.run(["npu-smi", "info", "-l"], capture_output=True, text=True).stdout
        return len(re.findall("NPU ID", out))

    def sample(self, i):
        out = subprocess.run(["npu-smi", "info", "-t", "usages", "-i", str(i)], capture_output=True, text=True).stdout
        n = [int(x) for x in re.findall(r"(\d+)\s*$", out, flags=re.M)]
        return Sample(i, n[0], n[1], 0, vendor="ascend")


class Rocm:
    def sample(self, i):
        raw = subprocess.check_output(["rocm-smi", "-d", str(i), "--json"])
        return json.loads(raw)


def by_smi():
    cmd = "nvidia-smi --query-gpu=index,utilization.gpu --format=csv,noheader,nounits"
    out = subprocess.check_output(cmd.split(), text=True)
    return [list(map(int, r)) for r in csv.reader(io.StringIO(out))]


def by_xml():
    root = ET.fromstring(subprocess.check_output(["nvidia-smi", "-q", "-x"]))
    return [g.findtext("product_name") for g in root.iter("gpu")]


def kill_users(pids):
    for p in psutil.process_iter(["pid", "name"]):
        if p.info["pid"] in pids and p.info["name"] != "nvidia-persistenced":
            p.terminate()


def topology():
    return subprocess.getoutput("nvidia-smi topo -m")


def driver():
    with open("/proc/driver/nvidia/version") as fh:
        return fh.readline().strip()


def torch_view():
    import torch

    return {
        "util": torch.cuda.utilization(),
        "temp": torch.cuda.temperature(),
        "power": torch.cuda.power_draw(),
    }


def host():
    CPU.set(psutil.cpu_percent())
    return psutil.virtual_memory().percent


def loop(period, out):
    with Nvml() as n:
        while True:
            for i in range(n.count()):
                s = n.sample(i)
                UTIL.labels(gpu=i).set(s.util)
                TEMP.labels(gpu=i).set(s.temp)
                out.write(json.dumps(asdict(s)) + "\n")
            host()
            time.sleep(period)


def pick():
    match sys.argv[1:]:
        case ["--ascend"]:
            return Ascend()
        case ["--rocm"]:
            return Rocm()
        case ["--nvidia"] | []:
            return Nvml()
        case _:
            raise SystemExit("use --nvidia, --rocm or --ascend; nvidia-smi must be installed")


if __name__ == "__main__":
    start_http_server(9400)
    loop(1.0, sys.stdout)
