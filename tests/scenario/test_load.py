"""Faults of scenario files: each told with its line, place, what was found and what was expected."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.errors import InputError, InputErrors
from junshi.scenario.load import load_scenario, parse_scenario, scenario_hash
from junshi.scenario.schema import Scenario

GOOD = """\
accelerators = ["h20-96g", "ascend-910c"]

[organisation]
name = "Test"
archetype = "giant"

[horizon]
start = "2027-Q1"
quarters = 4

[budget]
per_quarter = 1e9

[site]
power_mw = 10
energy_price_per_kwh = 0.5

[engineers]
days_per_quarter = 100
cost_per_day = 4000

[[market]]
accelerator = "h20-96g"
max_order_per_quarter = 100
available_from = "2027-Q2"

[[fleet]]
accelerator = "h20-96g"
units = 10

[supply.regime_odds]
open = { open = 0.9, licensed = 0.1 }

[[workload]]
id = "chat"
kind = "serve"
model = "qwen3-32b"
demand = 1000
unmet_cost_per_1e9 = 10
runs_on = { cuda = 1, cann = 0.5 }
porting = [
  { ecosystem = "cann", days = 10, days_low = 5, days_high = 20 },
]

[[workload]]
id = "ads"
kind = "recommendation"
per_sample = { gflop = 1, gbyte = 0.1 }
demand = [1, 2, 3, 4]
unmet_cost_per_1e9 = 10
runs_on = { cuda = 1 }
atomic = true

[[workload]]
id = "research"
kind = "research"
reference_accelerator = "h800-sxm"
demand = 5
unmet_cost_per_1e9 = 10
runs_on = { cuda = 1 }
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Facts of the package."""
    return load_catalogue()


def _sentences(text: str, catalogue: Catalogue) -> list[str]:
    """Fault sentences of a text, in English; a good text fails the test."""
    with pytest.raises(InputError) as caught:
        parse_scenario(text, Path("my.toml"), catalogue)
    return caught.value.sentence("en").split("\n")


def test_good_file_is_loaded(tmp_path: Path, catalogue: Catalogue) -> None:
    """A sound file gives the scenario with defaults filled in."""
    file = tmp_path / "good.toml"
    file.write_text(GOOD, encoding="utf-8")
    scenario = load_scenario(file, catalogue)
    assert scenario.workload[1].demand == [1, 2, 3, 4]
    assert scenario.horizon.discount_rate == 0.08


AT_LEAST_0 = "is not valid: expected a number of at least 0"
FINITE = "is not valid: expected a finite number, neither nan nor inf"
PER_QUARTER = "is not valid: expected one number, or 4 numbers: one for each quarter"
WHOLE = "is not valid: expected a whole number, without quotes"

CASES = [
    # found in the sound file, put in its place, part of the sentence told
    (
        '"ascend-910c"]',
        '"ascend-910x"]',
        'accelerators[1]: unknown accelerator "ascend-910x"; nearest known: asc',
    ),
    ("demand = 1000", "demand = -1000", f"workload[0].demand: -1000 {AT_LEAST_0}"),
    ("demand = 1000", "demand = nan", f"workload[0].demand: nan {FINITE}"),
    ("demand = 1000", "demand = inf", f"workload[0].demand: inf {FINITE}"),
    ("demand = [1, 2, 3, 4]", "demand = [1, 2, -3, 4]", f"workload[1].demand[2]: -3 {AT_LEAST_0}"),
    ("demand = [1, 2, 3, 4]", "demand = [1, 2, 3]", f"workload[1].demand: a list of 3 {PER_QUARTER}"),
    ("per_quarter = 1e9", "per_quarter = [1, 2]", f"budget.per_quarter: a list of 2 {PER_QUARTER}"),
    (
        "per_quarter = 1e9",
        "per_quarter = 1e300",
        "budget.per_quarter: 1e+300 is not valid: expected a number",
    ),
    (
        "demand = 1000",
        'demand = "much"',
        'workload[0].demand: "much" is not valid: expected a number, without q',
    ),
    (
        "demand = 1000",
        'demand = { fil = "a" }',
        'workload[0].demand.fil: unknown key "fil"; nearest known: file',
    ),
    ("demand = 1000", 'demand = { file = "no", series = "a" }', 'workload[0].demand.file: "no" is not valid'),
    (
        "demand = 1000",
        "demand = 1000\ncodebase = 'no'",
        'workload[0].codebase: "no" is not valid: expected a fi',
    ),
    (
        "demand = 1000",
        "demand = 1000\ncodebase = '.'\ncomponents = [{ codebase = '.' }]",
        "workload[0].components: `codebase, components` is not valid: expected either",
    ),
    (
        "demand = 1000",
        "demand = 1000\ncomponents = [{ codebase = '.' }, { codebase = 'no' }]",
        'workload[0].components[1].codebase: "no" is not valid: expected a fi',
    ),
    (
        "licensed = 0.1",
        "licensed = 0.2",
        "regime_odds.open: a row that sums to 1.1 is not valid: expected odds",
    ),
    (
        "{ open = 0.9",
        "{ opne = 0.9",
        'supply.regime_odds.open.opne: "opne" is not valid: expected one of: open,',
    ),
    (
        'from = "2027-Q2"',
        'from = "2028-Q1"',
        '"2028-Q1" is not valid: expected a quarter not after 2027-Q4, the l',
    ),
    (
        'from = "2027-Q2"',
        'from = "2027-Q5"',
        'from: "2027-Q5" is not valid: expected a quarter such as "2027-Q1"',
    ),
    (
        'start = "2027-Q1"',
        'start = "1999-Q1"',
        'horizon.start: "1999-Q1" is not valid: expected a quarter from ',
    ),
    ("quarters = 4", "quarters = 4.5", f"horizon.quarters: 4.5 {WHOLE}"),
    ("quarters = 4", "quarters = true", f"horizon.quarters: true {WHOLE}"),
    (
        "power_mw = 10",
        'power_mw = "10"',
        'site.power_mw: "10" is not valid: expected a number, without quotes, or',
    ),
    ("power_mw = 10", "power = 10", 'site.power: unknown key "power"; nearest known: power_mw'),
    ("power_mw = 10", "", "site.power_mw: nothing found, but it is required: expected Power for running"),
    (
        '"giant"',
        '"gaint"',
        '"gaint" is not valid: expected one of: vanguard, giant, startup, lab, state-centre',
    ),
    (
        "[[fleet]]",
        '[[fleet]]\naccelerator = "h20-96g"\nunits = 1\n[[fleet]]',
        "it stands at fleet[0].accelerator",
    ),
    ('"h20-96g"\nunits', '"h20-141g"\nunits', "expected an id that is in the list `accelerators`: h20-96g"),
    ('id = "ads"', 'id = "chat"', 'workload[1].id: "chat" is not valid: expected each named once'),
    ('id = "ads"', 'id = "My Ads"', 'workload[1].id: "My Ads" is not valid: expected an id of small letters'),
    ('"qwen3-32b"', '"qwen3-32"', 'workload[0].model: unknown model "qwen3-32"; nearest known: qwen3-32b'),
    (
        'model = "qwen3-32b"\n',
        "",
        "workload[0]: nothing is not valid: expected exactly one of `model` and `shape`",
    ),
    (
        "per_sample = { gflop = 1, gbyte = 0.1 }",
        'model = "qwen3-32b"',
        "expected `per_sample` for the kind reco",
    ),
    (
        'reference_accelerator = "h800-sxm"',
        "",
        "nothing is not valid: expected `reference_accelerator` for the k",
    ),
    ('"h800-sxm"', '"h800"', 'reference_accelerator: unknown accelerator "h800"; nearest known: h800-sxm'),
    ("cann = 0.5", "can = 1", 'workload[0].runs_on.can: unknown ecosystem "can"; nearest known: cann'),
    ("cann = 0.5", "musa = 1", "that one of the listed accelerators belongs to: cann, cuda"),
    (
        "cann = 0.5",
        "cann = 1.5",
        "workload[0].runs_on.cann: 1.5 is not valid: expected a number of at most 1",
    ),
    (
        "cuda = 1 }\natomic",
        "cuda = 0.5 }\natomic",
        "runs_on.cuda: 0.5 is not valid: expected 0 or 1, since the",
    ),
    (
        "5\nunmet_cost_per_1e9 = 10\nruns_on = {",
        "5\nunmet_cost_per_1e9 = 10\nruns_on = { cann = 0.5,",
        "or a row in",
    ),
    (
        "5\nunmet_cost_per_1e9 = 10\nruns_on = { cuda = 1 }",
        "5\nunmet_cost_per_1e9 = 1\nruns_on = {}",
        "at least one",
    ),
    (
        "atomic = true",
        'allowed = ["cuda", "cann"]',
        'workload[1].allowed[1]: "cann" is not valid: expected an eco',
    ),
    (
        "days_low = 5",
        "days_low = 15",
        "workload[0].porting[0]: 15, 10, 20 is not valid: expected days_low not",
    ),
    (
        "[[market]]",
        '[strategy]\nforbidden_accelerators = ["h20-96"]\n[[market]]',
        'unknown accelerator "h20-96"',
    ),
    (
        "[[market]]",
        '[strategy]\nforbidden_ecosystems = ["cuda"]\n[[market]]',
        "that the strategy does not forbid",
    ),
    ("[[market]]", '[[maturity]]\necosystem = "cann"\nnow = 0\n[[market]]', "expected a maturity above 0"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), CASES, ids=[f"{n}" for n in range(len(CASES))])
def test_fault_is_told(old: str, new: str, sentence: str, catalogue: Catalogue) -> None:
    """One change to a sound file is told with place, found and expected, at the line changed."""
    assert GOOD.count(old) == 1, old
    told = _sentences(GOOD.replace(old, new), catalogue)
    assert any(sentence in one for one in told), told
    first = GOOD[: GOOD.index(old)].count("\n") + 1
    last = first + new.count("\n") + 1
    lines = [int(one.split(":")[1]) for one in told if one.split(":")[1].isdigit()]
    enclosing = not new or "workload[" in told[0]
    assert enclosing or any(first <= line <= last for line in lines), told


def test_domestic_share_needs_something_domestic(catalogue: Catalogue) -> None:
    """A mandate without a domestic accelerator to buy is refused."""
    text = GOOD.replace(', "ascend-910c"', "").replace(", cann = 0.5", "")
    text = text.replace("[[market]]", "[strategy]\nmin_domestic_order_share = 0.5\n[[market]]")
    assert "expected a domestic accelerator" in _sentences(text, catalogue)[0]


def test_forbidding_everything_is_refused(catalogue: Catalogue) -> None:
    """A strategy that forbids every accelerator leaves nothing to plan."""
    rule = '[strategy]\nforbidden_accelerators = ["h20-96g", "ascend-910c"]\n[[market]]'
    assert "leaves at least one accelerator" in _sentences(GOOD.replace("[[market]]", rule), catalogue)[0]


def test_accelerator_without_a_price_is_refused(catalogue: Catalogue) -> None:
    """A price that nobody knows is asked for, never guessed."""
    text = GOOD.replace('"ascend-910c"]', '"ascend-910c", "b30a"]')
    told = _sentences(text, catalogue)
    assert any("add a row to [[market]]" in sentence for sentence in told)


def test_faults_are_told_together(catalogue: Catalogue) -> None:
    """Several faults of one file come as one error with a sentence each, in the order of the file."""
    text = GOOD.replace("demand = 1000", "demand = -1").replace("quarters = 4", "quarters = 0")
    told = _sentences(text, catalogue)
    assert len(told) == 2
    assert "horizon.quarters" in told[0]
    assert "workload[0].demand" in told[1]


def test_thousands_of_faults_are_counted(catalogue: Catalogue) -> None:
    """A file with endless faults is answered with the first and the number of the others."""
    numbers = ", ".join(["-1"] * 2000)
    told = _sentences(GOOD.replace("demand = 1000", f"demand = [{numbers}]"), catalogue)
    assert len(told) == 51
    assert "1950 further faults" in told[-1]


def test_errors_survive_pickling(catalogue: Catalogue) -> None:
    """Workers send errors between processes: the sentence stays the same."""
    with pytest.raises(InputErrors) as caught:
        parse_scenario(GOOD.replace("demand = 1000", "demand = -1"), Path("my.toml"), catalogue)
    assert pickle.loads(pickle.dumps(caught.value)).sentence("zh") == caught.value.sentence("zh")  # noqa: S301


def test_chinese_sentence(catalogue: Catalogue) -> None:
    """The same fault reads in Chinese when the language is chosen at printing."""
    with pytest.raises(InputErrors) as caught:
        parse_scenario(GOOD.replace('"ascend-910c"]', '"ascend-910x"]'), Path("my.toml"), catalogue)
    assert "未知的" in caught.value.sentence("zh")


def _scenario(text: str, catalogue: Catalogue) -> Scenario:
    return parse_scenario(text, Path("my.toml"), catalogue)


def test_hash_ignores_layout(catalogue: Catalogue) -> None:
    """Comments, order of tables and written-out defaults leave the hash as it is."""
    head, tail = GOOD.split("[budget]", 1)
    moved = head + "[budget] # comment" + tail
    moved = moved.replace("quarters = 4", "discount_rate = 0.08\nquarters = 4")
    assert scenario_hash(_scenario(moved, catalogue)) == scenario_hash(_scenario(GOOD, catalogue))


@pytest.mark.parametrize("change", [("units = 10", "units = 11"), ('name = "Test"', 'name = "Tset"')])
def test_hash_sees_content(change: tuple[str, str], catalogue: Catalogue) -> None:
    """Any change of a value changes the hash."""
    assert scenario_hash(_scenario(GOOD.replace(*change), catalogue)) != scenario_hash(
        _scenario(GOOD, catalogue)
    )


def _mutations() -> st.SearchStrategy[str]:
    """Text of the sound file with a slice of it replaced."""
    places = st.integers(0, len(GOOD) - 1)
    inserts = st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["nan", "-1", "{}", "[]", "[[workload]]", '"', "true", "1e400", "\n", "=", "2027-01-01"]
        ),
    )
    make: Callable[[int, int, str], str] = lambda a, b, text: GOOD[: min(a, a + b)] + text + GOOD[a + b :]  # noqa: E731
    return st.builds(make, places, st.integers(0, 12), inserts)


@settings(max_examples=200, deadline=None)
@given(text=_mutations())
def test_damaged_files_give_sentences(text: str) -> None:
    """Whatever is broken in a file, the answer is a scenario or sentences in both languages."""
    try:
        _scenario(text, load_catalogue())
    except InputError as trouble:
        fault = trouble
    else:
        return
    assert fault.sentence("en")
    assert fault.sentence("zh")
    assert fault.exit_code == 2
