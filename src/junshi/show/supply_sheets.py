"""A view of supply as tables: states, odds, the history that they come from, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.schema import ExportClass, Gate
from junshi.show.numbers import percent, short
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word
from junshi.supply.chain import MarkovChain, SupplyState
from junshi.supply.effects import class_effect
from junshi.supply.estimate import RAMPS, REGIMES, SupplyEstimate
from junshi.supply.history import Spell
from junshi.supply.schema import Quantity, load_assumptions, load_effects
from junshi.terms import Ramp, Regime
from junshi.text import current_language, say

_SHARES = (Quantity.AVAILABLE, Quantity.DELIVERED, Quantity.RENTABLE, Quantity.SURVIVAL)


def estimate_lines(chain: MarkovChain, estimate: SupplyEstimate) -> list[str]:
    """Sentences: what is known until when, the state now, what the user replaced."""
    history = estimate.history
    given = "supply.from_scenario" if estimate.regime_now_given else "supply.from_history"
    lines = [
        say("supply.known_until", day=history.until, events=len(history.events)),
        say(
            "supply.state_now",
            regime=word(estimate.regime_now),
            ramp=word(estimate.ramp_now),
            source=say(given),
            count=len(chain.states),
        ),
    ]
    if estimate.edited:
        lines.append(say("supply.edited", places=", ".join(estimate.edited)))
    if history.disputed_days:
        lines.append(say("supply.disputed", days=history.disputed_days))
    lines += [say("supply.scheduled", day=event.date, event=_event(event)) for event in history.scheduled]
    return lines


def _event(event: object) -> str:
    """Event in the language of the reader."""
    return str(getattr(event, "event_zh" if current_language() == "zh" else "event"))


def supply_sheets(chain: MarkovChain, estimate: SupplyEstimate) -> Iterator[Sheet]:
    """All tables, from the history to its effects."""
    yield history_sheet(estimate)
    yield regime_odds_sheet(estimate)
    yield regime_counts_sheet(estimate)
    yield ramp_sheet(estimate)
    yield states_sheet(chain)
    yield fill_sheet(estimate)
    yield ramp_evidence_sheet(estimate)
    yield imports_sheet(estimate)
    yield domestic_sheet(estimate)


def history_sheet(estimate: SupplyEstimate) -> Sheet:
    """Regimes of each gate and of both, with their days."""
    history = estimate.history
    paths = [(say(f"supply.gate_{gate.value}"), spells) for gate, spells in history.gates.items()]
    paths.append((say("supply.gate_joint"), history.joint))
    rows = tuple(
        (name if place == 0 else "", word(spell.regime), str(spell.start), _end(spell), str(spell.days))
        for name, spells in paths
        for place, spell in enumerate(spells)
    )
    columns = (
        Column(say("supply.gate")),
        Column(say("supply.regime")),
        Column(say("supply.from")),
        Column(say("supply.to")),
        Column(say("supply.days"), is_number=True),
    )
    return Sheet(say("supply.title_history"), columns, rows, say("supply.note_history"))


def _end(spell: Spell) -> str:
    """Last day, or that the regime still holds."""
    return say("supply.still") if spell.ended_by is None else str(spell.end)


def regime_odds_sheet(estimate: SupplyEstimate) -> Sheet:
    """Quarterly odds between regimes, with their spread, and how long each regime lasts."""
    regimes, edited = estimate.regimes, estimate.edited
    rows = []
    for row, regime in enumerate(REGIMES):
        own = f"supply.regime_odds.{regime.value}" in edited
        odds = estimate.regime_transition[row]
        cells = [
            percent(value) if own else _with_sd(value, regimes.transition_sd[row, column])
            for column, value in enumerate(odds)
        ]
        dwell = say(
            "supply.dwell",
            mean=f"{regimes.dwell_quarters[row]:.1f}",
            low=f"{regimes.dwell_low[row]:.1f}",
            high=f"{regimes.dwell_high[row]:.1f}",
        )
        source = say("supply.yours") if own else say("supply.from_history")
        rows.append((word(regime), *cells, "" if own else dwell, source))
    columns = (
        Column(say("supply.from_regime")),
        *(Column(word(regime), is_number=True) for regime in REGIMES),
        Column(say("supply.lasts"), is_number=True),
        Column(say("supply.source")),
    )
    prior = load_assumptions().regime_prior
    note = say("supply.note_odds", exits=f"{prior.exits:g}", quarters=f"{prior.quarters:g}")
    return Sheet(say("supply.title_regime_odds"), columns, tuple(rows), note)


def _with_sd(value: float, sd: float) -> str:
    """Odds with their posterior standard deviation."""
    return f"{percent(value)} ± {100 * sd:.0f}"


def regime_counts_sheet(estimate: SupplyEstimate) -> Sheet:
    """Count the moves seen, by the gate that moved, and the time seen in each regime."""
    regimes = estimate.regimes
    export, imports = regimes.counts_by_gate[Gate.EXPORT], regimes.counts_by_gate[Gate.IMPORT]
    rows = tuple(
        (
            word(regime),
            *(_count(export[row, column], imports[row, column]) for column in range(len(REGIMES))),
            f"{regimes.exposure_quarters[row]:.1f}",
        )
        for row, regime in enumerate(REGIMES)
    )
    columns = (
        Column(say("supply.from_regime")),
        *(Column(word(regime), is_number=True) for regime in REGIMES),
        Column(say("supply.seen"), is_number=True),
    )
    return Sheet(say("supply.title_counts"), columns, rows, say("supply.note_counts"))


def _count(export: int, imports: int) -> str:
    """Count of moves by the exporting and by the importing gate."""
    return f"{export} + {imports}" if export or imports else "–"


def ramp_sheet(estimate: SupplyEstimate) -> Sheet:
    """Quarterly odds between ramps, and what each does to the order limit."""
    rows = tuple(
        (
            word(ramp),
            *(percent(value) for value in estimate.ramp_transition[row]),
            f"× {estimate.ramps.multipliers[ramp]:.2f}",
            say("supply.yours") if f"supply.ramp_odds.{ramp.value}" in estimate.edited else word_assumed(),
        )
        for row, ramp in enumerate(RAMPS)
    )
    columns = (
        Column(say("supply.from_ramp")),
        *(Column(word(ramp), is_number=True) for ramp in RAMPS),
        Column(say("supply.multiplier"), is_number=True),
        Column(say("supply.source")),
    )
    note = say("supply.note_ramps", dwell=f"{estimate.ramps.dwell_quarters:g}")
    return Sheet(say("supply.title_ramps"), columns, rows, note)


def word_assumed() -> str:
    """Name of the confidence of an assumption."""
    return word(load_assumptions().ramp_prior.confidence)


def states_sheet(chain: MarkovChain) -> Sheet:
    """Quarterly odds between all states, in per cent."""
    columns = (
        Column(say("supply.from_state")),
        *(Column(str(number), is_number=True) for number in range(1, len(chain.states) + 1)),
    )
    rows = tuple(
        (f"{number} {_state(state)}", *(_cell(value) for value in chain.transition[number - 1]))
        for number, state in enumerate(chain.states, start=1)
    )
    return Sheet(say("supply.title_states"), columns, rows, say("supply.note_states"))


def _state(state: SupplyState) -> str:
    """Name of a state."""
    return f"{word(state.regime)} / {word(state.ramp)}"


def _cell(value: float) -> str:
    """Odds in per cent without the sign; small ones as a point."""
    return "·" if value < 0.005 else f"{100 * value:.0f}"


def fill_sheet(estimate: SupplyEstimate) -> Sheet:
    """Deliveries in licensed quarters, and the fill rate that follows."""
    fill = estimate.fill
    rows = tuple(
        (row.period, short(row.delivered), short(row.usual), percent(row.share, 1), row.source)
        for row in fill.evidence
    )
    columns = (
        Column(say("supply.period")),
        Column(say("supply.delivered"), is_number=True),
        Column(say("supply.usual"), is_number=True),
        Column(say("supply.share"), is_number=True),
        Column(say("supply.source")),
    )
    note = say(
        "supply.note_fill", mean=percent(fill.mean, 1), sd=f"{100 * fill.sd:.0f}", gate=percent(fill.per_gate)
    )
    return Sheet(say("supply.title_fill"), columns, rows, note)


def ramp_evidence_sheet(estimate: SupplyEstimate) -> Sheet:
    """Domestic plans against what was counted later."""
    rows = tuple(
        (row.period, row.vendor, short(row.planned), short(row.delivered), f"{row.ratio:.2f}", row.source)
        for row in estimate.ramps.evidence
    )
    columns = (
        Column(say("supply.period")),
        Column(say("supply.vendor")),
        Column(say("supply.planned"), is_number=True),
        Column(say("supply.counted"), is_number=True),
        Column(say("supply.ratio"), is_number=True),
        Column(say("supply.source")),
    )
    return Sheet(say("supply.title_ramp_evidence"), columns, rows)


def imports_sheet(estimate: SupplyEstimate) -> Sheet:
    """Effects of each regime on each class of imports."""
    kinds = [kind for kind in ExportClass if kind is not ExportClass.DOMESTIC]
    states = [SupplyState(regime, Ramp.BASE) for regime in REGIMES]
    rows = tuple(row for kind in kinds for row in _effect_rows(estimate, kind, states))
    notes = load_effects().not_offered
    told = [row.what_zh if current_language() == "zh" else row.what for row in notes]
    columns = _effect_columns([word(regime) for regime in REGIMES])
    return Sheet(say("supply.title_imports"), columns, rows, say("supply.note_imports", known=" ".join(told)))


def domestic_sheet(estimate: SupplyEstimate) -> Sheet:
    """Effects of each ramp on domestic parts while imports are restricted, and of a cut-off."""
    states = [SupplyState(Regime.RESTRICTED, ramp) for ramp in RAMPS]
    states.append(SupplyState(Regime.CUT_OFF, Ramp.BASE))
    names = [word(ramp) for ramp in RAMPS] + [f"{word(Ramp.BASE)}, {word(Regime.CUT_OFF)}"]
    rows = tuple(_effect_rows(estimate, ExportClass.DOMESTIC, states))
    return Sheet(say("supply.title_domestic"), _effect_columns(names), rows)


def _effect_columns(states: Sequence[str]) -> tuple[Column, ...]:
    """Headings of a table of effects."""
    return (
        Column(say("supply.parts")),
        Column(say("supply.effect")),
        *(Column(name, is_number=True) for name in states),
        Column(say("supply.confidence")),
    )


def _effect_rows(
    estimate: SupplyEstimate, kind: ExportClass, states: Sequence[SupplyState]
) -> Iterator[tuple[str, ...]]:
    """One row a quantity."""
    effects = load_effects()
    for place, quantity in enumerate(Quantity):
        values = np.array(
            [
                class_effect(
                    effects, quantity, kind, state, estimate.fill.per_gate, estimate.ramps.multipliers
                )
                for state in states
            ]
        )
        row = next(r for r in effects.by_regime if r.quantity is quantity and r.export_class is kind)
        yield (
            say(f"supply.class_{kind.value}") if place == 0 else "",
            say(f"supply.quantity_{quantity.value}"),
            *_effect_cells(quantity, values),
            word(row.confidence),
        )


def _effect_cells(quantity: Quantity, values: NDArray[np.float64]) -> list[str]:
    """Shares in per cent, factors as factors."""
    if quantity in _SHARES:
        places = 1 if quantity is Quantity.SURVIVAL else 0
        return [percent(float(value), places) for value in values]
    return [f"× {value:.2f}" for value in values]
