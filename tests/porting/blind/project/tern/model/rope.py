import torch
import torch.nn as nn


class Rotary(nn.Module):
    """Rotary embedding. The CUDA version lives in csrc/rope.cu."""

    def __init__(self, dim, max_len, base=10000.0):
        super().__init__()
        inv = 1.0 / (base ** (torch.arange(0, dim, 2).float() / dim))
        angle = torch.outer(torch.arange(max_len).float(), inv)
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def forward(self, q, k, start=0):
        t = q.shape[1]
        cos = self.cos[start:start + t, None, :].to(q.dtype)
        sin = self.sin[start:start + t, None, :].to(q.dtype)
        return self.rotate(q, cos, sin), self.rotate(k, cos, sin)

    @staticmethod
    def rotate(x, cos, sin):
        a, b = x.chunk(2, dim=-1)
        return torch.cat((a * cos - b * sin, b * cos + a * sin), dim=-1)
