"""History of supply: gates, the tighter of both, and what was known on a day."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from junshi.catalogue.load import load_catalogue
from junshi.catalogue.schema import Gate, SupplyEvent
from junshi.supply.history import GATES, read_history, tighter
from junshi.terms import Regime
from tests.supply.events import START, catalogue_of, event

histories = st.lists(
    st.tuples(st.integers(0, 2000), st.sampled_from(list(Gate)), st.sampled_from(list(Regime))),
    max_size=12,
    unique_by=lambda row: (row[0], row[1]),
)


def _events(rows: list[tuple[int, Gate, Regime]]) -> list[SupplyEvent]:
    """Events of drawn rows."""
    return [event(day, gate, regime) for day, gate, regime in rows]


def test_regimes_of_the_catalogue() -> None:
    """The regimes of both gates together have the lengths that the published events imply."""
    spells = read_history(load_catalogue(), dt.date(2026, 9, 24)).joint
    assert [(spell.regime.value, spell.days) for spell in spells[1:]] == [
        ("restricted", 957),
        ("cut_off", 96),
        ("licensed", 65),
        ("cut_off", 133),
        ("licensed", 239),
    ]
    assert [spell.ended_by for spell in spells] == [
        Gate.EXPORT,
        Gate.EXPORT,
        Gate.EXPORT,
        Gate.IMPORT,
        Gate.IMPORT,
        None,
    ]


def test_both_gates_are_kept() -> None:
    """The exporting gate has been licensed since 2025-07-14, the importing one closed in between."""
    gates = read_history(load_catalogue()).gates
    assert gates[Gate.EXPORT][-1].start == dt.date(2025, 7, 14)
    assert [spell.regime for spell in gates[Gate.IMPORT]] == [Regime.OPEN, Regime.CUT_OFF, Regime.LICENSED]


def test_one_day_of_paper_licence_is_disputed() -> None:
    """The day between the US rule of 2026-01-13 and the Chinese block counts as cut off, and is reported."""
    history = read_history(load_catalogue())
    assert history.disputed_days == 1
    day = dt.date(2026, 1, 13)
    assert [spell.regime for spell in history.joint if spell.start <= day < spell.end] == [Regime.CUT_OFF]


def test_tightness_is_by_what_can_be_had() -> None:
    """Licensed is tighter than restricted, since cut-down parts sold freely while restricted."""
    assert tighter(Regime.RESTRICTED, Regime.LICENSED) is Regime.LICENSED
    assert tighter(Regime.OPEN, Regime.RESTRICTED) is Regime.RESTRICTED
    assert tighter(Regime.CUT_OFF, Regime.LICENSED) is Regime.CUT_OFF


def test_as_of_reads_nothing_announced_later() -> None:
    """An event that took effect before the day but became public after it is not known."""
    late = event(100, Gate.EXPORT, Regime.CUT_OFF, known_after=30)
    catalogue = catalogue_of(event(0, Gate.EXPORT, Regime.OPEN), late)
    assert read_history(catalogue, START + dt.timedelta(days=120)).regime_now is Regime.OPEN
    assert read_history(catalogue, START + dt.timedelta(days=130)).regime_now is Regime.CUT_OFF


def test_as_of_reports_what_is_scheduled() -> None:
    """An event that is public and not yet in force is shown and not counted."""
    planned = event(500, Gate.EXPORT, Regime.CUT_OFF, known_after=-400)
    history = read_history(
        catalogue_of(event(0, Gate.EXPORT, Regime.OPEN), planned), START + dt.timedelta(days=200)
    )
    assert history.scheduled == (planned,)
    assert history.regime_now is Regime.OPEN


def test_no_event_is_no_history() -> None:
    """Before the first event there is no regime."""
    history = read_history(load_catalogue(), dt.date(2000, 1, 1))
    assert history.regime_now is None
    assert history.joint == ()


def test_domestic_and_vendor_moves_count_for_a_gate() -> None:
    """A regime that changes with a domestic event moves the importing gate, with a vendor's the other."""
    catalogue = catalogue_of(
        event(0, Gate.EXPORT, Regime.OPEN),
        event(10, Gate.DOMESTIC, Regime.CUT_OFF),
        event(20, Gate.VENDOR, Regime.RESTRICTED),
    )
    history = read_history(catalogue, START + dt.timedelta(days=30))
    assert history.gates[Gate.IMPORT][-1].regime is Regime.CUT_OFF
    assert history.gates[Gate.EXPORT][-1].regime is Regime.RESTRICTED
    assert history.regime_now is Regime.CUT_OFF


@given(rows=histories, cut=st.integers(0, 2500))
def test_spells_are_contiguous(rows: list[tuple[int, Gate, Regime]], cut: int) -> None:
    """Spells of each path follow each other without gap, differ from their neighbour, and end on the day."""
    until = START + dt.timedelta(days=cut)
    history = read_history(catalogue_of(*_events(rows)), until)
    for spells in (*history.gates.values(), history.joint):
        for before, after in pairwise(spells):
            assert before.end == after.start
            assert before.regime is not after.regime
            assert before.days > 0
        if spells:
            assert spells[-1].end == until
            assert spells[-1].ended_by is None


@given(rows=histories, cut=st.integers(0, 2500))
def test_joint_is_the_tighter_gate(rows: list[tuple[int, Gate, Regime]], cut: int) -> None:
    """On every day the joint regime is the tighter of both gates."""
    history = read_history(catalogue_of(*_events(rows)), START + dt.timedelta(days=cut))

    def at(spells: tuple[object, ...], day: dt.date) -> Regime:
        return next(s.regime for s in spells if s.start <= day < s.end)  # type: ignore[attr-defined]

    if history.joint:
        first = history.joint[0].start
        for offset in range(0, max((history.until - first).days, 0), 97):
            day = first + dt.timedelta(days=offset)
            gates = [at(history.gates[gate], day) for gate in GATES]
            assert at(history.joint, day) is tighter(*gates)


@given(rows=histories, cut=st.integers(0, 2500))
def test_later_events_change_nothing(rows: list[tuple[int, Gate, Regime]], cut: int) -> None:
    """The history as of a day is the same with and without the events after it."""
    until = START + dt.timedelta(days=cut)
    known = [row for row in rows if row[0] <= cut]
    full, early = (read_history(catalogue_of(*_events(part)), until) for part in (rows, known))
    assert full.joint == early.joint
    assert full.gates == early.gates
