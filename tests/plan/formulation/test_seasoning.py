"""Seasoning rows: tuned by use."""

from __future__ import annotations

import pytest

from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_work


def test_tuned_runs_stay_within_the_tuned_share() -> None:
    """The tuned mode runs up to the share tuned before."""
    row = read(tiny()).rows["seasoning[train,cann]"]
    assert row.terms == {"run[train,a,seasoned]": 1.0}
    assert row.incoming == {"seasoned[train,cann]": 1.0}
    assert row.upper == 0.0


def test_use_tunes() -> None:
    """Running all of `train` on cann for a quarter tunes a further quarter of it, in either mode."""
    row = read(tiny()).rows["learning[train,cann]"]
    assert row.terms == pytest.approx(
        {"seasoned[train,cann]": 1.0, "run[train,a,fresh]": -0.25, "run[train,a,seasoned]": -0.25}
    )
    assert row.incoming == {"seasoned[train,cann]": 1.0}


def test_only_the_ported_is_tuned() -> None:
    """The tuned share never exceeds the ported one, so that a dropped port loses its tuning."""
    row = read(tiny()).rows["tuned_is_ported[train,cann]"]
    assert row.terms == {"seasoned[train,cann]": 1.0, "ported[train,cann]": -1.0}
    assert (row.upper, row.incoming) == (0.0, {})


def test_without_learning_the_tuned_share_stays() -> None:
    """An ecosystem that teaches nothing leaves the tuned share where it was, at most."""
    row = read(with_work(tiny(), learning=0.0)).rows["learning[train,cann]"]
    assert row.terms == {"seasoned[train,cann]": 1.0}
