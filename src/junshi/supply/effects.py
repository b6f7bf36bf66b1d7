"""What each state does to each accelerator, by its export class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from junshi.catalogue.schema import Accelerator, ExportClass
from junshi.supply.chain import SupplyEffects, SupplyState
from junshi.supply.estimate import FillEstimate, RampEstimate
from junshi.supply.schema import EffectsFile, Quantity
from junshi.terms import Ramp


def class_effect(
    effects: EffectsFile,
    quantity: Quantity,
    export_class: ExportClass,
    state: SupplyState,
    fill_per_gate: float,
    multipliers: dict[Ramp, float],
) -> float:
    """Value of one quantity of one export class in one state."""
    row = next(r for r in effects.by_regime if r.quantity is quantity and r.export_class is export_class)
    value = row.value(state.regime, fill_per_gate)
    if export_class is ExportClass.DOMESTIC:
        for ramp_row in effects.by_ramp:
            if ramp_row.quantity is quantity:
                value *= ramp_row.value(state.ramp, multipliers)
    return value


def build_effects(
    accelerators: Sequence[Accelerator],
    states: Sequence[SupplyState],
    effects: EffectsFile,
    fill: FillEstimate,
    ramps: RampEstimate,
) -> SupplyEffects:
    """Arrays `[accelerator, state]` of every quantity.

    The fill rate while licensed is split evenly over placing an order (`available`) and its arrival
    (`delivered`): their product is the fill rate.
    """
    arrays = {
        quantity.value: np.array(
            [
                [
                    class_effect(
                        effects, quantity, chip.export_class, state, fill.per_gate, ramps.multipliers
                    )
                    for state in states
                ]
                for chip in accelerators
            ],
            dtype=float,
        ).reshape(len(accelerators), len(states))
        for quantity in Quantity
    }
    return SupplyEffects(accelerators=tuple(chip.id for chip in accelerators), **arrays)
