import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import torch
from setuptools import Extension, find_packages, setup
from torch.utils.cpp_extension import (
    CUDA_HOME,
    BuildExtension,
    CppExtension,
    CUDAExtension,
)

HERE = Path(__file__).parent
NAME = "fastops_cuda"
FORCE_CPU = os.getenv("FASTOPS_FORCE_CPU", "0") == "1"
MIN_CUDA = (11, 8)


def nvcc_version():
    if CUDA_HOME is None:
        return None
    out = subprocess.check_output([os.path.join(CUDA_HOME, "bin", "nvcc"), "-V"], text=True)
    m = re.search(r"release (\d+)\.(\d+)", out)
    return tuple(map(int, m.groups())) if m else None


def arch_flags():
    wanted = os.environ.get("TORCH_CUDA_ARCH_LIST")
    if wanted:
        return []
    return [
        "-gencode=arch=compute_80,code=sm_80",
        "-gencode=arch=compute_90,code=sm_90",
    ]


def host_flags():
    flags = ["-O3", "-std=c++17"]
    if platform.machine() == "x86_64":
        flags.append("-mavx2")
    return flags


def cuda_ext():
    return CUDAExtension(
        name=f"{NAME}._C",
        sources=[
            "csrc/bind.cpp",
            "csrc/norm_kernel.cu",
            "csrc/softmax_kernel.cu",
        ],
        include_dirs=[str(HERE / "third_party" / "cutlass" / "include")],
        define_macros=[("WITH_CUDA", None)],
        libraries=["cublas", "cudart"],
        extra_compile_args={
            "cxx": host_flags(),
            "nvcc": ["-O3", "--use_fast_math", *arch_flags()],
        },
    )


def rocm_ext():
    return CppExtension(f"{NAME}._C", ["csrc/bind.cpp", "csrc/norm.hip"], define_macros=[("USE_ROCM", None)])


def cpu_ext():
    return CppExtension(f"{NAME}._C", ["csrc/bind.cpp", "csrc/norm_cpu.cpp"], extra_compile_args=host_flags())


def plain_ext():
    return Extension(f"{NAME}._util", ["csrc/util.c"])


def choose():
    if FORCE_CPU or "sdist" in sys.argv:
        return [cpu_ext(), plain_ext()]
    if torch.version.hip is not None:
        return [rocm_ext()]
    if torch.cuda.is_available() or CUDA_HOME is not None:
        ver = nvcc_version()
        if ver is None or ver < MIN_CUDA:
            raise RuntimeError("fastops needs CUDA 11.8 or newer; set CUDA_HOME")
        return [cuda_ext(), plain_ext()]
    return [cpu_ext(), plain_ext()]


def version_suffix():
    v = torch.version.cuda
    return "+cu" + v.replace(".", "") if v else "+cpu"


setup(
    name=NAME,
    version="0.3.1" + version_suffix(),
    description="Fast CUDA operators",
    packages=find_packages(exclude=("tests", "cuda_docs")),
    ext_modules=choose(),
    cmdclass={"build_ext": BuildExtension},
    install_requires=[
        "torch>=2.1",
        "numpy",
        "triton>=2.1",
        "nvidia-ml-py",
    ],
    extras_require={
        "flash": ["flash-attn>=2.5"],
        "cupy": ["cupy-cuda12x"],
        "test": ["pytest", "pytest-xdist"],
        "ascend": ["torch_npu"],
    },
    classifiers=["Programming Language :: Python :: 3", "Environment :: GPU :: NVIDIA CUDA :: 12"],
)
