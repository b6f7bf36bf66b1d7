"""Each kind of figure as an option: its numbers are those of the description, and it is plain JSON."""

from __future__ import annotations

import json
import math

import pytest

from junshi.show.echarts import frames_of, option_of
from junshi.show.echarts.axes import nice_top
from junshi.show.echarts.option import difference, kind_of
from junshi.show.figure import (
    Bar,
    Bars,
    Branch,
    Control,
    FanPanel,
    Fans,
    Figure,
    HeatMap,
    HeatPanel,
    Lines,
    Mark,
    Moving,
    Panel,
    Scatter,
    Series,
    StackedAreas,
    Step,
    Stop,
    Tile,
    Tree,
    TreeMap,
    Waterfall,
)

LABELS = ("Q1", "Q2", "Q3")
ONE, TWO = (1.0, 2.0, 3.0), (10.0, 20.0, math.nan)
PANELS = (
    Panel("a", (Series("x", ONE, "#0072B2"), Series("y", (3.0, 3.0, 3.0), "#D55E00"))),
    Panel("b", (Series("x", (4.0, 5.0, 6.0), "#0072B2"),)),
)
AREAS = StackedAreas("areas", "Which?", "cards", LABELS, PANELS)
LINES = Lines("lines", "How?", "CNY", LABELS, (Panel("", (Series("z", TWO, "#000000"),)),))
HEAT = HeatMap("heat", "Where?", ("chat",), ("h20", "910c"), (HeatPanel("", ((0.25, math.nan),)),))
FANS = Fans(
    "fans",
    "Who?",
    "",
    LABELS,
    (FanPanel("p", (0.2, 0.3, 0.4), (0.1, 0.2, 0.3), (0.5, 0.6, 0.7), "#009E73"),),
    "mean",
    "band",
    shares=True,
)
BARS = Bars("bars", "What?", "CNY", "cost", (Bar("a", 5.0, "#0072B2", 4.0, 7.0), Bar("b", -2.0, "#009E73")))
FALL = Waterfall(
    "fall",
    "Worth?",
    "CNY",
    "cost",
    (Step("s", 100.0, True), Step("up", 20.0, False, 10.0, 30.0), Step("e", 120.0, True)),
)
TREE = Tree(
    "tree",
    "Then?",
    Branch("now", "", (Branch("open", "", (Branch("buy"), Branch("port"))), Branch("cut"))),
    ("if", "do"),
)
MAP = TreeMap(
    "map",
    "Work?",
    "",
    "lines",
    "days",
    (Tile("src", 30.0, 6.0, (Tile("a.cu", 10.0, 6.0), Tile("b.py", 20.0, 0.0))),),
)
SCATTER = Scatter(
    "dots",
    "Cost?",
    "mean",
    "worst",
    ((1.0, 9.0), (2.0, 7.0)),
    (Mark("all", 3.0, 8.0, "#D55E00"),),
    "line",
    "marks",
    "chosen",
    1,
)
ALL: tuple[Figure, ...] = (AREAS, LINES, HEAT, FANS, BARS, FALL, TREE, MAP, SCATTER)


@pytest.mark.parametrize("figure", ALL, ids=lambda figure: figure.name)
def test_options_are_plain_json(figure: Figure) -> None:
    """No function, no NaN: what goes to the browser is strict JSON, with its layout."""
    option = option_of(figure)
    assert json.loads(json.dumps(option, allow_nan=False)) == option
    assert option["junshi"]["height"] > 0
    assert kind_of(figure) in {
        "areas",
        "lines",
        "heat",
        "fans",
        "bars",
        "waterfall",
        "tree",
        "tree_map",
        "scatter",
    }


def test_areas_keep_values_and_share_one_scale() -> None:
    """Each series stands in its panel, stacked with its neighbours; both axes end above the highest sum."""
    option = option_of(AREAS)
    series = option["series"]
    assert [one["data"] for one in series] == [[1, 2, 3], [3, 3, 3], [4, 5, 6]]
    assert [one["xAxisIndex"] for one in series] == [0, 0, 1]
    assert {axis["max"] for axis in option["yAxis"]} == {6.0}
    assert option["legend"]["data"] == ["x", "y"]


def test_lines_leave_out_what_is_not_a_number() -> None:
    """NaN is a hole in the line, not a zero."""
    assert option_of(LINES)["series"][0]["data"] == [10, 20, None]


def test_changes_may_leave_the_axis_of_shares() -> None:
    """Shares go from 0 to 1; a change below 0 frees the axis."""
    whole = Lines("s", "", "", ("a",), (Panel("", (Series("x", (0.5,), "#000000"),)),), shares=True)
    change = Lines("s", "", "", ("a",), (Panel("", (Series("x", (-0.2,), "#000000"),)),), shares=True)
    assert option_of(whole)["yAxis"][0]["max"] == 1.0
    assert "max" not in option_of(change)["yAxis"][0]


def test_heat_cells() -> None:
    """A cell is (column, row, share); a missing one is not drawn."""
    assert option_of(HEAT)["series"][0]["data"] == [[0, 0, 0.25]]


def test_fans_have_band_and_mean() -> None:
    """The band holds low and high by label, the mean lies on it."""
    band, mean = option_of(FANS)["series"]
    assert band["data"] == [[0, 0.1, 0.5], [1, 0.2, 0.6], [2, 0.3, 0.7]]
    assert (band["renderItem"], mean["data"]) == ("@band", [0.2, 0.3, 0.4])


def test_bars_have_whiskers_where_known() -> None:
    """Bars keep their order and sign; only the first has an interval."""
    bars, whiskers = option_of(BARS)["series"]
    assert [one["value"] for one in bars["data"]] == [5, -2]
    assert whiskers["data"] == [[0, 4, 7]]


def test_waterfall_runs_from_level_to_level() -> None:
    """A change starts where the level before it is and ends at the next."""
    steps = [one["value"] for one in option_of(FALL)["series"][0]["data"]]
    assert steps == [[0, 100, 100, 1, 100], [1, 100, 120, 0, 20], [2, 120, 120, 1, 120]]


def test_tree_has_all_branches() -> None:
    """Three ends under two branches."""
    root = option_of(TREE)["series"][0]["data"][0]
    assert [one["name"] for one in root["children"]] == ["open", "cut"]
    assert [one["name"] for one in root["children"][0]["children"]] == ["buy", "port"]


def test_tree_map_shades_by_value() -> None:
    """Area is size; the file with all the work is the darkest."""
    files = option_of(MAP)["series"][0]["data"][0]["children"]
    assert [one["value"] for one in files] == [[10, 6], [20, 0]]
    assert files[0]["itemStyle"]["color"] == "#0072B2"
    assert files[1]["itemStyle"]["color"] != "#0072B2"


def test_scatter_marks_the_chosen_point() -> None:
    """The chosen point is one of the line."""
    line, marks, chosen = option_of(SCATTER)["series"]
    assert line["data"] == [[1, 9], [2, 7]]
    assert marks["data"][0]["value"] == [3, 8]
    assert chosen["data"] == [[2, 7]]


def test_frames_are_what_changes() -> None:
    """A frame merged into the first option gives the option of its stop."""
    other = HeatMap("heat", "Where?", ("chat",), ("h20", "910c"), (HeatPanel("", ((0.5, 0.5),)),))
    control = Control("quarter", "quarter", (("1", "1"), ("2", "2")))
    moving = Moving(
        "heat", "Where?", (control,), (Stop({"quarter": "1"}, "1", HEAT), Stop({"quarter": "2"}, "2", other))
    )
    same, changed = frames_of(moving)
    assert same == {}
    assert changed == {"series": [{"data": [[0, 0, 0.5], [1, 0, 0.5]]}]}


def test_moving_figures_are_of_one_kind() -> None:
    """Mixed stops are refused."""
    with pytest.raises(ValueError, match="one kind"):
        Moving("m", "", (), (Stop({}, "", HEAT), Stop({}, "", LINES)))


def test_difference_of_equal_options_is_nothing() -> None:
    """No change, no frame."""
    option = option_of(AREAS)
    assert difference(option, option) == {}


@pytest.mark.parametrize("value", [0.003, 1.0, 7.9, 81.0, 1234.5, 9.6e9])
def test_nice_top_is_close_above(value: float) -> None:
    """The end of an axis is never below the value and at most twice it."""
    assert value <= nice_top(value) <= 2 * value
