"""Everything about a view of supply as plain values, for machines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from junshi.catalogue.schema import ExportClass
from junshi.supply.chain import MarkovChain, SupplyEffects
from junshi.supply.effects import class_effect
from junshi.supply.estimate import RAMPS, REGIMES, SupplyEstimate
from junshi.supply.history import Spell
from junshi.supply.sample import stationary_distribution
from junshi.supply.schema import Quantity, load_effects


def supply_record(
    chain: MarkovChain, estimate: SupplyEstimate, effects: SupplyEffects | None = None
) -> dict[str, Any]:
    """States, odds, what they were estimated from, and effects, ready for JSON.

    Parameters
    ----------
    effects : of single accelerators; None = effects of the export classes alone
    """
    history, regimes = estimate.history, estimate.regimes
    record: dict[str, Any] = {
        "as_of": history.until.isoformat(),
        "states": [state.label for state in chain.states],
        "initial": chain.states[chain.initial].label,
        "regime_now_from": "scenario" if estimate.regime_now_given else "history",
        "transition": chain.transition.tolist(),
        "stationary": stationary_distribution(chain).tolist(),
        "edited": list(estimate.edited),
        "regimes": {
            "names": [regime.value for regime in REGIMES],
            "transition": estimate.regime_transition.tolist(),
            "transition_estimated": regimes.transition.tolist(),
            "transition_sd": regimes.transition_sd.tolist(),
            "destination": regimes.destination.tolist(),
            "counts": regimes.counts.tolist(),
            "counts_by_gate": {gate.value: c.tolist() for gate, c in regimes.counts_by_gate.items()},
            "exposure_quarters": regimes.exposure_quarters.tolist(),
            "dwell_quarters": regimes.dwell_quarters.tolist(),
            "dwell_quarters_low": regimes.dwell_low.tolist(),
            "dwell_quarters_high": regimes.dwell_high.tolist(),
        },
        "ramps": {
            "names": [ramp.value for ramp in RAMPS],
            "transition": estimate.ramp_transition.tolist(),
            "multipliers": {ramp.value: value for ramp, value in estimate.ramps.multipliers.items()},
            "evidence": [
                row.model_dump(mode="json") | {"ratio": row.ratio} for row in estimate.ramps.evidence
            ],
        },
        "fill": {
            "a": estimate.fill.a,
            "b": estimate.fill.b,
            "mean": estimate.fill.mean,
            "sd": estimate.fill.sd,
            "per_gate": estimate.fill.per_gate,
            "evidence": [
                row.model_dump(mode="json") | {"share": row.share} for row in estimate.fill.evidence
            ],
        },
        "gates": {gate.value: _spells(spells) for gate, spells in history.gates.items()},
        "joint": _spells(history.joint),
        "disputed_days": history.disputed_days,
        "scheduled": [
            {"id": event.id, "date": event.date.isoformat(), "event": event.event}
            for event in history.scheduled
        ],
        "effects_by_class": _by_class(chain, estimate),
        "effect_sources": [
            row.model_dump(mode="json", by_alias=True)
            for row in (*load_effects().by_regime, *load_effects().by_ramp)
        ],
        "not_offered": [row.model_dump(mode="json") for row in load_effects().not_offered],
    }
    if effects is not None:
        record["effects"] = {
            field.name: _plain(getattr(effects, field.name)) for field in dataclasses.fields(effects)
        }
    return record


def _plain(value: object) -> object:
    """Array or tuple as a list."""
    return value.tolist() if isinstance(value, np.ndarray) else list(value)  # type: ignore[call-overload]


def _spells(spells: Sequence[Spell]) -> list[dict[str, Any]]:
    """Spells with days as text; the last one has no end yet."""
    return [
        {
            "regime": spell.regime.value,
            "start": spell.start.isoformat(),
            "end": None if spell.ended_by is None else spell.end.isoformat(),
            "days": spell.days,
            "ended_by": None if spell.ended_by is None else spell.ended_by.value,
            "event": spell.event,
        }
        for spell in spells
    ]


def _by_class(chain: MarkovChain, estimate: SupplyEstimate) -> dict[str, dict[str, list[float]]]:
    """Export class → quantity → value in each state."""
    effects = load_effects()
    return {
        kind.value: {
            quantity.value: [
                class_effect(
                    effects, quantity, kind, state, estimate.fill.per_gate, estimate.ramps.multipliers
                )
                for state in chain.states
            ]
            for quantity in Quantity
        }
        for kind in ExportClass
    }
