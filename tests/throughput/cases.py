"""Small scenarios and accelerators for the tests of throughput."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.catalogue.schema import Accelerator
from junshi.scenario.schema import Latency, PerSample, Scenario, Workload
from junshi.throughput.build import build_throughput
from junshi.throughput.table import ThroughputTable

WORKLOADS: dict[str, dict[str, object]] = {
    "pretrain-dense": {"kind": "pretrain", "model": "llama-3.1-70b"},
    "pretrain-mixture": {"kind": "pretrain", "model": "deepseek-v3"},
    "finetune": {"kind": "finetune", "model": "qwen3-32b"},
    "serve-dense": {"kind": "serve", "model": "llama-3.1-8b", "latency": Latency(ttft_ms=1500, tpot_ms=40)},
    "serve-mixture": {"kind": "serve", "model": "deepseek-v3", "latency": Latency(ttft_ms=4000, tpot_ms=80)},
    "batch": {"kind": "batch", "model": "llama-3.1-70b"},
    "prefill": {"kind": "prefill", "model": "deepseek-v3", "input_len": 4096},
    "decode": {"kind": "decode", "model": "qwen3-32b", "latency": Latency(tpot_ms=50)},
    "research": {"kind": "research", "reference_accelerator": "a100-80g-sxm"},
    "diffusion": {"kind": "diffusion", "per_sample": PerSample(gflop=5e4, gbyte=20, weights_gb=3)},
}


def workload(name: str, **changes: object) -> Workload:
    """Workload of the list above, with changes."""
    fields = {"id": name, "demand": 1.0, "unmet_cost_per_1e9": 1.0, "runs_on": {"cuda": 1.0}}
    return Workload.model_validate(fields | WORKLOADS[name] | changes)


@cache
def catalogue() -> Catalogue:
    """Facts of the package."""
    return load_catalogue()


def with_chip(chip: Accelerator) -> Catalogue:
    """Catalogue in which one accelerator is replaced."""
    facts = catalogue()
    return replace(
        facts, accelerators=tuple(chip if row.id == chip.id else row for row in facts.accelerators)
    )


def table(
    workloads: list[Workload], accelerators: list[str], facts: Catalogue | None = None
) -> ThroughputTable:
    """Throughput of workloads on accelerators, without the rest of a scenario."""
    scenario = Scenario.model_construct(accelerators=accelerators, workload=workloads)
    return build_throughput(scenario, facts or catalogue())


def rate(one: Workload, chip: Accelerator) -> float:
    """Likely throughput of one workload on one accelerator; 0 where it cannot run."""
    value = float(table([one], [chip.id], with_chip(chip)).units_per_s[0, 0])
    return 0.0 if value != value else value
