"""`junshi calibrate`: own measurements update the efficiencies."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile, Force
from junshi.errors import InputError
from junshi.show.sheet import Column, Sheet
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.text import say
from junshi.throughput.learning import Learnt, learn
from junshi.throughput.measurements import read_measurements
from junshi.throughput.posterior import load_posterior, read_overlay, write_overlay

SHOWN = 12

Mine = Annotated[Path, typer.Argument(metavar="MINE.csv", help=say("cli_calibrate.file"), show_default=False)]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help=say("cli_calibrate.out"))]
First = Annotated[Path | None, typer.Option("--overlay", metavar="FILE", help=say("cli_calibrate.overlay"))]


def register(app: typer.Typer) -> None:
    """Add `junshi calibrate`."""
    app.command("calibrate", help=say("cli_calibrate.help"))(calibrate)


def calibrate(
    file: Mine,
    out: Out,
    overlay: First = None,
    catalogue: CatalogueFile = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Learn from a measurement file and write the overlay."""
    if out.exists() and not force:
        raise InputError("cli.file_exists", file=out)
    first = load_posterior() if overlay is None else read_overlay(overlay)
    learnt = learn(read_measurements(file), load_catalogue(catalogue), first, file)
    try:
        write_overlay(out, learnt.posterior, learnt.used)
    except OSError as trouble:
        raise InputError("cli.cannot_write", file=out, reason=trouble.strerror or trouble) from trouble
    if as_json:
        typer.echo(json.dumps(_record(learnt, out), ensure_ascii=False))
        return
    console = terminal()
    line = say("cli_calibrate.learnt", used=len(learnt.used), refused=len(learnt.refused), file=out)
    print_lines(console, [line])
    print_sheets(console, _sheets(learnt))


def _sheets(learnt: Learnt) -> list[Sheet]:
    """Effects that moved most, and rows not used."""
    names = (
        Column(say("cli_calibrate.effect")),
        *(Column(say(f"cli_calibrate.{n}"), True) for n in ("factor", "known")),
    )
    rows = tuple(
        (name, f"x {math.exp(after - before):.3f}", f"± {100 * math.expm1(deviation):.0f} %")
        for name, before, after, deviation in learnt.moved[:SHOWN]
    )
    sheets = [Sheet(say("cli_calibrate.moved"), names, rows, say("cli_calibrate.moved_note"))]
    if learnt.refused:
        columns = (Column(say("cli_calibrate.row")), Column(say("cli_calibrate.reason")))
        refused = tuple((name, say(reason)) for name, reason in learnt.refused)
        sheets.append(Sheet(say("cli_calibrate.refused"), columns, refused))
    return sheets


def _record(learnt: Learnt, out: Path) -> dict[str, object]:
    """What was learnt as plain values."""
    return {
        "file": str(out),
        "used": list(learnt.used),
        "refused": [{"id": name, "reason": say(reason)} for name, reason in learnt.refused],
        "moved": [
            {"effect": name, "before": before, "after": after, "deviation": deviation}
            for name, before, after, deviation in learnt.moved[:SHOWN]
        ],
    }
