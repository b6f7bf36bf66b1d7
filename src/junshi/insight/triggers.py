"""The policy as a few short decision trees, with how faithfully each one repeats it.

A tree answers one question of a quarter (start this port? order this accelerator?) from what one can see:
regime, ramp, how long the regime has held, what came of import orders, how much is ported, how the fleet is
split. It learns on some simulated paths and is measured on others: the share of quarters in which it says
what the policy does, beside the share that always saying the commoner answer would reach.

Trees are scikit-learn's (an optional extra): CART of depth three.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from junshi.errors import InputError
from junshi.insight.follow import Followed
from junshi.insight.playbook import LEAST_SHARE, LEAST_UNITS, Deed
from junshi.plan.instance import PlanInstance
from junshi.terms import Ramp, Regime

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
DEPTH = 3
LEARNED_SHARE = 0.7
RAREST = 0.03
"""A question that is nearly always answered alike needs no tree."""


@dataclass(frozen=True)
class Condition:
    """`feature <= level` or `feature > level`."""

    feature: str
    above: bool
    level: float


@dataclass(frozen=True)
class Trigger:
    """One way through a tree to a yes: all conditions hold.

    Attributes
    ----------
    share : of quarters in which the conditions hold
    certainty : of these, the share in which the policy does it
    """

    conditions: tuple[Condition, ...]
    share: float
    certainty: float


@dataclass(frozen=True)
class Rule:
    """The tree of one question.

    Attributes
    ----------
    deed, accelerator, workload, ecosystem : what is asked
    triggers : ways to a yes, the commonest first
    fidelity : share of unseen quarters in which the tree says what the policy does
    baseline : the same for always saying the commoner answer
    frequency : share of quarters in which the policy does it
    """

    deed: Deed
    accelerator: str
    workload: str
    ecosystem: str
    triggers: tuple[Trigger, ...]
    fidelity: float
    baseline: float
    frequency: float


def require_trees() -> None:
    """Say how to install what is missing.

    Raises
    ------
    InputError : scikit-learn is not installed
    """
    if importlib.util.find_spec("sklearn") is None:
        raise InputError("insight.needs_extra", package="scikit-learn")


def learn_rules(followed: Followed, *, seed: int = 0) -> tuple[Rule, ...]:
    """Trees of all questions whose answer changes, the most faithful gain over the baseline first.

    Parameters
    ----------
    followed : the policy along paths drawn by the odds
    """
    require_trees()
    names, features = features_of(followed)
    paths, stages = features.shape[:2]
    learned = np.random.default_rng([seed, 11]).permutation(paths) < round(LEARNED_SHARE * paths)
    flat = features.reshape(paths * stages, -1)
    train = np.repeat(learned, stages)
    rules = []
    for question, answers in _questions(followed):
        known = answers.reshape(-1)
        frequency = float(known.mean())
        if RAREST < frequency < 1 - RAREST and 0 < known[train].sum() < train.sum():
            rules.append(
                _rule(question, names, (flat[train], known[train]), (flat[~train], known[~train]), seed)
            )
    return tuple(sorted(rules, key=lambda rule: rule.baseline - rule.fidelity))


_Question = tuple[Deed, str, str, str]


def _questions(followed: Followed) -> list[tuple[_Question, NDArray[np.bool_]]]:
    """Each question with its answer, shape [path, stage - 1]: the first quarter is decided already."""
    instance, columns = followed.instance, followed.reader.columns
    found: list[tuple[_Question, NDArray[np.bool_]]] = []
    for deed, family in ((Deed.ORDER, "order"), (Deed.RENT, "rent")):
        units = followed.units(family)[:, 1:]
        found += [
            ((deed, instance.fleet.ids[k], "", ""), units[:, :, k] >= LEAST_UNITS)
            for k in getattr(columns, family)
        ]
    for (w, e), column in columns.port.items():
        shares = np.stack([values[:, column] for values in followed.simulation.columns[1:]], axis=1)
        question = (Deed.PORT, "", instance.work.ids[w], instance.ecosystems[e])
        found.append((question, shares > LEAST_SHARE))
    return found


def features_of(followed: Followed) -> tuple[list[str], FloatArray]:
    """What one can see at the start of each quarter but the first: names, [path, stage - 1, feature]."""
    instance, states = followed.instance, followed.states
    columns: dict[str, FloatArray] = {}
    regimes = np.array([list(Regime).index(state.regime) for state in instance.states])[states]
    for place, regime in enumerate(Regime):
        columns[f"regime_{regime.value}"] = (regimes == place).astype(float)
    for ramp in (Ramp.SLOW, Ramp.FAST):
        columns[f"ramp_{ramp.value}"] = np.array([s.ramp is ramp for s in instance.states], float)[states]
    for level in ("low", "high"):
        if any(state.level == level for state in instance.states):
            columns[f"demand_{level}"] = np.array([s.level == level for s in instance.states], float)[states]
    columns["quarters_in_regime"] = _quarters_held(regimes)
    columns["fill"] = _two_quarters(fill_rate(instance)[np.arange(instance.stages), states])
    columns["quarters_left"] = np.broadcast_to(np.arange(instance.stages)[::-1], states.shape).astype(float)
    columns |= _before(followed)
    values = np.stack([column[:, 1:] for column in columns.values()], axis=2)
    return list(columns), values


def fill_rate(instance: PlanInstance) -> FloatArray:
    """Part of the open import limit that is obtained, shape [stage, state]; 1 without imports."""
    fleet = instance.fleet
    imports = ~fleet.domestic
    limit = fleet.available[:, :, imports].max(axis=1).sum(axis=1)
    had = (fleet.available * fleet.delivered[None])[:, :, imports].sum(axis=2)
    whole = np.where(limit > 0, limit, 1.0)[:, None]
    return np.asarray(np.where(limit[:, None] > 0, had / whole, 1.0))


def _two_quarters(values: FloatArray) -> FloatArray:
    """Higher of this quarter's value and the last one's: low only when it stayed low for two quarters."""
    return np.asarray(np.maximum(values, np.concatenate([values[:, :1], values[:, :-1]], axis=1)))


def _quarters_held(regimes: IntArray) -> FloatArray:
    """How many quarters the regime has held before this one."""
    held = np.zeros(regimes.shape)
    for stage in range(1, regimes.shape[1]):
        held[:, stage] = np.where(regimes[:, stage] == regimes[:, stage - 1], held[:, stage - 1] + 1, 0.0)
    return held


def _before(followed: Followed) -> dict[str, FloatArray]:
    """What the last quarter left: ported shares and the domestic share of owned units."""
    instance, columns = followed.instance, followed.reader.columns
    found = {}
    for (w, e), column in columns.ported.items():
        after = np.stack([values[:, column] for values in followed.simulation.columns], axis=1)
        name = f"ported[{instance.work.ids[w]},{instance.ecosystems[e]}]"
        found[name] = np.concatenate([after[:, :1], after[:, :-1]], axis=1)
    held = followed.units("held")
    whole = held.sum(axis=2)
    share = held[:, :, instance.fleet.domestic].sum(axis=2) / np.where(whole > 0, whole, 1.0)
    found["domestic_share"] = np.concatenate([share[:, :1], share[:, :-1]], axis=1)
    return found


def _rule(
    question: _Question,
    names: list[str],
    learned: tuple[FloatArray, NDArray[np.bool_]],
    unseen: tuple[FloatArray, NDArray[np.bool_]],
    seed: int,
) -> Rule:
    """Tree of one question, measured on unseen paths."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=0.02, random_state=seed)
    tree.fit(*learned)
    said = tree.predict(unseen[0])
    common = bool(learned[1].mean() >= 0.5)
    return Rule(
        *question,
        triggers=_triggers(tree.tree_, names),
        fidelity=float((said == unseen[1]).mean()),
        baseline=float((unseen[1] == common).mean()),
        frequency=float(np.concatenate([learned[1], unseen[1]]).mean()),
    )


def _triggers(tree: Any, names: list[str]) -> tuple[Trigger, ...]:
    """All ways through a fitted tree to a yes."""
    found: list[Trigger] = []
    total = float(tree.n_node_samples[0])

    def visit(node: int, conditions: tuple[Condition, ...]) -> None:
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left < 0:
            no, yes = (float(part) for part in tree.value[node][0])
            certainty = yes / (yes + no)
            if certainty > 0.5:
                share = float(tree.n_node_samples[node]) / total
                found.append(Trigger(_shortened(conditions), share, certainty))
            return
        feature, level = names[int(tree.feature[node])], float(tree.threshold[node])
        visit(left, (*conditions, Condition(feature, above=False, level=level)))
        visit(right, (*conditions, Condition(feature, above=True, level=level)))

    visit(0, ())
    return tuple(sorted(found, key=lambda trigger: -trigger.share))


def _shortened(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Only the tightest of several conditions on one side of one feature."""
    tightest: dict[tuple[str, bool], Condition] = {}
    for condition in conditions:
        key = (condition.feature, condition.above)
        known = tightest.get(key)
        if known is None or (condition.level > known.level) is condition.above:
            tightest[key] = condition
    return tuple(tightest.values())
