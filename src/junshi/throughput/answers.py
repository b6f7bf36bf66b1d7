"""Answers of the model to questions about measurements, in the metric of each row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.chips import BYTES, Chips
from junshi.throughput.efficiency import Coefficients, Posterior
from junshi.throughput.measurements import (
    SAMPLE_METRICS,
    SERVE_METRICS,
    TRAIN_METRICS,
    Question,
    SampleQuestion,
    TokenQuestion,
)
from junshi.throughput.parallelism import Layout
from junshi.throughput.roofline import BOUNDS, Times
from junshi.throughput.samples import SampleRun, sample_times
from junshi.throughput.serving import (
    Load,
    Served,
    Stored,
    batch_within,
    cycle_times,
    decode_step,
    first_token_seconds,
    largest_batch,
    prompt_pass,
)
from junshi.throughput.training import (
    TYPICAL_BATCH_TOKENS,
    Run,
    fits,
    flop_per_token,
    step_times,
    training_rate,
)
from junshi.throughput.work import Work

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Sheet:
    """Questions of one group as arrays, one entry per (question, layout).

    `owner` is the index of the question of each entry.
    """

    questions: tuple[TokenQuestion, ...]
    owner: Index
    layout: Layout

    @classmethod
    def of(cls, questions: Sequence[TokenQuestion]) -> Sheet:
        """All layouts of all questions."""
        counts = [len(question.layouts.chips) for question in questions]
        owner = np.repeat(np.arange(len(questions)), counts)
        layouts = zip(*(vars(question.layouts).values() for question in questions), strict=True)
        return cls(tuple(questions), owner, Layout(*(np.concatenate(parts) for parts in layouts)))

    def column(self, name: str) -> Array:
        """Attribute of the questions, by entry."""
        return np.array([float(getattr(question, name)) for question in self.questions])[self.owner]

    def chosen(self, entries: Index) -> Sheet:
        """Only the entries chosen, one a question."""
        return Sheet(self.questions, self.owner[entries], self.layout.take(entries))

    def best(self, rate: Array) -> Index:
        """Entry with the highest rate of each question."""
        order = np.lexsort((rate, self.owner))
        last = np.append(np.flatnonzero(np.diff(self.owner[order])), len(order) - 1)
        return np.asarray(order[last])


FILLED = 3.0
"""Micro-batches per pipeline stage where a run does not state its batch: the bubble is below a third."""


def run_of(sheet: Sheet, efficiency: Coefficients) -> Run:
    """Training runs of a sheet; batch and micro-batch as stated, else 4 M tokens and one sequence."""
    sequence = sheet.column("length")
    lora = sheet.column("lora")
    batch, micro = sheet.column("batch"), sheet.column("micro")
    cut = sheet.layout
    contexts = sheet.column("contexts")
    micro = np.where(np.isnan(micro), np.maximum(np.floor(4096 / sequence), 1.0), micro) / contexts
    filled = np.where(cut.pipeline > 1, FILLED * cut.pipeline, 1.0) * cut.data * micro
    usual = np.maximum(np.round(TYPICAL_BATCH_TOKENS / sequence), filled)
    return Run(
        work=Work.stack([question.work for question in sheet.questions]).take(sheet.owner),
        chips=Chips.stack([question.chips for question in sheet.questions]).take(sheet.owner),
        layout=cut,
        efficiency=efficiency,
        sequence=sequence,
        batch=np.where(np.isnan(batch), usual, batch),
        micro=micro,
        passes=3.0 - lora,
        learning=np.where(lora > 0, 0.01, 1.0),
    )


def training_entries(sheet: Sheet, efficiency: Coefficients) -> Index:
    """Best entry of each training question: the fastest that fits, else the fastest."""
    run = run_of(sheet, efficiency)
    rate = training_rate(run)
    return sheet.best(np.where(fits(run), rate, rate * 1e-6))


def training_answers(sheet: Sheet, efficiency: Coefficients) -> Array:
    """Values in the metric of each training row."""
    run = run_of(sheet, efficiency)
    rate = training_rate(run)
    mfu = rate * flop_per_token(run.work, run.sequence, run.passes) / run.chips.flops_16
    hours = sheet.column("tokens") / rate / 3600
    metric = _metric(sheet, TRAIN_METRICS)
    minutes = hours * 60 / sheet.column("count")
    return np.asarray(np.choose(metric, [rate, mfu, hours, minutes, rate / run.sequence]))


def _metric(sheet: Sheet, metrics: Sequence[str]) -> Index:
    """Index of each entry's metric."""
    index = [metrics.index(question.row.metric) for question in sheet.questions]
    return np.array(index, dtype=np.intp)[sheet.owner]


def served_of(sheet: Sheet, efficiency: Coefficients) -> Served:
    """Machines of a sheet."""
    weight = np.array([BYTES[question.stored_format] for question in sheet.questions])[sheet.owner]
    return Served(
        work=Work.stack([question.work for question in sheet.questions]).take(sheet.owner),
        chips=Chips.stack([question.chips for question in sheet.questions]).take(sheet.owner),
        layout=sheet.layout,
        stored=Stored(weight, sheet.column("cache_bytes")),
        efficiency=efficiency,
    )


@dataclass(frozen=True)
class Operation:
    """How the machines of a sheet run: what is asked, and how many requests run at once on a copy."""

    machine: Served
    load: Load
    batch: Array


def operation_of(sheet: Sheet, efficiency: Coefficients) -> Operation:
    """Batch stated, or that of the latency stated, or all that memory holds."""
    machine = served_of(sheet, efficiency)
    apart = [float(q.disaggregated or (q.group == "decode" and math.isnan(q.batch))) for q in sheet.questions]
    alone = np.array(apart)[sheet.owner]
    load = Load(sheet.column("length"), sheet.column("output"), sheet.column("accepted"), 1 - alone)
    stated, limit = sheet.column("batch"), sheet.column("tpot_limit")
    most = np.maximum(largest_batch(machine, load.context), 1.0)
    within = batch_within(machine, most, load, np.where(np.isnan(limit), np.inf, limit))
    copies = np.where(sheet.column("searched") > 0, sheet.column("count") / sheet.layout.chips, 1.0)
    batch = np.where(np.isnan(stated), np.maximum(within, 1.0), stated / np.maximum(copies, 1.0))
    return Operation(machine, load, batch)


def serving_rates(sheet: Sheet, efficiency: Coefficients) -> Array:
    """Rate by which the layout is chosen where a row states none."""
    now = operation_of(sheet, efficiency)
    holds = largest_batch(now.machine, now.load.context) >= 1.0
    rate = now.batch / _request_seconds(now) / now.machine.layout.chips
    return np.asarray(np.where(holds, rate, rate * 1e-6))


def _step_seconds(now: Operation) -> Array:
    """Time of one decode step."""
    return decode_step(now.machine, now.batch, now.load.context, now.load.accepted).total


def _token_seconds(now: Operation) -> Array:
    """Mean time per output token: the step, and other requests' prompts unless they run elsewhere."""
    prompts = (now.batch - 1) * prompt_pass(now.machine, now.load.length).total / now.load.output
    return np.asarray(_step_seconds(now) / now.load.accepted + now.load.prompts * np.maximum(prompts, 0.0))


def _first_seconds(now: Operation) -> Array:
    """Mean time to the first token in a closed loop: prompt, steps until it is seen, prompts before it."""
    prompt = prompt_pass(now.machine, now.load.length).total
    ahead = now.machine.efficiency.bunched * np.maximum(now.batch - 1, 0.0) / 2
    return np.asarray(first_token_seconds(now.machine, now.load.length) + ahead * prompt)


def _request_seconds(now: Operation) -> Array:
    """Time of a whole request."""
    return np.asarray(prompt_pass(now.machine, now.load.length).total + now.load.output * _token_seconds(now))


def serving_answers(sheet: Sheet, efficiency: Coefficients) -> Array:
    """Values in the metric of each inference row."""
    now = operation_of(sheet, efficiency)
    chips, load = now.machine.layout.chips, now.load
    groups = np.array([("prefill", "decode", "serve").index(q.group) for q in sheet.questions])[sheet.owner]
    request = _request_seconds(now)
    served = now.batch * load.output / request / chips / (1 + sheet.column("disaggregated"))
    decoded = now.batch * load.accepted / _step_seconds(now) / chips
    read = load.length / prompt_pass(now.machine, load.length).total / chips
    rate = np.choose(groups, [read, decoded, served])
    total = served * (load.length + load.output) / load.output
    values = [rate, total, _token_seconds(now) * 1e3, _first_seconds(now) * 1e3, request]
    return np.asarray(np.choose(_metric(sheet, SERVE_METRICS), values))


def serving_bounds(sheet: Sheet, efficiency: Coefficients) -> list[str]:
    """What binds each inference row."""
    now = operation_of(sheet, efficiency)
    parts: dict[str, Times] = {
        "prefill": prompt_pass(now.machine, now.load.length),
        "decode": decode_step(now.machine, now.batch, now.load.context, now.load.accepted),
        "serve": cycle_times(now.machine, now.batch, now.load),
    }
    bounds = {group: times.bound() for group, times in parts.items()}
    return [BOUNDS[bounds[q.group][position]] for position, q in enumerate(sheet.questions)]


def training_bounds(sheet: Sheet, efficiency: Coefficients) -> list[str]:
    """What binds each training row."""
    return [BOUNDS[index] for index in step_times(run_of(sheet, efficiency)).bound()]


def settle(questions: Sequence[TokenQuestion], posterior: Posterior, training: bool) -> Sheet:
    """Sheet with the best layout of each question under a posterior."""
    sheet = Sheet.of(questions)
    efficiency = posterior.coefficients([question.traits for question in questions]).take(sheet.owner)
    if training:
        return sheet.chosen(training_entries(sheet, efficiency))
    return sheet.chosen(sheet.best(serving_rates(sheet, efficiency)))


def sample_run(questions: Sequence[SampleQuestion], efficiency: Coefficients) -> SampleRun:
    """Training runs of questions in samples; one accelerator where the number is not stated."""
    works = [question.sample for question in questions]
    columns = {
        name: np.array([float(getattr(work, name)) for work in works])
        for name in ("gflop", "gbyte", "exchanged_gb", "blocks")
    }
    return SampleRun(
        local=np.array([question.local for question in questions]),
        count=np.array([question.row.n_accelerators or 1.0 for question in questions]),
        chips=Chips.stack([question.chips for question in questions]),
        efficiency=efficiency,
        **columns,
    )


def sample_answers(questions: Sequence[SampleQuestion], efficiency: Coefficients) -> Array:
    """Values in the metric of each row in samples."""
    run = sample_run(questions, efficiency)
    rate = 1 / sample_times(run).total
    minutes = np.array([question.samples for question in questions]) / rate / run.count / 60
    metric = np.array([SAMPLE_METRICS.index(question.row.metric) for question in questions])
    return np.asarray(np.choose(metric, [rate, minutes]))


@dataclass(frozen=True)
class Solved:
    """Questions of one family, their layouts chosen: values and bounds as functions of the coefficients.

    `index` holds the places of the questions among those asked.
    """

    index: Index
    values: Callable[[Coefficients], Array]
    bounds: Callable[[Coefficients], list[str]]


def solve(questions: Sequence[Question], posterior: Posterior) -> list[Solved]:
    """Training, inference and work in samples, each as arrays; families without questions are left out."""
    samples = {i: q for i, q in enumerate(questions) if isinstance(q, SampleQuestion)}
    tokens = {i: q for i, q in enumerate(questions) if isinstance(q, TokenQuestion)}
    training = {i: q for i, q in tokens.items() if q.group == "train"}
    serving = {i: q for i, q in tokens.items() if q.group != "train"}
    found = []
    if training:
        found.append(_solved_training(training, posterior))
    if serving:
        found.append(_solved_serving(serving, posterior))
    if samples:
        found.append(_solved_samples(samples))
    return found


def _solved_training(questions: dict[int, TokenQuestion], posterior: Posterior) -> Solved:
    """Training questions by their place."""
    sheet = settle(list(questions.values()), posterior, training=True)
    return Solved(
        np.array(list(questions), dtype=np.intp),
        lambda now: training_answers(sheet, now),
        lambda now: training_bounds(sheet, now),
    )


def _solved_serving(questions: dict[int, TokenQuestion], posterior: Posterior) -> Solved:
    """Inference questions by their place."""
    sheet = settle(list(questions.values()), posterior, training=False)
    return Solved(
        np.array(list(questions), dtype=np.intp),
        lambda now: serving_answers(sheet, now),
        lambda now: serving_bounds(sheet, now),
    )


def _solved_samples(questions: dict[int, SampleQuestion]) -> Solved:
    """Questions in samples by their place."""
    asked = list(questions.values())
    return Solved(
        np.array(list(questions), dtype=np.intp),
        lambda now: sample_answers(asked, now),
        lambda now: [BOUNDS[place] for place in sample_times(sample_run(asked, now)).bound()],
    )
