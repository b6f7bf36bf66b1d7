"""Fit of the efficiencies, and what a user's measurements do to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from junshi.errors import InputError
from junshi.throughput.calibration import answer, fit, informed, leave_sources_out, scatter_of
from junshi.throughput.efficiency import HEADS, before_measurements, effects, prior
from junshi.throughput.learning import learn
from junshi.throughput.measurements import Question, question_of
from junshi.throughput.posterior import load_posterior, read_overlay, write_overlay
from junshi.throughput.prediction import predict_rows
from junshi.throughput.schema import Measurement
from tests.throughput.cases import catalogue

MODELS = ("llama-3.1-8b", "llama-2-13b", "qwen3-32b", "yi-34b", "llama-3.1-70b")


def training_rows(chip: str, value: float | None = None) -> list[Measurement]:
    """Training rows of dense models on 64 accelerators."""
    return [
        Measurement(
            id=f"{chip}-{model}",
            kind="train",
            model=model,
            weight_dtype="bf16",
            accelerator=chip,
            n_accelerators=64,
            input_len=4096,
            metric="tokens_per_s_per_chip",
            value=value,
            source=f"sites/{chip} table",
        )
        for model in MODELS
    ]


def measured(rows: list[Measurement], factor: float) -> list[Measurement]:
    """Rows whose values are the package's predictions times a factor."""
    predictions = predict_rows(rows, catalogue(), load_posterior())
    return [
        row.model_copy(update={"value": one.predicted * factor})
        for row, one in zip(rows, predictions, strict=True)
    ]


def questions(rows: list[Measurement]) -> list[Question]:
    """Questions of rows, all of which must be usable."""
    found = [question_of(row, catalogue()) for row in rows]
    assert all(isinstance(one, Question) for one in found)
    return [one for one in found if isinstance(one, Question)]


def test_own_measurements_pull_predictions_to_them() -> None:
    """After five rows at 70 % of the prediction, the prediction of the same chip falls most of the way."""
    rows = measured(training_rows("ascend-910c"), 0.7)
    learnt = learn(rows, catalogue(), load_posterior(), Path("mine.csv"))
    after = predict_rows(rows, catalogue(), learnt.posterior)
    assert np.median([one.ratio for one in after]) == pytest.approx(1.0, abs=0.12)
    assert np.median([one.high / one.low for one in after]) < np.median(
        [one.high / one.low for one in predict_rows(rows, catalogue(), load_posterior())]
    )


def test_own_measurements_of_one_chip_leave_another_ecosystem_nearly_alone() -> None:
    """Rows of one accelerator move the prediction of another ecosystem by a few per cent only."""
    learnt = learn(
        measured(training_rows("ascend-910c"), 0.7), catalogue(), load_posterior(), Path("mine.csv")
    )
    other = measured(training_rows("mi300x"), 1.0)
    ratios = [one.ratio for one in predict_rows(other, catalogue(), learnt.posterior)]
    assert np.all(np.abs(np.log(ratios)) < 0.1)


def test_rows_that_cannot_teach_are_listed_and_none_is_an_error() -> None:
    """Rows without a value are refused by name; a file of only such rows is a fault."""
    good, empty = measured(training_rows("h100-sxm"), 1.0), training_rows("h20-96g")
    learnt = learn([*good, empty[0]], catalogue(), load_posterior(), Path("mine.csv"))
    assert learnt.refused == ((empty[0].id, "throughput.row_value"),)
    with pytest.raises(InputError, match=r"mine\.csv"):
        learn(empty, catalogue(), load_posterior(), Path("mine.csv"))


def test_an_overlay_survives_its_file(tmp_path: Path) -> None:
    """Writing and reading an overlay keeps names, means, covariance and scatter."""
    path = tmp_path / "overlay.json"
    first = load_posterior()
    write_overlay(path, first, ["a"])
    again = read_overlay(path)
    assert again.names == first.names
    np.testing.assert_allclose(again.mean, first.mean, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(again.covariance, first.covariance, rtol=1e-4, atol=1e-9)
    assert again.scatter == pytest.approx(first.scatter)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"format": "other"}', '{"format": "junshi-throughput-overlay-1"}']
)
def test_a_file_that_is_no_overlay_is_refused(tmp_path: Path, text: str) -> None:
    """A wrong or broken overlay is one sentence with its file name."""
    path = tmp_path / "overlay.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"overlay\.json"):
        read_overlay(path)


def test_fitting_more_rows_never_widens_the_effects() -> None:
    """The posterior deviation of each effect is at most its prior deviation."""
    found = fit(questions(measured(training_rows("h100-sxm"), 0.9)), rounds=4)
    for name, variance in zip(found.names, np.diag(found.covariance), strict=True):
        if not name.startswith("source["):
            assert variance <= prior(name)[1] ** 2 * (1 + 1e-9), name


def test_a_known_source_is_predicted_with_its_own_factor() -> None:
    """A publisher whose rows all lie 20 % high gets most of that factor; another publisher does not."""
    rows = measured(training_rows("h100-sxm"), 1.0) + measured(training_rows("h200-sxm"), 1.2)
    found = fit(questions(rows), rounds=6)
    factors = found.offsets(
        ["source[sites/h200-sxm train]", "source[sites/h100-sxm train]", "source[else train]"]
    )
    assert factors[0] > factors[1]
    assert factors[2] == 0


def test_uninformed_effects_are_dropped_without_changing_predictions() -> None:
    """Effects that no measurement moved are left at their prior, and predictions stay."""
    found = fit(questions(measured(training_rows("h100-sxm"), 0.9)), rounds=4)
    small = informed(found)
    asked = questions(measured(training_rows("h200-sxm"), 1.0))
    assert len(small.names) < len(found.names)
    np.testing.assert_allclose(answer(asked, small).log_value, answer(asked, found).log_value, atol=0.05)


def test_scatter_covers_the_sources_left_out() -> None:
    """With the scatter found, about four in five left-out rows lie inside their interval."""
    rows = [
        row
        for chip, factor in (("h100-sxm", 0.8), ("mi300x", 1.2), ("ascend-910c", 1.0))
        for row in measured(training_rows(chip), factor)
    ]
    left_out = leave_sources_out(questions(rows))
    scatter = scatter_of([left_out])["train"]
    inside = np.abs(left_out.error) <= 1.2816 * np.hypot(left_out.model, scatter)
    assert inside.mean() >= 0.8


def test_every_head_has_effects_and_every_effect_a_prior() -> None:
    """Effects cover all coefficients; an unknown family is at zero with a positive deviation."""
    traits = questions(training_rows("h100-sxm"))[0].traits
    found = effects(replace(traits, ecosystem="new", accelerator="never-seen"))
    assert set(found) == set(HEADS)
    assert prior("train[new]") == (0.0, pytest.approx(prior("train[other]")[1]))
    assert prior("train[new/never-seen]")[1] < prior("train[new]")[1]


def test_the_prior_alone_predicts() -> None:
    """Without any measurement the model still answers, with wide intervals."""
    bare = predict_rows(training_rows("h100-sxm"), catalogue(), before_measurements())
    fitted = predict_rows(training_rows("h100-sxm"), catalogue(), load_posterior())
    for one, other in zip(bare, fitted, strict=True):
        assert one.high / one.low > other.high / other.low
