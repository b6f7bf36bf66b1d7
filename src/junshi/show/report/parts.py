"""Parts of the report: sections, pictures, tables, sources, the record of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from junshi.show.report.elements import Markup, element, joined
from junshi.text import say

Object = Mapping[str, Any]


def contents(runs: Sequence[tuple[str, Object]]) -> Markup:
    """Links to all sections; `runs` are (prefix of ids, view)."""
    links = [
        element("li", element("a", section["title"], href=f"#{prefix}{section['id']}"))
        for prefix, view in runs
        for section in view["sections"]
    ]
    links += [element("li", element("a", say("report.sources"), href="#sources"))]
    return element("nav", element("ol", *links), aria_label=say("report.contents"), class_="contents")


def head_of(view: Object, *, is_first: bool) -> Markup:
    """Title of a run and its advice."""
    advice = [
        element("p", line, class_="first" if place == 0 else None)
        for place, line in enumerate(view["advice"])
    ]
    return joined(
        element("h1" if is_first else "h2", view["title"], class_="run-title"),
        element("div", *advice, class_="advice"),
    )


def section_of(prefix: str, section: Object) -> Markup:
    """One question: sentences, pictures, tables."""
    name = f"{prefix}{section['id']}"
    return element(
        "section",
        element("h2", section["title"]),
        *(element("p", line) for line in section["lines"]),
        *(figure_of(f"{prefix}{figure['name']}", figure) for figure in section["figures"]),
        *(sheet_table(sheet) for sheet in section["sheets"]),
        id=name,
    )


def figure_of(name: str, figure: Object) -> Markup:
    """Place of a chart, and its table one click away; `report.js` puts the chart and the buttons in."""
    unit = element("span", figure["unit"], class_="unit") if figure["unit"] else None
    return element(
        "figure",
        element("figcaption", figure["title"], unit),
        element("div", class_="controls"),
        element("div", class_="chart", id=f"{name}-chart"),
        element("div", class_="tools"),
        element(
            "details",
            element("summary", say("report.as_table")),
            element("div", table_of(figure["table"], caption=figure["title"]), class_="scroll", tabindex="0"),
        ),
        class_="picture",
        id=f"figure-{name}",
        data_figure=name,
    )


def sheet_table(sheet: Object) -> Markup:
    """Table with its title and note."""
    if not sheet["rows"]:
        note = element("p", sheet["note"], class_="hint") if sheet["note"] else None
        return element("div", element("h3", sheet["title"]), note, class_="sheet")
    return element(
        "div",
        element("h3", sheet["title"]),
        element("div", table_of(sheet, caption=sheet["title"]), class_="scroll", tabindex="0"),
        element("p", sheet["note"], class_="hint") if sheet["note"] else None,
        class_="sheet",
    )


def table_of(sheet: Object, *, caption: str) -> Markup:
    """Rows and columns; the first cell of a row names it."""
    numeric = ["number" if column["is_number"] else None for column in sheet["columns"]]
    heads = [
        element("th", column["name"], scope="col", class_=name) if column["name"] else element("td")
        for column, name in zip(sheet["columns"], numeric, strict=True)
    ]
    rows = [
        element(
            "tr",
            *(
                element("th", cell, scope="row") if place == 0 else element("td", cell, class_=numeric[place])
                for place, cell in enumerate(row)
            ),
        )
        for row in sheet["rows"]
    ]
    return element(
        "table",
        element("caption", caption, class_="hidden"),
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
    )


def sources(runs: Sequence[tuple[str, Object]], words: Mapping[str, str]) -> Markup:
    """Where every number comes from: one row an input, each once."""
    seen: dict[tuple[str, str, str], Markup] = {}
    for _, view in runs:
        for origin in view["origins"]:
            key = (origin["name"], origin["value"], origin["source"])
            if key not in seen:
                seen[key] = _source_row(origin)
    names = ("name", "value", "source", "date", "confidence", "note")
    heads = [
        element("th", words[name], scope="col", class_="number" if name == "value" else None)
        for name in names
    ]
    table = element(
        "table",
        element("caption", say("report.sources"), class_="hidden"),
        element("thead", element("tr", *heads)),
        element("tbody", *seen.values()),
    )
    return element(
        "section",
        element("h2", say("report.sources"), id="sources-title"),
        element("p", say("report.sources_line")),
        element("div", table, class_="scroll", tabindex="0"),
        id="sources",
        aria_labelledby="sources-title",
    )


def _source_row(origin: Object) -> Markup:
    amount = " ".join(part for part in (origin["value"], origin["unit"]) if part)
    return element(
        "tr",
        element("th", origin["name"], scope="row"),
        element("td", amount, class_="number"),
        element("td", _source(origin["source"])),
        element("td", origin["date"]),
        element("td", origin["confidence"]),
        element("td", origin["note"]),
    )


def _source(text: str) -> Markup | str:
    """Address as a link that opens nothing by itself."""
    is_address = text.startswith(("https://", "http://"))
    return element("a", text, href=text.split(" ")[0], rel="noreferrer noopener") if is_address else text


def record_of(view: Object) -> Markup | None:
    """What made the run: enough to make it again."""
    record = view.get("record")
    if not record:
        return None
    names = ("version", "seed", "solver", "solver_status", "started", "inputs_hash", "command")
    rows = []
    for name in names:
        value = record.get(name)
        if value in (None, "", []):
            continue
        text = " ".join(value) if isinstance(value, list) else str(value)
        rows += [element("dt", say(f"report.record_{name}")), element("dd", text)]
    return element("dl", *rows, class_="record")
