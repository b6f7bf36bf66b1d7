"""Decoding steps captured as CUDA graphs."""
import logging

import torch

log = logging.getLogger(__name__)


class GraphRunner:
    def __init__(self, model, caches, max_blocks, batch_sizes):
        self.model = model
        self.caches = caches
        self.graphs = {}
        self.pool = None
        self.max_blocks = max_blocks
        for b in sorted(batch_sizes, reverse=True):
            self._capture(b)
        log.info("captured %d cuda graphs", len(self.graphs))

    def _buffers(self, b):
        return {
            "ids": torch.zeros(b, 1, dtype=torch.long, device="cuda"),
            "slots": torch.zeros(b, dtype=torch.long, device="cuda"),
            "tables": torch.zeros(b, self.max_blocks, dtype=torch.int32, device="cuda"),
            "lens": torch.ones(b, dtype=torch.int32, device="cuda"),
        }

    @torch.inference_mode()
    def _capture(self, b):
        buf = self._buffers(b)
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(2):
                self.model.decode(self.caches, **buf)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self.pool):
            out = self.model.decode(self.caches, **buf)
        self.pool = self.pool or graph.pool()
        self.graphs[b] = (graph, buf, out)

    def usable(self, b):
        return any(size >= b for size in self.graphs)

    def run(self, ids, slots, tables, lens):
        b = ids.shape[0]
        size = min(s for s in self.graphs if s >= b)
        graph, buf, out = self.graphs[size]
        buf["ids"][:b].copy_(ids)
        buf["slots"].fill_(-1)
        buf["slots"][:b].copy_(slots)
        buf["tables"][:b, :tables.shape[1]].copy_(tables)
        buf["lens"][:b].copy_(lens)
        graph.replay()
        return out[:b]
