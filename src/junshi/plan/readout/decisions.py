"""Decisions of one node, in natural units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.plan.formulation.layout import MODES, Layout
from junshi.plan.formulation.variables import Columns
from junshi.plan.instance import PlanInstance
from junshi.plan.result import Actions, Placed, PortStep, Trade

FloatArray = NDArray[np.float64]
NOTHING = 1e-4
"""Shares below this and fewer units than this are not worth a line."""


@dataclass(frozen=True)
class Reader:
    """Reads the columns of any node of one instance."""

    instance: PlanInstance
    layout: Layout
    columns: Columns

    def units(self, family: dict[int, int], values: FloatArray) -> FloatArray:
        """Units of a family of columns, shape [accelerator]."""
        units = np.zeros(len(self.instance.fleet.ids))
        for k, column in family.items():
            units[k] = values[column] * self.layout.unit_scale[k]
        return units

    def unmet(self, values: FloatArray) -> FloatArray:
        """Unmet share of each workload."""
        shares = [values[self.columns.unmet[w]] for w in range(len(self.instance.work.ids))]
        return np.asarray(np.clip(np.array(shares), 0.0, 1.0))

    def actions(self, stage: int, state: int, values: FloatArray) -> Actions:
        """What is ordered, rented, resold and ported."""
        fleet = self.instance.fleet
        return Actions(
            self._trades(self.columns.order, values, fleet.price[stage, state]),
            self._trades(self.columns.rent, values, fleet.rent_price[stage, state]),
            self._trades(self.columns.resell, values, -fleet.resale_price[stage, state]),
            self._ports(values),
        )

    def _trades(self, family: dict[int, int], values: FloatArray, price: FloatArray) -> tuple[Trade, ...]:
        units = self.units(family, values)
        ids = self.instance.fleet.ids
        kept = [int(k) for k in np.argsort(-units * np.abs(price), kind="stable") if units[k] >= 0.5]
        return tuple(Trade(ids[k], float(units[k]), float(units[k] * price[k])) for k in kept)

    def _ports(self, values: FloatArray) -> tuple[PortStep, ...]:
        work, limits = self.instance.work, self.instance.limits
        low, high = work.effort_range
        steps = []
        for (w, e), column in self.columns.port.items():
            share = float(values[column])
            if share > NOTHING:
                days = share * float(work.effort_days[w, e])
                steps.append(
                    PortStep(
                        work.ids[w],
                        self.instance.ecosystems[e],
                        share,
                        days,
                        days * limits.engineer_cost,
                        days_low=share * float(low[w, e]),
                        days_high=share * float(high[w, e]),
                    )
                )
        return tuple(sorted(steps, key=lambda step: -step.engineer_days))

    def placement(self, values: FloatArray) -> tuple[Placed, ...]:
        """Where each workload runs."""
        work, fleet = self.instance.work, self.instance.fleet
        return tuple(
            Placed(work.ids[w], fleet.ids[k], MODES[m], float(values[column]))
            for (w, k, m), column in self.columns.run.items()
            if values[column] > NOTHING
        )
