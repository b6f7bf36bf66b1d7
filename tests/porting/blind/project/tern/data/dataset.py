"""Token files on disk, packed into sequences."""
import glob
import os

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, DistributedSampler

# tags with which the crawler marked documents
TAGS = ["python", "cuda", "triton", "rust", "fortran"]
BOOST = {"cuda": 2.0, "triton": 2.0}


class TokenDataset(Dataset):
    def __init__(self, folder, seq_len):
        self.files = sorted(glob.glob(os.path.join(folder, "*.bin")))
        self.seq_len = seq_len
        self.maps = [np.memmap(f, dtype=np.uint16, mode="r") for f in self.files]
        self.counts = [(len(m) - 1) // seq_len for m in self.maps]
        self.ends = np.cumsum(self.counts)

    def __len__(self):
        return int(self.ends[-1]) if len(self.ends) else 0

    def __getitem__(self, i):
        f = int(np.searchsorted(self.ends, i, side="right"))
        j = i - (int(self.ends[f - 1]) if f else 0)
        part = self.maps[f][j * self.seq_len:(j + 1) * self.seq_len + 1].astype(np.int64)
        ids = torch.from_numpy(part)
        return ids[:-1], ids[1:]


def weight_of(doc):
    if doc.get("tag") == "cuda":
        return BOOST["cuda"]
    return BOOST.get(doc.get("tag"), 1.0)


def build_loader(cfg, batch, seq_len):
    data = TokenDataset(cfg["path"], seq_len)
    sampler = DistributedSampler(data, shuffle=True, drop_last=True)
    return DataLoader(
        data,
        batch_size=batch,
        sampler=sampler,
        num_workers=cfg.get("num_workers", 4),
        pin_memory=True,
        persistent_workers=True,
        drop_last=True,
    )
