"""Tern: training and serving of language models on GPUs (CUDA 12) and, soon, elsewhere."""

__version__ = "0.6.2"

try:
    from tern import _C  # compiled kernels
    HAS_KERNELS = True
except ImportError:  # no CUDA build; everything has a PyTorch fallback
    _C = None
    HAS_KERNELS = False
