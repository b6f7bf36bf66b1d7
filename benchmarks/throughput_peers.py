"""Public performance models and Junshi on the same published measurements, in one run.

    python benchmarks/throughput_peers.py MEASUREMENTS.csv [ANSWERS.json]

Run it with a Python that has Junshi and the peers installed (a separate environment; the peers pin other
versions): `pip install junshi aiconfigurator genz-llm llm-analysis`. A peer that is not installed is left
out and said so.

Each peer answers the rows that it can: aiconfigurator time per output token and to the first token with its
own measured kernels (NVIDIA parts only); GenZ both with efficiencies of 1, its default, on any chip given
by its peaks; llm-analysis training with a utilisation of 0.5, which its user has to supply, 16-bit dense
models. Junshi answers every row twice: with the efficiencies that ship (the rows are among those that they
were fitted on), and with publishers left out, so that nothing of the publisher of a row was seen.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from junshi.catalogue.load import load_catalogue
from junshi.throughput.calibration import answer, leave_sources_out
from junshi.throughput.measurements import TokenQuestion, question_of, read_measurements
from junshi.throughput.posterior import load_posterior

PUBLISHED = Path(__file__).parents[1] / "src" / "junshi" / "throughput" / "data" / "published.csv"
"""Rows that come with the package; Junshi learns from them as well."""

Peer = Callable[[TokenQuestion], float | None]

SYSTEMS = {"h100-sxm": "h100_sxm", "h200-sxm": "h200_sxm", "b200-sxm": "b200_sxm", "gb200": "gb200"}
SYSTEMS |= {"a100-80g-sxm": "a100_sxm", "l40s": "l40s", "b300-sxm": "b300_sxm", "gb300": "gb300"}
NAMES = {
    "llama-3.3-70b": "meta-llama/Meta-Llama-3.1-70B",
    "llama-3.1-70b": "meta-llama/Meta-Llama-3.1-70B",
    "llama-3.1-8b": "meta-llama/Meta-Llama-3.1-8B",
    "llama-2-7b": "meta-llama/Llama-2-7b-hf",
    "deepseek-r1": "deepseek-ai/DeepSeek-V3",
    "deepseek-v3": "deepseek-ai/DeepSeek-V3",
    "gpt-oss-120b": "openai/gpt-oss-120b",
    "qwen3-32b": "Qwen/Qwen3-32B",
    "qwen3-30b-a3b": "Qwen/Qwen3-30B-A3B",
    "qwen3-235b-a22b": "Qwen/Qwen3-235B-A22B",
    "qwen2.5-1.5b": "Qwen/Qwen2.5-1.5B",
    "qwen2.5-7b": "Qwen/Qwen2.5-7B",
}
GENZ = {
    "llama-3.3-70b": "meta-llama/Llama-3.1-70B",
    "llama-3.1-8b": "meta-llama/Llama-3.1-8B",
    "llama-2-7b": "meta-llama/Llama-2-7B",
    "llama-2-70b": "meta-llama/Llama-2-70B",
    "qwen2.5-1.5b": "Qwen/Qwen2.5-1.5B",
    "qwen2.5-7b": "Qwen/Qwen2.5-7B",
    "qwen2.5-14b": "Qwen/Qwen2.5-14B",
    "qwen2.5-32b": "Qwen/Qwen2.5-32B",
    "deepseek-v3": "deepseek-ai/DeepSeek-V3-Base",
    "deepseek-r1": "deepseek-ai/DeepSeek-V3-Base",
}
BACKENDS = {"tensorrt-llm": "trtllm", "sglang": "sglang", "vllm": "vllm"}


def is_latency(question: TokenQuestion) -> bool:
    """Whether a row asks for a time per token or to the first, at a stated layout, without speculation."""
    known = question.row.metric in ("tpot_ms", "ttft_ms") and not question.searched
    return known and question.accepted == 1 and not question.disaggregated


def aiconfigurator(question: TokenQuestion) -> float | None:
    """Answer of aiconfigurator, ms; None where it has no data."""
    from aiconfigurator.cli.api import cli_estimate

    system, name = SYSTEMS.get(question.traits.accelerator), NAMES.get(question.row.model)
    backend = BACKENDS.get(question.traits.engine)
    if not is_latency(question) or system is None or name is None or backend is None:
        return None
    layout = question.layouts
    mixture = question.traits.mixture
    eight = question.stored_format == "fp8" and not mixture
    options: dict[str, object] = {"gemm_quant_mode": "fp8"} if eight else {}
    if question.stored_format == "fp4" and not mixture:
        options = {"gemm_quant_mode": "nvfp4"}
    if mixture:
        split = int(layout.expert[0]) if "ep1" not in question.row.parallelism else 1
        chips = int(layout.chips[0])
        options |= {"moe_ep_size": split, "moe_tp_size": max(chips // split, 1)}
    for mode in ("SILICON", "HYBRID"):
        try:
            found = cli_estimate(
                name,
                system,
                backend_name=backend,
                database_mode=mode,
                isl=round(question.length),
                osl=round(question.output),
                batch_size=max(round(question.batch), 1),
                tp_size=int(layout.tensor[0]),
                attention_dp_size=int(layout.data[0]),
                **options,
            )
        except Exception:  # noqa: BLE001, S112 - whatever a peer raises, it has no answer
            continue
        return float(found.tpot if question.row.metric == "tpot_ms" else found.ttft)
    return None


def genz(question: TokenQuestion) -> float | None:
    """Answer of GenZ with its default efficiencies, ms."""
    from GenZ import decode_moddeling, prefill_moddeling

    name = GENZ.get(question.row.model)
    if not is_latency(question) or name is None or question.layouts.data[0] > 1:
        return None
    chip, tensor = question.chips, int(question.layouts.tensor[0])
    system = {
        "Flops": float(chip.flops_16) / 1e12,
        "Memory_size": float(chip.memory) / 1e9,
        "Memory_BW": float(chip.bandwidth) / 1e9,
        "ICN": float(chip.link) / 1e9,
        "real_values": True,
    }
    options = {
        "model": name,
        "system_name": system,
        "bits": {"bf16": "bf16", "w4": "int4", "fp4": "int4"}.get(question.stored_format, "int8"),
        "tensor_parallel": tensor,
        "parallelism_heirarchy": f"TP{{{tensor}}}_EP{{1}}_PP{{1}}",
    }
    try:
        if question.row.metric == "ttft_ms":
            made = prefill_moddeling(batch_size=1, input_tokens=round(question.length), **options)
            return float(made["Latency"])
        batch = max(round(question.batch), 1)
        context = {"input_tokens": round(question.length), "output_tokens": round(question.output), "Bb": 1}
        return float(decode_moddeling(batch_size=batch, **context, **options)["Latency"])
    except Exception:  # noqa: BLE001 - whatever a peer raises, it has no answer
        return None


def llm_analysis(question: TokenQuestion) -> float | None:
    """Answer of llm-analysis for a dense 16-bit training row with a stated layout, tokens/s per chip."""
    from llm_analysis.analysis import LLMAnalysis
    from llm_analysis.config import DtypeConfig, GPUConfig, ModelConfig, ParallelismConfig

    stated = question.row.metric == "tokens_per_s_per_chip" and not question.searched
    if question.group != "train" or not stated or question.traits.mixture or question.stored_format != "bf16":
        return None
    row, chip, layout = question.row, question.chips, question.layouts
    try:
        model = ModelConfig(
            row.model, int(row.layers or 0), int(row.heads or 0), int(row.hidden or 0), 32000,
            max_seq_len=int(question.length), num_key_value_heads=int(row.kv_heads or row.heads or 0),
            expansion_ratio=float(row.ffn or 0) / float(row.hidden or 1),
        )  # fmt: skip
        memory, bandwidth = float(chip.memory) / 1e9, float(chip.bandwidth) / 1e9
        link, peak = float(chip.link) / 1e9, float(chip.flops_16) / 1e12
        gpu = GPUConfig("chip", memory, bandwidth, link, 8e-6, peak)
        sizes = [int(part[0]) for part in (layout.tensor, layout.pipeline, layout.data)]
        cut = ParallelismConfig(tp_size=sizes[0], pp_size=sizes[1], dp_size=sizes[2], sp_size=sizes[0])
        batch = 1 if np.isnan(question.micro) else int(question.micro)
        steps = 8 if np.isnan(question.batch) else max(int(question.batch / (sizes[2] * batch)), 1)
        made = LLMAnalysis(model, gpu, DtypeConfig(), cut, flops_efficiency=0.5, hbm_memory_efficiency=0.8)
        found = made.training(
            batch_size_per_gpu=batch, gradient_accumulation_steps=steps, seq_len=int(question.length),
            ds_zero=made_zero(layout.sharded[0]), mlp_gated_linear_units=True,
        )  # fmt: skip
        tokens = batch * steps * sizes[2] * question.length
        return float(tokens / found["latency_per_iter"] / float(layout.chips[0]))
    except Exception:  # noqa: BLE001 - whatever a peer raises, it has no answer
        return None


def made_zero(sharded: float) -> object:
    """ZeRO stage in the peer's words."""
    from llm_analysis.analysis import DSZeRO

    return DSZeRO(3 if sharded else 1)


PEERS: dict[str, tuple[str, Peer]] = {
    "aiconfigurator": ("aiconfigurator", aiconfigurator),
    "genz": ("genz-llm", genz),
    "llm-analysis": ("llm-analysis", llm_analysis),
}


def errors_of(values: Iterable[float], questions: Iterable[TokenQuestion]) -> np.ndarray:
    """Absolute relative errors."""
    return np.array([abs(v / q.measured - 1) for v, q in zip(values, questions, strict=True)])


def answers_of(
    name: str, peer: Peer, questions: list[TokenQuestion], kept: Path | None
) -> list[float | None]:
    """Answers of a peer, from the file that keeps them when it has them."""
    known: dict[str, dict[str, float | None]] = {}
    if kept is not None and kept.exists():
        known = json.loads(kept.read_text(encoding="utf-8"))
    if name not in known:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            known[name] = {question.row.id: peer(question) for question in questions}
        if kept is not None:
            kept.write_text(json.dumps(known), encoding="utf-8")
    return [known[name].get(question.row.id) for question in questions]


def installed() -> dict[str, tuple[str, Peer]]:
    """Peers that are installed, name and version → name in the file of answers, and how to ask."""
    found = {}
    for name, (package, peer) in PEERS.items():
        try:
            found[f"{name} {importlib.metadata.version(package)}"] = (name, peer)
        except importlib.metadata.PackageNotFoundError:
            print(f"{name}: not installed, left out")
    return found


def main() -> None:
    """One line a peer and kind: rows, chips, median error of the peer and of Junshi on the same rows."""
    catalogue = load_catalogue()
    rows = read_measurements(Path(sys.argv[1]))
    questions = [q for q in (question_of(row, catalogue) for row in rows) if isinstance(q, TokenQuestion)]
    kept = Path(sys.argv[2]) if sys.argv[2:] else None
    logging.disable(logging.CRITICAL)
    answers = {title: answers_of(name, peer, questions, kept) for title, (name, peer) in installed().items()}
    ours = np.exp(answer(questions, load_posterior()).log_value)
    more = [question_of(row, catalogue) for row in read_measurements(PUBLISHED)]
    every = [*questions, *(q for q in more if isinstance(q, TokenQuestion))]
    error = leave_sources_out(every).error[: len(questions)]
    unseen = np.array([q.measured for q in questions]) * np.exp(-error)
    print(f"Junshi {importlib.metadata.version('junshi')}: {len(questions)} rows, ", end="")
    print(f"{len({q.traits.accelerator for q in questions})} accelerators")
    print("| peer | kind | rows | chips | median error | Junshi, fitted | Junshi, publisher unseen |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for title, values in answers.items():
        for kind in ("train", "prefill", "decode", "serve"):
            index = [i for i, q in enumerate(questions) if values[i] and q.group == kind]
            if not index:
                continue
            asked = [questions[i] for i in index]
            medians = [np.median(errors_of([one[i] for i in index], asked)) for one in (values, ours, unseen)]
            chips = len({question.traits.accelerator for question in asked})
            cells = " | ".join(f"{value:.1%}" for value in medians)
            print(f"| {title} | {kind} | {len(index)} | {chips} | {cells} |")


if __name__ == "__main__":
    main()
