"""Copies the next batch to the GPU while the current one is computed."""
import torch


class CudaPrefetcher:
    def __init__(self, loader, device):
        self.loader = loader
        self.device = device
        self.stream = torch.cuda.Stream(device=device)
        self.epoch = 0
        self.it = iter(loader)
        self._load()

    def _load(self):
        try:
            ids, labels = next(self.it)
        except StopIteration:
            self.epoch += 1
            if hasattr(self.loader.sampler, "set_epoch"):
                self.loader.sampler.set_epoch(self.epoch)
            self.it = iter(self.loader)
            ids, labels = next(self.it)
        with torch.cuda.stream(self.stream):
            self.ids = ids.to(self.device, non_blocking=True)
            self.labels = labels.cuda(non_blocking=True)

    def __iter__(self):
        return self

    def __next__(self):
        current = torch.cuda.current_stream()
        current.wait_stream(self.stream)
        ids, labels = self.ids, self.labels
        ids.record_stream(current)
        labels.record_stream(current)
        self._load()
        return ids, labels
