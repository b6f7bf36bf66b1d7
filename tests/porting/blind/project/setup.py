import os
import subprocess
from pathlib import Path

from setuptools import find_packages, setup

import torch
from torch.utils.cpp_extension import (
    BuildExtension,
    CUDA_HOME,
    CUDAExtension,
)

HERE = Path(__file__).resolve().parent
SKIP_BUILD = os.environ.get("TERN_SKIP_CUDA_BUILD", "0") == "1"
MAX_JOBS = os.environ.get("MAX_JOBS", "8")


def nvcc_release():
    """Return the release of nvcc as a tuple, e.g. (12, 1)."""
    out = subprocess.check_output([os.path.join(CUDA_HOME, "bin", "nvcc"), "--version"], text=True)
    release = out.split("release ")[1].split(",")[0]
    major, minor = release.split(".")
    return int(major), int(minor)


def arch_flags():
    archs = os.environ.get("TORCH_CUDA_ARCH_LIST", "8.0;8.6;9.0").split(";")
    flags = []
    for arch in archs:
        num = arch.replace(".", "").strip()
        flags += ["-gencode", f"arch=compute_{num},code=sm_{num}"]
    return flags


def extensions():
    if SKIP_BUILD:
        return []
    if CUDA_HOME is None:
        raise RuntimeError("No CUDA toolkit found; set TERN_SKIP_CUDA_BUILD=1 for a pure Python install")

    cxx_flags = ["-O3", "-std=c++17", "-fvisibility=hidden"]
    nvcc_flags = [
        "-O3",
        "-std=c++17",
        "--use_fast_math",
        "--expt-relaxed-constexpr",
        "-U__CUDA_NO_HALF_OPERATORS__",
        "-U__CUDA_NO_BFLOAT16_CONVERSIONS__",
        f"--threads={min(4, int(MAX_JOBS))}",
    ] + arch_flags()
    if nvcc_release() >= (12, 0):
        nvcc_flags.append("--ptxas-options=-v")

    sources = [
        "csrc/bindings.cpp",
        "csrc/rmsnorm.cu",
        "csrc/rope.cu",
        "csrc/softmax.cu",
        "csrc/paged_attention.cu",
        "csrc/cache_ops.cu",
        "csrc/quant_gemm.cu",
        "csrc/all_reduce.cu",
    ]
    return [
        CUDAExtension(
            name="tern._C",
            sources=sources,
            include_dirs=[str(HERE / "csrc")],
            libraries=["cublas", "nccl"],
            extra_compile_args={"cxx": cxx_flags, "nvcc": nvcc_flags},
        )
    ]


version = "0.6.2"
if not SKIP_BUILD and torch.version.cuda is not None:
    version += "+cu" + torch.version.cuda.replace(".", "")

setup(
    name="tern-lm",
    version=version,
    packages=find_packages(include=["tern", "tern.*", "finetune"]),
    ext_modules=extensions(),
    cmdclass={"build_ext": BuildExtension.with_options(use_ninja=True)},
    zip_safe=False,
)
