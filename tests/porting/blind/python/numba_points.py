import math
from dataclasses import dataclass

import numba
import numpy as np
from numba import cuda, float32, njit, prange
from numba.cuda.random import create_xoroshiro128p_states as make_states

TPB = 256


@njit(parallel=True)
def voxel_host(pts, size):
    out = np.empty((pts.shape[0], 3), np.int32)
    for i in prange(pts.shape[0]):
        for k in range(3):
            out[i, k] = int(pts[i, k] // size)
    return out


@cuda.jit
def voxel_gpu(pts, size, out):
    i = cuda.grid(1)
    if i < pts.shape[0]:
        for k in range(3):
            out[i, k] = int(pts[i, k] // size)


@cuda.jit("float32(float32, float32)", device=True)
def dist2(a, b):
    return a * a + b * b


@numba.cuda.jit
def block_sum(x, y):
    tile = cuda.shared.array(TPB, float32)
    t = cuda.threadIdx.x
    i = cuda.blockIdx.x * cuda.blockDim.x + t
    tile[t] = x[i] if i < x.size else 0.0
    cuda.syncthreads()
    s = TPB // 2
    while s > 0:
        if t < s:
            tile[t] += tile[t + s]
        cuda.syncthreads()
        s //= 2
    if t == 0:
        cuda.atomic.add(y, 0, tile[0])


@cuda.jit
def warp_max(x, y):
    v = x[cuda.grid(1)]
    off = cuda.warpsize // 2
    while off > 0:
        v = max(v, cuda.shfl_down_sync(0xFFFFFFFF, v, off))
        off //= 2
    if cuda.laneid == 0:
        y[0] = v


@numba.vectorize(["float64(float64)"], target="parallel")
def soft(x):
    return math.log1p(math.exp(x))


@numba.vectorize(["float32(float32)"], target="cuda")
def soft_gpu(x):
    return math.log1p(math.exp(x))


@dataclass
class Plan:
    n: int
    threads: int = TPB
    target: str = "host"

    @property
    def blocks(self):
        return -(-self.n // self.threads)

    def grid(self, d):
        return (self.blocks,) * d


def voxel(pts, size, use_gpu=None):
    use_gpu = cuda.is_available() if use_gpu is None else use_gpu
    if not use_gpu:
        return voxel_host(pts, size)
    p = Plan(len(pts))
    d = cuda.to_device(pts)
    out = cuda.device_array((p.n, 3), np.int32)
    voxel_gpu[p.blocks, p.threads](d, size, out)
    return out.copy_to_host()


def pinned(n):
    with cuda.pinned(a := np.zeros(n)):
        return a.copy()


def choose_device(i):
    cuda.select_device(i)
    return cuda.get_current_device().name


def states(n):
    return make_states(n, seed=3)


def host_points(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((n, 3), dtype=np.float64)


def cuda_free_name(s):
    return s.replace("cuda", "gpu")


class FakeCuda:
    """Host replacement with the names of numba.cuda that tests use."""

    def grid(self, d):
        return 0

    def syncthreads(self):
        return None


def run_fake():
    fake = FakeCuda()
    fake.syncthreads()
    return fake.grid(1)


def main():
    pts = host_points(10_000)
    a = voxel(pts, 0.1, use_gpu=False)
    b = voxel(pts, 0.1)
    print("host and cuda agree:", bool((a == b).all()))
    print(cuda_free_name("cuda voxel"), Plan(10).grid(2), run_fake())
    try:
        print(soft_gpu(np.float32(0.5)))
    except cuda.CudaSupportError as e:
        print("no CUDA:", e)


if __name__ == "__main__":
    main()
