"""Continuous batching over a paged KV cache."""
import itertools
import logging
from collections import deque
from dataclasses import dataclass, field
from typing import List

import torch

from tern.config import ServeConfig
from tern.ops import fused
from tern.serve.block_manager import BlockManager, OutOfBlocks
from tern.serve.graph_runner import GraphRunner

log = logging.getLogger(__name__)
_ids = itertools.count()


@dataclass
class Request:
    prompt: List[int]
    max_new: int
    temperature: float = 0.7
    id: int = field(default_factory=lambda: next(_ids))
    output: List[int] = field(default_factory=list)
    done: bool = False

    @property
    def length(self):
        return len(self.prompt) + len(self.output)


class Engine:
    def __init__(self, cfg: ServeConfig, model):
        self.cfg = cfg
        self.device = torch.device(cfg.device)
        torch.cuda.set_device(0 if self.device.index is None else self.device.index)
        self.model = model.half().cuda().eval()
        self.waiting = deque()
        self.running = []
        blocks = self._profile()
        self.manager = BlockManager(blocks, 1024, cfg.block_size)
        self.caches = self._allocate(blocks)
        self.copy_stream = torch.cuda.Stream()
        self.graphs = None
        if cfg.use_cuda_graphs:
            self.graphs = GraphRunner(model, self.caches, self._max_blocks(), cfg.graph_batch_sizes)

    def _max_blocks(self):
        return self.model.cfg.max_seq_len // self.cfg.block_size

    def _profile(self):
        """How many blocks fit beside the weights and activations."""
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        self.model(torch.zeros(1, 512, dtype=torch.long, device=self.device))
        torch.cuda.synchronize()
        free, total = torch.cuda.mem_get_info()
        peak = torch.cuda.max_memory_allocated()
        budget = total * self.cfg.gpu_memory_fraction - peak
        c = self.model.cfg
        per_block = 2 * c.num_layers * self.cfg.block_size * c.num_kv_heads * c.head_dim * 2
        count = int(min(free, budget) // per_block)
        log.info("%d blocks on the gpu", count)
        return count

    def _allocate(self, blocks):
        c = self.model.cfg
        shape = (blocks, self.cfg.block_size, c.num_kv_heads, c.head_dim)
        make = lambda: torch.empty(shape, dtype=torch.half, device="cuda")  # noqa: E731
        return [(make(), make()) for _ in range(c.num_layers)]

    def add(self, request):
        self.waiting.append(request)

    def _admit(self):
        while self.waiting and len(self.running) < 256:
            req = self.waiting[0]
            try:
                self.manager.allocate(req.id, req.length)
            except OutOfBlocks:
                break
            self.running.append(self.waiting.popleft())
            self._prefill(req)

    def _prefill(self, req):
        ids = torch.tensor([req.prompt], device="cuda:0")
        logits = self.model.prefill(ids, self.caches, self.manager.tables[req.id])
        req.output.append(int(self._sample(logits[:, -1], [req])[0]))

    def _sample(self, logits, reqs):
        temp = torch.tensor([max(r.temperature, 1e-4) for r in reqs]).to("cuda", non_blocking=True)
        probs = torch.softmax(logits.float() / temp[:, None], dim=-1)
        return torch.multinomial(probs, 1).squeeze(1)

    def _preempt(self):
        req = self.running.pop()
        moves = self.manager.swap_out(req.id)
        with torch.cuda.stream(self.copy_stream):
            for k, v in self.caches:
                for src, _ in moves:
                    k[src].to("cpu", non_blocking=True)
                    v[src].to("cpu", non_blocking=True)
        self.waiting.appendleft(req)

    @torch.inference_mode()
    def step(self):
        self._admit()
        if not self.running:
            return []
        slots = []
        for req in list(self.running):
            try:
                slots.append(self.manager.append(req.id, req.length))
            except OutOfBlocks:
                self._preempt()
        reqs = self.running
        ids = torch.tensor([[r.output[-1]] for r in reqs], device=self.device)
        lens = torch.tensor([r.length for r in reqs], dtype=torch.int32, device=self.device)
        tables = self._pad([self.manager.tables[r.id] for r in reqs])
        slots = torch.tensor(slots[:len(reqs)], device=self.device)
        if self.graphs is not None and self.graphs.usable(len(reqs)):
            logits = self.graphs.run(ids, slots, tables, lens)
        else:
            logits = self.model.decode(self.caches, ids=ids, slots=slots, tables=tables, lens=lens)
        for req, tok in zip(reqs, self._sample(logits, reqs).tolist()):
            req.output.append(tok)
            req.done = len(req.output) >= req.max_new
        finished = [r for r in reqs if r.done]
        for r in finished:
            self.manager.free(r.id)
        self.running = [r for r in reqs if not r.done]
        return finished

    def _pad(self, tables):
        width = max(len(t) for t in tables)
        rows = [t + [0] * (width - len(t)) for t in tables]
        return torch.tensor(rows, dtype=torch.int32).pin_memory().cuda(non_blocking=True)

    def backend_name(self):
        # shown in /health; the kernels exist only in the CUDA build
        return "paged" if fused.HAS_KERNELS else "torch"

    def close(self):
        del self.caches
        try:
            torch.cuda.empty_cache()
        except torch.cuda.OutOfMemoryError:
            log.exception("cuda did not give the memory back")
