load("@local_config_rocm//rocm:build_defs.bzl", "rocm_library")
deps = ["@local_cuda//:cudart"]  # tie: bazel-cuda
linkopts = ["-lnccl"]  # tie: bazel-cuda
copts = ["--use_fast_math"]  # tie: build-nvcc-flags
tags = [
    "requires-gpu-nvidia",  # tie: bazel-cuda
]
cc_test(name = "cuda_name_test")
rules_cuda_dependencies()  # tie: bazel-cuda
defines = ["HELP_TEXT=cuda-or-rocm"]
