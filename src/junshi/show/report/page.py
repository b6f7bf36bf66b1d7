"""One self-contained page of one or several runs.

Scripts and styles stand in the file; a Content-Security-Policy names their hashes and allows nothing else, so
that the page can load nothing and run nothing that a scenario file may have smuggled into a name.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import junshi
from junshi.show.report.elements import Markup, element, joined
from junshi.show.report.parts import contents, head_of, record_of, section_of, sources
from junshi.show.view.files import read_view
from junshi.text import in_language, say

Object = Mapping[str, Any]

ECHARTS = "vendor/echarts.min.js"


def report_page(views: Sequence[Object]) -> str:
    """HTML of the report.

    Parameters
    ----------
    views : of `read_view`, all in one language; the first gives the title

    Returns
    -------
    the whole file; it has no charts, only their tables, where this installation lacks ECharts
    """
    with in_language(str(views[0]["language"])):
        runs = [(f"r{number}-" if len(views) > 1 else "", view) for number, view in enumerate(views, start=1)]
        return _page(runs)


def report_html(folder: Path, language: str) -> str:
    """Report of one run folder.

    Raises
    ------
    InputError : the folder has no view
    """
    return report_page([read_view(folder, language)])


def has_charts() -> bool:
    """Whether this installation has ECharts."""
    return _static(ECHARTS) is not None


def _page(runs: Sequence[tuple[str, Object]]) -> str:
    """Page in the current language."""
    language, title = str(runs[0][1]["language"]), str(runs[0][1]["title"])
    style = _own("report.css")
    scripts = _scripts()
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, scripts)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"Junshi {junshi.__version__}"),
        element("title", title),
        element("style", Markup(style)),
    )
    body = element(
        "body",
        element("a", say("report.skip"), href="#main", class_="skip"),
        element("header", element("p", element("strong", "Junshi"), " ", say("report.kicker"))),
        element("main", *_main(runs), id="main"),
        element("footer", say("report.footer", version=junshi.__version__)),
        _data(runs),
        *(element("script", Markup(text), type=kind) for text, kind in scripts),
    )
    html = element("html", head, body, lang={"zh": "zh-CN"}.get(language, language))
    return f"<!doctype html>\n{html.text}\n"


def _main(runs: Sequence[tuple[str, Object]]) -> list[Markup]:
    """Head, contents, sections of each run, sources, records."""
    words = runs[0][1]["words"]
    missing = None if has_charts() else element("p", words["no_chart"], class_="warning")
    parts = [head_of(runs[0][1], is_first=True), joined(missing), contents(runs)]
    for place, (prefix, view) in enumerate(runs):
        if place:
            parts.append(head_of(view, is_first=False))
        parts += [section_of(prefix, section) for section in view["sections"]]
    parts.append(sources(runs, words))
    records = [record for _, view in runs if (record := record_of(view)) is not None]
    if records:
        title = element("h2", say("report.record"), id="record-title")
        parts.append(element("section", title, *records, id="record", aria_labelledby="record-title"))
    return parts


def _data(runs: Sequence[tuple[str, Object]]) -> Markup:
    """Figures and origins for the script; tables stand in the page already."""
    data = {
        "language": runs[0][1]["language"],
        "words": runs[0][1]["words"],
        "runs": [
            {
                "figures": {
                    f"{prefix}{figure['name']}": figure
                    for section in view["sections"]
                    for figure in section["figures"]
                },
                "origins": view["origins"],
                "kin": view.get("kin", {}),
            }
            for prefix, view in runs
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return element("script", Markup(text), type="application/json", id="view")


def _scripts() -> list[tuple[str, str | None]]:
    """Text and type of each script; none where ECharts is missing."""
    library, charts = _static(ECHARTS), _static("charts.js")
    if library is None or charts is None:
        return []
    own = charts.replace("\nexport function", "\nfunction") + _own("report.js")
    return [(library.replace("</script", "<\\/script"), None), (own, "module")]


def _policy(style: str, scripts: Sequence[tuple[str, str | None]]) -> str:
    """Content-Security-Policy that allows exactly these texts."""
    allowed = " ".join(_hash(text) for text, _ in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _own(name: str) -> str:
    """File beside this module."""
    return resources.files("junshi.show.report").joinpath(name).read_text(encoding="utf-8")


def _static(name: str) -> str | None:
    """File of the page, which this layer does not import; None where it is missing."""
    file = resources.files("junshi").joinpath("page", "static", *name.split("/"))
    return file.read_text(encoding="utf-8") if file.is_file() else None
