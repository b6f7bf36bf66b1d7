"""What the free-text cells of a measurement say: number format, layout, batch, speculation, engine, year."""

from __future__ import annotations

import re

_NUMBER = r"(\d+(?:\.\d+)?)"

_ENGINES = (
    ("megatron-bridge", "megatron-bridge"),
    ("mindspeed", "mindspeed"),
    ("tensorrt-llm", "tensorrt-llm"),
    ("trtllm", "tensorrt-llm"),
    ("tensorrt", "tensorrt-llm"),
    ("sglang-npu", "sglang-npu"),
    ("sglang", "sglang"),
    ("vllm-ascend", "vllm-ascend"),
    ("vllm", "vllm"),
    ("lmdeploy", "lmdeploy"),
    ("nemo", "nemo"),
    ("megatron", "megatron"),
    ("flagscale", "megatron"),
    ("deepspeed", "deepspeed"),
    ("maxtext", "maxtext"),
)

MTP_ACCEPTED = {1: 1.85, 2: 2.5, 3: 2.85}
"""Tokens per step with multi-token prediction of DeepSeek models, by draft steps.

Means of the accept lengths that LMSYS 2025-09-26 (H20) and the SGLang Ascend tables (A3) state, for rows that
state the steps only.
"""

EAGLE_ACCEPTED = 2.2
"""Tokens per step with EAGLE-3 where a source names it without the accept length: mean of the A3 tables."""


def number_format(weight_dtype: str, training: bool) -> str:
    """Number format named by a cell such as `fp8-cs` or `int4-awq`; bf16 when empty.

    Examples
    --------
    >>> number_format("int4 (w4a8)", False), number_format("mxfp8", True), number_format("", True)
    ('w4a8', 'fp8', 'bf16')
    """
    text = weight_dtype.lower()
    if training and "tf32" in text:
        return "tf32"
    table = (
        ("w4a8", "w4a8"),
        ("weight-only", "w8"),
        ("gptq", "w8" if "8" in text else "w4"),
        ("awq", "w4"),
        ("fp4/fp8", "fp4" if training else "w4f8"),
        ("fp4", "fp4"),
        ("fp8", "fp8"),
        ("int8", "int8"),
        ("int4", "w4"),
    )
    return next((name for mark, name in table if mark in text), "bf16")


def degrees(parallelism: str) -> dict[str, float]:
    """Degrees named in a cell, such as `tp2 pp4 vp5`; `adp` is attention data parallel.

    Examples
    --------
    >>> degrees("fsdp0 tp4 pp8 cp1 vp5")["pp"]
    8.0
    >>> degrees("pd-disagg: prefill 2x(tp16 dp2), decode tp32 dp32 ep32")["dp"]
    32.0
    """
    text = parallelism.lower().replace("moe-tp", "moetp").replace("attention-dp", "adp")
    decode = text.split("decode")[-1] if "decode" in text else text
    decode = re.sub(r"^\s*\d+\s+|\d+ decode", " ", decode)
    found = {
        name: float(number)
        for name, number in re.findall(
            r"(?<![a-z])(adp|moetp|fsdp|tp|pp|dp|ep|cp|vp)(\d+)",
            re.sub(r"(\d)(?=(tp|pp|dp|ep|cp|vp)\d)", r"\1 ", decode),
        )
    }
    if "zero" in text and "zero1" not in text:
        found["zero"] = 1.0
    return found


def is_disaggregated(parallelism: str) -> bool:
    """Whether prompts and decode steps run on different chips."""
    text = parallelism.lower()
    return "disagg" in text or bool(re.search(r"\d+p\d+d", text))


def batch_of(cell: str, notes: str, chips: float) -> float | None:
    """Requests running at once, from the batch cell or the notes (average concurrency); None = not stated."""
    average = re.search(rf"average concurrency {_NUMBER}", notes)
    if average:
        return float(average[1])
    if not cell or "offline" in cell or "tokens" in cell:
        return None
    found = re.match(_NUMBER, cell.strip())
    if found is None:
        return None
    return float(found[1]) * (chips if "/gpu" in cell.lower() else 1.0)


def global_batch(cell: str) -> tuple[float | None, float | None]:
    """Sequences of the global batch and of a micro-batch, `gbs 128 mbs 2`."""
    whole, micro = re.search(r"gbs (\d+)", cell), re.search(r"mbs (\d+)", cell)
    return (float(whole[1]) if whole else None, float(micro[1]) if micro else None)


def local_batch(cell: str, chips: float) -> float | None:
    """Samples of one chip in a step, from `gbs 4608` over all chips or `256` on each; None = not stated."""
    whole = global_batch(cell)[0]
    if whole is not None:
        return whole / chips
    found = re.fullmatch(_NUMBER, cell.strip())
    return float(found[1]) if found else None


def accepted_tokens(notes: str) -> float:
    """Tokens that one decode step gives: the accept length stated, or that of the method named; 1 without."""
    text = notes.lower()
    if "no mtp" in text:
        return 1.0
    stated = re.search(rf"accept(?: length)? {_NUMBER}(?:-{_NUMBER})?", text)
    if stated:
        return (float(stated[1]) + float(stated[2] or stated[1])) / 2
    steps = re.search(r"mtp (\d) step", text)
    if steps:
        return MTP_ACCEPTED.get(int(steps[1]), MTP_ACCEPTED[3])
    return EAGLE_ACCEPTED if "eagle" in text else 1.0


def stated_tpot_ms(notes: str) -> float | None:
    """Mean time per output token that the notes state of the same run, ms."""
    found = re.search(rf"(?:mean tpot|tpot|~) ?{_NUMBER} ?ms", notes.lower())
    return float(found[1]) if found and "tpot" in notes.lower() else None


MLPERF_TPOT_MS = {
    ("llama-2-70b", "Server"): 200.0,
    ("llama-2-70b", "Interactive"): 40.0,
    ("llama-3.1-405b", "Server"): 175.0,
    ("llama-3.1-405b", "Interactive"): 80.0,
    ("llama-3.1-8b", "Server"): 100.0,
    ("llama-3.1-8b", "Interactive"): 30.0,
    ("mixtral-8x7b", "Server"): 200.0,
    ("deepseek-r1", "Server"): 80.0,
}
"""Limits on the time per output token (99th percentile): MLCommons rules of MLPerf Inference 5.1."""


def mlperf_tpot_ms(model: str, notes: str) -> float | None:
    """Limit on the time per output token of an MLPerf scenario named in the notes, ms; None offline."""
    found = re.search(r"MLPerf (Server|Interactive)", notes)
    return MLPERF_TPOT_MS.get((model, found[1])) if found else None


def length_share(notes: str) -> float:
    """Mean length of random requests over the length named, from words such as `0.8-1.0 range`; 1 without."""
    found = re.search(rf"{_NUMBER}-1\.0 range", notes)
    return (1 + float(found[1])) / 2 if found else 1.0


def trained_tokens(notes: str) -> float | None:
    """Tokens of a whole run, from words such as `14.8T tokens`."""
    found = re.search(rf"{_NUMBER}T tokens", notes)
    return float(found[1]) * 1e12 if found else None


def engine_of(software: str) -> str:
    """Family of an engine; the first word where the family is not known."""
    text = software.lower()
    for mark, name in _ENGINES:
        if mark in text:
            return name
    words = text.split()
    return words[0] if words else ""


def year_of(date: str) -> float | None:
    """Year with fraction of `2025`, `2025-06` or `2025-06-04`; a bare year means its middle."""
    found = re.match(r"(\d{4})(?:-(\d{2}))?", date)
    if found is None:
        return None
    return float(found[1]) + ((int(found[2]) - 0.5) / 12 if found[2] else 0.5)


def publisher(source: str) -> str:
    """Who measured: the sources that a cross-validation leaves out together.

    Examples
    --------
    >>> publisher("FlagOpen/FlagPerf@1b5a0303 training/nvidia/aquila2/README.md")
    'FlagOpen/FlagPerf'
    """
    if "inferencex" in source.lower():
        return "InferenceX"
    if source.startswith(("mlcommons", "arXiv", "lmsys")):
        return " ".join(source.split()[:2])[:40] if not source.startswith("mlcommons") else source.split()[0]
    first = source.split()[0].split("@")[0] if source.split() else ""
    return "/".join(first.split("/")[:2])
