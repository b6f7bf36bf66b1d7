"""How many (workload, accelerator, layout) evaluations a second the vectorised model makes.

    python -m benchmarks.throughput_speed

One evaluation is one layout of one workload on one accelerator: for inference the batch within a latency
limit is searched and the serving rate given, for training the step time. Coefficients of (workload,
accelerator) pairs are made once, as in the table of a scenario. The bar is
100,000 a second on two cores; one core is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from junshi.catalogue.load import load_catalogue
from junshi.throughput.chips import Chips, chips_of, missing_figure, supports
from junshi.throughput.efficiency import traits_of
from junshi.throughput.models import catalogue_architecture
from junshi.throughput.parallelism import Layout, serving_layouts, training_layouts
from junshi.throughput.posterior import load_posterior
from junshi.throughput.serving import Load, Served, Stored, batch_within, largest_batch, serving_rate
from junshi.throughput.training import Run, fits, training_rate
from junshi.throughput.work import Work, work_of

REPEATS = 5


def pairs() -> tuple[Work, Chips, object]:
    """Works, chips and coefficients of every model on every accelerator of the catalogue."""
    facts = load_catalogue()
    works, chips, traits = [], [], []
    for model in facts.models:
        work = work_of(catalogue_architecture(model))
        for chip in facts.accelerators:
            if missing_figure(chip) or not supports(chip, "bf16"):
                continue
            rate = chips_of(chip, "bf16")
            works.append(work)
            chips.append(rate)
            traits.append(traits_of(chip, rate, "bf16", work, 2026.5))
    return Work.stack(works), Chips.stack(chips), load_posterior().coefficients(traits)


def crossed(layout: Layout, count: int) -> tuple[np.ndarray, Layout]:
    """Every pair with every layout: index of the pair, and the layouts."""
    size = len(layout.chips)
    return np.repeat(np.arange(count), size), layout.take(np.tile(np.arange(size), count))


def timed(title: str, evaluations: int, run: Callable[[], object]) -> float:
    """Print and give evaluations per CPU-second of one core: the best of some repeats."""
    best = min(_seconds(run) for _ in range(REPEATS))
    rate = f"{evaluations / best:12,.0f} a CPU-second"
    print(f"{title:28s} {evaluations:9,d} evaluations  {best:6.3f} s  {rate}")
    return evaluations / best


def _seconds(run: Callable[[], object]) -> float:
    """CPU seconds of one run; it uses one core."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


def main() -> None:
    """Measure inference with and without a latency limit, and training."""
    begun = time.process_time()
    works, chips, coefficients = pairs()
    count = len(works.layers)
    print(f"{count} pairs of model and accelerator prepared in {time.process_time() - begun:.2f} s")
    index, layout = crossed(serving_layouts(is_mixture=True), count)
    machine = Served(
        works.take(index), chips.take(index), layout,
        Stored(np.full(len(index), 2.0), np.full(len(index), 2.0)), coefficients.take(index),
    )  # fmt: skip
    load = Load(*(np.full(len(index), number) for number in (2048.0, 512.0, 1.0, 1.0)))
    limit = np.full(len(index), 0.05)

    def serve() -> object:
        return serving_rate(machine, np.maximum(largest_batch(machine, load.context), 1.0), load)

    def serve_within() -> object:
        batch = batch_within(machine, largest_batch(machine, load.context), load, limit)
        return serving_rate(machine, np.maximum(batch, 1.0), load)

    timed("serving, batch from memory", len(index), serve)
    timed("serving within a latency", len(index), serve_within)
    index, layout = crossed(training_layouts(256, is_mixture=True), count)
    ones = np.ones(len(index))
    run = Run(
        works.take(index), chips.take(index), layout, coefficients.take(index), 4096 * ones,
        1024 * ones, ones, 3 * ones, ones,
    )  # fmt: skip
    timed("training", len(index), lambda: (training_rate(run), fits(run)))


if __name__ == "__main__":
    main()
