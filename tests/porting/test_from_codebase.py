"""Effort of a workload from its code base."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from junshi.catalogue.load import load_catalogue
from junshi.errors import InputError
from junshi.porting.effort.estimate import effort_days
from junshi.porting.from_scenario import build_effort
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target
from junshi.scenario.archetypes import template
from junshi.scenario.load import parse_scenario
from junshi.scenario.schema import Scenario
from junshi.terms import Archetype

CODE = 'import torch\nx = torch.zeros(3).cuda()\ntorch.distributed.init_process_group("nccl")\n'


def startup(codebase: str, **changes: object) -> Scenario:
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


def test_without_a_folder_nothing_is_scanned() -> None:
    """Callers that only want what the file states get no effort for the code base."""
    table = build_effort(startup("nowhere"), load_catalogue())
    assert np.isnan(table.days[0, table.ecosystems.index("cann")])


def test_missing_code_base_is_one_sentence(tmp_path: Path) -> None:
    """A path that is not there is the user's fault and says so."""
    with pytest.raises(InputError, match="nowhere"):
        build_effort(startup("nowhere"), load_catalogue(), tmp_path)
