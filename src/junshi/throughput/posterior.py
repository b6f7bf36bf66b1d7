"""Posterior that comes with the package, and files that hold one (a user's overlay)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from junshi.errors import InputError
from junshi.scenario.read import read_text
from junshi.throughput.efficiency import Posterior

OVERLAY_FORMAT = "junshi-throughput-overlay-1"
DIGITS = 6


@dataclass(frozen=True)
class Evidence:
    """Rows of one publisher that the shipped efficiencies were fitted on."""

    publisher: str
    kind: str
    accelerator: str
    rows: int
    source: str


@cache
def load_posterior() -> Posterior:
    """Efficiencies fitted on published measurements; `load_evidence` says on which."""
    folder = resources.files("junshi.throughput").joinpath("data")
    effects = _rows(folder.joinpath("effects.csv").read_text(encoding="utf-8"))
    scatter = _rows(folder.joinpath("scatter.csv").read_text(encoding="utf-8"))
    triangle = folder.joinpath("covariance.csv").read_text(encoding="utf-8").splitlines()
    lower = np.zeros((len(effects), len(effects)))
    for row, line in enumerate(triangle):
        lower[row, : row + 1] = [float(cell) for cell in line.split(",")]
    return Posterior(
        names=tuple(row["effect"] for row in effects),
        mean=np.array([float(row["mean"]) for row in effects]),
        covariance=lower + np.tril(lower, -1).T,
        scatter={row["group"]: float(row["scatter"]) for row in scatter},
    )


@cache
def load_evidence() -> tuple[Evidence, ...]:
    """What the shipped efficiencies rest on."""
    text = resources.files("junshi.throughput").joinpath("data", "evidence.csv").read_text(encoding="utf-8")
    return tuple(
        Evidence(row["publisher"], row["kind"], row["accelerator"], int(row["rows"]), row["source"])
        for row in _rows(text)
    )


def _rows(text: str) -> list[dict[str, str]]:
    """Rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text)))


def package_files(posterior: Posterior, evidence: Sequence[Evidence]) -> dict[str, str]:
    """Text of the data files that hold a posterior, file name → text; read back by `load_posterior`."""
    deviation = np.sqrt(np.diag(posterior.covariance))
    effects = ["effect,mean,deviation"]
    for name, mean, width in zip(posterior.names, posterior.mean, deviation, strict=True):
        effects.append(f"{name},{mean:.{DIGITS}g},{width:.4g}")
    covariance = [
        ",".join(f"{value:.3g}" for value in row[: position + 1])
        for position, row in enumerate(posterior.covariance)
    ]
    scatter = ["group,scatter", *(f"{name},{value:.4g}" for name, value in posterior.scatter.items())]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["publisher", "kind", "accelerator", "rows", "source"])
    writer.writerows([e.publisher, e.kind, e.accelerator, e.rows, e.source] for e in evidence)
    return {
        "effects.csv": "\n".join(effects) + "\n",
        "covariance.csv": "\n".join(covariance) + "\n",
        "scatter.csv": "\n".join(scatter) + "\n",
        "evidence.csv": table.getvalue(),
    }


def write_overlay(path: Path, posterior: Posterior, rows: Sequence[str]) -> None:
    """Posterior as a file that `read_overlay` reads; `rows` are ids of the measurements behind it."""
    content = {
        "format": OVERLAY_FORMAT,
        "measurements": list(rows),
        "effects": list(posterior.names),
        "mean": [float(f"{value:.{DIGITS}g}") for value in posterior.mean],
        "covariance": [[float(f"{value:.{DIGITS}g}") for value in row] for row in posterior.covariance],
        "scatter": posterior.scatter,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_overlay(path: Path) -> Posterior:
    """Posterior of an overlay file.

    Raises
    ------
    InputError : not readable, or not an overlay that this version writes
    """
    text = read_text(path)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as trouble:
        raise InputError(
            "throughput.bad_overlay", file=path, line=trouble.lineno, reason=trouble.msg
        ) from trouble
    if not isinstance(content, Mapping) or content.get("format") != OVERLAY_FORMAT:
        raise InputError("throughput.not_overlay", file=path, expected=OVERLAY_FORMAT)
    try:
        names = tuple(str(name) for name in content["effects"])
        mean = np.array(content["mean"], dtype=np.float64)
        covariance = np.array(content["covariance"], dtype=np.float64)
        scatter = {str(name): float(value) for name, value in content["scatter"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        raise InputError("throughput.not_overlay", file=path, expected=OVERLAY_FORMAT) from trouble
    if mean.shape != (len(names),) or covariance.shape != (len(names), len(names)):
        raise InputError("throughput.not_overlay", file=path, expected=OVERLAY_FORMAT)
    return Posterior(names, mean, covariance, scatter)
