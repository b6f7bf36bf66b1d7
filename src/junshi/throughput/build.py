"""ThroughputTable of a scenario: every workload on every accelerator, best layout and number format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator
from junshi.errors import InputError
from junshi.scenario.schema import Scenario, Workload
from junshi.terms import WorkKind
from junshi.throughput.chips import BYTES, Chips, chips_of, missing_figure, supports
from junshi.throughput.efficiency import Coefficients, Posterior, Traits, traits_of
from junshi.throughput.estimate import Estimate, estimate
from junshi.throughput.models import architecture_of
from junshi.throughput.parallelism import Layout, serving_layouts, training_layouts
from junshi.throughput.posterior import load_posterior
from junshi.throughput.queueing import utilisation_within
from junshi.throughput.roofline import BOUNDS, busy
from junshi.throughput.serving import (
    Load,
    Served,
    Stored,
    batch_within,
    cache_bytes,
    cycle_times,
    decode_step,
    first_token_seconds,
    largest_batch,
    prompt_pass,
    serving_rate,
)
from junshi.throughput.table import ThroughputTable
from junshi.throughput.training import TYPICAL_BATCH_TOKENS, Run, fits, step_times, training_rate
from junshi.throughput.work import Architecture, Work, work_of

Array = NDArray[np.float64]
Index = NDArray[np.intp]

TODAY = 2026.9
"""Year of the software assumed for a plan: the newest that measurements cover (later years count as it)."""

SERVING_FORMATS = ("fp8", "int8", "w8")
"""8-bit formats of inference, best first; any chip can keep 8-bit weights and compute in 16 bits."""
TRAINING_FORMATS = ("bf16", "fp8")
RUN_SIZES = (8, 16, 32, 64, 128, 256, 512, 1024)
"""Accelerators of a training run that are tried."""

SAMPLE_KINDS = (WorkKind.DIFFUSION, WorkKind.RECOMMENDATION, WorkKind.VISION, WorkKind.EMBEDDING)
RESEARCH_MODEL = Architecture(8.03e9, 8.03e9, 32, 4096, 32, 8, 128, 0, 0, "gqa", 0, 0, 0, 0, 128256)
"""Model of the research basket: an 8 B dense transformer (the shape of Llama 3.1 8B)."""


@dataclass(frozen=True)
class Setting:
    """How the work is run, beside what the workload says.

    Attributes
    ----------
    year : of the software, with fraction
    apart : prompts on their own accelerators (disaggregated), in the numbers that keep both busy; else
        prompts and decode steps take turns on the same ones
    run_sizes : accelerators of a training run that are tried
    """

    year: float = TODAY
    apart: bool = False
    run_sizes: tuple[int, ...] = RUN_SIZES


@dataclass(frozen=True)
class Cells:
    """Results of one workload, by accelerator."""

    value: Estimate
    bound: list[str]
    reason: list[str]
    precision: list[str]


@dataclass(frozen=True)
class Candidates:
    """(accelerator, number format, layout) combinations of one workload, flattened.

    Attributes
    ----------
    accelerator : index of the accelerator, shape `[candidate]`
    case : index into `traits`, shape `[candidate]`
    traits : one per (accelerator, number format)
    formats : number format of each trait
    chips, layout : arrays of shape `[candidate]`
    weight : bytes of a stored weight, shape `[candidate]`
    """

    accelerator: Index
    case: Index
    traits: list[Traits]
    formats: list[str]
    chips: Chips
    layout: Layout
    weight: Array


def build_throughput(
    scenario: Scenario, catalogue: Catalogue, posterior: Posterior | None = None, year: float | None = None
) -> ThroughputTable:
    """Work per second of one accelerator on each workload of a scenario, with its 80 % interval.

    Parameters
    ----------
    scenario : workloads, and the ids of the accelerators considered
    catalogue : figures of accelerators and models
    posterior : efficiencies; None = those that come with the package
    year : of the software, with fraction, which is how maturity enters: the same chip is slower with the
        software of 2023; None = today's

    Raises
    ------
    InputError : an unknown accelerator or model, a workload without a model or work per sample
    """
    chips = [catalogue.accelerator(name) for name in scenario.accelerators]
    known = load_posterior() if posterior is None else posterior
    when = Setting(TODAY if year is None else year)
    rows = [workload_cells(workload, chips, catalogue, known, when) for workload in scenario.workload]
    return ThroughputTable(
        workloads=tuple(workload.id for workload in scenario.workload),
        accelerators=tuple(scenario.accelerators),
        units_per_s=np.stack([row.value.likely for row in rows]),
        low=np.stack([row.value.low for row in rows]),
        high=np.stack([row.value.high for row in rows]),
        bound=tuple(tuple(row.bound) for row in rows),
        reason=tuple(tuple(row.reason) for row in rows),
        precision=tuple(tuple(row.precision) for row in rows),
    )


def workload_cells(
    workload: Workload,
    chips: Sequence[Accelerator],
    catalogue: Catalogue,
    posterior: Posterior,
    setting: Setting | None = None,
) -> Cells:
    """Throughput of one workload on each accelerator; errors as in `build_throughput`."""
    now = Setting() if setting is None else setting
    if workload.kind is WorkKind.RESEARCH:
        return _research(workload, chips, catalogue, posterior, now)
    if workload.kind in SAMPLE_KINDS:
        return _samples(workload, chips, posterior, now.year)
    work = work_of(architecture_of(workload, catalogue))
    return _model_cells(workload, work, chips, posterior, now)


def _model_cells(
    workload: Workload, work: Work, chips: Sequence[Accelerator], posterior: Posterior, now: Setting
) -> Cells:
    """Throughput of a language-model workload."""
    if workload.kind in (WorkKind.PRETRAIN, WorkKind.FINETUNE):
        return _training(workload, work, chips, posterior, now)
    return _inference(workload, work, chips, posterior, now)


def _candidates(
    chips: Sequence[Accelerator],
    formats: Callable[[Accelerator], list[str]],
    layout: Layout,
    work: Work,
    year: float,
    sample: str = "",
) -> Candidates:
    """All combinations of accelerators that can be predicted, their formats, and layouts."""
    traits, names, rates, owners = [], [], [], []
    for position, chip in enumerate(chips):
        if missing_figure(chip):
            continue
        for number_format in formats(chip):
            rate = chips_of(chip, number_format)
            traits.append(traits_of(chip, rate, number_format, work, year, sample=sample))
            names.append(number_format)
            rates.append(rate)
            owners.append(position)
    layouts = len(layout.chips)
    case = np.repeat(np.arange(len(traits)), layouts)
    chosen = np.tile(np.arange(layouts), len(traits))
    return Candidates(
        accelerator=np.array(owners, dtype=np.intp)[case],
        case=case,
        traits=traits,
        formats=names,
        chips=Chips.stack(rates).take(case) if rates else Chips(*[np.zeros(0)] * 7),
        layout=layout.take(chosen),
        weight=np.array([BYTES[name] for name in names])[case],
    )


def _formats(workload: Workload, usual: Sequence[str]) -> Callable[[Accelerator], list[str]]:
    """Number formats to try on an accelerator: the workload's own, or those of `usual` that it has."""

    def choose(chip: Accelerator) -> list[str]:
        if workload.precision is not None:
            return [workload.precision] if supports(chip, workload.precision) else []
        if usual is TRAINING_FORMATS:
            return [next(name for name in usual if supports(chip, name))]
        sixteen = ["bf16"] if supports(chip, "bf16") else []
        return [next(name for name in usual if supports(chip, name)), *sixteen]

    return choose


def _spread_work(work: Work, count: int) -> Work:
    """One model as arrays of `count`."""
    return Work.stack([work]).take(np.zeros(count, dtype=np.intp))


def _best(candidates: Candidates, rate: Array, count: int) -> Index:
    """Candidate with the highest rate for each accelerator, -1 where none runs."""
    best = np.full(count, -1, dtype=np.intp)
    for candidate in np.argsort(rate, kind="stable"):
        if rate[candidate] > 0:
            best[candidates.accelerator[candidate]] = candidate
    return best


def _finish(
    chips: Sequence[Accelerator],
    candidates: Candidates,
    best: Index,
    value: Estimate | None,
    bound: Sequence[str],
    failure: Callable[[int], str],
) -> Cells:
    """Cells by accelerator; `value` and `bound` are in the order of the accelerators that run."""
    runs = np.flatnonzero(best >= 0)
    columns = {}
    for name in ("likely", "low", "high", "spread"):
        column = np.full(len(chips), np.nan)
        if value is not None:
            column[runs] = getattr(value, name)
        columns[name] = column
    bounds, reasons, precisions = [""] * len(chips), [""] * len(chips), [""] * len(chips)
    for order, position in enumerate(runs.tolist()):
        bounds[position] = bound[order]
        precisions[position] = candidates.formats[candidates.case[best[position]]]
    for position, chip in enumerate(chips):
        if best[position] < 0:
            gap = missing_figure(chip)
            reasons[position] = f"throughput.missing_{gap}" if gap else failure(position)
    return Cells(Estimate(**columns), bounds, reasons, precisions)


def _training(
    workload: Workload, work: Work, chips: Sequence[Accelerator], posterior: Posterior, now: Setting
) -> Cells:
    """Pre-training and full fine-tuning: best layout over the run sizes."""
    layouts = [training_layouts(size, bool(work.is_mixture)) for size in now.run_sizes]
    layout = Layout(
        *(np.concatenate(parts) for parts in zip(*(vars(one).values() for one in layouts), strict=True))
    )
    candidates = _candidates(chips, _formats(workload, TRAINING_FORMATS), layout, work, now.year)
    coefficients = posterior.coefficients(candidates.traits)

    def run(index: Index, efficiency: Coefficients) -> Run:
        count = len(index)
        sequence = np.full(count, float(workload.sequence_len))
        return Run(
            work=_spread_work(work, count),
            chips=candidates.chips.take(index),
            layout=candidates.layout.take(index),
            efficiency=efficiency,
            sequence=sequence,
            batch=np.maximum(TYPICAL_BATCH_TOKENS / sequence, 1.0),
            micro=np.maximum(np.floor(8192 / sequence), 1.0),
            passes=np.full(count, 3.0),
            learning=np.ones(count),
        )

    every = np.arange(len(candidates.case))
    tried = run(every, coefficients.take(candidates.case))
    rate = np.where(fits(tried), training_rate(tried), 0.0)
    best = _best(candidates, rate, len(chips))
    chosen = best[best >= 0]
    if not len(chosen):
        return _finish(chips, candidates, best, None, [], lambda position: _unfit(workload, chips[position]))
    cases = [candidates.traits[case] for case in candidates.case[chosen]]
    value = estimate(lambda now: training_rate(run(chosen, now)), cases, ["train"] * len(cases), posterior)
    parts = step_times(run(chosen, posterior.coefficients(cases)))
    bound = [BOUNDS[index] for index in parts.bound()]
    return _finish(chips, candidates, best, value, bound, lambda position: _unfit(workload, chips[position]))


def _unfit(workload: Workload, chip: Accelerator) -> str:
    """Why nothing ran although all figures are known."""
    if workload.precision is not None and not supports(chip, workload.precision):
        return "throughput.no_such_format"
    return "throughput.does_not_fit"


def _inference(
    workload: Workload, work: Work, chips: Sequence[Accelerator], posterior: Posterior, now: Setting
) -> Cells:
    """Serving, batch inference, and prompts or decode steps alone: best layout and format."""
    layout = serving_layouts(bool(work.is_mixture))
    candidates = _candidates(chips, _formats(workload, SERVING_FORMATS), layout, work, now.year)
    apart = now.apart and workload.kind in (WorkKind.SERVE, WorkKind.BATCH)

    def served(index: Index, efficiency: Coefficients) -> Served:
        weight = candidates.weight[index]
        stored = Stored(
            weight, np.where(weight < 2, np.where(_eight_bit_cache(candidates, index), 1.0, 2.0), 2.0)
        )
        return Served(
            _spread_work(work, len(index)), candidates.chips.take(index), candidates.layout.take(index),
            stored,
            efficiency,
        )  # fmt: skip

    every = np.arange(len(candidates.case))
    machine = served(every, posterior.coefficients(candidates.traits).take(candidates.case))
    partner = _prompt_partner(workload, machine, candidates.case) if apart else every

    def rates(index: Index, efficiency: Coefficients) -> Array:
        if not apart:
            return inference_rate(workload, served(index, efficiency))
        return apart_rate(workload, served(index, efficiency), served(partner[index], efficiency))

    rate = rates(every, posterior.coefficients(candidates.traits).take(candidates.case))
    best = _best(candidates, rate, len(chips))
    chosen = best[best >= 0]
    holds = np.zeros(len(chips), dtype=bool)
    fitting = (
        largest_batch(machine, np.full(len(every), float(workload.input_len + workload.output_len))) >= 1
    )
    holds[candidates.accelerator[fitting]] = True

    def failure(position: int) -> str:
        return "throughput.too_slow" if holds[position] else _unfit(workload, chips[position])

    if not len(chosen):
        return _finish(chips, candidates, best, None, [], failure)
    cases = [candidates.traits[case] for case in candidates.case[chosen]]
    kind = {WorkKind.PREFILL: "prefill", WorkKind.DECODE: "decode"}.get(workload.kind, "serve")
    value = estimate(lambda part: rates(chosen, part), cases, [kind] * len(cases), posterior)
    bound = _inference_bound(workload, served(chosen, posterior.coefficients(cases)))
    return _finish(chips, candidates, best, value, bound, failure)


def _eight_bit_cache(candidates: Candidates, index: Index) -> NDArray[np.bool_]:
    """Whether the cache is kept in 8 bits: only where the chip computes in fp8."""
    return np.array([candidates.formats[case] == "fp8" for case in candidates.case[index]], dtype=bool)


def _load(workload: Workload, count: int) -> Load:
    """Requests of a workload, as arrays of `count`."""
    prompts = 0.0 if workload.kind is WorkKind.DECODE else 1.0
    numbers = (float(workload.input_len), float(workload.output_len), 1.0, prompts)
    return Load(*(np.full(count, number) for number in numbers))


def _batch(workload: Workload, machine: Served, load: Load) -> tuple[Array, Array, Array]:
    """Batch from memory and limits, batch from memory alone, and share of time that limits leave usable."""
    most = largest_batch(machine, load.context)
    usable = np.ones_like(most)
    limit = None if workload.kind is WorkKind.BATCH else workload.latency
    batch = most
    if limit is not None and limit.tpot_ms is not None and workload.kind is not WorkKind.PREFILL:
        batch = batch_within(machine, most, load, np.full_like(most, limit.tpot_ms / 1e3))
    if limit is not None and limit.ttft_ms is not None and workload.kind is not WorkKind.DECODE:
        first = first_token_seconds(machine, load.length)
        usable = utilisation_within(np.full_like(most, limit.ttft_ms / 1e3), first)
    return np.where((batch >= 1) & (usable > 0), batch, 0.0), most, usable


def inference_rate(workload: Workload, machine: Served) -> Array:
    """Work per second of one chip of each machine; 0 where it does not fit or misses a limit."""
    load = _load(workload, len(machine.layout.chips))
    batch, _, usable = _batch(workload, machine, load)
    if workload.kind is WorkKind.PREFILL:
        rate = load.length / prompt_pass(machine, load.length).total / machine.layout.chips
    else:
        rate = serving_rate(machine, np.maximum(batch, 1.0), load)
    return np.asarray(np.where(batch >= 1, rate * usable, 0.0))


def _prompt_seconds(workload: Workload, machine: Served, load: Load) -> Array:
    """Accelerator-seconds of a prompt on accelerators of its own, idle time that the limit asks for included.

    Infinite where the model does not fit or the limit on the first token is missed. The cache is sent over
    the network before the first token.
    """
    prompt = prompt_pass(machine, load.length).total
    usable = np.ones_like(prompt)
    limit = None if workload.kind is WorkKind.BATCH else workload.latency
    if limit is not None and limit.ttft_ms is not None:
        sent = cache_bytes(machine, load.length) / machine.chips.network
        first = first_token_seconds(machine, load.length) + sent
        usable = utilisation_within(np.full_like(prompt, limit.ttft_ms / 1e3), first)
    runs = (largest_batch(machine, load.length) >= 1) & (usable > 0)
    seconds = prompt * machine.layout.chips / np.where(usable > 0, usable, 1.0)
    return np.asarray(np.where(runs, seconds, np.inf))


def _prompt_partner(workload: Workload, machine: Served, case: Index) -> Index:
    """For each candidate, the one of the same accelerator and format that reads prompts at least cost."""
    seconds = _prompt_seconds(workload, machine, _load(workload, len(case)))
    order = np.lexsort((-seconds, case))
    last = {int(case[place]): int(place) for place in order}
    return np.array([last[int(one)] for one in case], dtype=np.intp)


def apart_rate(workload: Workload, machine: Served, prompts: Served) -> Array:
    """Output tokens per second of one chip where prompts are read elsewhere; 0 where a limit is missed.

    A request takes P accelerator-seconds on `prompts` and D on `machine`; with as many accelerators of each
    as keep both busy the rate is output / (P + D). Prompts do not interrupt decode steps, so the limit on
    the time per token allows a larger batch, and the limit on the first token idles only the prompt side.
    """
    load = replace(_load(workload, len(machine.layout.chips)), prompts=np.zeros(len(machine.layout.chips)))
    batch, _, _ = _batch(_without_first(workload), machine, load)
    running = np.maximum(batch, 1.0)
    step = decode_step(machine, running, load.context, load.accepted).total
    decode = load.output / load.accepted * step / running * machine.layout.chips
    seconds = decode + _prompt_seconds(workload, prompts, load)
    return np.asarray(np.where(batch >= 1, load.output / seconds, 0.0))


def _without_first(workload: Workload) -> Workload:
    """Workload without its limit on the first token."""
    if workload.latency is None:
        return workload
    return workload.model_copy(update={"latency": workload.latency.model_copy(update={"ttft_ms": None})})


def _inference_bound(workload: Workload, machine: Served) -> list[str]:
    """What binds each machine: most of its time; `memory` or `latency` where one caps the batch."""
    load = _load(workload, len(machine.layout.chips))
    if workload.kind is WorkKind.PREFILL:
        return [BOUNDS[index] for index in prompt_pass(machine, load.length).bound()]
    batch, most, usable = _batch(workload, machine, load)
    names = [BOUNDS[index] for index in cycle_times(machine, batch, load).bound()]
    running = np.maximum(batch, 1.0)
    gain = serving_rate(machine, 2 * running, load) / serving_rate(machine, running, load)
    capped = (batch < most * 0.999) | (usable < LATENCY_SHARE)
    for position, name in enumerate(names):
        if capped[position]:
            names[position] = "latency"
        elif gain[position] > MEMORY_GAIN and name != "compute":
            names[position] = "memory"
    return names


MEMORY_GAIN = 1.1
"""Rate gained by twice the batch from which on memory, which caps the batch, is named as the bound."""

LATENCY_SHARE = 0.5
"""Usable share of time below which the limit on the first token is named as the bound."""


def _samples(workload: Workload, chips: Sequence[Accelerator], posterior: Posterior, year: float) -> Cells:
    """Kinds given by operations and bytes per sample: a roofline with the inference efficiencies."""
    sample = workload.per_sample
    if sample is None:
        raise InputError("throughput.no_sample", workload=workload.id, kind=workload.kind.value)
    work = work_of(RESEARCH_MODEL)
    layout = Layout.of([(1, 1, 1, 1, 1, 0)])
    own = f"{workload.kind.value}/own"
    candidates = _candidates(chips, _formats(workload, SERVING_FORMATS), layout, work, year, own)

    def rate(index: Index, now: Coefficients) -> Array:
        rates = candidates.chips.take(index)
        compute = sample.gflop * 1e9 / (rates.flops * now.prompt)
        moved = sample.gbyte * 1e9 / (rates.bandwidth * now.bandwidth)
        share = np.maximum(np.ceil(sample.weights_gb * 1e9 / rates.memory), 1.0)
        return np.asarray(1 / busy(compute, moved) / np.where(share > 1, np.nan, 1.0))

    every = np.arange(len(candidates.case))
    value = rate(every, posterior.coefficients(candidates.traits).take(candidates.case))
    best = _best(candidates, np.nan_to_num(value), len(chips))
    chosen = best[best >= 0]
    if not len(chosen):
        return _finish(chips, candidates, best, None, [], lambda position: _unfit(workload, chips[position]))
    cases = [candidates.traits[case] for case in candidates.case[chosen]]
    result = estimate(lambda now: rate(chosen, now), cases, ["sample"] * len(cases), posterior)
    now, rates = posterior.coefficients(cases), candidates.chips.take(chosen)
    computes = sample.gflop / (rates.flops * now.prompt) >= sample.gbyte / (rates.bandwidth * now.bandwidth)
    bound = ["compute" if one else "bandwidth" for one in computes]
    return _finish(chips, candidates, best, result, bound, lambda position: _unfit(workload, chips[position]))


def _research(
    workload: Workload,
    chips: Sequence[Accelerator],
    catalogue: Catalogue,
    posterior: Posterior,
    now: Setting,
) -> Cells:
    """Research: reference-accelerator seconds done in a second, half fine-tuning, half batch inference."""
    if workload.reference_accelerator is None:
        raise InputError("throughput.no_reference", workload=workload.id)
    reference = catalogue.accelerator(workload.reference_accelerator, place=f"workload {workload.id}")
    named = workload.model is not None or workload.shape is not None
    work = work_of(architecture_of(workload, catalogue) if named else RESEARCH_MODEL)
    both = [*chips, reference]
    halves = []
    for kind in (WorkKind.FINETUNE, WorkKind.BATCH):
        part = workload.model_copy(update={"kind": kind, "latency": None})
        halves.append(_model_cells(part, work, both, posterior, now))
    count = len(chips)
    pace = [half.value.likely[:count] / half.value.likely[count] for half in halves]
    ratio = 1 / (0.5 / pace[0] + 0.5 / pace[1])
    wide = np.max([half.value.spread for half in halves], axis=0)
    own = np.array([chip.id == reference.id for chip in chips])
    spread = np.where(own, 0.0, np.sqrt(wide[:count] ** 2 + wide[count] ** 2) / 2**0.5)
    reach = np.exp(1.2815515655446004 * spread)
    tuning, batch = halves
    reason = [a or b for a, b in zip(tuning.reason, batch.reason, strict=True)][:count]
    if np.isnan(ratio).all() and not any(reason):
        reason = ["throughput.no_reference_rate"] * count
    reason = [
        text or ("throughput.no_reference_rate" if np.isnan(r) else "")
        for text, r in zip(reason, ratio, strict=True)
    ]
    runs = ~np.isnan(ratio)
    return Cells(
        Estimate(ratio, ratio / reach, ratio * reach, spread),
        [name if run else "" for name, run in zip(tuning.bound, runs, strict=False)],
        ["" if run else text for text, run in zip(reason, runs, strict=True)],
        [name if run else "" for name, run in zip(tuning.precision, runs, strict=False)],
    )
