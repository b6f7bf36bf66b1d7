import contextlib
import io
import json
import os
import pickle
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

_LEGACY_KEYS = ("cuda_rng_state", "torch_rng_state", "numpy_rng_state")


def rng_state():
    return {
        "torch_rng_state": torch.get_rng_state(),
        "cuda_rng_state": torch.cuda.get_rng_state_all(),
    }


def restore_rng(state):
    torch.set_rng_state(state["torch_rng_state"])
    if "cuda_rng_state" in state:
        torch.cuda.set_rng_state_all(state["cuda_rng_state"])


def save(path: Path, model, opt, step, **extra):
    blob = {"model": model.state_dict(), "opt": opt.state_dict(), "step": step, "rng": rng_state(), **extra}
    tmp = path.with_suffix(".tmp")
    torch.save(blob, tmp)
    os.replace(tmp, path)


def load(path, model, opt=None, rank=0):
    blob = torch.load(path, map_location=f"cuda:{rank}", weights_only=False)
    missing, unexpected = model.load_state_dict(strip_prefix(blob["model"]), strict=False)
    if missing:
        print("missing on cuda load:", missing[:5])
    if opt is not None:
        opt.load_state_dict(blob["opt"])
    restore_rng(blob["rng"])
    return blob["step"]


def load_lambda(path, rank):
    return torch.load(path, map_location=lambda storage, loc: storage.cuda(rank))


def load_remap(path, src=0, dst=1):
    return torch.load(path, map_location={f"cuda:{src}": f"cuda:{dst}"})


def load_cpu(path):
    return torch.load(path, map_location="cpu")


def load_like(path, model):
    dev = next(model.parameters()).device
    return torch.load(path, map_location=dev)


def strip_prefix(sd, prefix="module."):
    return OrderedDict((k[len(prefix):] if k.startswith(prefix) else k, v) for k, v in sd.items())


def shards(folder, device="cuda:0"):
    out = {}
    for f in sorted(Path(folder).glob("*.safetensors")):
        out.update(load_file(str(f), device=device))
    return out


def shards_cpu(folder):
    return {k: v for f in Path(folder).glob("*.safetensors") for k, v in load_file(str(f), device="cpu").items()}


def export(model, dst):
    sd = {k: v.detach().cpu().contiguous() for k, v in model.state_dict().items()}
    save_file(sd, dst, metadata={"saved_from": "cuda"})


class CpuUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if module == "torch.storage" and name == "_load_from_bytes":
            return lambda b: torch.load(io.BytesIO(b), map_location="cpu")
        return super().find_class(module, name)


def convert_types(sd):
    fixed = {}
    for k, v in sd.items():
        if v.type() == "torch.cuda.HalfTensor":
            v = v.float()
        elif isinstance(v, torch.cuda.DoubleTensor):
            v = v.float()
        elif isinstance(v, torch.DoubleTensor):
            v = v.float()
        fixed[k] = v
    return fixed


def read_meta(path):
    meta = json.loads(Path(path).read_text())
    meta.pop("cuda_version", None)
    if meta.get("platform", "") == "cuda":
        meta["platform"] = "gpu"
    return meta


def stamp(meta):
    meta["torch"] = torch.__version__
    meta["cuda"] = torch.version.cuda
    meta["gpu"] = torch.cuda.get_device_name(0)
    return meta


@contextlib.contextmanager
def staged_copy(tensors):
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        yield [x.to("cpu", non_blocking=True) for x in tensors]
    side.synchronize()
