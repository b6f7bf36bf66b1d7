"""Cross entropy over large vocabularies, one program for each row."""
import torch

try:
    import triton
    from triton import language as tl
except ImportError:
    triton = None


if triton is not None:

    @triton.jit
    def _ce_kernel(logits_ptr, labels_ptr, loss_ptr, stride, vocab, BLOCK: tl.constexpr):
        row = tl.program_id(0)
        label = tl.load(labels_ptr + row)
        base = logits_ptr + row * stride
        m = -float("inf")
        s = 0.0
        for start in range(0, vocab, BLOCK):
            offs = start + tl.arange(0, BLOCK)
            x = tl.load(base + offs, mask=offs < vocab, other=-float("inf")).to(tl.float32)
            new_m = tl.maximum(m, tl.max(x, 0))
            s = s * tl.exp(m - new_m) + tl.sum(tl.exp(x - new_m), 0)
            m = new_m
        target = tl.load(base + label).to(tl.float32)
        tl.store(loss_ptr + row, m + tl.log(s) - target)


def cross_entropy(logits, labels):
    if triton is None or not logits.is_cuda:
        return torch.nn.functional.cross_entropy(logits.float(), labels, reduction="none")
    rows, vocab = logits.shape
    loss = torch.empty(rows, device=logits.device, dtype=torch.float32)
    _ce_kernel[(rows,)](logits, labels, loss, logits.stride(0), vocab, BLOCK=4096)
    return loss
