import pytest
import torch


def pytest_collection_modifyitems(items):
    if torch.cuda.is_available():
        return
    skip = pytest.mark.skip(reason="no CUDA device")
    for item in items:
        if "gpu" in item.keywords or "cuda_ext" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def dev():
    return "cuda"


@pytest.fixture
def rng():
    return torch.Generator(device="cuda").manual_seed(0)
