"""Effort of a workload from its code base."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from junshi.catalogue.load import load_catalogue
from junshi.errors import InputError
from junshi.porting.effort.components import Component, together
from junshi.porting.effort.estimate import effort_days, estimate
from junshi.porting.finding import Outcome
from junshi.porting.from_codebase import _target
from junshi.porting.from_scenario import build_effort
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target, chips_of
from junshi.scenario.archetypes import template
from junshi.scenario.load import parse_scenario
from junshi.scenario.schema import Component as Named
from junshi.scenario.schema import Scenario
from junshi.show.numbers import units
from junshi.show.scenario_sheets import scanned_days, workloads_sheet
from junshi.terms import Archetype

CODE = 'import torch\nx = torch.zeros(3).cuda()\ntorch.distributed.init_process_group("nccl")\n'


def startup(codebase: str | None, **changes: object) -> Scenario:
    """The start-up, whose first workload leaves its effort to a scan."""
    scenario = parse_scenario(template(Archetype.STARTUP, "en"), Path("startup.toml"), load_catalogue())
    first = scenario.workload[0].model_copy(update={"porting": [], "codebase": codebase, **changes})
    return scenario.model_copy(update={"workload": [first, *scenario.workload[1:]]})


def test_scan_gives_the_effort(tmp_path: Path) -> None:
    """A workload without porting rows takes days and upkeep from the scan of its code base."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "train.py").write_text(CODE, encoding="utf-8")
    table = build_effort(startup("code"), load_catalogue(), tmp_path)
    column = table.ecosystems.index("cann")
    target = Target("cann", "ascend-910b3")
    low, likely, high, upkeep = effort_days(scan(tmp_path / "code", (target,)), target)
    assert (likely, low, high) == (
        table.days[0, column],
        table.days_low[0, column],
        table.days_high[0, column],
    )
    assert upkeep == table.upkeep_days_per_year[0, column]
    assert likely > 0


def test_a_row_of_the_file_wins(tmp_path: Path) -> None:
    """A stated effort is not replaced by the scan."""
    scenario = startup("nowhere")
    stated = scenario.workload[1].porting
    first = scenario.workload[0].model_copy(update={"porting": stated})
    table = build_effort(
        scenario.model_copy(update={"workload": [first, *scenario.workload[1:]]}), load_catalogue(), tmp_path
    )
    column = table.ecosystems.index("cann")
    assert stated[0].days == table.days[0, column]


def test_components_are_put_together(tmp_path: Path) -> None:
    """Several components cost what `together` says of their estimates and shares."""
    for name, times in (("engine", 1), ("kernels", 40)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(CODE * times, encoding="utf-8")
    named = [Named(codebase="engine"), Named(codebase="kernels", share=0.25)]
    table = build_effort(startup(None, components=named), load_catalogue(), tmp_path)
    column = table.ecosystems.index("cann")
    target = Target("cann", "ascend-910b3")
    once, upkeep = together(
        [Component(estimate(scan(tmp_path / code.codebase, (target,)), "cann"), code.share) for code in named]
    )
    assert (once.p50, once.p10, once.p90) == (
        table.days[0, column],
        table.days_low[0, column],
        table.days_high[0, column],
    )
    assert upkeep.p50 == table.upkeep_days_per_year[0, column]


@pytest.mark.parametrize("chips", [["kunlun-p800"], []])
def test_kunlunxin_never_takes_the_column_of_intel(tmp_path: Path, chips: list[str]) -> None:
    """The catalogue's `xpu` is Kunlunxin's: all is unknown there, and Intel's branches do not handle it."""
    scenario = startup("code")
    scenario = scenario.model_copy(update={"accelerators": [*scenario.accelerators, *chips]})
    target = _target(scenario, load_catalogue(), "xpu")
    assert target.chip in chips_of("xpu")
    (tmp_path / "a.py").write_text(
        "import torch\nif torch.xpu.is_available():\n    x = 1\nelse:\n    torch.cuda.synchronize()\n",
        encoding="utf-8",
    )
    found = scan(tmp_path, (target,)).findings
    assert found
    assert {Outcome.UNKNOWN} == {finding.outcome for finding in found}


def test_without_a_folder_nothing_is_scanned() -> None:
    """Callers that only want what the file states get no effort for the code base."""
    table = build_effort(startup("nowhere"), load_catalogue())
    assert np.isnan(table.days[0, table.ecosystems.index("cann")])


def test_missing_code_base_is_one_sentence(tmp_path: Path) -> None:
    """A path that is not there is the user's fault and says so."""
    with pytest.raises(InputError, match="nowhere"):
        build_effort(startup("nowhere"), load_catalogue(), tmp_path)


@pytest.mark.parametrize("name", ["code", "code.zip"])
def test_check_shows_what_the_scan_gives(tmp_path: Path, name: str) -> None:
    """`junshi check` says low, likely and high days by the scan, of a folder and of an archive alike."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "train.py").write_text(CODE, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.write(tmp_path / "code" / "train.py", "train.py")
    scenario = startup(name)
    table = build_effort(scenario, load_catalogue(), tmp_path)
    cells = workloads_sheet(scenario, table).rows[0]
    days = scanned_days(scenario.workload[0], 0, table)["cann"]
    assert days[1] < days[0] < days[2]
    assert all(units(value) in cells[-1] for value in days[:3])
    assert "scan" in cells[-1]
    assert scanned_days(scenario.workload[1], 1, table) == {}


def test_code_base_without_files_is_refused(tmp_path: Path) -> None:
    """A folder in which nothing can be read gives no effort of 0; one without ties does."""
    (tmp_path / "code").mkdir()
    with pytest.raises(InputError, match="holds no file"):
        build_effort(startup("code"), load_catalogue(), tmp_path)
    (tmp_path / "tidy").mkdir()
    (tmp_path / "tidy" / "a.py").write_text("x = 1\n")
    table = build_effort(startup("tidy"), load_catalogue(), tmp_path)
    assert table.days[0, table.ecosystems.index("cann")] == 0
