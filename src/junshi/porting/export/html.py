"""One self-contained page: what a port costs, a tree map of the files, the findings; nothing is fetched."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from junshi.porting.effort.estimate import EffortEstimate
from junshi.porting.finding import Finding, Outcome
from junshi.porting.registry import load_registry
from junshi.porting.report import ScanReport
from junshi.text import current_language, say

WIDTH, HEIGHT = 1080.0, 520.0
_MOST_FILES = 1500
_MOST_FINDINGS = 2000
_SHADES = ("#eef3f8", "#fde3c4", "#fbbf77", "#f08a3c", "#cf4f1d", "#8f2408")
_STEPS = (0.0, 0.05, 0.25, 1.0, 4.0)
_STYLE = (
    "body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem auto;max-width:70rem;"
    "padding:0 1rem;"
    "color:#1b2733;background:#fff}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #dde4ea;vertical-align:top}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code{font:13px ui-monospace,monospace;"
    "overflow-wrap:anywhere}svg{width:100%;height:auto;border:1px solid #dde4ea}"
    "svg text{font:11px sans-serif;fill:#1b2733}"
    "h2{margin-top:2rem}.lead{font-size:1.15rem}@media(prefers-color-scheme:dark){"
    "body{background:#10171e;color:#dbe4ec}"
    "th,td{border-color:#2c3945}}"
)


@dataclass(frozen=True)
class Box:
    """A rectangle of the tree map."""

    x: float
    y: float
    width: float
    height: float


def page(report: ScanReport, estimates: Sequence[EffortEstimate]) -> str:
    """Give the page as one HTML text."""
    parts = [
        "<!doctype html>",
        f'<html lang="{current_language()}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(say('porting.page_title'))}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(say('porting.page_title'))}</h1>",
        f"<p><code>{escape(report.root)}</code></p>",
        _said(say("porting.read", files=report.files, lines=report.lines, seconds=report.seconds)),
    ]
    for entry in estimates:
        parts.extend(_target(report, entry))
    parts.extend(_findings(report))
    parts.append("</main></body></html>")
    return "\n".join(parts)


def _target(report: ScanReport, entry: EffortEstimate) -> Iterator[str]:
    yield f"<h2>{escape(entry.target)}</h2>"
    yield f'<p class="lead">{escape(_effort_sentence(entry))}</p>'
    share = report.unknown_share(entry.target)
    if share > 0:
        found = len(report.of(entry.target))
        yield f"<p>{escape(say('porting.unknown', target=entry.target, count=found, share=share))}</p>"
    yield _outcomes(report, entry)
    yield _families(entry)
    yield tree_map({item.path: item.lines for item in report.summaries}, entry.by_file)
    yield f"<p>{escape(say('porting.page_map'))}</p>"
    yield _top(entry)


def _said(sentence: str) -> str:
    """Paragraph of one sentence."""
    return f"<p>{escape(sentence)}</p>"


def _effort_sentence(entry: EffortEstimate) -> str:
    if not entry.parts:
        return say("porting.no_ties")
    return say(
        "porting.effort",
        target=entry.target,
        shape=say(f"porting.shape_{entry.shape.value}"),
        low=f"{entry.days.p10:.1f}",
        likely=f"{entry.days.p50:.1f}",
        high=f"{entry.days.p90:.1f}",
        up_low=f"{entry.keep_up_days_per_year.p10:.1f}",
        up_likely=f"{entry.keep_up_days_per_year.p50:.1f}",
        up_high=f"{entry.keep_up_days_per_year.p90:.1f}",
    )


def _outcomes(report: ScanReport, entry: EffortEstimate) -> str:
    counts = report.outcomes(entry.target)
    head = "".join(
        f'<th class="n">{escape(say(f"porting.outcome_{outcome.value}"))}</th>' for outcome in Outcome
    )
    body = "".join(f'<td class="n">{counts[outcome]}</td>' for outcome in Outcome)
    return f"<table><tr>{head}</tr><tr>{body}</tr></table>"


def _families(entry: EffortEstimate) -> str:
    rows = "".join(
        f'<tr><td>{escape(say(f"porting.family_{family.value}"))}</td><td class="n">{days:.1f}</td></tr>'
        for family, days in entry.by_family.items()
    )
    family, days = escape(say("porting.page_family")), escape(say("porting.page_days"))
    head = f'<tr><th>{family}</th><th class="n">{days}</th></tr>'
    return f"<table>{head}{rows}</table>"


def _top(entry: EffortEstimate) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(part.name)}</code></td>"
        f"<td>{escape(say(f'porting.kind_{part.kind.value}'))}</td>"
        f'<td class="n">{part.places}</td><td class="n">{part.days.likely:.1f}</td>'
        f'<td class="n">{part.days.low:.1f}–{part.days.high:.1f}</td></tr>'
        for part in entry.parts[:10]
    )
    return f"<h3>{escape(say('porting.page_top'))}</h3><table>{rows}</table>"


def _findings(report: ScanReport) -> Iterator[str]:
    names = ("file", "line", "target", "outcome", "rule", "why", "replacement")
    yield f"<h2>{escape(say('porting.page_findings'))}</h2><table><tr>"
    yield "".join(f"<th>{escape(say(f'porting.page_{name}'))}</th>" for name in names) + "</tr>"
    order = [Outcome.BLOCKED, Outcome.REWRITE, Outcome.MANUAL, Outcome.UNKNOWN, Outcome.DROP_IN, Outcome.AUTO]
    ranked = sorted(report.findings, key=lambda finding: order.index(finding.outcome))
    for finding in ranked[:_MOST_FINDINGS]:
        yield _finding_row(finding)
    yield "</table>"
    if len(ranked) > _MOST_FINDINGS:
        yield f"<p>{escape(say('porting.page_more', count=len(ranked) - _MOST_FINDINGS))}</p>"


def _finding_row(finding: Finding) -> str:
    rule = load_registry().rules[finding.hit.rule]
    replacement = rule.replacement.get(finding.target.split(":")[0], "")
    cells = (
        f"<code>{escape(finding.hit.file)}</code>",
        str(finding.hit.line),
        escape(finding.target),
        escape(say(f"porting.outcome_{finding.outcome.value}")),
        f"<code>{escape(rule.id)}</code>",
        escape(rule.say_title()),
        escape(replacement),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def tree_map(lines: Mapping[str, int], days: Mapping[str, float]) -> str:
    """SVG of files as rectangles: area by lines, colour by days; folders lie together.

    Parameters
    ----------
    lines : lines per file; files beyond the largest `_MOST_FILES` are left out, unless they have days
    days : engineer-days per file
    """
    ranked = sorted(lines, key=lambda path: (-days.get(path, 0.0), -lines[path], path))[:_MOST_FILES]
    tree: dict[str, object] = {}
    for path in sorted(ranked):
        node = tree
        *folders, name = path.split("/")
        for folder in folders:
            below = node.setdefault(folder, {})
            node = below if isinstance(below, dict) else {}
        node[name] = max(lines[path], 1)
    boxes = list(_layout(tree, "", Box(0.0, 0.0, WIDTH, HEIGHT)))
    rectangles = "".join(_rectangle(path, box, lines[path], days.get(path, 0.0)) for path, box in boxes)
    return f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img">{rectangles}</svg>'


def _weight(node: object) -> float:
    if isinstance(node, dict):
        return sum(_weight(child) for child in node.values())
    return float(node) if isinstance(node, int) else 0.0


def _layout(tree: Mapping[str, object], prefix: str, box: Box) -> Iterator[tuple[str, Box]]:
    """Rectangles of the files below a folder, halved along the longer side until each is alone."""
    pending: list[tuple[list[tuple[str, object]], Box]] = [
        ([(prefix + name, node) for name, node in tree.items()], box)
    ]
    while pending:
        items, area = pending.pop()
        if len(items) == 1:
            path, node = items[0]
            if isinstance(node, dict):
                pending.append(([(f"{path}/{name}", child) for name, child in node.items()], area))
            else:
                yield path, area
            continue
        if not items:
            continue
        pending.extend(_halved(items, area))


def _halved(items: list[tuple[str, object]], area: Box) -> list[tuple[list[tuple[str, object]], Box]]:
    ordered = sorted(items, key=lambda item: (-_weight(item[1]), item[0]))
    total = sum(_weight(node) for _, node in ordered)
    first: list[tuple[str, object]] = []
    taken = 0.0
    for item in ordered[:-1]:
        if first and taken + _weight(item[1]) > total / 2:
            break
        first.append(item)
        taken += _weight(item[1])
    rest = ordered[len(first) :]
    share = taken / total
    if area.width >= area.height:
        cut = area.width * share
        return [
            (first, Box(area.x, area.y, cut, area.height)),
            (rest, Box(area.x + cut, area.y, area.width - cut, area.height)),
        ]
    cut = area.height * share
    return [
        (first, Box(area.x, area.y, area.width, cut)),
        (rest, Box(area.x, area.y + cut, area.width, area.height - cut)),
    ]


def _rectangle(path: str, box: Box, lines: int, days: float) -> str:
    shade = _SHADES[sum(days > step for step in _STEPS)] if days > 0 else _SHADES[0]
    title = f"{path}: {lines} {say('porting.page_line')}, {days:.2f} {say('porting.page_days')}"
    name = path.rsplit("/", 1)[-1]
    fits = box.width > 7.0 * len(name) and box.height > 14.0 and math.isfinite(box.width)
    label = f'<text x="{box.x + 3:.1f}" y="{box.y + 12:.1f}">{escape(name)}</text>' if fits else ""
    return (
        f'<g><title>{escape(title)}</title><rect x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width:.2f}" '
        f'height="{box.height:.2f}" fill="{shade}" stroke="#fff" stroke-width="0.6"/>{label}</g>'
    )
