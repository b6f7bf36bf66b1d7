"""`junshi predict`: the model against measurements, row by row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile, Force
from junshi.errors import InputError
from junshi.show.numbers import percent
from junshi.show.sheet import Column, Sheet
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.text import say
from junshi.throughput.measurements import group_of, read_measurements
from junshi.throughput.posterior import load_posterior, read_overlay
from junshi.throughput.prediction import Prediction, Score, predict_rows, predicted_csv, scores

Measurements = Annotated[
    Path, typer.Argument(metavar="MEASUREMENTS.csv", help=say("cli_predict.file"), show_default=False)
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("cli_predict.out"))]
Overlay = Annotated[Path | None, typer.Option("--overlay", metavar="FILE", help=say("cli_predict.overlay"))]


def register(app: typer.Typer) -> None:
    """Add `junshi predict`."""
    app.command("predict", help=say("cli_predict.help"))(predict)


def predict(
    file: Measurements,
    out: Out = None,
    overlay: Overlay = None,
    catalogue: CatalogueFile = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Predict every row, write the file, and print how far off the model is."""
    if out is not None and out.exists() and not force:
        raise InputError("cli.file_exists", file=out)
    facts = load_catalogue(catalogue)
    posterior = load_posterior() if overlay is None else read_overlay(overlay)
    predictions = predict_rows(read_measurements(file), facts, posterior)
    if out is not None:
        write(out, predicted_csv(file, predictions))
    if as_json:
        typer.echo(json.dumps(_record(predictions), ensure_ascii=False))
        return
    console = terminal()
    print_lines(console, [_summary(predictions)])
    print_sheets(console, _sheets(predictions))


def write(path: Path, text: str) -> None:
    """Write a file, or say why not."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as trouble:
        raise InputError("cli.cannot_write", file=path, reason=trouble.strerror or trouble) from trouble


def _kind(prediction: Prediction) -> str:
    """Kind as the bars are stated: training together, each kind of inference, and work in samples."""
    return group_of(prediction.row) or prediction.row.kind


def _accelerator(prediction: Prediction) -> str:
    """Accelerator of a row."""
    return prediction.row.accelerator


def _summary(predictions: Sequence[Prediction]) -> str:
    """One sentence on all rows."""
    whole = scores(predictions, lambda _: "all")
    failed = sum(bool(one.reason) for one in predictions)
    if not whole:
        return say("cli_predict.nothing", rows=len(predictions), failed=failed)
    return say(
        "cli_predict.summary",
        rows=len(predictions),
        predicted=len(predictions) - failed,
        failed=failed,
        error=percent(whole[0].median_error, 1),
        inside=percent(whole[0].inside),
    )


def _sheets(predictions: Sequence[Prediction]) -> list[Sheet]:
    """Scores by kind, by accelerator, and rows without prediction."""
    sheets = [
        _score_sheet("cli_predict.by_kind", "cli_predict.kind", scores(predictions, _kind)),
        _score_sheet(
            "cli_predict.by_accelerator", "cli_predict.accelerator", scores(predictions, _accelerator)
        ),
    ]
    failed = [one for one in predictions if one.reason]
    if failed:
        columns = tuple(
            Column(say(f"cli_predict.{name}")) for name in ("row", "kind", "accelerator", "reason")
        )
        rows = tuple((one.row.id, one.row.kind, one.row.accelerator, say(one.reason)) for one in failed)
        sheets.append(Sheet(say("cli_predict.not_predicted", count=len(failed)), columns, rows))
    return sheets


def _score_sheet(title: str, heading: str, found: Sequence[Score]) -> Sheet:
    """Scores as a table."""
    columns = (
        Column(say(heading)),
        *(
            Column(say(f"cli_predict.{name}"), True)
            for name in ("rows", "median_error", "inside", "median_ratio")
        ),
    )
    rows = tuple(
        (
            score.name,
            str(score.rows),
            percent(score.median_error, 1),
            percent(score.inside),
            f"{score.median_ratio:.2f}",
        )
        for score in found
    )
    return Sheet(say(title), columns, rows)


def _record(predictions: Sequence[Prediction]) -> dict[str, object]:
    """Scores and failures as plain values."""

    def plain(found: Sequence[Score]) -> list[dict[str, object]]:
        return [dict(vars(score)) for score in found]

    return {
        "rows": len(predictions),
        "all": plain(scores(predictions, lambda _: "all")),
        "by_kind": plain(scores(predictions, _kind)),
        "by_accelerator": plain(scores(predictions, _accelerator)),
        "not_predicted": [{"id": one.row.id, "reason": say(one.reason)} for one in predictions if one.reason],
    }
