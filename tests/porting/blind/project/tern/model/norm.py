import torch
import torch.nn as nn

from tern.ops import fused

try:
    from apex.normalization import FusedRMSNorm as ApexRMSNorm
except (ImportError, ModuleNotFoundError):
    ApexRMSNorm = None


class RMSNorm(nn.Module):
    """Plain PyTorch; used on CPU and wherever apex is missing."""

    def __init__(self, dim, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        if fused.usable(x) and not torch.is_grad_enabled():
            return fused.rms_norm(x, self.weight, self.eps)
        h = x.float()
        h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + self.eps)
        return h.to(x.dtype) * self.weight


def build_norm(dim, eps, fused_norm=True):
    if fused_norm and ApexRMSNorm is not None:
        return ApexRMSNorm(dim, eps=eps)
    return RMSNorm(dim, eps)
