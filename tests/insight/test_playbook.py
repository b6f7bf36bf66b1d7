"""Playbook and trees on instances in which one knows what must be done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junshi.insight.follow import Followed, follow
from junshi.insight.playbook import Chapter, Deed, When, write_playbook
from junshi.insight.solve import Solved, solve
from junshi.insight.triggers import Condition, _shortened, features_of, fill_rate, learn_rules
from junshi.plan.paths import sample_states
from junshi.plan.planner import RiskAttitude, prepare
from junshi.terms import Regime
from tests.insight.instances import QUICK, two_legs


@pytest.fixture(scope="module")
def solved() -> Solved:
    """Policy of an instance in which losses are large."""
    base = two_legs(loss=60.0, stages=5)
    states = tuple(replace(state, level="") for state in base.states)
    return solve(prepare(replace(base, states=states), RiskAttitude()), QUICK)


@pytest.fixture(scope="module")
def followed(solved: Solved) -> Followed:
    """The policy along sampled paths."""
    states = sample_states(solved.setting.problem, 150, np.random.default_rng(0))
    return follow(solved.setting, solved.policy, states)


def _chapter(chapters: tuple[Chapter, ...], stage: int, regime: Regime) -> Chapter:
    return next(one for one in chapters if (one.stage, one.regime) == (stage, regime))


def test_every_change_at_every_quarter(solved: Solved) -> None:
    """There is a chapter for each known regime at each quarter but the first, with its odds."""
    chapters = write_playbook(solved)
    assert {(one.stage, one.regime) for one in chapters} == {
        (stage, regime) for stage in range(1, 5) for regime in (Regime.OPEN, Regime.CUT_OFF)
    }
    assert _chapter(chapters, 1, Regime.CUT_OFF).odds == pytest.approx(0.3)


def test_after_a_cut_one_buys_at_home(solved: Solved) -> None:
    """In the first quarter of a cut nothing is imported; actions stand by time and fall in worth."""
    chapter = _chapter(write_playbook(solved, stages=[1]), 1, Regime.CUT_OFF)
    quarter = [one for one in chapter.actions if one.when is When.QUARTER]
    assert all(one.accelerator != "import" for one in quarter if one.deed is Deed.ORDER)
    for when in When:
        worths = [one.worth for one in chapter.actions if one.when is when]
        assert worths == sorted(worths, reverse=True)
        assert all(worth >= 0 for worth in worths)


def test_trees_repeat_the_policy(followed: Followed) -> None:
    """Each tree is at least as faithful as the commoner answer less sampling noise, and some clearly more."""
    rules = learn_rules(followed)
    assert rules
    assert all(0 <= rule.fidelity <= 1 for rule in rules)
    assert all(rule.fidelity >= rule.baseline - 0.05 for rule in rules)
    assert max(rule.fidelity for rule in rules) > 0.85


def test_trees_ask_about_supply(followed: Followed) -> None:
    """Some tree asks for something that tells open from cut off."""
    asked = {
        condition.feature
        for rule in learn_rules(followed)
        for trigger in rule.triggers
        for condition in trigger.conditions
    }
    assert asked & {"regime_open", "regime_cut_off", "fill", "quarters_in_regime"}


def test_features_see_nothing_of_the_quarter_itself(followed: Followed) -> None:
    """Ported shares are those that the last quarter left."""
    names, values = features_of(followed)
    column = followed.reader.columns.ported[0, 1]
    first = followed.simulation.columns[0][:, column]
    assert values[:, 0, names.index("ported[serve,cann]")] == pytest.approx(first)


def test_fill_rate(solved: Solved) -> None:
    """All of the limit comes while open, nothing when cut off."""
    fill = fill_rate(solved.setting.instance)
    assert fill[:, 0] == pytest.approx(1.0)
    assert fill[:, 1] == pytest.approx(0.0)


def test_conditions_are_shortened() -> None:
    """Of two levels on the same side the tighter one stays."""
    kept = _shortened((Condition("a", True, 1.0), Condition("a", True, 2.0), Condition("a", False, 5.0)))
    assert kept == (Condition("a", True, 2.0), Condition("a", False, 5.0))
