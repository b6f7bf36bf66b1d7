"""CUDA source in a Python string."""
import cupy  # tie: py-cupy

SOURCE = """  # tie: py-cuda-source-string
extern "C" __global__ void add(float* x) {  // tie: cu-kernel-elementwise
    x[0] += 1.0f;
}
"""
PLAIN = """
select * from cuda
"""
LIBRARY = "libnccl.so.2"  # tie: py-pynccl
RUNTIME = "libcudart.so"  # tie: py-ctypes-cuda
OTHER = "libc.so.6"
