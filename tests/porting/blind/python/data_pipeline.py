import os
import queue
import threading
from typing import Iterator, List

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, DistributedSampler

try:
    from nvidia.dali import fn, pipeline_def, types
    from nvidia.dali.plugin.pytorch import DALIGenericIterator
except ImportError:
    pipeline_def = None

GPU_DECODE = os.getenv("GPU_DECODE", "0") == "1"


class TokenDataset(Dataset):
    def __init__(self, path, seq):
        self.data = np.memmap(path, dtype=np.uint16, mode="r")
        self.seq = seq
        self.weights = np.ones(8, dtype=np.float64)

    def __len__(self):
        return len(self.data) // self.seq - 1

    def __getitem__(self, i):
        lo = i * self.seq
        chunk = self.data[lo : lo + self.seq + 1].astype(np.int64)
        return torch.from_numpy(chunk[:-1]), torch.from_numpy(chunk[1:])


class Batch:
    """Holds tensors; has its own cuda() so that callers may chain."""

    def __init__(self, xs: List[torch.Tensor]):
        self.xs = xs

    def cuda(self):
        self.xs = [x.cuda(non_blocking=True) for x in self.xs]
        return self

    def pin_memory(self):
        self.xs = [x.pin_memory() for x in self.xs]
        return self


def collate(items):
    return Batch([torch.stack(z) for z in zip(*items)])


def loader(ds, bs, rank, world, workers=4):
    sampler = DistributedSampler(ds, num_replicas=world, rank=rank)
    return DataLoader(
        ds,
        batch_size=bs,
        sampler=sampler,
        num_workers=workers,
        collate_fn=collate,
        pin_memory=True,
        pin_memory_device=f"cuda:{rank}",
        persistent_workers=True,
    )


def eval_loader(ds):
    return DataLoader(ds, batch_size=1, pin_memory=torch.cuda.is_available())


def cpu_loader(ds):
    return DataLoader(ds, batch_size=1, pin_memory=False)


class Prefetcher:
    """Copies the next batch on a side CUDA stream while the model computes."""

    def __init__(self, it: Iterator[Batch]):
        self.it = iter(it)
        self.stream = torch.cuda.Stream()
        self.next = None
        self._fill()

    def _fill(self):
        try:
            self.next = next(self.it)
        except StopIteration:
            self.next = None
            return
        with torch.cuda.stream(self.stream):
            self.next.cuda()

    def __iter__(self):
        return self

    def __next__(self):
        if self.next is None:
            raise StopIteration
        cur = torch.cuda.current_stream()
        cur.wait_stream(self.stream)
        out = self.next
        for x in out.xs:
            x.record_stream(cur)
        self._fill()
        return out


class HostQueue(threading.Thread):
    """Background thread that reads ahead on the host; no CUDA calls here."""

    def __init__(self, it, depth=4):
        super().__init__(daemon=True)
        self.q = queue.Queue(depth)
        self.it = it
        self.stream = None

    def run(self):
        for b in self.it:
            self.q.put(b.pin_memory())
        self.q.put(None)


if pipeline_def is not None:

    @pipeline_def(batch_size=64, num_threads=4, device_id=0)
    def image_pipe(root):
        jpg, lab = fn.readers.file(file_root=root, random_shuffle=True)
        img = fn.decoders.image(jpg, device="mixed", output_type=types.RGB)
        img = fn.resize(img, size=(224, 224))
        return img, lab

    def dali_loader(root):
        return DALIGenericIterator([image_pipe(root)], ["x", "y"])


def to_device(batch, device):
    return {k: v.to(device) if torch.is_tensor(v) else v for k, v in batch.items()}


def staging_buffer(n):
    buf = torch.empty(n, dtype=torch.uint8, pin_memory=True)
    rc = torch.cuda.cudart().cudaHostRegister(buf.data_ptr(), n, 0)
    assert rc == 0, f"cudaHostRegister failed with {rc}"
    return buf


def describe(ds):
    fields = {"kind": "tokens", "target": "cuda-ready", "n": len(ds)}
    return ", ".join(f"{k}={v}" for k, v in fields.items())
