"""Dated events as known on a day, to the regime that each gate and both together held.

Supply passes two gates: an exporting government and the importing one. Both have closed it. The regime of
NVIDIA-class parts is the tighter of the two, by what can be had: open, restricted (cut-down parts without a
licence), licensed (a licence that is sometimes granted), cut_off.

An event moves its own gate, to the regime that the catalogue gives after it, when that regime differs from
the one before; other events leave both gates as they were. A Chinese event of domestic policy that moves the
regime counts for the importing gate, a vendor's for the exporting one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Gate, SupplyEvent
from junshi.terms import Regime
from junshi.units import DAYS_PER_QUARTER

GATES = (Gate.EXPORT, Gate.IMPORT)

_TIGHTNESS = {Regime.OPEN: 0, Regime.RESTRICTED: 1, Regime.LICENSED: 2, Regime.CUT_OFF: 3}
_MOVES = {
    Gate.EXPORT: Gate.EXPORT,
    Gate.VENDOR: Gate.EXPORT,
    Gate.IMPORT: Gate.IMPORT,
    Gate.DOMESTIC: Gate.IMPORT,
}


@dataclass(frozen=True)
class Spell:
    """A regime that held from one day to another.

    Attributes
    ----------
    start, end : first day, and first day after it
    ended_by : gate that moved at `end`; None = still held when the history ends
    event : id of the event that began it, empty for the first
    """

    regime: Regime
    start: dt.date
    end: dt.date
    ended_by: Gate | None
    event: str

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days

    @property
    def quarters(self) -> float:
        """Length in quarters of a year."""
        return self.days / DAYS_PER_QUARTER


@dataclass(frozen=True)
class History:
    """What was known of supply on a day.

    Attributes
    ----------
    until : day on which observation ends
    events : in force by then, oldest first
    scheduled : public by then, in force later
    gates : spells of each gate; contiguous, the last one still held
    joint : spells of the tighter of both gates
    disputed_days : days on which the catalogue's own regime differs from the tighter gate
    """

    until: dt.date
    events: tuple[SupplyEvent, ...]
    scheduled: tuple[SupplyEvent, ...]
    gates: dict[Gate, tuple[Spell, ...]]
    joint: tuple[Spell, ...]
    disputed_days: int

    @property
    def regime_now(self) -> Regime | None:
        """Regime at the end; None when no event is known."""
        return self.joint[-1].regime if self.joint else None


def tighter(one: Regime, other: Regime) -> Regime:
    """Regime under which less can be had.

    Examples
    --------
    >>> tighter(Regime.RESTRICTED, Regime.LICENSED)
    <Regime.LICENSED: 'licensed'>
    """
    return max(one, other, key=_TIGHTNESS.__getitem__)


def read_history(catalogue: Catalogue, as_of: dt.date | None = None) -> History:
    """History of supply as known on a day.

    Parameters
    ----------
    catalogue : its events
    as_of : day of knowledge; None = the day on which the latest event of the catalogue became known

    Returns
    -------
    Nothing announced after `as_of` is read. Observation begins with the first event; without any event the
    spells are empty.
    """
    public = tuple(event for event in catalogue.events if as_of is None or event.known_day <= as_of)
    until = as_of or max((event.known_day for event in public), default=dt.date.min)
    in_force = tuple(sorted((e for e in public if e.date <= until), key=lambda e: (e.date, e.known_day)))
    moves = _gate_moves(in_force)
    gates = {
        gate: _spells([(d, gate, states[i], e) for d, _, states, e in moves], until)
        for i, gate in enumerate(GATES)
    }
    joint = _spells([(d, g, tighter(*states), e) for d, g, states, e in moves], until)
    return History(
        until=until,
        events=in_force,
        scheduled=tuple(event for event in public if event.date > until),
        gates=gates,
        joint=joint,
        disputed_days=_disputed_days(in_force, joint, until),
    )


_Move = tuple[dt.date, Gate, tuple[Regime, Regime], str]


def _gate_moves(events: Sequence[SupplyEvent]) -> list[_Move]:
    """Day, gate that moved, regimes of both gates after it, event; the first is the start."""
    if not events:
        return []
    first = events[0]
    states = dict.fromkeys(GATES, Regime.OPEN)
    states[_MOVES[first.gate]] = first.supply_regime_after
    moves = [(first.date, _MOVES[first.gate], (states[Gate.EXPORT], states[Gate.IMPORT]), "")]
    before = first.supply_regime_after
    for event in events[1:]:
        if event.supply_regime_after is before:
            continue
        before = event.supply_regime_after
        gate = _MOVES[event.gate]
        states[gate] = before
        moves.append((event.date, gate, (states[Gate.EXPORT], states[Gate.IMPORT]), event.id))
    return moves


def _spells(moves: Sequence[tuple[dt.date, Gate, Regime, str]], until: dt.date) -> tuple[Spell, ...]:
    """Contiguous spells of one regime path; a regime that lasts no day is dropped."""
    spells: list[Spell] = []
    for place, (start, _, regime, event) in enumerate(moves):
        following = moves[place + 1] if place + 1 < len(moves) else None
        end, ended_by = (following[0], following[1]) if following else (until, None)
        if spells and spells[-1].regime is regime:
            start, event = spells[-1].start, spells.pop().event
        elif following and end == start:
            continue
        spells.append(Spell(regime, start, end, ended_by, event))
    return tuple(spells)


def _disputed_days(events: Sequence[SupplyEvent], joint: Sequence[Spell], until: dt.date) -> int:
    """Days on which the regime written in the catalogue is not the tighter gate's."""
    days = 0
    ends = [event.date for event in events[1:]] + [until]
    for event, end in zip(events, ends, strict=True) if events else ():
        for spell in joint:
            if spell.regime is not event.supply_regime_after:
                days += max((min(end, spell.end) - max(event.date, spell.start)).days, 0)
    return days
