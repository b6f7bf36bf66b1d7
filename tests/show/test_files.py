"""Files appear whole or not at all; the run folder can be read back."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import polars as pl
import pytest

from junshi.errors import InputError
from junshi.show import draw as drawing
from junshi.show.export import files
from junshi.show.export.files import write_run
from junshi.show.export.write import whole_folder, write_text
from junshi.show.plan_json import plan_object
from junshi.show.tables import SCHEMAS
from junshi.text import in_language
from tests.show.results import result

needs_matplotlib = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="matplotlib, an optional extra, is not installed"
)


def _write(folder: Path) -> bool:
    plan = result()

    def save_policy(place: Path) -> None:
        (place / "policy.bin").write_bytes(b"cuts")

    return write_run(
        folder, plan, plan_object(plan, 7.1), record="{}", scenario="a = 1\n", save_more=save_policy
    )


@needs_matplotlib
def test_run_folder(tmp_path: Path) -> None:
    """The folder has plan, record, scenario, policy, tables and figures, and nothing is left beside it."""
    folder = tmp_path / "runs" / "one"
    assert _write(folder)
    assert json.loads((folder / "plan.json").read_text(encoding="utf-8"))["seed"] == 7
    assert (folder / "policy.bin").read_bytes() == b"cuts"
    assert {path.name for path in (folder / "tables").iterdir()} == {
        f"{name}.{kind}" for name in SCHEMAS for kind in ("csv", "parquet")
    }
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert figures == {
        f"{n}.{k}" for n in ("fleet", "placement", "survivability", "bound") for k in ("png", "svg")
    }
    assert [path.name for path in folder.parent.iterdir()] == ["one"]


@needs_matplotlib
def test_tables_survive_the_files(tmp_path: Path) -> None:
    """Parquet keeps types and values; CSV keeps the rows."""
    _write(tmp_path / "run")
    table = pl.read_parquet(tmp_path / "run" / "tables" / "fleet.parquet")
    assert dict(table.schema) == SCHEMAS["fleet"]
    assert pl.read_csv(tmp_path / "run" / "tables" / "fleet.csv").height == table.height


@needs_matplotlib
def test_pictures_are_the_same_each_time(tmp_path: Path) -> None:
    """The same plan gives the same bytes, so that a folder can be compared."""
    for name in ("one", "two"):
        _write(tmp_path / name)
    one, two = ((tmp_path / name / "figures" / "fleet.svg").read_bytes() for name in ("one", "two"))
    assert one == two
    assert (tmp_path / "one/figures/fleet.png").read_bytes().startswith(b"\x89PNG")


@needs_matplotlib
def test_no_boxes_without_a_chinese_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no font has Chinese characters the labels are English, and nothing warns of missing glyphs."""
    monkeypatch.setattr(drawing, "chinese_font", lambda: None)
    with in_language("zh"):
        assert drawing.drawable_language("zh") == "en"
        files.write_figures(tmp_path, result())
    assert drawing.drawable_language("en") == "en"
    assert (tmp_path / "fleet.png").exists()


def test_without_matplotlib_the_rest_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are optional: without matplotlib the folder has everything else."""
    monkeypatch.setattr(files, "can_draw", lambda: False)
    assert not _write(tmp_path / "run")
    assert (tmp_path / "run" / "tables" / "fleet.csv").exists()
    assert not (tmp_path / "run" / "figures").exists()


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    """When writing fails midway, neither the folder nor a temporary one stays."""

    def write_half() -> None:
        with whole_folder(tmp_path / "run") as place:
            (place / "half").write_text("", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_second_run_replaces_files_of_the_first(tmp_path: Path) -> None:
    """Files of the same name are replaced, others in the folder stay."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "note.txt").write_text("mine", encoding="utf-8")
    for text in ("first", "second"):
        with whole_folder(tmp_path / "run") as place:
            (place / "a").mkdir()
            (place / "a" / "b.txt").write_text(text, encoding="utf-8")
    assert (tmp_path / "run" / "a" / "b.txt").read_text(encoding="utf-8") == "second"
    assert (tmp_path / "run" / "note.txt").read_text(encoding="utf-8") == "mine"


def test_file_in_the_way(tmp_path: Path) -> None:
    """A file where the folder should be is told."""
    (tmp_path / "run").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="not a folder"), whole_folder(tmp_path / "run"):
        pass


def test_write_text_asks_before_replacing(tmp_path: Path) -> None:
    """An existing file is kept unless replacing was asked for; the new one has the usual mode."""
    file = tmp_path / "new" / "a.txt"
    write_text(file, "one", replace=False)
    with pytest.raises(InputError, match="exists already"):
        write_text(file, "two", replace=False)
    assert file.read_text(encoding="utf-8") == "one"
    write_text(file, "two", replace=True)
    assert file.read_text(encoding="utf-8") == "two"
    plain = tmp_path / "plain"
    plain.touch()
    assert file.stat().st_mode == plain.stat().st_mode
