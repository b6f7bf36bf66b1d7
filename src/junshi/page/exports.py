"""Files that a run can be taken away as."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from junshi.show.export.files import TABLES_FOLDER
from junshi.show.words import word
from junshi.terms import Ramp, Regime
from junshi.text import say

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that a file is UTF-8, without which they garble Chinese."""
_TRADES = (("orders", "order"), ("rents", "rent"), ("resales", "resale"))
_COLUMNS = ("when", "action", "what", "units", "engineer_days", "days_low", "days_high", "cost_cny")


def purchase_list(plan: Mapping[str, Any]) -> str:
    """What to do now, then in each state of supply, as comma-separated text for a spreadsheet.

    Parameters
    ----------
    plan : object as of `junshi plan --json`; runs of older versions have no `days_low` and `days_high`
    """
    rows = [*_rows(plan, say("page_api.when_now", quarter=plan["quarters"][0]), "_now")]
    for entry in plan["playbook"]:
        state = say(
            "page_api.when_state", regime=word(Regime(entry["regime"])), ramp=word(Ramp(entry["ramp"]))
        )
        if entry["demand_level"]:
            state = say("page_api.when_level", state=state, level=entry["demand_level"])
        rows += _rows(entry, state)
    return table_text([say(f"page_api.column_{name}") for name in _COLUMNS], rows)


def _rows(entry: Mapping[str, Any], when: str, ending: str = "") -> list[list[Any]]:
    rows: list[list[Any]] = []
    for key, action in _TRADES:
        for trade in entry[f"{key}{ending}"]:
            cells = trade["accelerator"], trade["units"], "", "", "", trade["cost_cny"]
            rows.append([when, say(f"page_api.action_{action}"), *cells])
    for step in entry[f"ports{ending}"]:
        what = f"{step['workload']} → {step['ecosystem']}"
        days = step["engineer_days"], step.get("days_low", ""), step.get("days_high", "")
        rows.append([when, say("page_api.action_port"), what, step["share"], *days, step["cost_cny"]])
    return rows


def table_text(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Comma-separated text; no cell begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(list(columns))
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return BYTE_ORDER_MARK + out.getvalue()


def _safe(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets a mark in front."""
    is_formula = isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{cell}" if is_formula and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return False
    return True


def tables_zip(folder: Path, view: Mapping[str, Any]) -> bytes:
    """Zip of a plan's tables, and of all tables that a page shows, as CSV."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((folder / TABLES_FOLDER).glob("*")):
            archive.write(file, file.name)
        for number, (section, sheet) in enumerate(_sheets(view), start=1):
            names = [column["name"] for column in sheet["columns"]]
            archive.writestr(f"{number:02d}-{section}.csv", table_text(names, sheet["rows"]))
    return out.getvalue()


def _sheets(view: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (str(section["id"]), sheet)
        for section in view.get("sections", [])
        for sheet in section.get("sheets", [])
    ]
