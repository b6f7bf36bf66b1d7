import os
import unittest
from unittest import mock

import pytest
import torch
from torch.testing._internal.common_cuda import SM80OrLater, TEST_CUDA
from torch.utils._triton import has_triton

from mypkg import ops

requires_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
requires_two = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two CUDA devices")
requires_triton = pytest.mark.skipif(not has_triton(), reason="no triton")
DEVICES = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])

pytestmark = pytest.mark.gpu


@pytest.fixture(params=DEVICES)
def device(request):
    return request.param


@pytest.fixture
def big_gpu():
    if torch.cuda.get_device_properties(0).total_memory < 20 * 2**30:
        pytest.skip("needs a CUDA device with 20 GiB")
    return torch.device("cuda", 0)


@pytest.mark.cuda
def test_add(device):
    a = torch.ones(3, device=device)
    assert torch.equal(ops.add(a, a), a * 2)


@requires_gpu
def test_mul_gpu():
    a = torch.ones(3).cuda()
    assert ops.mul(a, a).device.type == "cuda"
    assert ops.mul(a, a).is_cuda


@pytest.mark.parametrize("dev", ["cpu", pytest.param("cuda", marks=requires_gpu)])
@pytest.mark.parametrize("impl", ["eager", "cuda_ext", "cpp"])
def test_impl(dev, impl):
    x = torch.randn(4, 4, device=dev)
    torch.testing.assert_close(ops.norm(x, impl=impl), x.norm())


@requires_two
def test_peer_copy():
    a = torch.arange(4, device="cuda:0")
    b = a.to("cuda:1")
    assert torch.cuda.can_device_access_peer(0, 1)
    assert b.sum() == a.sum().to(b.device)


@pytest.mark.skipif(not SM80OrLater, reason="bf16 needs SM80")
def test_bf16():
    x = torch.ones(2, dtype=torch.bfloat16)
    assert (x + x).dtype == torch.bfloat16


def test_error_text():
    with pytest.raises(ValueError, match="unknown device cuda7"):
        ops.parse_device("cuda7")


def test_parse_device():
    assert ops.parse_device("tpu")["kind"] == "tpu"
    assert ops.parse_device("x:cuda")["kind"] == "cuda"


def test_env(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setenv("MYPKG_CUDA", "0")
    assert os.environ["MYPKG_CUDA"] == "0"


@mock.patch("torch.cuda.is_available", return_value=False)
def test_fallback(fake):
    assert ops.default_device() == "cpu"


class TestCase(unittest.TestCase):
    @unittest.skipUnless(TEST_CUDA, "CUDA not found")
    def test_sync(self):
        ops.launch()
        torch.cuda.synchronize()

    @unittest.skipIf(torch.version.hip is not None, "not on ROCm")
    def test_cuda_named_host_function(self):
        self.assertEqual(ops.cuda_like_rounding(1.5), 2)

    @unittest.skipUnless(hasattr(torch, "npu"), "NPU only")
    def test_npu(self):
        self.assertEqual(torch.ones(1).npu().device.type, "npu")


@requires_triton
def test_compile():
    f = torch.compile(ops.add, backend="inductor")
    f(torch.ones(2, device="cuda"), torch.ones(2, device="cuda"))
