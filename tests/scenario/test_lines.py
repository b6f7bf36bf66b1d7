"""Lines of values in a TOML text."""

from __future__ import annotations

import pytest

from junshi.scenario.lines import Place, line_of

TEXT = '''\
accelerators = [
  "a",
  "b",
]

[organisation]
name = """
fake = 1
[fake]
"""
"quoted key" = 2

[supply.regime_odds]
open = { open = 1 }

[[workload]]
id = "one"
[workload.latency]
ttft_ms = 3

[[workload]]
id = "two"
latency.tpot_ms = 4
[[workload.porting]]
days = 5
[[workload.porting]]
days = 6
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("accelerators",), 1),
        (("accelerators", 1), 1),
        (("organisation", "name"), 7),
        (("organisation", "quoted key"), 11),
        (("supply",), 13),
        (("supply", "regime_odds", "open"), 14),
        (("supply", "regime_odds", "open", "open"), 14),
        (("workload", 0, "id"), 17),
        (("workload", 0, "latency", "ttft_ms"), 19),
        (("workload", 1), 21),
        (("workload", 1, "demand"), 21),
        (("workload", 1, "latency", "tpot_ms"), 23),
        (("workload", 1, "porting", 1, "days"), 27),
        (("nothing",), None),
    ],
)
def test_line_of_a_place(place: Place, line: int | None) -> None:
    """A value has its own line, one inside an inline table that of the table, an absent one none."""
    assert line_of(TEXT, place) == line


def test_lines_inside_long_text_are_no_keys() -> None:
    """What looks like a key inside a multi-line string is not one."""
    assert line_of(TEXT, ("fake",)) is None
