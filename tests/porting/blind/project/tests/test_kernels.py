import pytest
import torch
import torch.nn.functional as F

from tern.ops import fused
from tern.ops.triton_ce import cross_entropy
from tern.ops.triton_kernels import swiglu

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA"),
]


@pytest.mark.cuda_ext
@pytest.mark.parametrize("hidden", [64, 1000, 4096])
def test_rms_norm(hidden):
    x = torch.randn(7, hidden, device="cuda", dtype=torch.half)
    w = torch.rand(hidden).half().cuda()
    ref = x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-5) * w.float()
    torch.testing.assert_close(fused.rms_norm(x, w, 1e-5).float(), ref, atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_swiglu(dtype, dev):
    g = torch.randn(3, 777, dtype=dtype, device=dev)
    u = torch.randn_like(g)
    torch.testing.assert_close(swiglu(g, u), F.silu(g) * u, atol=2e-2, rtol=2e-2)


def test_cross_entropy(rng):
    logits = torch.randn(16, 5000, generator=rng, device="cuda:0")
    labels = torch.randint(0, 5000, (16,), device="cuda:0")
    ref = F.cross_entropy(logits, labels, reduction="none")
    torch.testing.assert_close(cross_entropy(logits, labels), ref)


def test_softmax_is_normalised(dev):
    from tern import _C
    s = torch.randn(4, 33, device=dev)
    m = torch.zeros(4, 33, dtype=torch.bool, device=dev)
    out = _C.masked_softmax(s, m, 1.0)
    assert out.get_device() == 0
    assert torch.allclose(out.sum(-1).cpu(), torch.ones(4), atol=1e-5)


@pytest.mark.slow
def test_memory_is_given_back(dev):
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated()
    x = torch.empty(1 << 20, device=dev)
    del x
    assert torch.cuda.memory_allocated() == before
