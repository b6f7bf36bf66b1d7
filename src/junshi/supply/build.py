"""Scenario and catalogue to the Markov chain, its effects, and what both were made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from junshi.catalogue.catalogue import Catalogue
from junshi.errors import InputError
from junshi.scenario.schema import Scenario, Supply
from junshi.supply.chain import MarkovChain, SupplyEffects, SupplyState
from junshi.supply.effects import build_effects
from junshi.supply.estimate import RAMPS, REGIMES, SupplyEstimate, estimate_supply
from junshi.supply.history import History
from junshi.supply.odds import edit_odds
from junshi.supply.schema import load_effects
from junshi.terms import Regime
from junshi.text import say

STATES = tuple(SupplyState(regime, ramp) for regime in REGIMES for ramp in RAMPS)
"""Regime-major: open/slow, open/base, open/fast, licensed/slow, …"""


def build_supply(
    scenario: Scenario, catalogue: Catalogue, file: Path | None = None
) -> tuple[MarkovChain, SupplyEffects, SupplyEstimate]:
    """Chain over the twelve states, effects on the scenario's accelerators, and the estimate behind them.

    Parameters
    ----------
    scenario : its `supply` section and its accelerators, whose order the effects keep
    catalogue : events and export classes; events are cut at `supply.as_of`, accelerators are not
    file : the scenario file, for the fault sentences

    Raises
    ------
    InputErrors, InputError : odds that do not sum to 1; an unknown accelerator; no event is known on the day
        and the scenario does not say the regime
    """
    chain, estimate = build_chain(scenario.supply, catalogue, file)
    shown = str(file or say("supply.scenario_file"))
    chips = [
        catalogue.accelerator(name, file=shown, place=f"accelerators[{place}]")
        for place, name in enumerate(scenario.accelerators)
    ]
    return chain, build_effects(chips, chain.states, load_effects(), estimate.fill, estimate.ramps), estimate


def build_chain(
    supply: Supply, catalogue: Catalogue, file: Path | None = None
) -> tuple[MarkovChain, SupplyEstimate]:
    """Chain and estimate of one view of supply.

    Regime and ramp move independently: what links them in history (a push for domestic parts after a
    cut-off) acts over years and has one observation.
    """
    history, regimes, fill, ramps = estimate_supply(catalogue, supply.as_of)
    regime_odds, regime_edits = edit_odds(
        regimes.transition, REGIMES, supply.regime_odds, "supply.regime_odds", file
    )
    ramp_odds, ramp_edits = edit_odds(ramps.transition, RAMPS, supply.ramp_odds, "supply.ramp_odds", file)
    regime_now = _regime_now(supply, history, file)
    estimate = SupplyEstimate(
        history=history,
        regimes=regimes,
        fill=fill,
        ramps=ramps,
        regime_transition=regime_odds,
        ramp_transition=ramp_odds,
        edited=regime_edits + ramp_edits,
        regime_now=regime_now,
        ramp_now=supply.ramp_now,
        regime_now_given=supply.regime_now is not None,
    )
    transition = np.asarray(np.kron(regime_odds, ramp_odds), dtype=np.float64)
    transition /= transition.sum(axis=1, keepdims=True)
    initial = STATES.index(SupplyState(regime_now, supply.ramp_now))
    return MarkovChain(STATES, transition, initial), estimate


def _regime_now(supply: Supply, history: History, file: Path | None) -> Regime:
    """Regime in the scenario, else the latest of the history."""
    regime = supply.regime_now or history.regime_now
    if regime is None:
        day = (supply.as_of or dt.date.min).isoformat()
        raise InputError(
            "supply.no_history", file=file or say("supply.scenario_file"), place="supply.regime_now", day=day
        )
    return regime


def class_examples(catalogue: Catalogue) -> Sequence[str]:
    """First accelerator of each export class that the catalogue has, in the order of the classes."""
    first: dict[str, str] = {}
    for chip in catalogue.accelerators:
        first.setdefault(chip.export_class.value, chip.id)
    return tuple(first.values())
