"""The planner's costs in the logit: offsets, and replies without purchases."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.collective.build import build_setup
from junshi.collective.calibrate import calibrated
from junshi.collective.coupling import CollectivePaths, archetype_shares, joint_fixed_point, paths_for_plan
from junshi.collective.run import run_given, run_mean_field, status_quo_belief
from junshi.terms import Archetype
from tests.collective.test_levers import short_file
from tests.collective.worlds import facts


def test_calibrated_logit_has_the_odds_of_the_planners_costs() -> None:
    """If domestic plans cost 20 % more, log-odds of domestic orders are -η ln 1.2; a full mandate stays."""
    setup = build_setup(short_file(), facts())
    states, belief = setup.sample(4, 0), status_quo_belief(setup)
    paths = run_mean_field(setup.world, setup.start, states, belief)

    def cost(archetype: Archetype, world: CollectivePaths, domestic: bool) -> float:
        return 1.2 if domestic else 1.0

    found = calibrated(setup, states, belief, paths_for_plan(setup, paths, states), cost)
    run = run_given(found.setup.world, found.setup.start, states, belief, None)
    home = archetype_shares(found.setup, run).mean(axis=1)[:, setup.domestic].sum(axis=1)
    expected = 1.0 / (1.0 + 1.2**setup.world.precision)
    for place, name in enumerate(setup.population.archetypes):
        if name == "state-centre":
            assert found.offset[place] == 0.0
        elif name != "vanguard":
            assert home[place] == pytest.approx(expected, abs=0.02)


def test_a_plan_that_buys_nothing_leaves_the_logits_choice() -> None:
    """Replies without purchases are no vote: the archetype goes on as the logit says, at a gap of nil."""
    setup = build_setup(short_file(), facts())
    states, belief = setup.sample(4, 0), status_quo_belief(setup)

    def nothing(archetype: Archetype, world: CollectivePaths) -> np.ndarray:
        return np.full_like(world.maturity, np.nan)

    point = joint_fixed_point(setup, states, belief, nothing, rounds=3)
    assert np.isfinite(point.replies).all()
    assert point.gap == pytest.approx(0.0, abs=1e-9)
