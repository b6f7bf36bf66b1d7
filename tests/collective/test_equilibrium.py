"""Equilibria of whole worlds: several under strong feedback, none exploitable; tipping needs feedback."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.collective.build import build_setup
from junshi.collective.equilibrium import find_equilibria, outcome
from junshi.collective.exploitability import exploitability
from junshi.collective.read import default_file
from junshi.collective.run import EACH_ALONE, status_quo_belief
from junshi.collective.tipping import tipping_curve
from tests.collective.worlds import facts, twin, twin_file

STRONG = {"learning_rate": 0.3, "precision": 6.0, "forgetting": 0.1, "drift": 0.5, "quarters": 24, "life": 12}


def test_strong_feedback_has_equilibria_on_both_sides() -> None:
    """Two stable equilibria, one a side, an unstable one between; nobody gains 1 % by deviating."""
    setup = twin(**STRONG)
    found = find_equilibria(setup, setup.sample(1, 1), 5)
    stable = [one for one in found if one.point.stable]
    assert sorted(one.name for one in stable) == ["domestic_lock_in", "import_lock_in"]
    assert len([one for one in found if not one.point.stable]) == 1
    assert all(one.epsilon <= 0.01 for one in found)
    assert sum(one.point.basin for one in stable) == pytest.approx(1.0)


def test_without_learning_there_is_one_equilibrium() -> None:
    """With learning rate 0 every belief leads to the same balance."""
    setup = twin(**{**STRONG, "learning_rate": 0.0})
    found = find_equilibria(setup, setup.sample(1, 1), 5)
    assert len(found) == 1
    assert found[0].name == "new_balance"


def test_default_population_has_unexploitable_equilibria() -> None:
    """Every equilibrium reported for the market as shipped leaves at most 1 % of cost to gain."""
    setup = build_setup(default_file(), facts())
    found = find_equilibria(setup, setup.sample(6, 2), 2)
    assert found
    assert all(0.0 <= one.epsilon <= 0.01 for one in found)


def test_exploitability_sees_a_bad_policy() -> None:
    """Organisations that judge each purchase alone leave something to gain by looking ahead."""
    setup = build_setup(default_file(), facts())
    states, belief = setup.sample(4, 2), status_quo_belief(setup)
    assert exploitability(setup, states, belief, EACH_ALONE).max() > 1e-3


@pytest.mark.parametrize("push", ["vanguard", "mandate"])
def test_removing_the_feedback_removes_tipping(push: str) -> None:
    """With strong learning a mandate of two years lasts for ten; with learning rate 0 it is forgotten."""
    strong = {
        "learning_rate": 0.3,
        "precision": 6.0,
        "forgetting": 0.05,
        "domestic_gap": 0.65,
        "forget_rate": 0.1,
    }
    tips = tipping_curve(twin_file(**strong), facts(), push)
    fades = tipping_curve(twin_file(**{**strong, "learning_rate": 0.0}), facts(), push)
    assert fades.remembered == pytest.approx(0.0, abs=0.01)
    assert not fades.has_tipping
    if push == "mandate":
        assert tips.has_tipping
        assert tips.share[0] < 0.01
        assert tips.remembered > 0.3


def test_names_of_outcomes() -> None:
    """Below a fifth imports are locked in, above four fifths domestic ecosystems, between is a balance."""
    assert [outcome(share) for share in (0.1, 0.5, 0.9)] == [
        "import_lock_in",
        "new_balance",
        "domestic_lock_in",
    ]


def test_order_of_classes_does_not_matter() -> None:
    """The same archetypes in another order give the same shares."""
    file = default_file()
    turned = file.model_copy(update={"archetype": list(reversed(file.archetype))})
    found = []
    for one in (file, turned):
        setup = build_setup(one, facts())
        states = setup.sample(2, 0)
        found.append(find_equilibria(setup, states, 1)[0].shares)
    assert np.allclose(found[0], found[1], atol=1e-6)
