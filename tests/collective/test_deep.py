"""Deep mode: plans of the template scenarios as best replies."""

from __future__ import annotations

import pytest

from junshi.collective.build import build_setup
from junshi.collective.coupling import paths_for_plan
from junshi.collective.deep import planner, template_scenario
from junshi.collective.read import default_file
from junshi.collective.run import run_mean_field, status_quo_belief
from junshi.plan.planner import PlanSettings
from junshi.terms import Archetype
from tests.collective.worlds import facts

QUICK = PlanSettings(
    gap=0.2, seconds=20.0, iterations=8, check_every=8, check_paths=4, report_paths=4, workers=1
)


def test_templates_can_be_cut() -> None:
    """A template over fewer quarters is still a valid scenario."""
    for archetype in Archetype:
        assert template_scenario(archetype, facts(), 4).horizon.quarters == 4


@pytest.mark.parametrize(("archetype", "domestic"), [(Archetype.VANGUARD, True), (Archetype.STARTUP, False)])
def test_plan_replies_as_its_archetype_would(archetype: Archetype, domestic: bool) -> None:
    """In today's world the vanguard's plan buys domestic cards first, the start-up's imports."""
    setup = build_setup(default_file(), facts())
    states = setup.sample(4, 0)
    paths = run_mean_field(setup.world, setup.start, states, status_quo_belief(setup))
    shares = planner(facts(), QUICK, 4)(archetype, paths_for_plan(setup, paths, states))
    assert shares.shape == (len(setup.quarters) - setup.past, len(setup.ecosystems))
    assert shares.sum(axis=1) == pytest.approx(1.0)
    mean = shares[:, setup.domestic].sum(axis=1).mean()
    assert mean > 0.5 if domestic else mean < 0.5
