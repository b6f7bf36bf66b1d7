"""Build script of lmkernels.

Needs nvcc on the PATH for the CUDA build; ROCm users set LM_TARGET=rocm.
"""
import os
import subprocess

import torch
from setuptools import find_packages, setup
from torch.utils.cpp_extension import CUDA_HOME, BuildExtension, CppExtension, CUDAExtension

TARGET = os.environ.get("LM_TARGET", "cuda")

cuda_like_names = ["elementwise", "softmax"]  # base names only


def nvcc_threads():
    return os.environ.get("NVCC_THREADS", "4")


def toolkit_version():
    if torch.version.cuda is None:
        return None
    out = subprocess.check_output([os.path.join(CUDA_HOME, "bin", "nvcc"), "-V"], text=True)
    return out.split("release ")[1].split(",")[0]


def arch_flags():
    flags = []
    archs = os.environ.get("TORCH_CUDA_ARCH_LIST", "8.0;9.0")
    for a in archs.split(";"):
        cc = a.replace(".", "").replace("+PTX", "")
        flags += ["-gencode", f"arch=compute_{cc},code=sm_{cc}"]
    if torch.cuda.is_available():
        major, minor = torch.cuda.get_device_capability(0)
        print(f"building on a CUDA device of capability {major}.{minor}")
    return flags


def extensions():
    if TARGET == "cpu":
        return [CppExtension("lmkernels._C", ["bindings/ops_cpu.cpp"])]
    if TARGET == "rocm":
        return [
            CppExtension(
                "lmkernels._C",
                ["bindings/ops.cpp", "rocm/softmax_hip.cpp"],
                extra_compile_args=["-D__HIP_PLATFORM_AMD__"],
                libraries=["amdhip64"],
            )
        ]
    if TARGET == "npu":
        from torch_npu.utils.cpp_extension import NpuExtension

        return [NpuExtension("lmkernels._C", ["bindings/ops.cpp", "npu/add_custom.cpp"])]
    return [
        CUDAExtension(
            name="lmkernels._C",
            sources=[
                "bindings/ops.cpp",
                "kernels/elementwise.cu",
                "kernels/softmax_forward.cu",
            ],
            include_dirs=[os.path.join(CUDA_HOME, "include")],
            libraries=["cublasLt", "nccl"],
            extra_compile_args={
                "cxx": ["-O3"],
                "nvcc": [
                    "-O3",
                    "--use_fast_math",
                    "-U__CUDA_NO_HALF_OPERATORS__",
                    "--ptxas-options=-v",
                    f"--threads={nvcc_threads()}",
                ]
                + arch_flags(),
            },
        )
    ]


setup(
    name="lmkernels",
    version="1.4.0",
    description="Fused CUDA kernels for language models",
    packages=find_packages(exclude=("tests",)),
    ext_modules=extensions(),
    cmdclass={"build_ext": BuildExtension.with_options(use_ninja=True)},
    keywords=["cuda", "kernels", "nccl"],
    install_requires=[
        "torch>=2.3",
        "numpy",
        "nvidia-ml-py>=12.535",
    ],
    extras_require={
        "triton": ["triton==3.0.0"],
        "npu": ["torch-npu==2.3.1"],
        "rocm": ["pytorch-triton-rocm"],
    },
)
