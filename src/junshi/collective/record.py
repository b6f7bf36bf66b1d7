"""A result as one JSON object; arrays become lists, [quarter, ecosystem] by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from junshi import __version__
from junshi.collective.equilibrium import Equilibrium
from junshi.collective.result import CollectiveResult
from junshi.collective.run import Fan

FloatArray = NDArray[np.float64]


def result_record(result: CollectiveResult) -> dict[str, Any]:
    """Everything that a run gives, for machines."""
    setup = result.setup
    ecosystems, archetypes = setup.ecosystems, setup.population.archetypes
    return {
        "version": __version__,
        "organisations": result.organisations,
        "paths": len(result.states),
        "seed": setup.file.size.seed,
        "quarters": list(result.quarters),
        "ecosystems": list(ecosystems),
        "archetypes": list(archetypes),
        "shares": [
            {"quarter": quarter}
            | {name: _at(result.shares, t, place) for place, name in enumerate(ecosystems)}
            for t, quarter in enumerate(result.quarters)
        ],
        "domestic_share": fan_record(result.domestic),
        "maturity": {name: fan_record(result.maturity, place) for place, name in enumerate(ecosystems)},
        "price": {name: fan_record(result.price, place) for place, name in enumerate(ecosystems)},
        "gap_years": fan_record(result.gap_years),
        "survivable": fan_record(result.survivable),
        "unmet": fan_record(result.unmet),
        "ported": {name: fan_record(result.ported, place) for place, name in enumerate(archetypes)},
        "log_cost": {name: fan_record(result.cost, place) for place, name in enumerate(archetypes)},
        "equilibria": [_equilibrium(result, one) for one in result.equilibria],
        "at": _equilibrium(result, result.at),
        "agent_shares": [
            {"quarter": quarter} | dict(zip(ecosystems, result.agent_shares[t].tolist(), strict=True))
            for t, quarter in enumerate(result.quarters)
        ],
        "agent_error": result.agent_error,
        "organisation_quarters_per_second": result.organisation_quarters_per_second,
    }


def _at(fan: Fan, t: int, place: int) -> dict[str, float]:
    """One cell of a fan."""
    return {
        "mean": float(fan.mean[t, place]),
        "q10": float(fan.low[t, place]),
        "q50": float(fan.middle[t, place]),
        "q90": float(fan.high[t, place]),
    }


def fan_record(fan: Fan, place: int | None = None) -> dict[str, list[float]]:
    """Fan over the quarters; of one column where it has several."""
    named = {"mean": fan.mean, "q10": fan.low, "q50": fan.middle, "q90": fan.high}
    return {name: (values if place is None else values[:, place]).tolist() for name, values in named.items()}


def _equilibrium(result: CollectiveResult, one: Equilibrium) -> dict[str, Any]:
    """One equilibrium: its last quarter, and its path."""
    setup = result.setup
    names, archetypes = setup.ecosystems, setup.population.archetypes

    def last(values: FloatArray) -> dict[str, float]:
        return dict(zip(names, values[-1].tolist(), strict=True))

    return {
        "name": one.name,
        "shares": last(one.shares),
        "maturity": last(one.maturity),
        "domestic_share": one.domestic,
        "stable": one.point.stable,
        "spectral_radius": one.point.radius,
        "basin": one.point.basin,
        "residual": one.point.residual,
        "epsilon": one.epsilon,
        "epsilon_by_archetype": dict(zip(archetypes, one.epsilon_by.tolist(), strict=True)),
        "share_path": one.shares[setup.past :].tolist(),
        "maturity_path": one.maturity[setup.past :].tolist(),
    }
