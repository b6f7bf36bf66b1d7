"""Scenario to chain and effects: order of states, classes, edits, the day of knowledge, machine output."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.catalogue.load import load_catalogue
from junshi.catalogue.schema import ExportClass
from junshi.errors import InputError
from junshi.supply.build import STATES, build_supply
from junshi.supply.chain import SupplyEffects
from junshi.supply.record import supply_record
from junshi.supply.schema import Quantity
from junshi.terms import Ramp, Regime
from tests.small_scenario import small_scenario

CATALOGUE = load_catalogue()
H20, H200, ASCEND = range(3)


def _value(effects: SupplyEffects, quantity: str, chip: int, regime: Regime, ramp: Ramp = Ramp.BASE) -> float:
    """One effect of one accelerator in one state."""
    state = next(i for i, s in enumerate(STATES) if s.regime is regime and s.ramp is ramp)
    return float(getattr(effects, quantity)[chip, state])


def test_states_are_regime_major() -> None:
    """Twelve states, ramps inside regimes, in the order of the vocabularies."""
    chain, _, _ = build_supply(small_scenario(), CATALOGUE)
    assert [state.label for state in chain.states[:4]] == [
        "open/slow",
        "open/base",
        "open/fast",
        "licensed/slow",
    ]
    assert chain.transition.shape == (12, 12)


def test_regime_and_ramp_are_independent() -> None:
    """Odds of the pair are the product of the odds of its parts."""
    chain, _, estimate = build_supply(small_scenario(), CATALOGUE)
    assert chain.transition[0, 4] == pytest.approx(
        estimate.regime_transition[0, 1] * estimate.ramp_transition[0, 1]
    )


def test_start_is_the_latest_regime_or_the_users() -> None:
    """Without a word in the scenario the latest regime of the history is the start."""
    chain, _, _ = build_supply(small_scenario(), CATALOGUE)
    assert chain.states[chain.initial].label == "licensed/base"
    mine = small_scenario(supply={"regime_now": "cut_off", "ramp_now": "fast"})
    chain, _, estimate = build_supply(mine, CATALOGUE)
    assert chain.states[chain.initial].label == "cut_off/fast"
    assert estimate.regime_now_given


def test_as_of_cuts_the_history() -> None:
    """In March 2025 supply was restricted."""
    chain, _, _ = build_supply(small_scenario(supply={"as_of": dt.date(2025, 3, 1)}), CATALOGUE)
    assert chain.states[chain.initial].regime is Regime.RESTRICTED


def test_before_all_events_the_regime_must_be_given() -> None:
    """With no event known and no regime stated there is nothing to start from."""
    early = {"as_of": dt.date(2001, 1, 1)}
    with pytest.raises(InputError, match="no supply event was known on 2001-01-01"):
        build_supply(small_scenario(supply=early), CATALOGUE)
    chain, _, _ = build_supply(small_scenario(supply=early | {"regime_now": "open"}), CATALOGUE)
    assert chain.states[chain.initial].label == "open/base"


def test_cut_off_stops_every_import() -> None:
    """In a cut-off no import can be ordered or rented, nothing in transit arrives, and more units fail."""
    names = [chip.id for chip in CATALOGUE.accelerators if chip.export_class is not ExportClass.DOMESTIC]
    _, effects, _ = build_supply(small_scenario(accelerators=names), CATALOGUE)
    closed = [i for i, state in enumerate(STATES) if state.regime is Regime.CUT_OFF]
    others = [i for i, state in enumerate(STATES) if state.regime is not Regime.CUT_OFF]
    for quantity in (effects.available, effects.rentable, effects.delivered):
        assert np.all(quantity[:, closed] == 0)
    assert np.all(effects.survival[:, closed].max(axis=1) < effects.survival[:, others].min(axis=1))


def test_licensed_is_not_delivered() -> None:
    """While licensed the fill rate is split over ordering and arrival, and their product is the fill rate."""
    _, effects, estimate = build_supply(small_scenario(), CATALOGUE)
    for chip in (H20, H200):
        ordered = _value(effects, "available", chip, Regime.LICENSED)
        arrived = _value(effects, "delivered", chip, Regime.LICENSED)
        assert ordered * arrived == pytest.approx(estimate.fill.mean)


def test_restricted_means_cut_down_parts_only() -> None:
    """While restricted the cut-down part can be ordered in full, the flagship not at all."""
    _, effects, _ = build_supply(small_scenario(), CATALOGUE)
    assert _value(effects, "available", H20, Regime.RESTRICTED) == 1
    assert _value(effects, "available", H200, Regime.RESTRICTED) == 0


def test_levies_are_in_the_price() -> None:
    """While licensed the price carries the levy: 15 % on cut-down parts, 25 % on flagships."""
    _, effects, _ = build_supply(small_scenario(), CATALOGUE)
    assert _value(effects, "price_factor", H20, Regime.LICENSED) == pytest.approx(1.15)
    assert _value(effects, "price_factor", H200, Regime.LICENSED) == pytest.approx(1.25)


def test_domestic_supply_follows_the_ramp() -> None:
    """Domestic parts are available in every regime, by the ramp; imports do not see the ramp."""
    _, effects, estimate = build_supply(small_scenario(), CATALOGUE)
    for regime in Regime:
        for ramp in Ramp:
            expected = estimate.ramps.multipliers[ramp]
            assert _value(effects, "available", ASCEND, regime, ramp) == pytest.approx(expected)
            assert _value(effects, "available", H20, regime, ramp) == _value(
                effects, "available", H20, regime
            )


def test_effects_are_possible() -> None:
    """Every effect of every accelerator is finite; shares lie in 0 to 1, factors above 0."""
    names = [chip.id for chip in CATALOGUE.accelerators]
    _, effects, _ = build_supply(small_scenario(accelerators=names), CATALOGUE)
    for quantity in Quantity:
        values = getattr(effects, quantity.value)
        assert values.shape == (len(names), 12)
        assert np.all(np.isfinite(values))
        assert np.all(values >= 0)
    for share in (effects.delivered, effects.survival):
        assert share.max() <= 1
    for factor in (effects.price_factor, effects.rent_factor, effects.resale_factor, effects.survival):
        assert factor.min() > 0


@given(order=st.permutations(["h20-96g", "h200-sxm", "ascend-910c"]))
def test_order_of_accelerators_changes_nothing(order: list[str]) -> None:
    """Effects follow their accelerator, whatever its place in the list."""
    plain = build_supply(small_scenario(), CATALOGUE)[1]
    moved = build_supply(small_scenario(accelerators=order), CATALOGUE)[1]
    for place, name in enumerate(order):
        there = plain.accelerators.index(name)
        assert np.array_equal(moved.available[place], plain.available[there])
        assert np.array_equal(moved.survival[place], plain.survival[there])


def test_a_user_row_reaches_the_chain() -> None:
    """Odds that the user gives are the chain's, and the estimate says which row they replaced."""
    rows = {"licensed": {"licensed": 0.5, "cut_off": 0.5}}
    chain, _, estimate = build_supply(small_scenario(supply={"regime_odds": rows}), CATALOGUE)
    assert estimate.edited == ("supply.regime_odds.licensed",)
    licensed = [i for i, state in enumerate(STATES) if state.regime is Regime.LICENSED]
    closed = [i for i, state in enumerate(STATES) if state.regime is Regime.CUT_OFF]
    np.testing.assert_allclose(chain.transition[np.ix_(licensed, closed)].sum(axis=1), 0.5)


def test_unknown_accelerator_names_the_nearest() -> None:
    """An accelerator that the catalogue does not have is refused with its place and a suggestion."""
    with pytest.raises(InputError, match=r"accelerators\[0\].*h20-96g"):
        build_supply(small_scenario(accelerators=["h20-96"]), CATALOGUE)


def test_record_is_plain_and_complete() -> None:
    """The machine output survives JSON and has odds, history and effects."""
    chain, effects, estimate = build_supply(small_scenario(), CATALOGUE)
    record = json.loads(json.dumps(supply_record(chain, estimate, effects), allow_nan=False))
    assert record["states"][5] == "licensed/fast"
    assert np.allclose(np.array(record["transition"]), chain.transition)
    assert sum(record["stationary"]) == pytest.approx(1)
    assert {"export", "import"} == set(record["gates"])
    assert set(record["effects_by_class"]) == {kind.value for kind in ExportClass}
    assert record["effects"]["accelerators"] == ["h20-96g", "h200-sxm", "ascend-910c"]
