"""The model against published measurements."""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from junshi.errors import InputErrors
from junshi.text import say
from junshi.throughput.measurements import group_of, question_of, read_measurements
from junshi.throughput.posterior import load_evidence, load_posterior
from junshi.throughput.prediction import NEW_COLUMNS, Prediction, predict_rows, predicted_csv, scores
from tests.shared_data import shared_file
from tests.throughput.cases import catalogue

HEADER = (
    "id,kind,model,weight_dtype,accelerator,n_accelerators,parallelism,input_len,output_len,"
    "batch_or_concurrency,metric,value"
)


@cache
def published() -> tuple[Path, tuple[Prediction, ...]]:
    """Predictions of the published measurements."""
    path = shared_file("data/measurements.csv")
    return path, predict_rows(read_measurements(path), catalogue(), load_posterior())


@pytest.mark.parametrize(
    ("group", "most"),
    [("train", 0.15), ("prefill", 0.20), ("decode", 0.20), ("serve", 0.20), ("sample", 0.15)],
)
def test_median_error_keeps_its_bar(group: str, most: float) -> None:
    """Half of the published rows of each kind are predicted within its bar."""
    found = scores(published()[1], lambda one: group_of(one.row))
    assert {score.name: score for score in found}[group].median_error <= most


def test_predictions_are_not_biased() -> None:
    """The median ratio of each kind is near 1."""
    for score in scores(published()[1], lambda one: group_of(one.row)):
        assert 0.88 <= score.median_ratio <= 1.14, score


def test_most_rows_are_predicted_and_the_others_say_why() -> None:
    """At least nine rows in ten have a prediction; each other has a reason in both languages."""
    rows = published()[1]
    failed = [one for one in rows if one.reason]
    assert len(failed) <= 0.1 * len(rows)
    for one in failed:
        assert say(one.reason, language="zh")
        assert math.isnan(one.predicted)


def test_predictions_are_positive_and_inside_their_interval() -> None:
    """Every prediction is a positive number between its low and high."""
    for one in published()[1]:
        if not one.reason:
            assert 0 < one.low <= one.predicted <= one.high < math.inf, one.row.id


def test_rows_of_the_package_state_their_source() -> None:
    """Each row that ships as a measurement is predicted, and names its source, date and confidence."""
    path = Path(str(resources.files("junshi.throughput").joinpath("data", "published.csv")))
    rows = read_measurements(path)
    assert len({row.id for row in rows}) == len(rows) >= 10
    assert all(row.source and row.date and row.confidence and row.value for row in rows)
    predictions = predict_rows(rows, catalogue(), load_posterior())
    assert not [one.row.id for one in predictions if one.reason]
    assert {"gaudi2", "gaudi3"} <= {e.accelerator for e in load_evidence()}


def test_every_vendor_measured_is_in_the_evidence() -> None:
    """The shipped evidence names each accelerator that was predicted from its own measurements."""
    measured = {e.accelerator for e in load_evidence()}
    assert {"h20-96g", "ascend-910b", "ascend-910c", "mi300x", "metax-c500", "mtt-s5000"} <= measured


def test_the_file_keeps_its_columns_and_gains_new_ones(tmp_path: Path) -> None:
    """The written file has every old column unchanged and the new ones after them."""
    path, predictions = published()
    text = predicted_csv(path, predictions)
    old = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    new = list(csv.reader(text.splitlines()))
    assert new[0] == old[0] + list(NEW_COLUMNS)
    assert [line[: len(old[0])] for line in new] == old


def test_the_order_of_rows_changes_nothing() -> None:
    """Predicting the rows in reverse order gives the same numbers."""
    path, predictions = published()
    rows = read_measurements(path)[::-1]
    again = predict_rows(rows[:80], catalogue(), load_posterior())
    np.testing.assert_allclose(
        [one.predicted for one in again], [one.predicted for one in predictions[::-1][:80]]
    )


def test_a_row_without_a_value_is_predicted(tmp_path: Path) -> None:
    """A question without a measurement gets a prediction and no ratio."""
    path = tmp_path / "ask.csv"
    path.write_text(
        f"{HEADER}\na,train,llama-3.1-8b,bf16,ascend-910c,8,tp1 pp1 dp8,4096,,,tokens_per_s_per_chip,\n"
    )
    one = predict_rows(read_measurements(path), catalogue(), load_posterior())[0]
    assert one.predicted > 0
    assert math.isnan(one.ratio)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,draw,llama-3.1-8b,bf16,h100-sxm,8,tp8,4096,,,tokens_per_s_per_chip,1", "throughput.row_kind"),
        ("a,train,llama-3.1-8b,bf16,h100-sxm,8,tp8,4096,,,joules,1", "throughput.row_metric"),
        ("a,train,llama-3.1-8b,bf16,h1000,8,tp8,4096,,,mfu,1", "throughput.row_accelerator"),
        ("a,train,unheard-of,bf16,h100-sxm,8,tp8,4096,,,mfu,1", "throughput.row_shape"),
        ("a,train,llama-3.1-8b,bf16,mi308x,8,tp8,4096,,,mfu,1", "throughput.missing_flops"),
        ("a,decode,llama-3.1-8b,bf16,h100-sxm,8,tp8,4096,100,,tpot_ms,1", "throughput.row_batch"),
    ],
)
def test_what_cannot_be_predicted_says_why(tmp_path: Path, row: str, reason: str) -> None:
    """Each thing that a row lacks is named; nothing is guessed."""
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}\n{row}\n")
    assert question_of(read_measurements(path)[0], catalogue()) == reason


def test_a_bad_number_is_a_fault_with_its_place(tmp_path: Path) -> None:
    """A word where a number is expected names file, row and column."""
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEADER}\na,train,llama-3.1-8b,bf16,h100-sxm,eight,tp8,4096,,,mfu,0.4\n")
    with pytest.raises(InputErrors) as caught:
        read_measurements(path)
    assert "n_accelerators" in caught.value.sentence("en")
