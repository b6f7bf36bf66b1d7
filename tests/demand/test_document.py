"""Demand files survive writing and reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.demand.document import read_document, write_csv, write_document
from junshi.demand.schema import DemandDocument, Log, Series
from junshi.errors import InputError
from junshi.terms import WORK_UNIT, WorkKind

rates = st.floats(0, 1e12).map(lambda value: float(f"{value:.6g}"))
names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)


@st.composite
def documents(draw: st.DrawFn) -> DemandDocument:
    """Demand files with any figures."""
    series = [
        Series(
            name=name,
            kind=kind,
            unit=WORK_UNIT[kind],
            accelerator=draw(st.none() | st.text(min_size=1, max_size=20).filter(str.isprintable)),
            mean_per_s=draw(rates),
            peak_to_mean=draw(st.none() | st.just(1.25)),
            starts=["0", "7"],
            values=draw(st.lists(rates, max_size=4)),
            forecast_start=draw(st.none() | st.just("2027-Q1")),
            forecast=draw(st.lists(rates, max_size=4)),
        )
        for name in draw(st.lists(names, min_size=1, max_size=3, unique=True))
        for kind in [draw(st.sampled_from(list(WorkKind)))]
    ]
    log = Log(
        file=draw(st.text(max_size=20)),
        sha256="0" * 64,
        format="openb",
        rows=3,
        used=2,
        days=1.5,
        findings=draw(st.lists(st.text(max_size=30), max_size=2)),
    )
    return DemandDocument(log=draw(st.none() | st.just(log)), series=series)


@given(documents())
def test_toml_round_trip(tmp_path_factory: pytest.TempPathFactory, document: DemandDocument) -> None:
    """What was written is read back the same, whatever letters the texts have."""
    path = tmp_path_factory.mktemp("d") / "demand.toml"
    path.write_text(write_document(document), encoding="utf-8")
    assert read_document(path) == document


def test_csv_keeps_forecast_or_mean(tmp_path: Path) -> None:
    """A table has the forecast's quarters, or one row with the mean."""
    document = DemandDocument(
        series=[
            Series(
                name="a",
                kind=WorkKind.SERVE,
                unit="output token",
                mean_per_s=1.0,
                forecast_start="2027-Q4",
                forecast=[2.0, 3.0],
            ),
            Series(name="b", kind=WorkKind.PREFILL, unit="input token", mean_per_s=5.0),
        ]
    )
    path = tmp_path / "demand.csv"
    path.write_text(write_csv(document), encoding="utf-8")
    first, second = read_document(path).series
    assert (first.forecast_start, first.forecast) == ("2027-Q4", [2.0, 3.0])
    assert (second.kind, second.mean_per_s, second.forecast) == (WorkKind.PREFILL, 5.0, [])


@pytest.mark.parametrize(
    ("name", "expected"), [("d.json", "expected .toml or .csv"), ("d.toml", "no such file")]
)
def test_wrong_files_are_refused(tmp_path: Path, name: str, expected: str) -> None:
    """Another ending, or no file, is one sentence."""
    with pytest.raises(InputError) as caught:
        read_document(tmp_path / name)
    assert expected in caught.value.sentence("en")
