"""Builds the extension."""
import os

from setuptools import setup
from torch.utils.cpp_extension import CUDA_HOME, BuildExtension, CUDAExtension  # tie: py-cuda-home, py-cpp-ext-cuda

flags = ["-O3", "--use_fast_math"]  # tie: py-build-nvcc-flags
arch = os.environ.get("TORCH_CUDA_ARCH_LIST", "")  # tie: py-cuda-arch-list
home = os.environ.get("CUDA_HOME")  # tie: py-cuda-home
gencode = ["-gencode", "arch=compute_80,code=sm_80"]  # tie: py-build-nvcc-flags
assert CUDA_HOME  # tie: py-cuda-home
setup(
    name="mine",
    ext_modules=[
        CUDAExtension("mine._C", ["ops.cu"]),  # tie: py-cpp-ext-cuda, py-build-cuda-source
    ],
    cmdclass={"build_ext": BuildExtension},
    install_requires=[
        "flash-attn>=2.5",  # tie: req-cuda-only-dep
        "numpy",
    ],
)
