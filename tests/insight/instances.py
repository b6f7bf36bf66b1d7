"""Small planning instances for insight: two ecosystems, a port, regimes that come and go."""

from __future__ import annotations

from hypothesis import strategies as st

from junshi.plan.instance import PlanInstance
from junshi.plan.planner import PlanSettings
from junshi.terms import Regime
from tests.theory.plan import Case, Chip, Task

QUICK = PlanSettings(gap=1e-6, iterations=60, check_every=20, check_paths=40, report_paths=40, workers=1)
"""Near the optimum of the small instances in about a second."""


def two_legs(
    *, stages: int = 4, cut: float = 0.3, back: float = 0.4, domestic_price: float = 6.0, loss: float = 20.0
) -> PlanInstance:
    """An import that a cut stops and lets decay, and a dearer domestic part that first needs a port."""
    return Case(
        stages=stages,
        transition=[[1 - cut, cut], [back, 1 - back]],
        chips={
            "import": Chip(
                ecosystem=0, installed=6.0, available=[8.0, 0.0], price=4.0, holding=0.5, survival=[0.95, 0.7]
            ),
            "home": Chip(ecosystem=1, available=5.0, price=domestic_price, holding=0.5, survival=0.95),
        },
        tasks={
            "serve": Task(demand=[[8.0, 8.0]] * stages, unmet=loss, effort=(0.0, 10.0), ported=(1.0, 0.0))
        },
        ecosystems=("cuda", "cann"),
        engineer_cost=0.5,
        regimes=(Regime.OPEN, Regime.CUT_OFF),
    ).instance()


@st.composite
def instances(draw: st.DrawFn) -> PlanInstance:
    """Draw an instance of `two_legs` with other numbers."""
    return two_legs(
        stages=draw(st.integers(2, 4)),
        cut=draw(st.sampled_from([0.05, 0.2, 0.5])),
        back=draw(st.sampled_from([0.1, 0.5])),
        domestic_price=draw(st.sampled_from([3.0, 6.0, 12.0])),
        loss=draw(st.sampled_from([5.0, 20.0, 60.0])),
    )
