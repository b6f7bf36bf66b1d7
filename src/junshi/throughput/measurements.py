"""From measurement rows to questions that the model can answer, or the reason why not."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import read_rows
from junshi.catalogue.schema import Accelerator
from junshi.scenario.read import read_text
from junshi.throughput import wording
from junshi.throughput.chips import Chips, chips_of, missing_figure, supports
from junshi.throughput.efficiency import REFERENCE_YEAR, Traits, traits_of
from junshi.throughput.models import catalogue_architecture
from junshi.throughput.parallelism import Layout, serving_layouts, training_layouts
from junshi.throughput.samples import SampleWork, load_samples, plain_name, samples_to_converge
from junshi.throughput.schema import Measurement
from junshi.throughput.work import Architecture, Work, work_of

SIZE_LIMIT = 20_000_000

KINDS = {
    "train": "train",
    "finetune": "train",
    "prefill": "prefill",
    "decode": "decode",
    "serve-mixed": "serve",
}
TRAIN_METRICS = ("tokens_per_s_per_chip", "mfu", "gpu_hours", "time_to_train_min", "samples_per_s_per_chip")
SAMPLE_METRICS = ("samples_per_s_per_chip", "time_to_train_min")
SERVE_METRICS = (
    "tokens_per_s_per_chip",
    "total_tokens_per_s_per_chip",
    "tpot_ms",
    "ttft_ms",
    "request_latency_s",
)

USUAL_SEQUENCE = 4096.0
"""Training sequence and prompt length where a row states none: the most frequent in published tables."""

LATENT = {"kv_lora_rank": 512, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128}
"""Latent attention of DeepSeek-V2, V3 and the models built on them; the columns do not state it."""


@dataclass(frozen=True)
class Question:
    """One measurement, ready for the model.

    Attributes
    ----------
    row : the measurement
    group : `train`, `prefill`, `decode`, `serve` or `sample`
    traits, chips : what runs where
    """

    row: Measurement
    group: str
    traits: Traits
    chips: Chips

    @property
    def measured(self) -> float:
        """Value that was measured; NaN when the row only asks."""
        return math.nan if self.row.value is None else self.row.value

    @property
    def count(self) -> float:
        """Accelerators of the run; NaN when not stated."""
        return math.nan if self.row.n_accelerators is None else self.row.n_accelerators


@dataclass(frozen=True)
class SampleQuestion(Question):
    """Training of a model that is given by operations and bytes of a sample.

    Attributes
    ----------
    sample : the work
    local : samples of one chip in a step; infinite = not stated
    samples : of a whole run; NaN = not stated
    """

    sample: SampleWork
    local: float
    samples: float


@dataclass(frozen=True)
class TokenQuestion(Question):
    """Training or inference of a language model.

    Attributes
    ----------
    work : of a token
    layouts : one where the row states it, else those to choose from
    lengths : input and output, or the training sequence in `length`
    batch : running requests of the whole instance, or sequences of the global batch; NaN = not stated
    tokens : of a whole run; NaN = not stated
    """

    work: Work
    layouts: Layout
    stored_format: str
    cache_bytes: float
    length: float
    output: float
    batch: float
    micro: float
    accepted: float
    tpot_limit: float
    disaggregated: bool
    lora: bool
    tokens: float
    contexts: float = 1.0

    @property
    def searched(self) -> bool:
        """Whether the layout is chosen by the model because the row states none."""
        return len(self.layouts.chips) > 1


def read_measurements(path: Path) -> tuple[Measurement, ...]:
    """Rows of a measurement file (CSV with a header).

    Raises
    ------
    InputError : the file is missing, too large or not text
    InputErrors : every bad cell, with its row and column
    """
    return read_rows(Measurement, str(path), read_text(path, SIZE_LIMIT))


def question_of(row: Measurement, catalogue: Catalogue) -> Question | str:
    """Question of a row, or the key of the sentence that says why it cannot be predicted."""
    group = group_of(row)
    if not group:
        return "throughput.row_kind"
    if row.metric not in METRICS.get(group, SERVE_METRICS):
        return "throughput.row_metric"
    chip = accelerator_of(row.accelerator, catalogue)
    if chip is None:
        return "throughput.row_accelerator"
    gap = missing_figure(chip)
    if gap:
        return f"throughput.missing_{gap}"
    if group == "sample":
        return _samples(row, chip, load_samples()[plain_name(row.model)])
    model = architecture_of_row(row, catalogue)
    if model is None:
        return "throughput.row_sample" if row.metric in SAMPLE_METRICS else "throughput.row_shape"
    return _training(row, chip, model) if group == "train" else _serving(row, group, chip, model)


METRICS = {"train": TRAIN_METRICS, "sample": SAMPLE_METRICS}


def group_of(row: Measurement) -> str:
    """Group in which a row is fitted and scored; empty for a kind that is not known."""
    group = KINDS.get(row.kind, "")
    return "sample" if group == "train" and plain_name(row.model) in load_samples() else group


def _samples(row: Measurement, chip: Accelerator, sample: SampleWork) -> SampleQuestion | str:
    """Question of a training row in samples."""
    local, samples = math.inf, math.nan
    if row.metric == "time_to_train_min":
        known = samples_to_converge(row.model, wording.global_batch(row.batch_or_concurrency)[0])
        if known is None:
            return "throughput.row_convergence"
        if row.n_accelerators is None:
            return "throughput.row_count"
        samples = known
    stated = wording.local_batch(row.batch_or_concurrency, row.n_accelerators or 1.0)
    if stated is not None:
        local = stated
    name = _supported(chip, wording.number_format(row.weight_dtype, training=True))
    traits = _traits(row, chip, name, work_of(NO_MODEL), sample=f"{sample.kind}/{sample.model}")
    return SampleQuestion(row, "sample", traits, chips_of(chip, name), sample, local, samples)


NO_MODEL = Architecture(1.0, 1.0, 1, 4096, 32, 32, 128, 0, 0, "mha", 0, 0, 0, 0, 0)
"""Stands where traits ask for a language model; work in samples does not use it."""


def accelerator_of(name: str, catalogue: Catalogue) -> Accelerator | None:
    """Accelerator that a row means: by id, by an id with the vendor in front, or the middle of its bins.

    A row of the catalogue without a rate whose id begins other ids of the same memory (`ascend-910b`: the
    source
    did not name the bin) takes the geometric mean of the rates of these bins.
    """
    known = {chip.id: chip for chip in catalogue.accelerators}
    found = known.get(name)
    if found is None:
        ends = [chip for chip in catalogue.accelerators if name.endswith("-" + chip.id)]
        return ends[0] if ends else None
    if found.fp16_dense_tflops is None and found.fp8_dense_tflops is None:
        bins = [
            chip.fp16_dense_tflops
            for chip in catalogue.accelerators
            if chip.id.startswith(name) and chip.id != name and chip.memory_gb == found.memory_gb
            if chip.fp16_dense_tflops is not None
        ]
        if bins:
            middle = math.exp(sum(math.log(rate) for rate in bins) / len(bins))
            return found.model_copy(update={"fp16_dense_tflops": middle})
    return found


def architecture_of_row(row: Measurement, catalogue: Catalogue) -> Architecture | None:
    """Architecture of a row: its columns; what they lack (head width, vocabulary) from the catalogue."""
    known = next((model for model in catalogue.models if model.id == row.model), None)
    if row.layers is None or row.hidden is None or row.heads is None or row.total_params_b is None:
        return None if known is None else catalogue_architecture(known)
    if known is not None:
        return replace(catalogue_architecture(known), total_params=row.total_params_b * 1e9)
    latent = row.attention_type == "mla"
    return Architecture(
        total_params=row.total_params_b * 1e9,
        active_params=(row.active_params_b or row.total_params_b) * 1e9,
        layers=int(row.layers),
        hidden=int(row.hidden),
        heads=int(row.heads),
        kv_heads=int(row.kv_heads or row.heads),
        head_dim=max(128, int(row.hidden // row.heads)),
        n_experts=int(row.n_experts or 0),
        experts_per_token=int(row.experts_per_token or 0),
        attention_type=row.attention_type or "gqa",
        vocab=0,
        **(LATENT if latent else dict.fromkeys(LATENT, 0)),
    )


def _training(row: Measurement, chip: Accelerator, model: Architecture) -> TokenQuestion | str:
    """Question of a training row."""
    tokens = wording.trained_tokens(row.notes)
    if row.metric == "gpu_hours" and tokens is None:
        return "throughput.row_tokens"
    if row.metric == "time_to_train_min":
        tokens = tokens or samples_to_converge(row.model, wording.global_batch(row.batch_or_concurrency)[0])
        if tokens is None:
            return "throughput.row_convergence"
        if row.n_accelerators is None:
            return "throughput.row_count"
    if row.metric == "samples_per_s_per_chip" and row.input_len is None:
        return "throughput.row_length"
    work = work_of(model)
    name = _supported(chip, wording.number_format(row.weight_dtype, training=True))
    count = row.n_accelerators or 8.0
    batch, micro = wording.global_batch(row.batch_or_concurrency)
    lora = "lora" in row.notes.lower()
    layouts = _training_layouts(row, count, bool(work.is_mixture))
    return TokenQuestion(
        row=row,
        group="train",
        traits=_traits(row, chip, name, work, lora=lora),
        chips=chips_of(chip, name),
        work=work,
        layouts=layouts,
        stored_format=name,
        cache_bytes=2.0,
        length=row.input_len or USUAL_SEQUENCE,
        output=0.0,
        batch=math.nan if batch is None else batch,
        micro=math.nan if micro is None else micro,
        accepted=1.0,
        tpot_limit=math.nan,
        disaggregated=False,
        lora=lora,
        tokens=math.nan if tokens is None else tokens,
        contexts=wording.degrees(row.parallelism).get("cp", 1.0),
    )


def _training_layouts(row: Measurement, count: float, is_mixture: bool) -> Layout:
    """The layout stated, else all of the run's size."""
    found = wording.degrees(row.parallelism)
    if "fsdp" in found and found["fsdp"] > 0:
        found["zero"] = 1.0
    if not found:
        return training_layouts(int(count), is_mixture)
    tensor, pipeline = found.get("tp", 1.0), found.get("pp", 1.0)
    data = max(count / (tensor * pipeline), 1.0)
    rows = [(tensor, pipeline, data, found.get("ep", 1.0), found.get("vp", 1.0), found.get("zero", 0.0))]
    return Layout.of(rows)


def _serving(row: Measurement, group: str, chip: Accelerator, model: Architecture) -> TokenQuestion | str:
    """Question of an inference row."""
    work = work_of(model)
    name = _supported(chip, wording.number_format(row.weight_dtype, training=False))
    layouts = _serving_layouts(row, chip, bool(work.is_mixture))
    chips = float(layouts.chips.max()) if len(layouts.chips) == 1 else float(row.n_accelerators or 1.0)
    batch = wording.batch_of(row.batch_or_concurrency, row.notes, chips)
    if group == "prefill":
        length, output = row.input_len or USUAL_SEQUENCE, row.output_len or 1.0
    else:
        if row.input_len is None and row.output_len is None and row.metric != "tokens_per_s_per_chip":
            return "throughput.row_length"
        if row.input_len is None and group == "serve":
            return "throughput.row_length"
        length = row.input_len or USUAL_SEQUENCE
        output = row.output_len or 1.0
    share = wording.length_share(row.notes)
    limit = wording.stated_tpot_ms(row.notes) or wording.mlperf_tpot_ms(row.model, row.notes)
    if row.metric in ("tpot_ms", "ttft_ms", "request_latency_s") and batch is None:
        return "throughput.row_batch"
    engine = wording.engine_of(row.software)
    packed = not row.kv_dtype and engine == "tensorrt-llm" and name not in ("bf16", "w4", "w8")
    cache = 1.0 if "8" in row.kv_dtype or packed else 2.0
    return TokenQuestion(
        row=row,
        group=group,
        traits=_traits(row, chip, name, work),
        chips=chips_of(chip, name),
        work=work,
        layouts=layouts,
        stored_format=name,
        cache_bytes=cache,
        length=length * share,
        output=max(output * share, 1.0),
        batch=math.nan if batch is None else batch,
        micro=math.nan,
        accepted=wording.accepted_tokens(row.notes),
        tpot_limit=math.nan if limit is None or batch is not None else limit / 1e3,
        disaggregated=wording.is_disaggregated(row.parallelism),
        lora=False,
        tokens=math.nan,
    )


def _serving_layouts(row: Measurement, chip: Accelerator, is_mixture: bool) -> Layout:
    """Layout stated by a row in whole accelerators; else those that fit its number of accelerators."""
    found = wording.degrees(row.parallelism)
    count = row.n_accelerators or 0.0
    split = wording.is_disaggregated(row.parallelism)
    if not found:
        if split and is_mixture and count:
            return Layout.of([(1, 1, count / 2, count / 2, 1, 0)])
        every = serving_layouts(is_mixture)
        within = (every.chips <= count).nonzero()[0] if count else every.chips.nonzero()[0]
        return every.take(within)
    if "adp" in found or ("ep" in found and "tp" not in found):
        data = found.get("adp", found.get("ep", 1.0))
        return Layout.of([(1, 1, data, max(found.get("ep", data), data), 1, 0)])
    dies = 2.0 if chip.id == "ascend-910c" else 1.0
    tensor = found.get("tp", found.get("dp", 1.0))
    data = min(found.get("dp", 1.0), tensor) if "tp" in found else tensor
    if "tp" in found and tensor == 1.0 and "dp" in found:
        tensor = data = found["dp"]
    chips = max(tensor / dies, 1.0)
    if count and not split:
        chips = min(chips, count)
    data = min(data, chips)
    return Layout.of([(chips / data, found.get("pp", 1.0), data, chips if is_mixture else 1.0, 1, 0)])


def _supported(chip: Accelerator, name: str) -> str:
    """Format in which a chip computes; a packed weight that it cannot compute in is unpacked to 16 bits."""
    if supports(chip, name):
        return name
    for instead in {
        "fp8": ("w8", "int8"),
        "int8": ("w8",),
        "fp4": ("w4",),
        "w4a8": ("w4",),
        "w4f8": ("w4",),
    }.get(name, ()):
        if supports(chip, instead):
            return instead
    return "fp8"


def _traits(
    row: Measurement, chip: Accelerator, name: str, work: Work, lora: bool = False, sample: str = ""
) -> Traits:
    """What the efficiency of a row depends on."""
    year = wording.year_of(row.date)
    engine = wording.engine_of(row.software)
    year = REFERENCE_YEAR if year is None else year
    return traits_of(chip, chips_of(chip, name), name, work, year, engine, lora, sample)
