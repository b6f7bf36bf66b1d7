"""`junshi bench`: measure this machine through PyTorch, and write rows that `junshi calibrate` reads."""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile, Force
from junshi.errors import InputError
from junshi.show.numbers import short
from junshi.show.sheet import Column, Sheet
from junshi.show.terminal import print_sheets, terminal
from junshi.text import say
from junshi.throughput.selfbench import (
    COLUMNS,
    SMALL,
    Result,
    Shape,
    device_of,
    join_group,
    measure,
    rows_of,
    torch_or_refuse,
)

Chip = Annotated[str, typer.Option("--accelerator", metavar="ID", help=say("cli_bench.accelerator"))]
Device = Annotated[str | None, typer.Option("--device", metavar="NAME", help=say("cli_bench.device"))]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("cli_bench.out"))]
Quick = Annotated[bool, typer.Option("--quick", help=say("cli_bench.quick"))]


def register(app: typer.Typer) -> None:
    """Add `junshi bench`."""
    app.command("bench", help=say("cli_bench.help"))(bench)


def bench(
    accelerator: Chip,
    device: Device = None,
    out: Out = None,
    quick: Quick = False,
    catalogue: CatalogueFile = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Measure, print, and write the rows."""
    if out is not None and out.exists() and not force:
        raise InputError("cli.file_exists", file=out)
    load_catalogue(catalogue).accelerator(accelerator, file="--accelerator", place="ID")
    torch = torch_or_refuse()
    chosen = device_of(torch, device)
    shape = SMALL if quick else Shape()
    rank = join_group(torch, chosen)
    results = measure(torch, chosen, shape, lambda _: None)
    if rank > 0:
        return
    source = f"junshi bench on {platform.node() or 'this machine'}, device {chosen}"
    rows = rows_of(results, shape, accelerator, f"pytorch {torch.__version__}", source)
    if out is not None:
        _write(out, rows)
    if as_json:
        typer.echo(json.dumps({"device": chosen, "rows": rows}, ensure_ascii=False))
        return
    print_sheets(terminal(), [_sheet(results, chosen)])
    if out is not None:
        typer.echo(say("cli_bench.written", file=out, count=len(rows)))


def _write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """Rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    try:
        path.write_text(text.getvalue(), encoding="utf-8")
    except OSError as trouble:
        raise InputError("cli.cannot_write", file=path, reason=trouble.strerror or trouble) from trouble


def _sheet(results: Sequence[Result], device: str) -> Sheet:
    """Measurements as a table."""
    columns = (
        Column(say("cli_bench.what")),
        Column(say("cli_bench.format")),
        Column(say("cli_bench.value"), True),
        Column(say("cli_bench.unit")),
    )
    rows = tuple(
        (
            say(f"cli_bench.kind_{one.kind}"),
            one.number_format,
            short(one.value),
            say(f"cli_bench.unit_{one.metric}"),
        )
        for one in results
    )
    return Sheet(say("cli_bench.title", device=device), columns, rows, say("cli_bench.note"))
