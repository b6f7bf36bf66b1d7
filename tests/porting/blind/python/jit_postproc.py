import sys
from pathlib import Path
from typing import List, Tuple

import torch
from torch import Tensor, nn


@torch.jit.script
def iou(a: Tensor, b: Tensor) -> Tensor:
    lt = torch.max(a[:, None, :2], b[None, :, :2])
    rb = torch.min(a[:, None, 2:], b[None, :, 2:])
    wh = (rb - lt).clamp(min=0)
    inter = wh[..., 0] * wh[..., 1]
    area = lambda_area(a)[:, None] + lambda_area(b)[None]
    return inter / (area - inter)


@torch.jit.ignore
def lambda_area(x: Tensor) -> Tensor:
    return (x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1])


class Head(nn.Module):
    __constants__ = ["cuda_like"]

    def __init__(self):
        super().__init__()
        self.cuda_like = 3
        self.fc = nn.Linear(8, 4)

    @torch.jit.export
    def device_name(self, x: Tensor) -> str:
        return "cuda" if x.is_cuda else "cpu"

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        if x.device.type == "cuda":
            x = x.half().float()
        y = self.fc(x)
        return y, y.to(torch.float64).sum(-1)


NVFUSER_MODES = {"on": True, "off": False}


def fuser(on):
    torch._C._jit_set_nvfuser_enabled(NVFUSER_MODES[on])
    torch._C._jit_set_texpr_fuser_enabled(False)
    torch._C._jit_override_can_fuse_on_gpu(True)
    torch._C._jit_override_can_fuse_on_cpu(False)
    return torch.jit.fuser("fuser2")


def export(path: Path):
    m = torch.jit.script(Head().cuda().eval())
    m.save(str(path))


def export_cpu(path: Path):
    m = torch.jit.trace(Head().eval(), torch.zeros(1, 8))
    m.save(str(path))


def load(path: Path, gpu: int = -1):
    where = f"cuda:{gpu}" if gpu >= 0 else "cpu"
    return torch.jit.load(str(path), map_location=where)


def nms_cpu(boxes: List[List[float]], thr: float) -> List[int]:
    """Greedy suppression on the host, like the CUDA one."""
    keep: List[int] = []
    for i, b in enumerate(boxes):
        if all(overlap(b, boxes[j]) < thr for j in keep):
            keep.append(i)
    return keep


def overlap(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, w) * max(0.0, h)


def nms_gpu(boxes, scores, thr):
    torch.ops.load_library("libnms_cuda.so")
    return torch.ops.myext.nms_cuda(boxes, scores, thr)


def nms_any(boxes, scores, thr):
    return torch.ops.torchvision.nms(boxes, scores, thr)


class Script:
    """Shell script builder."""

    def __init__(self):
        self.lines = []

    def script(self, f):
        self.lines.append(f.__name__)
        return f

    def cuda(self):
        self.lines.append("module load cuda/12.2")
        return self


jit = Script()


@jit.script
def build():
    return 0


def freeze(m):
    m = torch.jit.optimize_for_inference(torch.jit.freeze(m))
    return m


def trt(m):
    import torch_tensorrt

    return torch_tensorrt.compile(m, inputs=[torch_tensorrt.Input((1, 8))], enabled_precisions={torch.half})


def check(m):
    code = m.code
    if "cuda" in code:
        print("graph mentions cuda", file=sys.stderr)
    return code.count("nvfuser")


def main():
    jit.cuda()
    mode = "--cuda" in sys.argv
    m = load(Path("head_cuda.pt"), gpu=0 if mode else -1)
    x = torch.zeros(2, 8)
    if mode:
        x = x.cuda()
    print(m(x))


if __name__ == "__main__":
    main()
