"""`junshi compare`: two accelerators on the same work, and what being behind costs."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile
from junshi.errors import InputError, nearest
from junshi.scenario.schema import Latency, Workload
from junshi.show.deficit_figure import deficit_figures
from junshi.show.draw import can_draw, draw, drawable_language
from junshi.show.numbers import percent, short
from junshi.show.sheet import Column, Sheet
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.terms import WorkKind
from junshi.text import current_language, say
from junshi.throughput.comparison import Comparison, Side, compare
from junshi.throughput.deficit import BEHIND, Deficit, deadline_factor, deficit_of
from junshi.throughput.economy import Terms
from junshi.throughput.posterior import load_posterior, read_overlay
from junshi.throughput.runs import RunPlan, TrainingRun

DEFAULT_WORKLOADS = ("pretrain:llama-3.1-70b", "serve:deepseek-v3", "batch:llama-3.1-70b")
SHARES = tuple(step / 100 for step in range(0, 51, 2))
LOADS = (0.5, 0.6, 0.7, 0.8, 0.9)
SHOWN = (0.1, 0.2, 0.3)
SCALING = 0.58
"""Exponent of a training run that a fixed global batch holds back; with it 10 % behind is 20 % dearer."""

KINDS = tuple(
    kind.value
    for kind in (
        WorkKind.PRETRAIN,
        WorkKind.FINETUNE,
        WorkKind.SERVE,
        WorkKind.BATCH,
        WorkKind.PREFILL,
        WorkKind.DECODE,
    )
)

First = Annotated[str, typer.Argument(metavar="A", help=say("cli_compare.first"), show_default=False)]
Second = Annotated[str, typer.Argument(metavar="B", help=say("cli_compare.second"), show_default=False)]
Work = Annotated[
    list[str] | None, typer.Option("--workload", metavar="KIND:MODEL", help=say("cli_compare.workload"))
]
InputLen = Annotated[int, typer.Option("--input-len", min=1, help=say("cli_compare.input_len"))]
OutputLen = Annotated[int, typer.Option("--output-len", min=1, help=say("cli_compare.output_len"))]
Ttft = Annotated[float, typer.Option("--ttft-ms", min=0.001, help=say("cli_compare.ttft"))]
Tpot = Annotated[float, typer.Option("--tpot-ms", min=0.001, help=say("cli_compare.tpot"))]
Years = Annotated[float, typer.Option("--years", min=0.1, help=say("cli_compare.years"))]
Energy = Annotated[float, typer.Option("--energy-price", min=0.0, help=say("cli_compare.energy"))]
Tokens = Annotated[float | None, typer.Option("--tokens", min=1.0, help=say("cli_compare.tokens"))]
Count = Annotated[
    int, typer.Option("--accelerators", min=1, max=1_000_000, help=say("cli_compare.accelerators"))
]
Apart = Annotated[bool, typer.Option("--disaggregated", help=say("cli_compare.disaggregated"))]
Overlay = Annotated[Path | None, typer.Option("--overlay", metavar="FILE", help=say("cli_predict.overlay"))]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help=say("cli_compare.out"))]


def register(app: typer.Typer) -> None:
    """Add `junshi compare`."""
    app.command("compare", help=say("cli_compare.help"))(run)


def run(
    first: First,
    second: Second,
    workload: Work = None,
    input_len: InputLen = 2048,
    output_len: OutputLen = 512,
    ttft_ms: Ttft = 2000.0,
    tpot_ms: Tpot = 50.0,
    years: Years = 4.0,
    energy_price: Energy = 0.6,
    tokens: Tokens = None,
    accelerators: Count = 1024,
    disaggregated: Apart = False,
    overlay: Overlay = None,
    out: Out = None,
    catalogue: CatalogueFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare two accelerators."""
    facts = load_catalogue(catalogue)
    chips = [
        facts.accelerator(name, file="compare", place=place) for name, place in ((first, "A"), (second, "B"))
    ]
    limits = Latency(ttft_ms=ttft_ms, tpot_ms=tpot_ms)
    wanted = [parsed(text, input_len, output_len, limits) for text in workload or DEFAULT_WORKLOADS]
    posterior = load_posterior() if overlay is None else read_overlay(overlay)
    terms = Terms(day=dt.datetime.now(tz=dt.UTC).date(), years=years, energy_cny_per_kwh=energy_price)
    plan = None if tokens is None else RunPlan(tokens, accelerators)
    found = compare(chips[0], chips[1], wanted, facts, posterior, terms, plan, disaggregated)
    curves = [
        (one.workload.id, deficit_of(one.workload, chips[0], facts, posterior, SHARES, LOADS))
        for one in found
        if not one.first.reason
    ]
    if as_json:
        typer.echo(json.dumps(_record(found, curves), ensure_ascii=False))
    else:
        console = terminal()
        print_sheets(console, [_sheet(one) for one in found])
        if plan is not None:
            print_sheets(console, [_run_sheet(one, plan) for one in found if _trains(one)])
        if curves:
            print_sheets(console, [_deficit_sheet(curves), _queue_sheet(curves[0][1])])
            print_lines(console, _claims(curves))
    if out is not None and curves:
        _draw(curves, out, as_json)


def parsed(text: str, input_len: int, output_len: int, limits: Latency) -> Workload:
    """Workload from `kind:model`; errors name the nearest kinds."""
    kind, _, model = text.partition(":")
    if kind not in KINDS or not model:
        raise InputError(
            "cli_compare.bad_workload", found=text, kinds=", ".join(KINDS), near=nearest(kind, KINDS, 1)
        )
    return Workload.model_validate(
        {
            "id": text.replace(":", "."),
            "kind": kind,
            "model": model,
            "input_len": input_len,
            "output_len": output_len,
            "latency": limits if kind == WorkKind.SERVE.value else None,
            "demand": 1.0,
            "unmet_cost_per_1e9": 0.0,
            "runs_on": {},
        }
    )


def _sheet(one: Comparison) -> Sheet:
    """One workload, the two accelerators as columns."""
    sides = (one.first, one.second)
    rows = [
        ("rate", *(short(side.rate) for side in sides), _ratio(one.rate_ratio)),
        ("interval", *(_interval(side) for side in sides), ""),
        ("bound", *(_word(side) for side in sides), ""),
        ("precision", *(side.precision for side in sides), ""),
        ("owned", *(short(side.owned) for side in sides), _ratio(one.cost_ratio)),
        ("rented", *(short(side.rented) for side in sides), _ratio(one.second.rented / one.first.rented)),
        ("joules", *(short(side.joules) for side in sides), _ratio(one.second.joules / one.first.joules)),
    ]
    columns = (
        Column(one.workload.id),
        *(Column(side.accelerator, True) for side in sides),
        Column(say("cli_compare.ratio"), True),
    )
    cells = tuple((say(f"cli_compare.{name}"), *rest) for name, *rest in rows)
    reasons = [f"{side.accelerator}: {say(side.reason)}" for side in sides if side.reason]
    return Sheet(say("cli_compare.title", workload=one.workload.id), columns, cells, "; ".join(reasons))


RUN_ROWS = ("days", "days_interval", "hours", "mfu", "megawatt_hours", "run_owned", "run_rented")


def _trains(one: Comparison) -> bool:
    """Whether at least one of the two gets a run."""
    return one.first.run is not None or one.second.run is not None


def _run_sheet(one: Comparison, plan: RunPlan) -> Sheet:
    """A whole training run on the two accelerators."""
    title = say(
        "cli_compare.run_title",
        workload=one.workload.id,
        tokens=short(plan.tokens),
        accelerators=plan.accelerators,
    )
    columns = (
        Column(one.workload.id),
        Column(one.first.accelerator, True),
        Column(one.second.accelerator, True),
    )
    sides = [_run_cells(side.run) for side in (one.first, one.second)]
    rows = tuple((say(f"cli_compare.{name}"), *(cells[name] for cells in sides)) for name in RUN_ROWS)
    return Sheet(title, columns, rows, say("cli_compare.run_note"))


def _run_cells(run: TrainingRun | None) -> dict[str, str]:
    """Cells of one run; dashes where it cannot run."""
    if run is None:
        return dict.fromkeys(RUN_ROWS, "–")
    return {
        "days": short(run.days),
        "days_interval": f"{short(run.days_low)} – {short(run.days_high)}",
        "hours": short(run.hours),
        "mfu": "–" if math.isnan(run.mfu) else percent(run.mfu),
        "megawatt_hours": short(run.megawatt_hours),
        "run_owned": short(run.owned),
        "run_rented": short(run.rented),
    }


def _ratio(value: float) -> str:
    """Ratio with two decimals, a dash where unknown."""
    return "–" if math.isnan(value) else f"{value:.2f}"


def _interval(side: Side) -> str:
    """Interval, a dash where it cannot run."""
    return "–" if side.reason else f"{short(side.low)} – {short(side.high)}"


def _word(side: Side) -> str:
    """What binds, in the language."""
    return say(f"cli_compare.bound_{side.bound}") if side.bound else "–"


def _deficit_sheet(curves: Sequence[tuple[str, Deficit]]) -> Sheet:
    """Cost of a unit of work when the first accelerator was behind."""
    columns = (
        Column(say("cli_compare.behind")),
        *(Column(percent(share), True) for share in SHOWN),
    )
    rows = []
    for name, curve in curves:
        for what in BEHIND:
            factors = _factors(SHOWN, curve, what)
            rows.append((f"{name}, {say(f'deficit.{what}')}", *(f"x {factor:.2f}" for factor in factors)))
    deadline = (f"x {float(deadline_factor(share, SCALING)):.2f}" for share in SHOWN)
    rows.append((say("cli_compare.deadline"), *deadline))
    return Sheet(say("deficit.cost_title"), columns, tuple(rows), say("cli_compare.deficit_note"))


def _factors(shares: Sequence[float], curve: Deficit, what: str) -> list[float]:
    """Cost factor at the points of the curve nearest to each share."""
    return [float(1 / curve.slower[what][_place(curve, share)]) for share in shares]


def _place(curve: Deficit, share: float) -> int:
    """Index of the point of the curve nearest to a share."""
    distances = [abs(float(one) - share) for one in curve.shares]
    return distances.index(min(distances))


def _queue_sheet(curve: Deficit) -> Sheet:
    """Latency and cost of kept latency by load, ten per cent behind."""
    place = _place(curve, SHOWN[0])
    columns = tuple(
        Column(say(f"cli_compare.{name}"), name != "load") for name in ("load", "slower", "dearer")
    )
    rows = tuple(
        (percent(float(load)), _times(curve.latency[row, place]), _times(curve.cost[row, place]))
        for row, load in enumerate(curve.loads)
    )
    return Sheet(say("cli_compare.queue_title", share=percent(SHOWN[0])), columns, rows)


def _times(factor: float) -> str:
    """Factor as a person reads it; without end where the queue never empties."""
    return f"x {factor:.2f}" if math.isfinite(factor) else "∞"


def _claims(curves: Sequence[tuple[str, Deficit]]) -> list[str]:
    """When ten per cent behind is twenty per cent dearer and twice as slow."""
    place = _place(curves[0][1], SHOWN[0])
    worst = max(float(1 / curve.slower[what][place]) for _, curve in curves for what in BEHIND)
    return [say("cli_compare.claim_cost", worst=f"{worst:.2f}"), say("cli_compare.claim_latency")]


def _draw(curves: Sequence[tuple[str, Deficit]], folder: Path, quiet: bool) -> None:
    """Pictures into a folder, or the sentence that says why not."""
    if not can_draw():
        typer.echo(say("show.no_figures"), err=True)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        language = drawable_language(current_language())
        paths = [path for figure in deficit_figures(curves) for path in draw(figure, folder, language)]
    except OSError as trouble:
        raise InputError("cli.cannot_write", file=folder, reason=trouble.strerror or trouble) from trouble
    if not quiet:
        typer.echo(say("cli_compare.drawn", count=len(paths), folder=folder))


def _record(found: Sequence[Comparison], curves: Sequence[tuple[str, Deficit]]) -> dict[str, object]:
    """Comparison and curves as plain values; null where unknown."""

    def plain(value: object) -> object:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    def side(one: Side) -> dict[str, object]:
        fields: dict[str, object] = {name: plain(value) for name, value in vars(one).items()}
        if one.run is not None:
            fields["run"] = {name: plain(value) for name, value in vars(one.run).items()}
        return fields | {"reason": say(one.reason) if one.reason else ""}

    return {
        "workloads": [
            {
                "workload": one.workload.id,
                "unit_price": "CNY per 1e6 units",
                "a": side(one.first),
                "b": side(one.second),
            }
            for one in found
        ],
        "deficit": [
            {
                "workload": name,
                "share": [float(x) for x in curve.shares],
                "throughput": {what: [float(x) for x in curve.slower[what]] for what in BEHIND},
            }
            for name, curve in curves
        ],
        "queue": [
            {
                "load": float(load),
                "share": [float(x) for x in curves[0][1].shares],
                "latency_factor": [plain(float(x)) for x in curves[0][1].latency[row]],
                "cost_factor": [plain(float(x)) for x in curves[0][1].cost[row]],
            }
            for row, load in enumerate(curves[0][1].loads if curves else ())
        ],
    }
