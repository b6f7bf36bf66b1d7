import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

from tern.model.attention import Attention
from tern.model.norm import build_norm
from tern.model.rope import Rotary
from tern.ops.triton_kernels import swiglu
from tern.parallel import ColumnParallelLinear, RowParallelLinear, VocabParallelEmbedding


class FeedForward(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.up = ColumnParallelLinear(cfg.hidden_size, cfg.ffn_size)
        self.gate = ColumnParallelLinear(cfg.hidden_size, cfg.ffn_size)
        self.down = RowParallelLinear(cfg.ffn_size, cfg.hidden_size)

    def forward(self, x):
        if x.device.type == "cuda":
            return self.down(swiglu(self.gate(x), self.up(x)))
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.norm1 = build_norm(cfg.hidden_size, cfg.norm_eps)
        self.attn = Attention(cfg)
        self.norm2 = build_norm(cfg.hidden_size, cfg.norm_eps)
        self.ffn = FeedForward(cfg)

    def forward(self, x, rope, mask=None):
        x = x + self.attn(self.norm1(x), rope, mask)
        return x + self.ffn(self.norm2(x))


class TernModel(nn.Module):
    def __init__(self, cfg, recompute=False):
        super().__init__()
        self.cfg = cfg
        self.recompute = recompute
        self.embed = VocabParallelEmbedding(cfg.vocab_size, cfg.hidden_size)
        self.rope = Rotary(cfg.head_dim, cfg.max_seq_len)
        self.blocks = nn.ModuleList([Block(cfg) for _ in range(cfg.num_layers)])
        self.norm = build_norm(cfg.hidden_size, cfg.norm_eps)
        self.head = ColumnParallelLinear(cfg.hidden_size, cfg.vocab_size, gather_output=True)

    def forward(self, ids, labels=None, mask=None):
        x = self.embed(ids)
        for block in self.blocks:
            if self.recompute and self.training:
                x = checkpoint(block, x, self.rope, mask, use_reentrant=False)
            else:
                x = block(x, self.rope, mask)
        logits = self.head(self.norm(x))
        if labels is None:
            return logits
        return F.cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=-100)
