"""One self-contained page of a scan: what a port costs, a tree map of the files, the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from junshi.porting.effort.estimate import EffortEstimate
from junshi.porting.finding import Finding, Outcome
from junshi.porting.registry import load_registry
from junshi.porting.report import ScanReport
from junshi.show.export.tree_map import MOST_FILES, SHADES, STEPS, tree_map
from junshi.show.scan_sheets import (
    calibration_line,
    family_sheet,
    outcome_sheet,
    read_lines,
    target_lines,
    top_sheet,
)
from junshi.show.sheet import Sheet
from junshi.text import current_language, say

_MOST_FINDINGS = 2000
_HARDEST_FIRST = (
    Outcome.BLOCKED, Outcome.REWRITE, Outcome.MANUAL, Outcome.UNKNOWN, Outcome.DROP_IN, Outcome.AUTO,
)  # fmt: skip
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem auto;max-width:70rem;"
    "padding:0 1rem;color:#1b2733;background:#fff;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #dde4ea;vertical-align:top;"
    "overflow-wrap:normal}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    "code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}"
    ".wide{overflow-x:auto}.findings{min-width:56rem}.findings td:first-child{width:16rem}"
    ".findings td:nth-child(-n+4):nth-child(n+2),.findings td:nth-child(4) code{white-space:nowrap}"
    "svg{width:100%;min-width:44rem;height:auto;display:block}svg text{font:11px sans-serif;fill:#1b2733}"
    "svg text[fill]{fill:#fff}.key span{display:inline-block;width:1em;height:1em;margin:0 .3em 0 1em;"
    "vertical-align:-.15em;border:1px solid #dde4ea}"
    "h2{margin-top:2.5rem}.lead{font-size:1.15rem}@media(prefers-color-scheme:dark){"
    "body{background:#10171e;color:#dbe4ec}th,td{border-color:#2c3945}}"
)


def page(report: ScanReport, estimates: Sequence[EffortEstimate]) -> str:
    """Give the page as one HTML text that fetches nothing, in the language in force."""
    parts = [
        "<!doctype html>",
        f'<html lang="{current_language()}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(say('porting.page_title'))}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(say('porting.page_title'))}</h1>",
        f"<p><code>{escape(report.root)}</code></p>",
        *(_said(line) for line in read_lines(report)),
    ]
    if report.findings:
        parts += [_table(outcome_sheet(report)), _table(family_sheet(estimates))]
        parts.append(_said(calibration_line(estimates)))
    for entry in estimates:
        parts.extend(_target(report, entry))
    if report.findings:
        parts.extend(_findings(report))
    parts.append("</main></body></html>")
    return "\n".join(parts)


def _target(report: ScanReport, entry: EffortEstimate) -> Iterator[str]:
    """What is said of one target, its map, and the parts that dominate."""
    yield f"<h2>{escape(entry.target)}</h2>"
    for place, line in enumerate(target_lines(report, entry)):
        yield f'<p class="lead">{escape(line)}</p>' if place == 0 else _said(line)
    title = f"{entry.target}: {say('porting.page_map')}"
    lines = {item.path: item.lines for item in report.summaries}
    yield f'<div class="wide">{tree_map(lines, entry.by_file, title)}</div>'
    yield f'<p class="key">{escape(say("porting.page_map"))}{_key()}</p>'
    if len(lines) > MOST_FILES:
        yield _said(say("porting.page_map_left_out", count=len(lines) - MOST_FILES))
    if entry.parts:
        yield _table(top_sheet(entry))


def _said(sentence: str) -> str:
    """Paragraph of one sentence."""
    return f"<p>{escape(sentence)}</p>"


def _key() -> str:
    """What the shades of the map stand for."""
    names = ["0", *(f"≤ {step:g}" for step in STEPS[1:]), f"> {STEPS[-1]:g}"]
    swatches = zip(SHADES, names, strict=True)
    return "".join(f'<span style="background:{colour}"></span>{escape(name)}' for colour, name in swatches)


def _table(sheet: Sheet) -> str:
    """Table of a sheet under its title."""
    number = ['class="n"' if column.is_number else "" for column in sheet.columns]
    head = "".join(
        f"<th {kind}>{escape(column.name)}</th>" for kind, column in zip(number, sheet.columns, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td {kind}>{escape(cell)}</td>" for kind, cell in zip(number, row, strict=True))
        + "</tr>"
        for row in sheet.rows
    )
    table = f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'
    return f"<h3>{escape(sheet.title)}</h3>{table}"


def _findings(report: ScanReport) -> Iterator[str]:
    """All findings, the hardest first, up to a limit."""
    names = ("file", "target", "outcome", "rule", "why", "replacement")
    yield f'<h2>{escape(say("porting.page_findings"))}</h2><div class="wide"><table class="findings"><tr>'
    yield "".join(f"<th>{escape(say(f'porting.page_{name}'))}</th>" for name in names) + "</tr>"
    ranked = sorted(report.findings, key=lambda finding: _HARDEST_FIRST.index(finding.outcome))
    for finding in ranked[:_MOST_FINDINGS]:
        yield _finding_row(finding)
    yield "</table></div>"
    if len(ranked) > _MOST_FINDINGS:
        yield _said(say("porting.page_more", count=len(ranked) - _MOST_FINDINGS))


def _finding_row(finding: Finding) -> str:
    rule = load_registry().rules[finding.hit.rule]
    replacement = rule.replacement.get(finding.target.split(":")[0], "")
    cells = (
        f"<code>{escape(finding.hit.file)}:{finding.hit.line}</code>",
        escape(finding.target),
        escape(say(f"porting.outcome_{finding.outcome.value}")),
        f"<code>{escape(rule.id)}</code>",
        escape(rule.say_title()),
        escape(replacement),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
