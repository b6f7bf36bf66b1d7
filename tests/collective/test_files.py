"""Files of the collective: faults in one sentence each, and the answer without compiled kernels."""

from __future__ import annotations

from pathlib import Path

import pytest

from junshi.collective import compiled
from junshi.collective.build import build_setup, cards_wanted, lever_path
from junshi.collective.read import default_text, load_collective
from junshi.collective.run import run_mean_field, status_quo_belief
from junshi.errors import InputError, InputErrors
from tests.collective.worlds import facts, twin


def written(folder: Path, old: str, new: str) -> Path:
    """Shipped file with one change."""
    text = default_text()
    assert old in text
    file = folder / "people.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_shipped_file_loads_from_disk(tmp_path: Path) -> None:
    """The text that comes with the package is a valid file of one's own."""
    file = written(tmp_path, "organisations = 100000", "organisations = 500")
    assert load_collective(file, facts()).size.organisations == 500


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('members = ["cann"]', 'members = ["can"]', "cann"),
        ("shares = { cann = 1.0 }", "shares = { canm = 1.0 }", "cann"),
        ("learning_rate = 0.14", "learning_rate = 1.4", "learning_rate"),
        ("organisations = 100000", "organisations = 5", "organisations"),
        ("[imports.open]", "[imports.opened]", "opened"),
        ('start = "2026-Q4"', 'start = "2021-Q4"', "2022-Q1"),
        ("precision = 3.0", "precison = 3.0", "precison"),
    ],
)
def test_faults_name_the_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Each fault names the file and what is wrong or what was meant."""
    file = written(tmp_path, old, new)
    with pytest.raises(InputErrors) as caught:
        load_collective(file, facts())
    assert "people.toml" in caught.value.sentence("en")
    assert expected in caught.value.sentence("en")


def test_without_numba_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run without compiled kernels stops before it begins."""
    setup = twin()
    monkeypatch.setattr(compiled, "HAS_NUMBA", False)
    with pytest.raises(InputError, match="pip install"):
        run_mean_field(setup.world, setup.start, setup.sample(1, 0), status_quo_belief(setup))
    with pytest.raises(InputError, match="pip install"):
        compiled.compiled()(lambda: None)()


def test_levers_hold_from_their_quarter_on() -> None:
    """A path takes its latest value, and the neutral one before the first."""
    quarters = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    assert lever_path({"2026-Q2": 0.2, "2026-Q4": 0.0}, quarters, 1.0).tolist() == [1.0, 0.2, 0.2, 0.0]


def test_cards_wanted_grow_and_slow() -> None:
    """Demand is constant before the boom, then grows at a falling rate."""
    setup = build_setup(load_collective(None, facts()), facts())
    wanted = cards_wanted(setup.file, setup.quarters)
    growth = wanted[1:] / wanted[:-1]
    assert growth[:3] == pytest.approx(1.0)
    assert (growth[5:] <= growth[4:-1] + 1e-12).all()


def test_past_regimes_are_the_real_ones() -> None:
    """Open before autumn 2022, restricted until spring 2025, then cut off."""
    setup = build_setup(load_collective(None, facts()), facts())
    by_quarter = {
        name: setup.chain.states[state].regime.value
        for name, state in zip(setup.quarters, setup.history, strict=False)
    }
    assert by_quarter["2022-Q1"] == "open"
    assert by_quarter["2023-Q4"] == "restricted"
    assert by_quarter["2025-Q2"] == "cut_off"
    assert by_quarter["2026-Q2"] == "licensed"
