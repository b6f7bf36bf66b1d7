"""Code that already takes care of other ecosystems."""
import torch
from mylib.devices import is_npu_available, is_rocm, is_xpu_available

try:
    import flash_attn  # tie: py-flash-attn
except ImportError:
    flash_attn = None

if is_npu_available():
    torch.cuda.synchronize()
    device = "cuda"
else:
    torch.cuda.synchronize()  # tie@rocm: py-torch-cuda-runtime

if torch.cuda.is_available():  # tie@rocm: py-torch-cuda-runtime
    kind = torch.cuda.get_device_name()  # tie@rocm: py-torch-cuda-runtime
elif is_npu_available():
    kind = "npu"

if torch.version.hip is not None:
    torch.cuda.empty_cache()
else:
    torch.cuda.empty_cache()  # tie@cann: py-cuda-memory-api


def clear():
    if is_npu_available():
        return None
    torch.cuda.empty_cache()  # tie@rocm: py-cuda-memory-api
    return None


def choose(device):
    if device.type in ("cuda", "npu"):  # tie@rocm: py-device-string-compare
        return True
    return False


def compare(device):
    if device.type == "cuda":  # tie: py-device-string-compare
        return True
    if not is_rocm():
        torch.cuda.init()  # tie@cann: py-torch-cuda-runtime
    return False


def neutral(x):
    acc = torch.accelerator.current_accelerator()
    torch.accelerator.synchronize()
    return x.to(acc)


def npu_only(x):
    torch.cuda.synchronize()
    return x


def wait_for(x):
    if is_xpu_available():
        return torch.xpu.synchronize()
    return torch.cuda.synchronize()  # tie: py-torch-cuda-runtime


match torch.device("cpu").type:
    case "cuda":  # tie: py-device-string-compare
        torch.cuda.synchronize()  # tie: py-torch-cuda-runtime
    case _:
        pass
