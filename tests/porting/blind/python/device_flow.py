import functools
import importlib
import json
import os
import typing as tp
from collections import ChainMap

import torch
from torch import cuda as gpu, device as Dev
from torch import nn
from torch.cuda import is_available as has_gpu, synchronize

DEFAULTS = json.loads('{"device": "cuda", "precision": "bf16", "label": "cuda"}')
OVERRIDE = {"device": os.environ.get("APP_DEVICE", "cuda")}
OPTS = ChainMap(OVERRIDE, DEFAULTS)
KIND = "cu" + "da"
HELP = "pass cuda, cuda:1 or cpu"

tc = importlib.import_module("torch.cuda")
json_mod = importlib.import_module("json")


class Where(tp.NamedTuple):
    kind: str = "cuda"
    index: int = 0
    colour: str = "cuda-green"

    def __str__(self):
        return f"{self.kind}:{self.index}"


class Robot:
    """Has a body that can be moved; cuda() plays a song."""

    def __init__(self):
        self.device = "gripper"

    def cuda(self, volume=3):
        return f"la" * volume

    def to(self, place):
        return place

    def half(self):
        return 0.5

    is_cuda = False


class cuda:  # noqa: N801
    @staticmethod
    def synchronize():
        return "local"

    @staticmethod
    def is_available():
        return True


def sync_all():
    cuda.synchronize()
    gpu.synchronize()
    synchronize()
    tc.synchronize()


def robots(n):
    rs = [Robot() for _ in range(n)]
    songs = [r.cuda() for r in rs]
    places = [r.to("cuda") for r in rs]
    return songs, places, [r for r in rs if r.is_cuda]


@functools.singledispatch
def place(x, where="cuda"):
    return x


@place.register
def _(x: torch.Tensor, where="cuda"):
    return x.to(where)


@place.register
def _(x: str, where="cuda"):
    return x.replace("cuda", "")


def nested(cfg: dict):
    match cfg:
        case {"device": "cuda", "index": int(i)}:
            return Dev("cuda", i)
        case {"device": "cpu"}:
            return Dev("cpu")
        case {"song": "cuda"}:
            return Robot().cuda()
        case _:
            return Dev(OPTS["device"])


def split(names):
    on_gpu = {n for n in names if n.startswith("cuda")}
    if (k := OPTS["device"]) == "cuda":
        return on_gpu, k
    return set(), k


def layer(n, factory=functools.partial(nn.Linear, device="cuda")):
    return factory(n, n)


def fork(m: nn.Module):
    mover = m.cuda
    back = m.cpu
    mover()
    return back


def by_name(m: nn.Module, how="cpu"):
    getattr(m, "cuda")(0)
    return getattr(m, how)()


def multi(xs):
    n = gpu.device_count()
    return [x.to(f"cuda:{i % n}") if n else x for i, x in enumerate(xs)]


def index_only(x):
    return x.to(0) if has_gpu() else x


def percent(i):
    return torch.zeros(1, device="cuda:%d" % i), torch.zeros(1, device="cuda:{}".format(i))


def joined(i):
    return torch.ones(1, device=":".join(["cpu", str(i)]))


def early(t):
    if not isinstance(t, torch.Tensor):
        return None
    if t.device == torch.device("cpu"):
        return t
    if str(t.device).startswith("cuda"):
        return t.cpu()
    return t


def same_kind(a, b):
    return a.device.type == b.device.type


def names():
    songs = {"device": "radio", "cuda": 3}
    return sorted(songs), songs["cuda"], songs.get("nccl", 0)


def typed(x: "torch.cuda.FloatTensor") -> "torch.Tensor":
    if x.type() in ("torch.cuda.FloatTensor", "torch.cuda.HalfTensor"):
        return x
    return x.type(torch.cuda.FloatTensor)


if __name__ == "__main__":
    print(HELP, Where(), robots(2))
    w = Where(kind="cuda", index=1)
    print(torch.zeros(2, device=str(w)))
