"""Ecosystem rows: only what is ported runs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_work


def test_runs_stay_within_the_ported_share() -> None:
    """`train` runs on cann up to the share that was ported before this quarter."""
    row = read(tiny()).rows["ecosystem[train,cann]"]
    assert row.terms == {"run[train,a,fresh]": 1.0, "run[train,a,seasoned]": 1.0}
    assert (row.lower, row.upper) == (-np.inf, 0.0)
    assert row.incoming == {"ported[train,cann]": 1.0}


def test_settled_pairs_have_no_row() -> None:
    """What is wholly ported and tuned needs neither a row nor a state."""
    assert read(tiny()).family("ecosystem") == ["ecosystem[chat,cann]", "ecosystem[train,cann]"]


def test_work_that_cannot_be_ported_has_no_runs() -> None:
    """Without a porting effort there is no run on that ecosystem's accelerators."""
    stage = read(with_work(tiny(), effort_days=[[0.0, np.nan], [0.0, 20.0]]))
    assert not [name for name in stage.problem.col_names if name.startswith("run[chat,a")]
    assert stage.family("ecosystem") == ["ecosystem[train,cann]"]


def test_run_is_possible_a_quarter_after_the_port() -> None:
    """A port made in the first quarter carries work in the second, not before."""
    first = read(tiny()).rows["ecosystem[chat,cann]"]
    assert "port[chat,cann]" not in first.terms
    assert first.incoming == pytest.approx({"ported[chat,cann]": 1.0})
