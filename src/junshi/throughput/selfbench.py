"""Short measurements of the machine at hand through PyTorch, the same code on every device.

Matrix multiplication by number format, memory bandwidth, collective bandwidth, and a small transformer's
prompt,
decode step and training step. Each becomes a row with the columns of a measurement file; the transformer's
rows are
those that calibration learns from. PyTorch is optional: it is looked up when asked for, never at import.

Devices: CUDA and ROCm (`cuda`), Ascend through `torch_npu` (`npu`), Moore Threads through `torch_musa`
(`musa`), CPU.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from junshi.errors import InputError

DEVICES = ("cuda", "npu", "musa", "cpu")
BACKENDS = {"cuda": "nccl", "npu": "hccl", "musa": "mccl", "cpu": "gloo"}
MANY = 2
"""Processes from which on a collective can be measured."""

PLUGINS = {"npu": "torch_npu", "musa": "torch_musa"}
COLUMNS = (
    "id", "kind", "model", "total_params_b", "active_params_b", "layers", "hidden", "heads", "kv_heads",
    "ffn",
    "n_experts", "experts_per_token", "attention_type", "weight_dtype", "kv_dtype", "accelerator",
    "n_accelerators",
    "parallelism", "input_len", "output_len", "batch_or_concurrency", "metric", "value", "software", "date",
    "source",
    "confidence", "notes",
)  # fmt: skip
"""Columns of a measurement file."""


@dataclass(frozen=True)
class Shape:
    """Small transformer and the sizes of the measurement."""

    layers: int = 8
    hidden: int = 1024
    heads: int = 8
    ffn: int = 4096
    vocab: int = 8192
    sequence: int = 512
    batch: int = 4
    matrix: int = 2048
    copy_bytes: int = 256_000_000

    @property
    def params(self) -> float:
        """Parameters, embedding and head included."""
        layer = 4 * self.hidden * self.hidden + 3 * self.hidden * self.ffn
        return float(self.layers * layer + 2 * self.vocab * self.hidden)


SMALL = Shape(
    layers=2, hidden=128, heads=4, ffn=256, vocab=512, sequence=64, batch=2, matrix=256, copy_bytes=4_000_000
)
"""Sizes for a check that takes a second."""


@dataclass(frozen=True)
class Result:
    """One measurement of the machine."""

    kind: str
    metric: str
    value: float
    number_format: str
    input_len: int = 0
    output_len: int = 0
    batch: int = 0
    notes: str = ""


def torch_or_refuse() -> Any:
    """PyTorch, or the sentence that says how to get it.

    Raises
    ------
    InputError : PyTorch is not installed
    """
    if importlib.util.find_spec("torch") is None:
        raise InputError("bench.no_torch")
    return importlib.import_module("torch")


def device_of(torch: Any, wanted: str | None) -> str:
    """Device to measure: the one wanted, else the first accelerator present, else the CPU.

    Raises
    ------
    InputError : no such device on this machine
    """
    for name, plugin in PLUGINS.items():
        if wanted in (None, name) and importlib.util.find_spec(plugin) is not None:
            importlib.import_module(plugin)
    present = [name for name in DEVICES if name == "cpu" or _is_present(torch, name)]
    if wanted is None:
        return present[0]
    if wanted not in present:
        raise InputError("bench.no_device", name=wanted, known=", ".join(present))
    return wanted


def _is_present(torch: Any, name: str) -> bool:
    """Whether PyTorch sees a device of this kind."""
    part = getattr(torch, name, None)
    return part is not None and bool(part.is_available())


def join_group(torch: Any, device: str) -> int:
    """Join the processes that torchrun started, if any; this process's rank, 0 when alone."""
    if int(os.environ.get("WORLD_SIZE", "1")) < MANY or not torch.distributed.is_available():
        return 0
    if device != "cpu":
        getattr(torch, device).set_device(int(os.environ.get("LOCAL_RANK", "0")))
    if not torch.distributed.is_initialized():
        torch.distributed.init_process_group(BACKENDS[device])
    return int(torch.distributed.get_rank())


def formats_of(torch: Any, device: str) -> dict[str, Any]:
    """Number formats to multiply in; 32 bits on a CPU as well, where 16 bits are often emulated."""
    found = {"bf16": torch.bfloat16}
    return found | {"fp32": torch.float32} if device == "cpu" else found | {"fp16": torch.float16}


def seconds_of(torch: Any, device: str, work: Callable[[], object], least: float = 0.2) -> float:
    """Median seconds of one call over `least` seconds and at least 3 calls; a first is not counted."""
    part = getattr(torch, device, None)
    wait = getattr(part, "synchronize", None) if device != "cpu" else None
    times: list[float] = []
    work()
    begun = time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - begun < least and len(times) < 1000):
        if wait is not None:
            wait()
        start = time.perf_counter()
        work()
        if wait is not None:
            wait()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def measure(torch: Any, device: str, shape: Shape, report: Callable[[Result], None]) -> list[Result]:
    """All measurements of a device, each handed to `report` as it is made."""
    results: list[Result] = []
    for step in (_matmul, _copy, _collective, _transformer):
        for result in step(torch, device, shape):
            report(result)
            results.append(result)
    return results


def _matmul(torch: Any, device: str, shape: Shape) -> list[Result]:
    """Square matrix product by number format, TFLOP/s."""
    results = []
    for name, dtype in formats_of(torch, device).items():
        left = torch.randn(shape.matrix, shape.matrix, device=device, dtype=dtype)
        right = torch.randn(shape.matrix, shape.matrix, device=device, dtype=dtype)
        seconds = seconds_of(torch, device, lambda a=left, b=right: a @ b)  # type: ignore[misc]
        results.append(Result("matmul", "tflops", 2 * shape.matrix**3 / seconds / 1e12, name))
    return results


def _copy(torch: Any, device: str, shape: Shape) -> list[Result]:
    """Copy of a large array, bytes read and written, GB/s."""
    source = torch.zeros(shape.copy_bytes // 4, device=device, dtype=torch.float32)
    target = torch.empty_like(source)
    seconds = seconds_of(torch, device, lambda: target.copy_(source))
    return [Result("copy", "gb_per_s", 2 * shape.copy_bytes / seconds / 1e9, "fp32")]


def _collective(torch: Any, device: str, shape: Shape) -> list[Result]:
    """All-reduce over the processes that torchrun started, bus bandwidth, GB/s; nothing when alone."""
    group = torch.distributed
    if not group.is_available() or not group.is_initialized() or group.get_world_size() < MANY:
        return []
    ranks = group.get_world_size()
    data = torch.ones(shape.copy_bytes // 4, device=device, dtype=torch.float32)
    seconds = seconds_of(torch, device, lambda: group.all_reduce(data))
    bus = 2 * (ranks - 1) / ranks * shape.copy_bytes / seconds / 1e9
    return [
        Result(
            "collective", "gb_per_s", bus, "fp32", notes=f"all-reduce over {ranks} processes, bus bandwidth"
        )
    ]


def _transformer(torch: Any, device: str, shape: Shape) -> list[Result]:
    """Prompt, decode step and training step of a small transformer."""
    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    name = "fp32" if device == "cpu" else "bf16"
    model = build_transformer(torch, shape).to(device=device, dtype=dtype)
    tokens = torch.randint(0, shape.vocab, (shape.batch, shape.sequence), device=device)

    def read() -> None:
        with torch.no_grad():
            model(tokens[:1], None)

    with torch.no_grad():
        cache = model(tokens, None)[1]

    def step() -> None:
        with torch.no_grad():
            model(tokens[:, -1:], cache)

    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4)
    loss_of = torch.nn.CrossEntropyLoss()

    def train() -> None:
        optimiser.zero_grad(set_to_none=True)
        logits = model(tokens[:, :-1], None)[0]
        loss_of(logits.flatten(0, 1).float(), tokens[:, 1:].flatten()).backward()
        optimiser.step()

    prompt = shape.sequence / seconds_of(torch, device, read)
    decode = shape.batch / seconds_of(torch, device, step)
    trained = shape.batch * (shape.sequence - 1) / seconds_of(torch, device, train)
    rate = "tokens_per_s_per_chip"
    return [
        Result("prefill", rate, prompt, name, shape.sequence, 0, 1),
        Result("decode", rate, decode, name, shape.sequence, 1, shape.batch),
        Result("train", rate, trained, name, shape.sequence, 0, shape.batch),
    ]


def build_transformer(torch: Any, shape: Shape) -> Any:
    """Decoder with gated feed-forward layers; `model(tokens, cache)` gives logits and the cache."""
    nn = torch.nn

    class Layer(nn.Module):  # type: ignore[misc, name-defined]
        """Attention and gated feed-forward, each with its norm and residual."""

        def __init__(self) -> None:
            super().__init__()
            self.norms = nn.ModuleList([nn.LayerNorm(shape.hidden), nn.LayerNorm(shape.hidden)])
            self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden, bias=False)
            self.out = nn.Linear(shape.hidden, shape.hidden, bias=False)
            self.up = nn.Linear(shape.hidden, 2 * shape.ffn, bias=False)
            self.down = nn.Linear(shape.ffn, shape.hidden, bias=False)

        def forward(self, x: Any, past: Any) -> tuple[Any, Any]:
            """Output, and keys and values including the past."""
            batch, length, _ = x.shape
            heads = (batch, length, shape.heads, shape.hidden // shape.heads)
            query, key, value = (
                part.view(heads).transpose(1, 2) for part in self.qkv(self.norms[0](x)).chunk(3, -1)
            )
            if past is not None:
                key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
            mixed = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=past is None)
            x = x + self.out(mixed.transpose(1, 2).reshape(batch, length, shape.hidden))
            gate, up = self.up(self.norms[1](x)).chunk(2, -1)
            return x + self.down(nn.functional.silu(gate) * up), (key, value)

    class Model(nn.Module):  # type: ignore[misc, name-defined]
        """Embedding, layers, head."""

        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(shape.vocab, shape.hidden)
            self.layers = nn.ModuleList(Layer() for _ in range(shape.layers))
            self.head = nn.Linear(shape.hidden, shape.vocab, bias=False)

        def forward(self, tokens: Any, cache: Any) -> tuple[Any, list[Any]]:
            """Logits, and the cache of every layer."""
            x, kept = self.embedding(tokens), []
            for place, layer in enumerate(self.layers):
                x, pair = layer(x, None if cache is None else cache[place])
                kept.append(pair)
            return self.head(x), kept

    return Model()


def rows_of(
    results: Sequence[Result], shape: Shape, accelerator: str, software: str, source: str
) -> list[dict[str, object]]:
    """Results as rows of a measurement file."""
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    params = f"{shape.params / 1e9:.6g}"
    rows: list[dict[str, object]] = []
    for place, result in enumerate(results, start=1):
        row: dict[str, object] = dict.fromkeys(COLUMNS, "")
        row |= {
            "id": f"bench-{place:03d}",
            "kind": result.kind,
            "model": "bench-transformer",
            "total_params_b": params,
            "active_params_b": params,
            "layers": shape.layers,
            "hidden": shape.hidden,
            "heads": shape.heads,
            "kv_heads": shape.heads,
            "ffn": shape.ffn,
            "attention_type": "mha",
            "weight_dtype": result.number_format,
            "accelerator": accelerator,
            "n_accelerators": 1,
            "parallelism": "tp1 pp1 dp1" if result.kind == "train" else "tp1",
            "input_len": result.input_len or "",
            "output_len": result.output_len or "",
            "batch_or_concurrency": _batch_cell(result),
            "metric": result.metric,
            "value": f"{result.value:.6g}",
            "software": software,
            "date": day,
            "source": source,
            "confidence": "high",
            "notes": result.notes,
        }
        rows.append(row)
    return rows


def _batch_cell(result: Result) -> str:
    """Batch as measurement files write it."""
    if not result.batch:
        return ""
    return f"gbs {result.batch} mbs {result.batch}" if result.kind == "train" else str(result.batch)
