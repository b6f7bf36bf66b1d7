"""Catalogue, scenario and tables put together to a planning instance, checked figure by figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.catalogue.schema import PriceKind
from junshi.demand.table import DemandTable
from junshi.errors import InputErrors, NoPlan
from junshi.plan.assemble import Tables, assemble, per_stage
from junshi.plan.instance import PlanInstance
from junshi.plan.outlook import Outlook
from junshi.plan.trends import Trends
from junshi.porting.table import EffortTable
from junshi.scenario.schema import Scenario
from junshi.supply.chain import MarkovChain, SupplyEffects, SupplyState
from junshi.terms import Origin, Ramp, Regime
from junshi.throughput.table import ThroughputTable
from tests.small_scenario import small_scenario

CHIPS = ("h20-96g", "ascend-910c")
IMPORT: dict[str, Any] = {
    "accelerator": "h20-96g",
    "price": 100_000.0,
    "rental_per_hour": 10.0,
    "max_order_per_quarter": 50.0,
    "max_rent": 20.0,
    "lead_time_quarters": 3,
    "resale_share": 0.5,
    "tdp_w": 400.0,
}
DOMESTIC: dict[str, Any] = {
    "accelerator": "ascend-910c",
    "price": 200_000.0,
    "tdp_w": 600.0,
    "available_from": "2027-Q2",
}
NAN = float("nan")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue of the package."""
    return load_catalogue()


def scenario(**sections: Any) -> Scenario:
    """Two chips, one workload of twice the peak, ten quarters' worth of money; two quarters from 2027-Q1."""
    table: dict[str, Any] = {
        "accelerators": list(CHIPS),
        "market": [IMPORT, DOMESTIC],
        "fleet": [{"accelerator": "h20-96g", "units": 30.0}],
        "budget": {"per_quarter": 1e7, "carry_over": False},
        "site": {
            "power_mw": [1.0, 2.0],
            "energy_price_per_kwh": 0.5,
            "pue": 1.5,
            "host_power_share": 0.0,
            "operation_share_per_year": 0.04,
        },
        "work": [{"peak_to_mean": 2.0, "runs_on": {"cuda": 1.0}, "atomic": True, "critical": True}],
    }
    return small_scenario(quarters=2, **(table | sections))


def tables(workloads: tuple[str, ...] = ("chat",)) -> Tables:
    """Small tables with figures that can be told apart."""
    many = len(workloads)
    one = np.ones((many, 2))
    return Tables(
        throughput=ThroughputTable(
            workloads, CHIPS, np.tile([100.0, 50.0], (many, 1)), one, one, *([(("", ""),) * many] * 3)
        ),
        demand=DemandTable(
            workloads,
            units_per_s=np.tile([1000.0, 2000.0], (many, 1)),
            level_factor=np.tile(np.array([0.5, 1.0])[:, None, None], (1, many, 2)),
            level_transition=np.array([[0.9, 0.1], [0.2, 0.8]]),
            level_names=("low", "base"),
            level_start=1,
        ),
        effort=EffortTable(
            workloads,
            ("cuda", "cann"),
            np.tile([0.0, 80.0], (many, 1)),
            np.tile([0.0, 50.0], (many, 1)),
            np.tile([0.0, 160.0], (many, 1)),
            np.tile([0.0, 40.0], (many, 1)),
        ),
        chain=MarkovChain(
            (SupplyState(Regime.OPEN, Ramp.BASE), SupplyState(Regime.CUT_OFF, Ramp.BASE)),
            np.array([[0.7, 0.3], [0.4, 0.6]]),
            1,
        ),
        effects=SupplyEffects(
            CHIPS,
            available=np.array([[1.0, 0.0], [1.0, 0.9]]),
            price_factor=np.array([[1.0, 1.25], [1.0, 1.1]]),
            delivered=np.array([[1.0, 0.3], [1.0, 1.0]]),
            rentable=np.array([[1.0, 0.4], [1.0, 1.0]]),
            rent_factor=np.array([[1.0, 2.0], [1.0, 1.0]]),
            survival=np.array([[0.99, 0.95], [0.98, 0.98]]),
            resale_factor=np.array([[1.0, 1.6], [1.0, 1.0]]),
        ),
        outlook=Outlook(
            ("cuda", "cann"),
            CHIPS,
            maturity=np.array([[0.9, 0.9], [0.5, 0.6]]),
            price_factor=np.array([[1.0, 0.9], [1.0, 0.8]]),
            availability_factor=np.array([[1.0, 1.0], [1.0, 1.5]]),
            fresh_ratio=np.array([[0.8, 0.8], [0.5, 0.5]]),
            source="by hand",
        ),
        trends=Trends(dict.fromkeys(Origin, 0.0), dict.fromkeys(Origin, 0.0), 0.9, 20.0),
    )


@pytest.fixture
def instance(catalogue: Catalogue) -> PlanInstance:
    """The assembled instance."""
    return assemble(scenario(), catalogue, tables())


def test_states_are_supply_and_demand(instance: PlanInstance) -> None:
    """Supply states outside, demand levels inside, in states and odds alike."""
    assert [state.label for state in instance.states] == [
        "open/base/low",
        "open/base/base",
        "cut_off/base/low",
        "cut_off/base/base",
    ]
    assert instance.initial == 3
    assert instance.transition[3] == pytest.approx([0.4 * 0.2, 0.4 * 0.8, 0.6 * 0.2, 0.6 * 0.8])
    assert instance.transition.sum(axis=1) == pytest.approx(np.ones(4))


def test_single_demand_level_has_no_name(catalogue: Catalogue) -> None:
    """Without uncertainty of demand a state is that of supply alone."""
    demand = replace(
        tables().demand,
        level_factor=np.ones((1, 1, 2)),
        level_transition=np.ones((1, 1)),
        level_names=("base",),
        level_start=0,
    )
    instance = assemble(scenario(), catalogue, replace(tables(), demand=demand))
    assert [state.label for state in instance.states] == ["open/base", "cut_off/base"]
    assert instance.initial == 1


def test_quarters_and_discount(instance: PlanInstance) -> None:
    """Quarters are named from the start on; 8 % a year is a quarter's root of it."""
    assert instance.quarters == ("2027-Q1", "2027-Q2")
    assert instance.discount == pytest.approx([1.0, 1.08**-0.25])


def test_market_of_each_accelerator(instance: PlanInstance) -> None:
    """Limits, prices, rent and resale are base figures times the outlook's path times the state's effect."""
    fleet, cut = instance.fleet, 3
    assert fleet.ids == CHIPS
    assert fleet.available[1, :, 0].tolist() == [50.0, 50.0, 0.0, 0.0]
    assert fleet.rentable[0, cut].tolist() == [8.0, 0.0]
    assert fleet.price[1, cut] == pytest.approx([100_000 * 0.9 * 1.25, 200_000 * 0.8 * 1.1])
    assert fleet.resale_price[1, cut] == pytest.approx([50_000 * 0.9 * 1.6, 0.0])
    assert fleet.rent_price[0, cut, 0] == pytest.approx(10.0 * 2.0 * 8766 / 4)
    assert fleet.lead_time_quarters[0] == 3
    assert fleet.installed.tolist() == [30.0, 0.0]
    assert fleet.domestic.tolist() == [False, True]
    assert fleet.ecosystem.tolist() == [0, 1]


def test_effects_hold_in_every_demand_level(instance: PlanInstance) -> None:
    """Survival and delivery depend on supply alone."""
    assert instance.fleet.survival[:, 0].tolist() == [0.99, 0.99, 0.95, 0.95]
    assert instance.fleet.delivered[:, 0].tolist() == [1.0, 1.0, 0.3, 0.3]


def test_order_limit_without_a_figure_is_what_the_money_buys(instance: PlanInstance) -> None:
    """Two quarters of ten million buy 100 units of 200,000; not before the first quarter of sale."""
    domestic = instance.fleet.available[:, :, 1]
    assert domestic[0].tolist() == [0.0] * 4
    assert domestic[1] == pytest.approx([150.0, 150.0, 135.0, 135.0])


def test_power_energy_and_operation(instance: PlanInstance) -> None:
    """400 W with a PUE of 1.5 are 0.6 kW; a quarter of energy at 0.5, and 1 % of the price."""
    fleet = instance.fleet
    assert fleet.power_kw == pytest.approx([0.6, 0.9])
    assert fleet.energy_cost[1] == pytest.approx(np.array([0.6, 0.9]) * 8766 / 4 * 0.5)
    assert fleet.operation_cost[0] == pytest.approx([1000.0, 2000.0])
    assert fleet.uptime.tolist() == [0.9, 0.9]


def test_demand_of_each_state_and_quarter(instance: PlanInstance) -> None:
    """The level's factor times the quarter's demand, whatever the supply."""
    assert instance.work.demand[:, :, 0].tolist() == [[500, 1000, 500, 1000], [1000, 2000, 1000, 2000]]


def test_loss_is_charged_for_the_mean_not_the_peak(instance: PlanInstance) -> None:
    """1000 tokens/s at the peak are 500 on average, lost for a quarter at 1 per 1e9."""
    seconds = 8766 / 4 * 3600
    assert instance.work.unmet_cost[0, 3, 0] == pytest.approx(500 * seconds / 1e9)


def test_throughput_follows_maturity(instance: PlanInstance, catalogue: Catalogue) -> None:
    """Today's tuned throughput rises with maturity over today's; fresh ports reach a share of it."""
    now = {name: catalogue.ecosystem(name).maturity for name in ("cuda", "cann")}
    fresh, tuned = instance.work.throughput[1, 0, 1]
    assert tuned == pytest.approx(50.0 * 0.6 / now["cann"])
    assert fresh == pytest.approx(0.5 * tuned)
    assert instance.work.throughput[0, 0, 0, 1] == pytest.approx(100.0 * 0.9 / now["cuda"])


def test_ports_and_limits(instance: PlanInstance) -> None:
    """Shares of today, effort, a quarter of the yearly upkeep; limits by quarter."""
    work, limits = instance.work, instance.limits
    assert work.ported.tolist() == work.seasoned.tolist() == [[1.0, 0.0]]
    assert work.effort_days.tolist() == [[0.0, 80.0]]
    assert [days.tolist() for days in work.effort_range] == [[[0.0, 50.0]], [[0.0, 160.0]]]
    assert work.upkeep_days.tolist() == [[0.0, 10.0]]
    assert (work.atomic.tolist(), work.critical.tolist()) == ([True], [True])
    assert limits.power_kw.tolist() == [1000.0, 2000.0]
    assert limits.budget.tolist() == [1e7, 1e7]
    assert np.all(np.isinf(limits.racks))
    assert not limits.carry_over


def test_forbidden_accelerators_are_kept_but_not_bought(catalogue: Catalogue) -> None:
    """A rule against an accelerator or its ecosystem leaves the installed units and stops orders and rent."""
    for rule in ({"forbidden_accelerators": ["h20-96g"]}, {"forbidden_ecosystems": ["cuda"]}):
        fleet = assemble(scenario(strategy=rule), catalogue, tables()).fleet
        assert fleet.installed[0] == 30.0
        assert fleet.available[..., 0].max() == 0.0
        assert fleet.rentable[..., 0].max() == 0.0


def test_catalogue_prices_are_converted(catalogue: Catalogue) -> None:
    """Without a price of one's own the catalogue's is taken, in the organisation's currency."""
    own = {key: value for key, value in IMPORT.items() if key != "price"}
    known = catalogue.price("h20-96g", PriceKind.SERVER_SHARE, date(2027, 1, 1))
    assert known.currency == "CNY"
    for currency, rate in (("CNY", 1.0), ("USD", 7.0)):
        organisation = {"name": "Test", "archetype": "giant", "currency": currency, "usd_cny": 7.0}
        given = scenario(market=[own, DOMESTIC], organisation=organisation)
        assert assemble(given, catalogue, tables()).fleet.price[0, 0, 0] == pytest.approx(known.price / rate)


def test_missing_figures_are_told_together(catalogue: Catalogue) -> None:
    """No figure is filled by default: each missing one is named, with what to add."""
    with pytest.raises(InputErrors) as trouble:
        assemble(
            scenario(
                accelerators=["h20-96g", "ascend-910c"],
                market=[IMPORT, {"accelerator": "ascend-910c"}],
            ),
            catalogue,
            tables(),
        )
    sentences = trouble.value.sentence()
    assert 'accelerator "ascend-910c"' in sentences
    assert "neither in the catalogue nor in the scenario" in sentences


def test_part_without_effort_is_refused(catalogue: Catalogue) -> None:
    """A workload that half runs somewhere needs an effort for the other half."""
    effort = replace(tables().effort, days=np.array([[0.0, NAN]]))
    half = scenario(work=[{"runs_on": {"cuda": 1.0, "cann": 0.5}}])
    with pytest.raises(InputErrors, match="part of it runs on cann"):
        assemble(half, catalogue, replace(tables(), effort=effort))


def test_work_that_nothing_runs_is_no_plan(catalogue: Catalogue) -> None:
    """The reason is given for each accelerator: no memory on one, no port to the other."""
    base = tables()
    throughput = replace(
        base.throughput,
        units_per_s=np.array([[NAN, 50.0]]),
        reason=(("plan.no_port", ""),),
    )
    effort = replace(base.effort, days=np.array([[0.0, NAN]]))
    with pytest.raises(NoPlan, match=r'"chat".*h20-96g: .*ascend-910c: no porting effort') as trouble:
        assemble(scenario(), catalogue, replace(base, throughput=throughput, effort=effort))
    assert trouble.value.exit_code == 3


def test_per_stage() -> None:
    """One number holds in every quarter; a list is one a quarter."""
    assert per_stage(2.0, 3).tolist() == [2.0, 2.0, 2.0]
    assert per_stage([1.0, 2.0], 2).tolist() == [1.0, 2.0]
