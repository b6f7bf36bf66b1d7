"""The templates lead to the plans that such organisations make, with the reasons printed."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from junshi.catalogue.load import load_catalogue
from junshi.scenario.archetypes import template
from junshi.terms import Archetype, Origin
from tests.cli.command import junshi

pytestmark = pytest.mark.slow


def _plan(archetype: Archetype, folder: Path) -> tuple[dict[str, Any], str]:
    """Object of a short plan, and what a longer look in words says."""
    file, run = folder / "mine.toml", folder / "run"
    file.write_text(template(archetype, "en"), encoding="utf-8")
    answer = junshi("plan", file, "--seconds", "15", "--out", run, "--quiet")
    assert answer.code == 0, answer.err
    return json.loads((run / "plan.json").read_text(encoding="utf-8")), answer.out


def _shares(found: dict[str, Any], stage: int) -> dict[str, float]:
    """Mean share of the workloads on each ecosystem, if the present state of supply holds."""
    ecosystem = {chip.id: chip.ecosystem for chip in load_catalogue().accelerators}
    rows = [r for r in found["placement"] if r["stage"] == stage and r["state"].startswith("licensed/base")]
    rows = [row for row in rows if row["state"] in ("licensed/base", "licensed/base/base")]
    workloads = {row["workload"] for row in rows}
    shares: dict[str, float] = defaultdict(float)
    for row in rows:
        shares[ecosystem[row["accelerator"]]] += row["share"] / len(workloads)
    return shares


def test_startup_stays_mostly_on_cuda(tmp_path: Path) -> None:
    """The start-up runs most of its work on CUDA to the end, and a cut-off hurts its critical work."""
    found, words = _plan(Archetype.STARTUP, tmp_path)
    assert _shares(found, 11)["cuda"] > 0.5
    assert min(row["share"] for row in found["survivability"]) < 0.9
    assert "critical work falls below 95 %" in words


def test_vanguard_stays_domestic(tmp_path: Path) -> None:
    """The vanguard orders domestic parts only, and a cut-off of imports leaves its critical work as it is."""
    found, words = _plan(Archetype.VANGUARD, tmp_path)
    origin = {chip.id: chip.origin for chip in load_catalogue().accelerators}
    orders = [order for row in found["playbook"] for order in row["orders"]] + found["orders_now"]
    assert {origin[order["accelerator"]] for order in orders} == {Origin.DOMESTIC}
    assert min(row["share"] for row in found["survivability"]) > 0.97
    assert "critical work goes on" in words


def test_giant_walks_on_both_legs(tmp_path: Path) -> None:
    """The giant ends with much of its work on each of CUDA and CANN, and says so."""
    found, words = _plan(Archetype.GIANT, tmp_path)
    shares = _shares(found, 11)
    assert shares["cuda"] > 0.2
    assert shares["cann"] > 0.2
    assert "If supply stays as it is, in 2029-Q4 on" in words
