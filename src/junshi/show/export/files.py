"""The run folder: JSON, tables as Parquet and CSV, figures; it appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from junshi.plan.result import PlanResult
from junshi.show.draw import can_draw, draw, drawable_language
from junshi.show.export.write import whole_folder
from junshi.show.figures import plan_figures
from junshi.show.plan_json import plan_text
from junshi.show.tables import plan_tables
from junshi.text import current_language, in_language

PLAN_FILE, RECORD_FILE, SCENARIO_FILE = "plan.json", "run.json", "scenario.toml"
TABLES_FOLDER, FIGURES_FOLDER = "tables", "figures"


def write_run(
    folder: Path,
    result: PlanResult,
    plan: Mapping[str, Any],
    *,
    record: str,
    scenario: str,
    save_more: Callable[[Path], None] | None = None,
) -> bool:
    """Write everything about a run.

    Parameters
    ----------
    plan : object of `plan_json.plan_object`
    record : `run.json` of `RunRecord.to_json`
    scenario : text of the scenario file, kept so that the run can be made again
    save_more : writes policy and view into the folder that it is given; None when there is nothing more

    Returns
    -------
    whether figures were drawn: they need the optional matplotlib

    Raises
    ------
    InputError : the folder cannot be written
    """
    with whole_folder(folder) as place:
        (place / PLAN_FILE).write_text(plan_text(dict(plan)) + "\n", encoding="utf-8")
        (place / RECORD_FILE).write_text(record + "\n", encoding="utf-8")
        (place / SCENARIO_FILE).write_text(scenario, encoding="utf-8")
        if save_more is not None:
            save_more(place)
        write_tables(place / TABLES_FOLDER, result)
        drawn = can_draw()
        if drawn:
            write_figures(place / FIGURES_FOLDER, result)
    return drawn


def write_tables(folder: Path, result: PlanResult) -> None:
    """Each table as `<name>.parquet` and `<name>.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in plan_tables(result).items():
        table.write_parquet(folder / f"{name}.parquet")
        table.write_csv(folder / f"{name}.csv")


def write_figures(folder: Path, result: PlanResult) -> None:
    """Each figure as `<name>.png` and `<name>.svg`, in English where no font has Chinese characters."""
    folder.mkdir(parents=True, exist_ok=True)
    language = drawable_language(current_language())
    with in_language(language):
        for figure in plan_figures(result):
            draw(figure, folder, language)
