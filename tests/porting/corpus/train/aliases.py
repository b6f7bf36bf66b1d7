"""Names that lead to torch.cuda in several steps, and names that only look as if they did."""
import importlib
import torch as th
import torch.cuda as tc  # tie: py-torch-cuda-runtime
import torch.distributed as dist
from torch import backends
from torch.cuda import amp
from torch.cuda import memory as mem

cuda = th.cuda
also = cuda
sync = tc.synchronize  # tie: py-torch-cuda-runtime
sync()  # tie: py-torch-cuda-runtime
cuda.empty_cache()  # tie: py-cuda-memory-api
also.current_stream()  # tie: py-streams-events
mem.memory_allocated()  # tie: py-cuda-memory-api
backends.cudnn.deterministic = True  # tie: py-cudnn-flags
scaler = amp.GradScaler()  # tie: py-amp-cuda
getattr(th, "cuda").device_count()  # tie: py-torch-cuda-runtime
device, other = "cuda", "cpu"  # tie: py-device-string
where = "cuda" if th.cuda.is_available() else "cpu"  # tie: py-device-string, py-torch-cuda-runtime
place = "cuda:" + str(0)  # tie: py-device-string
x = th.ones(2).to(place)


class Fake:
    """Has attributes with the same names."""

    def empty_cache(self):
        return None

    cuda = None


def shadowed(th, tc, cuda):
    th.cuda.synchronize()
    tc.synchronize()
    cuda.empty_cache()


def local():
    cuda = Fake()
    cuda.empty_cache()
    return cuda


def inner():
    from torch.cuda import synchronize as wait  # tie: py-torch-cuda-runtime

    wait()  # tie: py-torch-cuda-runtime
    s = th.cuda.Stream  # tie: py-streams-events
    return s()  # tie: py-streams-events


flash = importlib.import_module("flash_attn")  # tie: py-flash-attn
plain = importlib.import_module("json")
text = "we ran import flash_attn and torch.cuda.synchronize()"
message = f"device cuda:{0} is busy"
path = "/usr/local/cuda/include"  # tie: py-cuda-path
words = "cuda nccl triton".split()
raise_it = ValueError("cuda is missing")
group = dist.new_group(backend="nccl")  # tie: py-nccl-backend
if group.backend in ("nccl", "gloo"):  # tie: py-nccl-string-compare
    pass
mesh = dist.init_device_mesh("cuda", (2,))  # tie: py-device-mesh
loader = th.utils.data.DataLoader([], pin_memory_device="cuda")  # tie: py-pin-memory-device
y = x.to(0)  # tie: py-int-device-index
z = th.zeros(1, device=0)  # tie: py-int-device-index
w = x.to(1.5)
