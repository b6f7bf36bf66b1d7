"""`junshi catalogue`: the facts that plans rest on, with their sources.

`list` and `events` give tables, `show` every figure of one row, `check` the faults of an overlay.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from junshi.catalogue import Catalogue, load_catalogue
from junshi.catalogue.columns import columns
from junshi.catalogue.facts import accelerator_facts, ecosystem_facts, model_facts, price_fact
from junshi.catalogue.schema import Accelerator, Ecosystem, ModelArchitecture, PriceRow, SupplyEvent
from junshi.cli.options import AsJson, CatalogueFile
from junshi.errors import InputError, nearest
from junshi.provenance import Fact
from junshi.terms import Origin, Regime
from junshi.text import current_language, say

DAY_FORMAT = "%Y-%m-%d"


class Listing(StrEnum):
    """What `list` lists."""

    ACCELERATORS = "accelerators"
    MODELS = "models"
    ECOSYSTEMS = "ecosystems"
    PRICES = "prices"


KindOption = Annotated[Listing, typer.Option("--kind", help=say("cli_catalogue.kind"))]
OriginOption = Annotated[Origin | None, typer.Option("--origin", help=say("cli_catalogue.origin"))]
EcosystemOption = Annotated[
    str | None, typer.Option("--ecosystem", metavar="ID", help=say("cli_catalogue.ecosystem"))
]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=[DAY_FORMAT], metavar="DAY", help=say("cli_catalogue.as_of")),
]
Since = Annotated[
    dt.datetime | None,
    typer.Option("--since", formats=[DAY_FORMAT], metavar="DAY", help=say("cli_catalogue.since")),
]
Until = Annotated[
    dt.datetime | None,
    typer.Option("--until", formats=[DAY_FORMAT], metavar="DAY", help=say("cli_catalogue.until")),
]
RegimeOption = Annotated[Regime | None, typer.Option("--regime", help=say("cli_catalogue.regime"))]
Name = Annotated[str, typer.Argument(metavar="ID", help=say("cli_catalogue.id"), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add `junshi catalogue` and its sub-commands."""
    group = typer.Typer(no_args_is_help=True, help=say("cli_catalogue.help"))
    group.command("list", help=say("cli_catalogue.list_help"))(list_rows)
    group.command("show", help=say("cli_catalogue.show_help"))(show)
    group.command("events", help=say("cli_catalogue.events_help"))(events)
    group.command("check", help=say("cli_catalogue.check_help"))(check)
    app.add_typer(group, name="catalogue")


def list_rows(
    kind: KindOption = Listing.ACCELERATORS,
    origin: OriginOption = None,
    ecosystem: EcosystemOption = None,
    as_of: AsOf = None,
    catalogue: CatalogueFile = None,
    as_json: AsJson = False,
) -> None:
    """Print one kind of rows as a table or JSON."""
    facts = _as_of(load_catalogue(catalogue), as_of)
    if ecosystem is not None:
        facts.ecosystem(ecosystem, file="--ecosystem", place="ID")
    rows = _chosen(facts, kind, origin, ecosystem)
    if as_json:
        _print_json({kind.value: [row.model_dump(mode="json") for row in rows]})
        return
    headings, cells = _LISTS[kind]
    _print_table(say(f"cli_catalogue.title_{kind.value}"), headings, [cells(row) for row in rows])


def show(name: Name, catalogue: CatalogueFile = None, as_json: AsJson = False) -> None:
    """Print every figure of one accelerator, ecosystem or model with its source."""
    facts = load_catalogue(catalogue)
    row, file, figures = _find(facts, name)
    prices = facts.prices_of(name) if file == "accelerators.csv" else ()
    affecting = facts.events_on(name) if isinstance(row, Accelerator) else ()
    if as_json:
        _print_json(
            {
                "id": name,
                "kind": file.removesuffix(".csv"),
                "name": row.name,
                "notes": row.notes,
                "facts": {column: fact.as_json() for column, fact in figures.items()},
                "prices": [price.model_dump(mode="json") for price in prices],
                "events": [event.model_dump(mode="json") for event in affecting],
            }
        )
        return
    sources = _Sources()
    _print_figures(row, file, figures, sources)
    if isinstance(row, Accelerator):
        _print_prices(prices, sources)
        _print_events(affecting, sources)
    sources.print()


def events(
    since: Since = None,
    until: Until = None,
    regime: RegimeOption = None,
    catalogue: CatalogueFile = None,
    as_json: AsJson = False,
) -> None:
    """Print the supply events of a period."""
    rows = [
        row
        for row in load_catalogue(catalogue).events
        if (since is None or row.date >= since.date())
        and (until is None or row.date <= until.date())
        and (regime is None or row.supply_regime_after is regime)
    ]
    if as_json:
        _print_json({"events": [row.model_dump(mode="json") for row in rows]})
        return
    sources = _Sources()
    _print_events(rows, sources)
    sources.print()


def check(catalogue: CatalogueFile = None, as_json: AsJson = False) -> None:
    """Validate the catalogue with the overlay; faults end with exit code 2."""
    facts = load_catalogue(catalogue)
    counts: dict[str, Any] = {
        "accelerators": len(facts.accelerators),
        "ecosystems": len(facts.ecosystems),
        "models": len(facts.models),
        "events": len(facts.events),
        "prices": len(facts.prices),
        "market": len(facts.market),
    }
    if as_json:
        _print_json({"valid": True, **counts})
        return
    Console().print(say("cli_catalogue.valid", **counts), highlight=False)


def _as_of(facts: Catalogue, day: dt.datetime | None) -> Catalogue:
    """Catalogue cut at a day, when one is given."""
    return facts if day is None else facts.as_of(day.date())


def _chosen(
    facts: Catalogue, kind: Listing, origin: Origin | None, ecosystem: str | None
) -> Sequence[Accelerator | ModelArchitecture | Ecosystem | PriceRow]:
    """Rows of a kind that pass the filters; models have neither origin nor ecosystem."""
    chips = [
        row
        for row in facts.accelerators
        if (origin is None or row.origin is origin) and (ecosystem is None or row.ecosystem == ecosystem)
    ]
    names = {row.id for row in chips}
    stacks = {row.ecosystem for row in chips}
    rows: dict[Listing, Sequence[Accelerator | ModelArchitecture | Ecosystem | PriceRow]] = {
        Listing.ACCELERATORS: chips,
        Listing.MODELS: facts.models,
        Listing.ECOSYSTEMS: [row for row in facts.ecosystems if row.id in stacks],
        Listing.PRICES: [row for row in facts.prices if row.accelerator in names],
    }
    return rows[kind]


def _find(
    facts: Catalogue, name: str
) -> tuple[Accelerator | Ecosystem | ModelArchitecture, str, Mapping[str, Fact]]:
    """Row with this id in any of three files, the file, and its figures."""
    for chip in facts.accelerators:
        if chip.id == name:
            return chip, "accelerators.csv", accelerator_facts(chip, facts.prices_of(name))
    for stack in facts.ecosystems:
        if stack.id == name:
            return stack, "ecosystems.csv", ecosystem_facts(stack)
    for model in facts.models:
        if model.id == name:
            return model, "models.csv", model_facts(model)
    known = [row.id for rows in (facts.accelerators, facts.ecosystems, facts.models) for row in rows]
    what = say("cli_catalogue.what_row")
    raise InputError(
        "errors.unknown_name", file="catalogue", place="ID", what=what, name=name, near=nearest(name, known)
    )


class _Sources:
    """Numbers for the sources of a table, and the list of them below it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, source: str) -> str:
        """Mark of a source, the same for the same text."""
        return f"[{self._numbers.setdefault(source, len(self._numbers) + 1)}]"

    def print(self) -> None:
        """List all sources that were numbered."""
        console = Console()
        for source, number in self._numbers.items():
            console.print(Text(f"[{number}] {source}"))


def _print_figures(
    row: Accelerator | Ecosystem | ModelArchitecture,
    file: str,
    figures: Mapping[str, Fact],
    sources: _Sources,
) -> None:
    """Name, what is said in words, and the table of the figures of one row, its notes below."""
    meanings = columns(file)
    console = Console()
    console.print(Text(f"{row.name} ({row.id})", style="bold"))
    lines = []
    for column, fact in figures.items():
        if isinstance(fact.value, str):
            console.print(Text(f"{meanings[column].meaning}: {fact.value}"))
            continue
        day = "" if fact.day is None else fact.day.isoformat()
        confidence = say(f"cli_catalogue.confidence_{fact.confidence.value}")
        amount = f"{_number(fact.value)} {fact.unit}".strip()
        lines.append((meanings[column].meaning, amount, day, confidence, sources.number(fact.source)))
    title = say("cli_catalogue.title_figures")
    _print_table(title, ("figure", "value", "day", "confidence", "source"), lines)
    if row.notes:
        console.print(Text(say("cli_catalogue.notes", notes=row.notes)))


def _print_prices(rows: Sequence[PriceRow], sources: _Sources) -> None:
    """Table of the prices of one accelerator."""
    lines = []
    for row in rows:
        fact = price_fact(row)
        kind = say(f"cli_catalogue.kind_{row.kind.value}")
        region = say(f"cli_catalogue.region_{row.region.value}")
        confidence = say(f"cli_catalogue.confidence_{row.confidence.value}")
        source = sources.number(row.source)
        amount = f"{_number(fact.value)} {fact.unit}"
        lines.append((row.day.isoformat(), kind, amount, region, confidence, source, row.notes))
    headings = ("day", "kind", "value", "region", "confidence", "source", "notes")
    _print_table(say("cli_catalogue.title_prices"), headings, lines)


def _print_events(rows: Sequence[SupplyEvent], sources: _Sources) -> None:
    """Table of supply events in the language in force."""
    lines = [
        (
            row.date.isoformat(),
            row.event_zh if current_language() == "zh" else row.event,
            say(f"cli_catalogue.direction_{row.direction.value}"),
            say(f"cli_catalogue.gate_{row.gate.value}"),
            say(f"cli_catalogue.regime_{row.supply_regime_after.value}"),
            say(f"cli_catalogue.confidence_{row.confidence.value}"),
            sources.number(row.source),
        )
        for row in rows
    ]
    headings = ("day", "event", "direction", "gate", "regime", "confidence", "source")
    _print_table(say("cli_catalogue.title_events"), headings, lines)


def _accelerator_cells(row: Accelerator) -> tuple[str, ...]:
    """Line of the list of accelerators; an empty cell is not published."""
    return (
        row.id,
        row.ecosystem,
        say(f"cli_catalogue.class_{row.export_class.value}"),
        row.release or "",
        _number(row.fp16_dense_tflops),
        _number(row.fp8_dense_tflops),
        _number(row.memory_gb),
        _number(row.memory_bandwidth_gbs),
        say(f"cli_catalogue.confidence_{row.confidence.value}"),
    )


def _model_cells(row: ModelArchitecture) -> tuple[str, ...]:
    """Line of the list of models."""
    experts = f"{row.n_experts}/{row.experts_per_token}" if row.n_experts else ""
    return (
        row.id,
        row.released.isoformat(),
        _number(row.total_params_b),
        _number(row.active_params_b),
        row.attention_type,
        experts,
        say(f"cli_catalogue.confidence_{row.confidence.value}"),
    )


def _ecosystem_cells(row: Ecosystem) -> tuple[str, ...]:
    """Line of the list of ecosystems."""
    return (
        row.id,
        row.vendor,
        row.day.isoformat(),
        _number(row.maturity),
        _number(row.gap_closed_per_year),
        _number(row.fresh_ratio),
        _number(row.seasoning_rate_per_quarter),
        say(f"cli_catalogue.confidence_{row.confidence.value}"),
    )


def _price_cells(row: PriceRow) -> tuple[str, ...]:
    """Line of the list of prices."""
    fact = price_fact(row)
    return (
        row.accelerator,
        row.day.isoformat(),
        say(f"cli_catalogue.kind_{row.kind.value}"),
        _number(fact.value),
        fact.unit,
        say(f"cli_catalogue.region_{row.region.value}"),
        say(f"cli_catalogue.confidence_{row.confidence.value}"),
    )


_LISTS: dict[Listing, tuple[tuple[str, ...], Callable[[Any], tuple[str, ...]]]] = {
    Listing.ACCELERATORS: (
        ("id", "stack", "class", "release", "fp16", "fp8", "memory", "bandwidth", "confidence"),
        _accelerator_cells,
    ),
    Listing.MODELS: (
        (
            "id",
            "release",
            "total",
            "active",
            "attention",
            "experts",
            "confidence",
        ),
        _model_cells,
    ),
    Listing.ECOSYSTEMS: (
        ("id", "vendor", "day", "maturity", "progress", "fresh", "seasoning", "confidence"),
        _ecosystem_cells,
    ),
    Listing.PRICES: (("id", "day", "kind", "value", "unit", "region", "confidence"), _price_cells),
}
_WHOLE = frozenset(
    {"id", "day", "source", "total", "active", "release", "fp16", "fp8", "memory", "bandwidth"}
)
_NUMBERS = frozenset({"value", "fp16", "fp8", "memory", "bandwidth", "total", "active"})


def _print_table(title: str, headings: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Print one table; numbers stand right, ids and days are never broken."""
    rows = list(lines)
    if not rows:
        Console().print(Text(say("cli_catalogue.none", title=title)))
        return
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    for heading in headings:
        name = say(f"cli_catalogue.head_{heading}")
        side: Literal["left", "right"] = "right" if heading in _NUMBERS else "left"
        table.add_column(name, no_wrap=heading in _WHOLE, justify=side, overflow="fold")
    for line in rows:
        table.add_row(*(Text(cell) for cell in line))
    Console().print(table)


def _number(value: float | str | None) -> str:
    """Figure as one writes it: no trailing zeros, thousands parted; empty when not published.

    Examples
    --------
    >>> _number(175000.0), _number(0.55), _number(None), _number(True)
    ('175,000', '0.55', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}"


def _print_json(document: Mapping[str, object]) -> None:
    """Print one JSON object."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
