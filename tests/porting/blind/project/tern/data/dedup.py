"""Near-duplicate search with MinHash; on the GPU with CuPy, else with NumPy."""
import hashlib

import numpy as np

try:
    import cupy as cp
except ImportError:
    cp = None

PRIME = (1 << 61) - 1


def shingles(text, n=5):
    words = text.lower().split()
    return {
        int.from_bytes(hashlib.blake2b(" ".join(words[i:i + n]).encode(), digest_size=8).digest(), "little")
        for i in range(max(1, len(words) - n + 1))
    }


def signature(values, a, b):
    x = np.fromiter(values, dtype=np.uint64) % PRIME
    return ((np.outer(a, x) + b[:, None]) % PRIME).min(axis=1)


def signature_gpu(values, a, b):
    if cp is None:
        return signature(values, a, b)
    x = cp.asarray(np.fromiter(values, dtype=np.uint64))
    h = (cp.outer(cp.asarray(a), x) + cp.asarray(b)[:, None]) % PRIME
    out = cp.asnumpy(h.min(axis=1))
    cp.get_default_memory_pool().free_all_blocks()
    return out


def pairs(signatures, threshold=0.8):
    sig = np.stack(signatures)
    for i in range(len(sig)):
        same = (sig[i + 1:] == sig[i]).mean(axis=1)
        for j in np.nonzero(same >= threshold)[0]:
            yield i, int(i + 1 + j)
