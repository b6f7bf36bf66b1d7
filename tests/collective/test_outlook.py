"""The outlook that a scenario gets from the collective."""

from __future__ import annotations

import numpy as np

from junshi.collective.deep import template_scenario
from junshi.collective.outlook import collective_outlook
from junshi.plan.outlook import default_outlook
from junshi.plan.trends import load_trends
from junshi.terms import Archetype
from junshi.units import Quarter
from tests.collective.worlds import facts


def test_outlook_of_a_template_differs_from_the_default_and_has_its_shape() -> None:
    """A plan in the collective's world sees other paths than the world taken as given, on the same axes."""
    scenario = template_scenario(Archetype.GIANT, facts(), 6)
    rows = [facts().ecosystem(name) for name in ("cuda", "cann", "neuware")]
    chips = [facts().accelerator(name) for name in scenario.accelerators]
    ours = collective_outlook(scenario, facts(), rows, paths=4)
    plain = default_outlook(chips, rows, Quarter.parse(scenario.horizon.start), 6, load_trends())
    assert ours.accelerators == plain.accelerators
    assert ours.maturity.shape == plain.maturity.shape
    assert not np.allclose(ours.maturity[1], plain.maturity[1])
    assert ours.source != plain.source
    low, high = (collective_outlook(scenario, facts(), rows, band=band, paths=8) for band in ("low", "high"))
    assert (low.maturity[1] <= high.maturity[1] + 1e-12).all()
