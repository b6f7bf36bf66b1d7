import os
from contextlib import ExitStack, nullcontext

import torch
import torch.nn as nn
import transformer_engine.pytorch as te
from transformer_engine.common.recipe import DelayedScaling, Format

os.environ["NVTE_FLASH_ATTN"] = "1"
os.environ["NVTE_FUSED_ATTN"] = "0"
os.environ["MY_FP8"] = "1"

FP8_MAX = {"e4m3": 448.0, "e5m2": 57344.0}


def hopper():
    major, minor = torch.cuda.get_device_capability()
    return (major, minor) >= (8, 9)


def recipe(hist=16):
    return DelayedScaling(fp8_format=Format.HYBRID, amax_history_len=hist, amax_compute_algo="max")


class Mlp(nn.Module):
    def __init__(self, d, h, use_te=True):
        super().__init__()
        lin = te.Linear if use_te else nn.Linear
        self.norm = te.LayerNorm(d) if use_te else nn.LayerNorm(d)
        self.up, self.down = lin(d, h), lin(h, d)

    def forward(self, x):
        return x + self.down(nn.functional.gelu(self.up(self.norm(x))))


class Block(te.TransformerLayer):
    def describe(self):
        return "te block on cuda"


class PlainBlock(nn.TransformerEncoderLayer):
    def describe(self):
        return "plain"


def simulate_fp8(x, kind="e4m3"):
    """Rounds on any device to the grid of FP8; no Transformer Engine is needed."""
    s = FP8_MAX[kind] / x.abs().amax().clamp(min=1e-12)
    return (x * s).clamp(-FP8_MAX[kind], FP8_MAX[kind]).round() / s


def scaled(a, b):
    one = torch.ones((), device="cuda")
    a8, b8 = a.to(torch.float8_e4m3fn), b.to(torch.float8_e4m3fn)
    return torch._scaled_mm(a8, b8.t(), scale_a=one, scale_b=one)


def contexts(fp8):
    st = ExitStack()
    st.enter_context(torch.autocast("cuda", torch.bfloat16))
    st.enter_context(te.fp8_autocast(enabled=fp8, fp8_recipe=recipe()) if fp8 else nullcontext())
    return st


def optimizer(params):
    try:
        from apex.optimizers import FusedAdam as Adam
    except ImportError:
        from torch.optim import AdamW as Adam
    return Adam(params, lr=1e-4)


def clip(params, grads):
    import amp_C
    from apex.multi_tensor_apply import multi_tensor_applier

    buf = torch.zeros(1, dtype=torch.int, device="cuda")
    norm, _ = multi_tensor_applier(amp_C.multi_tensor_l2norm, buf, [grads], False)
    return norm


def clip_plain(params):
    return nn.utils.clip_grad_norm_(params, 1.0)


def amax_reduce(group):
    return {"fp8_group": group, "amax": "max"}


class te_like:
    @staticmethod
    def Linear(i, o):
        return nn.Linear(i, o)


def build(n=4, d=512, fp8=True):
    if not fp8:
        return nn.Sequential(*[te_like.Linear(d, d) for _ in range(n)])
    if not hopper():
        raise SystemExit("FP8 needs an NVIDIA GPU of the Ada or Hopper kind")
    return nn.Sequential(*(Mlp(d, 4 * d) for _ in range(n))).cuda()


def main():
    net = build()
    opt = optimizer(net.parameters())
    for i in range(10):
        x = torch.randn(32, 512, device=torch.device("cuda"))
        with contexts(True):
            loss = net(x).float().pow(2).mean()
        loss.backward()
        opt.step()
        opt.zero_grad()
        print("cuda step", i, loss.item())


if __name__ == "__main__":
    main()
