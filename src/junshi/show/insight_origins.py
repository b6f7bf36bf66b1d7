"""Where the figures of an insight come from: how each is made, and each input with its line or fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from junshi.catalogue.schema import PriceKind
from junshi.scenario.lines import Place, line_of
from junshi.scenario.read import read_text
from junshi.show.insight_report import Report
from junshi.show.numbers import ranged, short
from junshi.show.scenario_sheets import port_range, scanned_days
from junshi.show.sheet import Column, Sheet
from junshi.show.words import rate_unit, word
from junshi.study import Inputs
from junshi.terms import Confidence
from junshi.text import say
from junshi.units import Quarter

FIGURES: dict[str, tuple[str, ...]] = {
    "frontier": ("mean", "cvar", "gap", "strategies"),
    "certainty": ("premium", "averted", "evpi", "vss", "measures"),
    "stress": ("served", "fails", "recovery", "worst"),
    "playbook": ("actions", "worth", "tree"),
    "alternatives": ("cost", "different", "robust", "without"),
    "sensitivity": ("effects", "break_even"),
    "backtest": ("odds", "prices", "cost", "regret"),
    "switch": ("days", "quality", "option"),
}
"""Figures that each command prints; how each is made is a sentence of the same name."""


@dataclass(frozen=True)
class Origin:
    """One input: its name, value, where it is from, and how well it is known.

    Attributes
    ----------
    group : supply, price, limit, fleet, demand, loss, effort, throughput or maturity
    about : accelerators, workloads and ecosystems that it speaks of
    unit, date, note : empty where there is none
    """

    name: str
    value: str
    source: str
    confidence: str
    group: str = ""
    about: tuple[str, ...] = ()
    unit: str = ""
    date: str = ""
    note: str = ""


def explained(report: Report, inputs: Inputs) -> Report:
    """The same report with the tables of its origins, and with them in its object."""
    origins = input_origins(inputs)
    made = {name: say(f"insight.made_{report.name}_{name}") for name in FIGURES[report.name]}
    record = {
        **report.record,
        "origins": {
            "figures": made,
            "inputs": [
                {"name": o.name, "value": o.value, "source": o.source, "confidence": o.confidence}
                for o in origins
            ],
        },
    }
    sheets = (*report.sheets, figures_sheet(made), origins_sheet(origins))
    return Report(report.name, report.lines, sheets, report.figures, record)


def figures_sheet(made: dict[str, str]) -> Sheet:
    """How each figure was made."""
    columns = (Column(say("insight.figure")), Column(say("insight.made_from")))
    rows = tuple((say(f"insight.figure_{name}"), sentence) for name, sentence in made.items())
    return Sheet(say("insight.title_made"), columns, rows)


def origins_sheet(origins: Sequence[Origin]) -> Sheet:
    """All inputs."""
    columns = (
        Column(say("insight.input")),
        Column(say("insight.value"), is_number=True),
        Column(say("insight.source")),
        Column(say("insight.confidence")),
    )
    rows = tuple((one.name, one.value, one.source, one.confidence) for one in origins)
    return Sheet(say("insight.title_origins"), columns, rows)


def input_origins(inputs: Inputs) -> list[Origin]:
    """Every input of a plan: lines of the scenario file, rows of the catalogue, estimates of the package."""
    lines = _Lines(inputs)
    return [
        *_supply(inputs, lines),
        *_prices(inputs, lines),
        *_rows(inputs, lines),
        *_throughput(inputs),
        *_ecosystems(inputs, lines),
    ]


class _Lines:
    """Names places of the scenario file by line."""

    def __init__(self, inputs: Inputs) -> None:
        self._file = inputs.path.name
        self._text = read_text(inputs.path)

    def at(self, place: Place) -> str:
        """File and line."""
        line = line_of(self._text, place)
        return say("insight.from_line", file=self._file, line="?" if line is None else line)


def _supply(inputs: Inputs, lines: _Lines) -> list[Origin]:
    """State at the start, odds, and the events behind them."""
    estimate = inputs.estimate
    events = say(
        "insight.from_events", count=len(estimate.history.events), day=estimate.history.until.isoformat()
    )
    given = lines.at(("supply", "regime_now")) if estimate.regime_now_given else events
    day = estimate.history.until.isoformat()
    now = Origin(
        say("insight.regime_now"),
        word(estimate.regime_now),
        given,
        word(Confidence.MEDIUM),
        group="supply",
        date="" if estimate.regime_now_given else day,
    )
    edited = lines.at(("supply", "regime_odds")) if estimate.edited else events
    stay = estimate.regime_transition.diagonal()
    odds = Origin(
        say("insight.odds"),
        ", ".join(f"{100 * value:.0f} %" for value in stay),
        edited,
        word(Confidence.LOW),
        group="supply",
        date="" if estimate.edited else day,
    )
    return [now, odds]


def _prices(inputs: Inputs, lines: _Lines) -> list[Origin]:
    """Price of each accelerator: the scenario's line, or the catalogue's row with its source."""
    scenario, catalogue = inputs.scenario, inputs.catalogue
    day = Quarter.parse(scenario.horizon.start).first_day
    own = {row.accelerator: (place, row) for place, row in enumerate(scenario.market)}
    origins = []
    for name in scenario.accelerators:
        place, row = own.get(name, (0, None))
        label = say("insight.price_of", name=name)
        if row is not None and row.price is not None:
            source = lines.at(("market", place, "price"))
            unit = scenario.organisation.currency
            origins.append(Origin(label, short(row.price), source, row.note, "price", (name,), unit=unit))
            continue
        kinds = (PriceKind.SERVER_SHARE, PriceKind.PURCHASE)
        known = {price.kind for price in catalogue.prices_of(name) if max(price.day, price.known_day) <= day}
        kind = next((kind for kind in kinds if kind in known), None)
        if kind is not None:
            fact = catalogue.price(name, kind, day)
            source = say("insight.from_fact", source=fact.source, day=fact.day.isoformat())
            value = f"{short(fact.price)} {fact.currency}"
            origins.append(
                Origin(
                    label,
                    value,
                    source,
                    word(fact.confidence),
                    group="price",
                    about=(name,),
                    date=fact.day.isoformat(),
                )
            )
    return origins


def _rows(inputs: Inputs, lines: _Lines) -> list[Origin]:
    """Limits, fleet, demand and efforts: lines of the scenario file."""
    scenario = inputs.scenario
    origins = [
        Origin(
            say("insight.limits_of", name=row.accelerator),
            f"{row.max_order_per_quarter or 0:g} / {row.max_rent or 0:g}",
            lines.at(("market", place)),
            row.note,
            group="limit",
            about=(row.accelerator,),
        )
        for place, row in enumerate(scenario.market)
    ]
    origins += [
        Origin(
            say("insight.fleet_of", name=row.accelerator),
            f"{row.units:g}",
            lines.at(("fleet", place)),
            "",
            group="fleet",
            about=(row.accelerator,),
        )
        for place, row in enumerate(scenario.fleet)
    ]
    for place, work in enumerate(scenario.workload):
        demand = inputs.tables.demand.units_per_s[place, 0]
        where = lines.at(("workload", place, "demand"))
        about = (work.id,)
        label = say("insight.demand_of", name=work.id)
        origins.append(
            Origin(label, short(float(demand)), where, "", "demand", about, unit=rate_unit(work.kind))
        )
        loss = lines.at(("workload", place, "unmet_cost_per_1e9"))
        label = say("insight.loss_of", name=work.id)
        unit = scenario.organisation.currency
        value = short(work.unmet_cost_per_1e9)
        origins.append(Origin(label, value, loss, "", "loss", about, unit=unit))
        origins += [
            Origin(
                say("insight.effort_of", name=work.id, ecosystem=port.ecosystem),
                ranged(port.days, *port_range(port), "{:g}".format),
                lines.at(("workload", place, "porting")),
                port.note,
                group="effort",
                about=(work.id, port.ecosystem),
                unit=say("show.engineer_days"),
            )
            for port in work.porting
        ]
        origins += [
            Origin(
                say("insight.effort_of", name=work.id, ecosystem=ecosystem),
                f"{short(likely)} ({short(low)} … {short(high)})",
                lines.at(("workload", place, "components" if work.components else "codebase")),
                say("insight.from_scan", upkeep=short(upkeep)),
                group="effort",
                about=(work.id, ecosystem),
                unit=say("show.engineer_days"),
            )
            for ecosystem, (likely, low, high, upkeep) in scanned_days(
                work, place, inputs.tables.effort
            ).items()
        ]
    return origins


def _throughput(inputs: Inputs) -> list[Origin]:
    """Estimates of throughput with their interval."""
    table = inputs.tables.throughput
    return [
        Origin(
            say("insight.throughput_of", name=work, accelerator=chip),
            f"{short(float(table.units_per_s[w, k]))} ({short(float(table.low[w, k]))} … "
            f"{short(float(table.high[w, k]))})",
            say("insight.from_roofline", bound=table.bound[w][k], precision=table.precision[w][k]),
            "",
            group="throughput",
            about=(work, chip),
        )
        for w, work in enumerate(table.workloads)
        for k, chip in enumerate(table.accelerators)
        if table.units_per_s[w, k] > 0
    ]


def _ecosystems(inputs: Inputs, lines: _Lines) -> list[Origin]:
    """Maturity of each ecosystem in use."""
    stated = {row.ecosystem: place for place, row in enumerate(inputs.scenario.stated_maturity)}
    origins = []
    for name in inputs.instance.ecosystems:
        label = say("insight.maturity_of", name=name)
        if name in stated:
            value = f"{inputs.scenario.stated_maturity[stated[name]].now:g}"
            where = lines.at(("maturity", stated[name]))
            origins.append(Origin(label, value, where, "", "maturity", (name,)))
            continue
        row = inputs.catalogue.ecosystem(name)
        source = say("insight.from_fact", source=row.source, day=row.day.isoformat())
        origins.append(
            Origin(
                label,
                f"{row.maturity:g}",
                source,
                word(row.confidence),
                group="maturity",
                about=(name,),
                date=row.day.isoformat(),
            )
        )
    return origins
