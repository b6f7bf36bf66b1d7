"""Edits of a scenario's TOML: the value changes, everything else of the text stays."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("tomlkit", reason="the page is an extra")

from junshi.page.edit import Edit, edit_toml
from junshi.page.refusal import Refusal
from junshi.scenario.archetypes import template
from junshi.terms import Archetype
from tests.page.conftest import SCENARIO


def _read(text: str, path: tuple[str | int, ...]) -> Any:
    found: Any = tomllib.loads(text)
    for key in path:
        found = found[key]
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("risk", "weight"), 0.7),
        (("risk", "reading"), "end"),
        (("horizon", "quarters"), 8),
        (("accelerators",), ["h20-96g"]),
        (("accelerators", 1), "ascend-910b3"),
        (("accelerators", 2), "l20"),
        (("fleet", 0, "units"), 3.0),
        (("workload", 0, "runs_on"), {"cuda": 0.5, "cann": 0.5}),
        (("workload", 0, "runs_on", "cann"), 0.25),
        (("workload", 0, "demand"), [1.0, 2.0, 3.0]),
        (("workload", 0, "demand"), {"file": "upload:x", "series": "a"}),
        (("workload", 0, "porting", 0, "days"), 5.0),
        (("workload", 0, "latency"), {"ttft_ms": 500.0}),
        (("supply", "regime_now"), "cut-off"),
        (("supply", "regime_odds", "licensed"), {"licensed": 0.9, "cut-off": 0.1}),
        (("strategy", "forbidden_ecosystems"), ["rocm"]),
        (("strategy", "forbidden_ecosystems", 0), "rocm"),
    ],
)
def test_value_is_set_and_comments_stay(path: tuple[str | int, ...], value: Any) -> None:
    """The text has the new value at its place, and every comment that it had."""
    text = edit_toml(SCENARIO, [Edit(path, value)])
    assert _read(text, path) == value
    for comment in ("# two are enough", "# mild"):
        if comment in SCENARIO and not (path[0] == "accelerators" and comment == "# two are enough"):
            assert comment in text
    changed = [line for line in SCENARIO.splitlines() if line not in text.splitlines()]
    assert len(changed) <= 2


def test_comment_of_the_line_stays_with_its_value() -> None:
    """A comment behind a value stands behind the new one."""
    assert "weight = 0.5  # mild" in edit_toml(SCENARIO, [Edit(("risk", "weight"), 0.5)])
    assert '["l20"]  # two are enough' in edit_toml(SCENARIO, [Edit(("accelerators",), ["l20"])])


def test_rows_are_added_changed_and_removed() -> None:
    """Rows of tables can be appended, replaced, removed, and made where there were none."""
    added = edit_toml(SCENARIO, [Edit(("fleet", 1), {"accelerator": "ascend-910c", "units": 8.0})])
    assert _read(added, ("fleet", 1, "units")) == 8.0
    replaced = edit_toml(added, [Edit(("fleet", 0), {"accelerator": "l20", "units": 1.0})])
    assert _read(replaced, ("fleet",)) == [
        {"accelerator": "l20", "units": 1.0},
        {"accelerator": "ascend-910c", "units": 8.0},
    ]
    removed = edit_toml(replaced, [Edit(("fleet", 0), None)])
    assert _read(removed, ("fleet",)) == [{"accelerator": "ascend-910c", "units": 8.0}]
    made = edit_toml(removed, [Edit(("maturity",), [{"ecosystem": "cann", "now": 0.8}])])
    assert _read(made, ("maturity", 0, "now")) == 0.8
    emptied = edit_toml(SCENARIO, [Edit(("fleet",), [])])
    assert _read(emptied, ("fleet",)) == []
    first = edit_toml(emptied, [Edit(("fleet", 0), {"accelerator": "l20", "units": 1.0})])
    assert _read(first, ("fleet",)) == [{"accelerator": "l20", "units": 1.0}]


def test_row_with_rows_inside_is_added() -> None:
    """A workload with ports can be appended whole."""
    work = {
        "id": "b",
        "demand": 1.0,
        "runs_on": {"cuda": 1.0},
        "porting": [{"ecosystem": "cann", "days": 1.0}],
    }
    text = edit_toml(SCENARIO, [Edit(("workload", 1), work)])
    assert _read(text, ("workload", 1)) == work
    assert _read(text, ("workload", 0, "porting", 0, "days")) == 60.0


def test_removing_what_is_not_there_changes_nothing() -> None:
    """A key that is absent is as removed as it can be."""
    assert edit_toml(SCENARIO, [Edit(("risk", "tail"), None)]) == SCENARIO
    assert edit_toml(SCENARIO, []) == SCENARIO


@pytest.mark.parametrize(
    "path",
    [("fleet", 7), ("fleet", 7, "units"), ("fleet", "units"), ("risk", 0), ("risk", "weight", "x"), (0,)],
)
def test_impossible_place_is_refused(path: tuple[str | int, ...]) -> None:
    """A place that cannot be there is refused with the place."""
    with pytest.raises(Refusal, match="nothing can be put there"):
        edit_toml(SCENARIO, [Edit(path, 1.0)])


def test_what_is_not_toml_is_refused() -> None:
    """A text that is no TOML cannot be edited; the sentence gives the parser's reason."""
    with pytest.raises(Refusal, match="not valid TOML"):
        edit_toml("a = [", [Edit(("a",), 1)])


@pytest.mark.parametrize("archetype", list(Archetype))
def test_untouched_template_stays_as_it_is(archetype: Archetype) -> None:
    """Setting a value to what it is changes at most its own line."""
    text = template(archetype, "zh")
    name = tomllib.loads(text)["organisation"]["name"]
    assert tomllib.loads(edit_toml(text, [Edit(("organisation", "name"), name)])) == tomllib.loads(text)
    assert edit_toml(text, [Edit(("organisation", "name"), name)]).count("#") == text.count("#")


VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(value=VALUES)
def test_any_value_is_read_back(value: Any) -> None:
    """Whatever JSON can say is in the text afterwards as TOML reads it."""
    text = edit_toml(SCENARIO, [Edit(("organisation", "description"), value)])
    assert _read(text, ("organisation", "description")) == value
