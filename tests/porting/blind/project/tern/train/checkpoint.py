import os

import torch
import torch.distributed as dist

from tern.parallel import tp_rank
from tern.utils.seed import get_rng_state, set_rng_state


def _file(folder):
    return os.path.join(folder, f"tp{tp_rank():02d}.pt")


def save_checkpoint(folder, model, optimizer, step):
    os.makedirs(folder, exist_ok=True)
    # only one replica writes; state is copied from the GPU in between
    state = {
        "model": getattr(model, "module", model).state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "rng": get_rng_state(),
    }
    if dist.get_rank() < int(os.environ.get("LOCAL_WORLD_SIZE", 8)):
        torch.save(state, _file(folder))
    dist.barrier()


def load_checkpoint(folder, model, optimizer):
    local = torch.cuda.current_device()
    state = torch.load(_file(folder), map_location=lambda storage, loc: storage.cuda(local))
    getattr(model, "module", model).load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    set_rng_state(state["rng"])
    del state
    torch.cuda.empty_cache()
    return torch.load(_file(folder), map_location="cpu")["step"]


def export(folder, target):
    weights = torch.load(_file(folder), map_location="cuda:0")["model"]
    from safetensors.torch import save_file
    save_file({k: v.cpu().contiguous() for k, v in weights.items()}, target)
