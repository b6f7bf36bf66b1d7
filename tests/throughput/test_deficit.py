"""What being behind costs."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from junshi.catalogue.schema import PriceKind
from junshi.throughput.comparison import compare
from junshi.throughput.deficit import BEHIND, cost_factor, deadline_factor, deficit_of, latency_factor
from junshi.throughput.economy import Terms, cost_per_million, economy_of
from junshi.throughput.posterior import load_posterior
from tests.throughput.cases import catalogue, workload

TERMS = Terms(day=dt.date(2026, 11, 24))


def test_ten_per_cent_behind_is_twice_as_slow_at_eighty_per_cent_load() -> None:
    """The response time doubles exactly at a load of 0.8, and has no end from 0.9 on."""
    assert float(latency_factor(np.array(0.1), np.array(0.8))) == pytest.approx(2)
    assert math.isinf(float(latency_factor(np.array(0.1), np.array(0.9))))


def test_keeping_latency_is_twenty_per_cent_dearer_at_sixty_per_cent_load() -> None:
    """The machines needed for the same response time grow by a fifth exactly at a load of 0.6."""
    assert float(cost_factor(np.array(0.1), np.array(0.6))) == pytest.approx(1.2)


def test_queue_factors_agree_with_the_queue() -> None:
    """Both factors follow from T = S / (1 - rho)."""
    behind, load = 0.15, 0.55
    slower = 1 / (1 - behind)
    ratio = slower / (1 - load * slower) * (1 - load)
    assert float(latency_factor(np.array(behind), np.array(load))) == pytest.approx(ratio)
    machines = float(cost_factor(np.array(behind), np.array(load)))
    assert slower / (1 - load * slower / machines) == pytest.approx(1 / (1 - load))


def test_a_deadline_is_dearer_than_the_deficit_when_scaling_is_poor() -> None:
    """With perfect scaling the cost is that of the lost speed, with poor scaling more."""
    assert deadline_factor(0.1, 1.0) == pytest.approx(1 / 0.9)
    assert deadline_factor(0.1, 0.58) == pytest.approx(1.2, abs=0.005)


def test_curves_start_at_one_and_fall() -> None:
    """Throughput without deficit is that of the chip, and falls with every deficit."""
    chip = catalogue().accelerator("h100-sxm")
    curve = deficit_of(workload("serve-dense"), chip, catalogue(), load_posterior(), (0.0, 0.1, 0.3), (0.5,))
    for what in BEHIND:
        assert curve.slower[what][0] == pytest.approx(1)
        assert np.all(np.diff(curve.slower[what]) <= 1e-12), what
    assert curve.slower["software"][1] == pytest.approx(0.9, abs=0.12)


def test_cost_follows_price_and_rate() -> None:
    """Cost of a unit is the hourly cost over the hourly work; a missing price is unknown, not zero."""
    chip = catalogue().accelerator("h20-96g")
    economy = economy_of(chip, catalogue(), TERMS)
    assert economy.owned > 0
    assert cost_per_million(3.6, 1000.0) == pytest.approx(1.0)
    unknown = economy_of(catalogue().accelerator("cambricon-mlu580"), catalogue(), TERMS)
    if not any(row.kind is not PriceKind.RENT_PER_HOUR for row in catalogue().prices_of("cambricon-mlu580")):
        assert math.isnan(unknown.owned)


def test_comparing_a_chip_with_itself_gives_one() -> None:
    """Both sides of a comparison of a chip with itself are equal."""
    chip = catalogue().accelerator("h100-sxm")
    one = compare(chip, chip, [workload("batch")], catalogue(), load_posterior(), TERMS)[0]
    assert one.rate_ratio == pytest.approx(1)
    assert one.cost_ratio == pytest.approx(1)


def test_a_side_that_cannot_run_says_why() -> None:
    """A chip without published figures has a reason and no numbers."""
    chips = [catalogue().accelerator(name) for name in ("h100-sxm", "mi308x")]
    one = compare(chips[0], chips[1], [workload("batch")], catalogue(), load_posterior(), TERMS)[0]
    assert one.second.reason == "throughput.missing_flops"
    assert math.isnan(one.second.owned)
