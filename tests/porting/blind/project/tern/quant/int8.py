"""Weight quantisation to int8: bitsandbytes or our own kernel."""
import torch
import torch.nn as nn

from tern import _C, HAS_KERNELS


def have_bnb():
    try:
        import bitsandbytes  # noqa: F401
        return True
    except ImportError:
        return False


class W8A16Linear(nn.Module):
    def __init__(self, weight):
        super().__init__()
        scale = weight.abs().amax(dim=1) / 127.0
        q = torch.round(weight / scale[:, None]).to(torch.int8)
        self.register_buffer("q", q.t().contiguous())
        self.register_buffer("scale", scale.half())

    def forward(self, x):
        flat = x.reshape(-1, x.shape[-1])
        if HAS_KERNELS and flat.is_cuda and flat.shape[0] % 16 == 0:
            y = _C.w8a16_gemm(flat, self.q, self.scale)
        else:
            y = flat @ (self.q.to(x.dtype) * self.scale.to(x.dtype))
        return y.view(*x.shape[:-1], -1)


def quantize_(model, method="own"):
    for name, child in list(model.named_children()):
        if not isinstance(child, nn.Linear):
            quantize_(child, method)
            continue
        if method == "bnb":
            import bitsandbytes as bnb
            new = bnb.nn.Linear8bitLt(child.in_features, child.out_features, bias=False, has_fp16_weights=False)
            new.weight = bnb.nn.Int8Params(child.weight.data, requires_grad=False)
            setattr(model, name, new.cuda())
        else:
            setattr(model, name, W8A16Linear(child.weight.data))
    return model
