"""Tipping: what remains of a push when it is over.

A push (a larger vanguard, a stronger mandate, a longer cut-off) lasts for some quarters. Then imports are
open, mandates and levers are gone, and a long calm follows. If the domestic share at its end depends on the
push, the collective remembers it: the feedback of use on maturity carries what the push began. Without
feedback the calm forgets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.build import Setup, build_setup
from junshi.collective.exploitability import look_ahead
from junshi.collective.run import EACH_ALONE, run_mean_field, run_with_costs, status_quo_belief
from junshi.collective.schema import ArchetypeRow, CollectiveFile, LeverRow
from junshi.supply.chain import MarkovChain
from junshi.terms import Archetype, Ramp, Regime
from junshi.units import Quarter

FloatArray = NDArray[np.float64]

CALM_QUARTERS = 40
PUSH_QUARTERS = 8
LONGEST_CUT = 24
SELF_SUSTAINING = 0.5
SETTLED_QUARTERS = 4
REMEMBERED = 0.1
ROUNDS = 3
SIZE_BINS = 1


@dataclass(frozen=True)
class TippingCurve:
    """Domestic share after the calm for each strength of one push.

    Attributes
    ----------
    push : `vanguard`, `mandate` or `cut_off`
    strength : share of cards wanted, mandated share, or quarters
    share : domestic share of orders at the end of the calm
    threshold : weakest push after which the domestic ecosystems hold half of the orders by themselves;
        None = no push tried is enough, or none is needed
    remembered : what the strongest push adds to the share against none; the measure of lock-in
    """

    push: str
    strength: FloatArray
    share: FloatArray
    threshold: float | None
    remembered: float

    @property
    def has_tipping(self) -> bool:
        """Whether the push leaves a lasting mark."""
        return self.remembered > REMEMBERED


def without_push(file: CollectiveFile, quarters: int) -> CollectiveFile:
    """File with no mandate and no lever from its start on, over so many quarters."""
    start = file.size.start
    rows = [_with_mandate(row, {**row.mandate, start: 0.0}) for row in file.archetype]
    size = file.size.model_copy(update={"quarters": min(quarters, 80), "paths": 1})
    choice = file.choice.model_copy(update={"size_bins": SIZE_BINS})
    return file.model_copy(update={"archetype": rows, "size": size, "choice": choice, "lever": LeverRow()})


def _with_mandate(row: ArchetypeRow, mandate: dict[str, float]) -> ArchetypeRow:
    return row.model_copy(update={"mandate": mandate})


def push_vanguard(file: CollectiveFile, strength: float) -> tuple[CollectiveFile, int]:
    """A vanguard with this share of the cards wanted, committed to domestic orders during the push."""
    others = sum(row.spend for row in file.archetype if row.id is not Archetype.VANGUARD)
    rows = [
        row.model_copy(
            update={
                "spend": max(strength, 1e-6) / max(1.0 - strength, 1e-6) * others,
                "mandate": {**row.mandate, **_window(file, 1.0)},
            }
        )
        if row.id is Archetype.VANGUARD
        else row
        for row in file.archetype
    ]
    return file.model_copy(update={"archetype": rows}), 0


def push_mandate(file: CollectiveFile, strength: float) -> tuple[CollectiveFile, int]:
    """The same mandated domestic share for everybody during the push."""
    rows = [_with_mandate(row, {**row.mandate, **_window(file, strength)}) for row in file.archetype]
    return file.model_copy(update={"archetype": rows}), 0


def push_cut_off(file: CollectiveFile, strength: float) -> tuple[CollectiveFile, int]:
    """A cut-off of so many quarters."""
    return file, round(strength)


def _window(file: CollectiveFile, value: float) -> dict[str, float]:
    """Mandate that holds during the push and ends with it."""
    start = Quarter.parse(file.size.start)
    return {str(start): value, str(start + PUSH_QUARTERS): 0.0}


PUSHES: dict[str, tuple[Callable[[CollectiveFile, float], tuple[CollectiveFile, int]], tuple[float, ...]]] = {
    "vanguard": (push_vanguard, (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8)),
    "mandate": (push_mandate, (0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0)),
    "cut_off": (push_cut_off, (0.0, 2.0, 4.0, 8.0, 12.0, 18.0, 24.0)),
}


def tipping_curves(
    file: CollectiveFile, catalogue: Catalogue, pushes: Sequence[str] = ("vanguard", "mandate", "cut_off")
) -> list[TippingCurve]:
    """Curve of each push, with its threshold refined by halving."""
    return [tipping_curve(file, catalogue, name) for name in pushes]


def tipping_curve(file: CollectiveFile, catalogue: Catalogue, push: str) -> TippingCurve:
    """Curve of one push."""
    act, strengths = PUSHES[push]
    calm = without_push(file, LONGEST_CUT + CALM_QUARTERS)
    share = np.array([share_after(*act(calm, strength), catalogue) for strength in strengths])
    return TippingCurve(
        push=push,
        strength=np.array(strengths),
        share=share,
        threshold=_threshold(lambda strength: share_after(*act(calm, strength), catalogue), strengths, share),
        remembered=float(share[-1] - share[0]),
    )


def _threshold(
    share_of: Callable[[float], float], strengths: Sequence[float], share: FloatArray, halvings: int = 4
) -> float | None:
    """Weakest push with a self-sustaining share, between two strengths tried."""
    enough = share >= SELF_SUSTAINING
    if enough.all() or not enough.any():
        return None
    place = int(np.argmax(enough))
    if place == 0:
        return None
    low, high = strengths[place - 1], strengths[place]
    for _ in range(halvings):
        middle = (low + high) / 2
        if share_of(middle) >= SELF_SUSTAINING:
            high = middle
        else:
            low = middle
    return float(high)


def share_after(file: CollectiveFile, cut_quarters: int, catalogue: Catalogue) -> float:
    """Domestic share of orders at the end of the calm."""
    setup = build_setup(file, catalogue)
    states = calm_states(setup, cut_quarters)
    belief, ahead = status_quo_belief(setup), EACH_ALONE
    for _ in range(ROUNDS):
        paths, costs = run_with_costs(setup.world, setup.start, states, belief, ahead)
        ahead, belief = look_ahead(setup, paths, costs, states), paths.gained[0]
    paths = run_mean_field(setup.world, setup.start, states, belief, ahead)
    orders = paths.ordered[0, -SETTLED_QUARTERS:].sum(axis=0)
    return float(orders[setup.domestic].sum() / orders.sum())


def calm_states(setup: Setup, cut_quarters: int) -> NDArray[np.int64]:
    """The past, a cut-off of so many quarters, then open imports, all at the base ramp, [1, quarter]."""
    future = len(setup.quarters) - setup.past
    cut = min(cut_quarters, future)
    return np.concatenate(
        [
            setup.history,
            np.full(cut, _state(setup, Regime.CUT_OFF)),
            np.full(future - cut, _state(setup, Regime.OPEN)),
        ]
    )[None, :]


def _state(setup: Setup, regime: Regime) -> int:
    return next(
        place
        for place, state in enumerate(setup.chain.states)
        if state.regime is regime and state.ramp is Ramp.BASE
    )


@dataclass(frozen=True)
class PhaseDiagram:
    """Mean domestic share at the end over vanguard share × odds of a cut-off.

    Attributes
    ----------
    vanguard : share of cards wanted, [row]
    odds : factor on the quarterly odds of moving into a cut-off, [column]
    domestic : mean domestic share in the last quarter, [row, column]
    """

    vanguard: FloatArray
    odds: FloatArray
    domestic: FloatArray


def phase_diagram(
    file: CollectiveFile,
    catalogue: Catalogue,
    vanguard: Sequence[float] = (0.02, 0.1, 0.2, 0.35, 0.5),
    odds: Sequence[float] = (0.0, 0.5, 1.0, 2.0, 4.0),
    paths: int = 12,
) -> PhaseDiagram:
    """Domestic share where vanguard and odds of a cut-off vary, all else as in the file."""
    domestic = np.zeros((len(vanguard), len(odds)))
    choice = file.choice.model_copy(update={"size_bins": SIZE_BINS})
    for row, share in enumerate(vanguard):
        grown = push_vanguard(file.model_copy(update={"choice": choice}), share)[0]
        rows = [
            one.model_copy(update={"mandate": old.mandate})
            for one, old in zip(grown.archetype, file.archetype, strict=True)
        ]
        setup = build_setup(grown.model_copy(update={"archetype": rows}), catalogue)
        for column, factor in enumerate(odds):
            moved = replace(setup, chain=with_cut_off_odds(setup, factor))
            states = moved.sample(paths, file.size.seed)
            belief = status_quo_belief(moved)
            for _ in range(ROUNDS):
                run = run_mean_field(moved.world, moved.start, states, belief)
                belief = run.gained.mean(axis=0)
            served = run.served[:, -1]
            domestic[row, column] = (served[:, moved.domestic].sum(axis=1) / served.sum(axis=1)).mean()
    return PhaseDiagram(np.array(vanguard), np.array(odds), domestic)


def with_cut_off_odds(setup: Setup, factor: float) -> MarkovChain:
    """Chain whose odds of moving into a cut-off are multiplied, the others scaled to keep the sum."""
    chain = setup.chain
    is_cut = np.array([state.regime is Regime.CUT_OFF for state in chain.states])
    odds = chain.transition.copy()
    outside = ~is_cut
    into = odds[np.ix_(outside, is_cut)].sum(axis=1)
    wanted = np.minimum(into * factor, 0.95)
    odds[np.ix_(outside, is_cut)] *= (wanted / np.maximum(into, 1e-12))[:, None]
    odds[np.ix_(outside, outside)] *= ((1 - wanted) / (1 - into))[:, None]
    odds /= odds.sum(axis=1, keepdims=True)
    return replace(chain, transition=odds)
