"""The backtest on the start-up: nothing later is seen, and nobody beats foresight."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import junshi
from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.insight.backtest import Backtest, BacktestSettings, past_views, run_backtest
from junshi.insight.past_prices import load_past_prices
from junshi.insight.past_view import longest_regime, mean_demand
from junshi.insight.rivals import JUNSHI, RIVALS
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude
from junshi.scenario.schema import Scenario
from junshi.study import Inputs, attitude_of, inputs_of, read_inputs
from junshi.terms import Regime
from junshi.units import Quarter

SHORT = BacktestSettings(first="2025-Q1", last="2025-Q4", lookahead=3, iterations=4)
CHANGE = dt.date(2025, 7, 2)
"""First day of what is moved: the last two quarters may see it, the first three may not."""


@cache
def startup() -> Inputs:
    """Template of the start-up."""
    return read_inputs(Path(junshi.__file__).parent / "scenario" / "templates" / "startup.toml")


def build(scenario: Scenario, catalogue: Catalogue) -> PlanInstance:
    """Instance of a past scenario."""
    return inputs_of(scenario, catalogue, startup().path, "").instance


def played(catalogue: Catalogue, settings: BacktestSettings = SHORT) -> Backtest:
    """Plan and one fixed strategy on a catalogue."""
    inputs = startup()
    views = past_views(
        inputs.scenario, mean_demand(inputs.scenario, inputs.tables.demand), catalogue, build, settings
    )
    return run_backtest(views, attitude_of(inputs.scenario), settings, (JUNSHI, RIVALS[1]))


@cache
def usual() -> Backtest:
    """Backtest on the catalogue as it is."""
    return played(load_catalogue())


def moved(catalogue: Catalogue) -> Catalogue:
    """Catalogue in which everything after the change is otherwise: events, prices, releases."""
    events = tuple(
        event.model_copy(update={"supply_regime_after": Regime.OPEN}) if event.known_day >= CHANGE else event
        for event in catalogue.events
    )
    prices = tuple(
        price.model_copy(update={"price": price.price * 3}) if price.known_day >= CHANGE else price
        for price in catalogue.prices
    )
    chips = tuple(
        chip.model_copy(update={"release": "2026-11"})
        if chip.release_day is not None and chip.release_day >= CHANGE
        else chip
        for chip in catalogue.accelerators
    )
    return replace(catalogue, events=events, prices=prices, accelerators=chips)


def test_future_facts_change_nothing_before_them() -> None:
    """Events, prices and releases moved from a day on leave every decision up to that day as it was."""
    other = played(moved(load_catalogue()))
    for row in usual().rows:
        theirs = other.row(row.name)
        assert theirs.decisions[:3] == row.decisions[:3]
    assert other.regimes[:2] == usual().regimes[:2]
    assert other.regimes[3] != usual().regimes[3]


def test_views_know_nothing_later() -> None:
    """A view's catalogue has no accelerator, price, market figure or event of after its day."""
    inputs = startup()
    views = past_views(
        inputs.scenario,
        mean_demand(inputs.scenario, inputs.tables.demand),
        inputs.catalogue,
        build,
        replace(SHORT, first="2023-Q1"),
    )
    for view in views[::3]:
        day = view.day
        assert all(max(row.day, row.known_day) <= day for row in view.catalogue.prices)
        assert all(row.known_day <= day for row in view.catalogue.events)
        assert all(row.published <= day for row in view.catalogue.market)
        for name in view.scenario.accelerators:
            release = inputs.catalogue.accelerator(name).release_day
            assert release is not None
            assert release <= day


def test_nobody_beats_foresight() -> None:
    """Every regret is at least zero, and the costs of the quarters add up."""
    for row in usual().rows:
        assert row.regret >= 0
        assert row.by_quarter.sum() == pytest.approx(row.cost)
        assert row.cost - row.regret == pytest.approx(usual().foresight, abs=1e-4 * abs(row.by_quarter).sum())


def test_same_seed_same_walk() -> None:
    """The walk repeats itself to the last digit."""
    again = played(load_catalogue())
    assert [row.cost for row in again.rows] == [row.cost for row in usual().rows]


def test_real_regimes() -> None:
    """Each quarter of 2025 has the regime that held longest in it: licences had 65 days of the third."""
    assert usual().regimes == ("restricted", "cut_off", "licensed", "cut_off")


def test_longest_regime() -> None:
    """The letters of August 2022 came late in their quarter; the licences of 2026 early in theirs."""
    catalogue = load_catalogue()
    found = [longest_regime(catalogue, Quarter.parse(name)) for name in ("2022-Q3", "2022-Q4", "2026-Q1")]
    assert found == [Regime.OPEN, Regime.RESTRICTED, Regime.LICENSED]


def test_past_prices_say_where_they_are_from() -> None:
    """Every row has a source; what rests on an assumption of ours is marked so."""
    rows = load_past_prices()
    assert len({(row.accelerator, row.kind, row.day) for row in rows}) == len(rows)
    assert all(row.source for row in rows)
    assert all(row.confidence.value == "assumed" for row in rows if row.source.startswith("Assumption"))


def test_ports_and_money_are_kept() -> None:
    """What is ported once stays ported as long as the strategy keeps it up; no port is made twice over."""
    for row in usual().rows:
        for pair in row.decisions[0].port:
            assert sum(one.port.get(pair, 0.0) for one in row.decisions) <= 1.0 + 1e-3


@pytest.mark.slow
def test_plan_beats_fixed_strategies_on_the_startup() -> None:
    """Over all of history the start-up's plan has less regret than every fixed strategy."""
    inputs = startup()
    settings = BacktestSettings(iterations=10)
    views = past_views(
        inputs.scenario, mean_demand(inputs.scenario, inputs.tables.demand), inputs.catalogue, build, settings
    )
    found = run_backtest(views, RiskAttitude(0.1, 0.1), settings)
    assert found.better_than_junshi == ()
