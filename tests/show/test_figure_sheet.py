"""Each figure as a table: the accessible alternative has the same numbers."""

from __future__ import annotations

import pytest

from junshi.show.figure import Figure
from junshi.show.figure_sheet import figure_sheet
from junshi.text import in_language
from tests.show.echarts.test_options import ALL, AREAS, BARS, FALL, FANS, HEAT, MAP, SCATTER, TREE


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("figure", ALL, ids=lambda figure: figure.name)
def test_every_figure_has_a_table(figure: Figure, language: str) -> None:
    """In both languages, with rows as wide as the columns."""
    with in_language(language):
        sheet = figure_sheet(figure)
    assert sheet.rows
    assert all(len(row) == len(sheet.columns) for row in sheet.rows)


def test_tables_have_the_numbers() -> None:
    """Numbers as the figure draws them; a missing one is a dash."""
    with in_language("en"):
        assert figure_sheet(AREAS).rows[0] == ("Q1", "1", "3", "4")
        assert figure_sheet(HEAT).rows == (("chat", "25 %", "–"),)
        assert figure_sheet(FANS).rows[0] == ("Q1", "20 %", "10 %", "50 %")
        assert figure_sheet(BARS).rows == (("a", "5", "4", "7"), ("b", "-2", "–", "–"))
        assert figure_sheet(FALL).rows[1] == ("up", "+20", "10", "30")
        assert figure_sheet(TREE).rows == (("open", "buy"), ("open", "port"), ("cut", ""))
        assert figure_sheet(MAP).rows == (("src / a.cu", "10", "6"), ("src / b.py", "20", "0"))
        assert figure_sheet(SCATTER).rows[1] == ("point 2 *", "2", "7")
