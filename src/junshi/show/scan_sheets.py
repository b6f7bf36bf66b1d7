"""A scan as sentences and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from junshi.porting.effort.estimate import EffortEstimate
from junshi.porting.effort.history import DAYS_PER_AUTHOR_WEEK, calibrate
from junshi.porting.effort.parts import Part
from junshi.porting.finding import Finding, Outcome
from junshi.porting.registry import load_registry
from junshi.porting.report import ScanReport
from junshi.porting.role import Role, role_of
from junshi.show.sheet import Column, Sheet
from junshi.text import say

_TOP = 10
_FIRST = 3
_NEW_ROWS = 50
_WORTH_TELLING = 1.0
_SHARE_WORTH_TELLING = 0.05


def scan_lines(report: ScanReport, estimates: Sequence[EffortEstimate]) -> list[str]:
    """Sentences: what was read, what each port costs, what is not known."""
    lines = read_lines(report)
    for entry in estimates:
        lines.extend(target_lines(report, entry))
    if report.findings:
        lines.append(calibration_line(estimates))
    return lines


def read_lines(report: ScanReport) -> list[str]:
    """Sentences: what was read, what was not, and whether nothing ties."""
    lines = [say("porting.read", files=report.files, lines=report.lines, seconds=report.seconds)]
    if report.skipped:
        reasons = ", ".join(
            f"{say('porting.skip_' + name)} {count}" for name, count in report.skipped.items()
        )
        lines.append(say("porting.skipped", reasons=reasons))
    if report.unread_parts:
        lines.append(say("porting.unread", count=report.unread_parts))
    if not report.findings:
        lines.append(say("porting.no_ties"))
    return lines


def target_lines(report: ScanReport, entry: EffortEstimate) -> Iterator[str]:
    """Sentences of one target: what the port costs, what is not known, what to do first."""
    if entry.parts:
        yield say(
            "porting.effort",
            target=entry.target,
            shape=say(f"porting.shape_{entry.shape.value}"),
            low=days(entry.days.p10),
            likely=days(entry.days.p50),
            high=days(entry.days.p90),
            up_low=days(entry.keep_up_days_per_year.p10),
            up_likely=days(entry.keep_up_days_per_year.p50),
            up_high=days(entry.keep_up_days_per_year.p90),
        )
    found = report.of(entry.target)
    share = report.unknown_share(entry.target)
    if share > 0:
        yield say(
            "porting.unknown",
            target=entry.target,
            count=len(found),
            unknown=report.outcomes(entry.target)[Outcome.UNKNOWN],
            share=share,
        )
    if report.guarded.get(entry.target):
        yield say("porting.guarded", target=entry.target, count=report.guarded[entry.target])
    yield from _validate_line(entry.target, found)
    yield from _first_port_line(entry)
    yield from _role_line(entry)
    if entry.blocked:
        yield say("porting.blocked", target=entry.target, rules=", ".join(entry.blocked))
    steps = [part for part in entry.parts if part.outcome is not None][:_FIRST]
    if steps:
        yield say(
            "porting.first",
            steps=", ".join(
                say("porting.step", name=part_name(part), days=days(part.days.likely)) for part in steps
            ),
        )


def _validate_line(target: str, found: Sequence[Finding]) -> Iterator[str]:
    """What runs unedited and may differ without a word."""
    silent = [finding for finding in found if finding.validate]
    if silent:
        rules = Counter(finding.hit.rule for finding in silent)
        names = ", ".join(rule for rule, _ in rules.most_common(_FIRST))
        yield say("porting.validate", target=target, count=len(silent), rules=names)


def _first_port_line(entry: EffortEstimate) -> Iterator[str]:
    """How many files a first port edits, by the measured ones, and the likeliest."""
    expected = sum(entry.first_port.values())
    if expected >= _WORTH_TELLING:
        likeliest = sorted(entry.first_port, key=lambda file: (-entry.first_port[file], file))[:_FIRST]
        yield say(
            "porting.first_port",
            target=entry.target,
            expected=expected,
            files=len(entry.first_port),
            names=", ".join(likeliest),
        )


def _role_line(entry: EffortEstimate) -> Iterator[str]:
    """Share of the days in tests and beside the product, when there is any worth telling."""
    total = sum(entry.by_file.values())
    days_of = dict.fromkeys(Role, 0.0)
    for file, day in entry.by_file.items():
        days_of[role_of(file)] += day
    if total > 0 and total - days_of[Role.PRODUCT] >= _SHARE_WORTH_TELLING * total:
        yield say(
            "porting.roles",
            target=entry.target,
            tests=days_of[Role.TEST] / total,
            aside=days_of[Role.ASIDE] / total,
        )


def calibration_line(estimates: Sequence[EffortEstimate]) -> str:
    """Sentence: what the range means, and how it was checked."""
    calibration = calibrate()
    return say(
        "porting.calibration",
        cases=len(calibration.left_out),
        inside=sum(entry.is_inside for entry in calibration.left_out),
        factor=calibration.error_factor,
        days=DAYS_PER_AUTHOR_WEEK,
        assumed=max((entry.assumed_share for entry in estimates), default=0.0),
    )


def scan_sheets(report: ScanReport, estimates: Sequence[EffortEstimate]) -> Iterator[Sheet]:
    """Tables: outcomes, families, the parts that dominate."""
    if not report.findings:
        return
    yield outcome_sheet(report)
    yield family_sheet(estimates)
    for entry in estimates:
        yield top_sheet(entry)


def outcome_sheet(report: ScanReport) -> Sheet:
    """Places per outcome and target."""
    columns = [Column(say("cli_scan.column_target"))]
    columns += [Column(say(f"porting.outcome_{outcome.value}"), is_number=True) for outcome in Outcome]
    rows = [(label, *(str(count) for count in report.outcomes(label).values())) for label in report.labels]
    return Sheet(title=say("cli_scan.outcomes_title"), columns=tuple(columns), rows=tuple(rows))


def family_sheet(estimates: Sequence[EffortEstimate]) -> Sheet:
    """Likely days of the findings per family and target."""
    columns = [Column(say("cli_scan.column_family"))]
    columns += [Column(entry.target, is_number=True) for entry in estimates]
    families = list(dict.fromkeys(family for entry in estimates for family in entry.by_family))
    rows = [
        (
            say(f"porting.family_{family.value}"),
            *(days(entry.by_family.get(family, 0.0)) for entry in estimates),
        )
        for family in families
    ]
    return Sheet(title=say("cli_scan.families_title"), columns=tuple(columns), rows=tuple(rows))


def top_sheet(entry: EffortEstimate) -> Sheet:
    """The ten parts that dominate a port."""
    columns = (
        Column(say("cli_scan.column_what")),
        Column(say("cli_scan.column_family")),
        Column(say("cli_scan.column_places"), is_number=True),
        Column(say("cli_scan.column_days"), is_number=True),
        Column(say("cli_scan.column_range"), is_number=True),
    )
    rows = [
        (
            part_name(part),
            say(f"porting.kind_{part.kind.value}"),
            str(part.places) if part.places else "",
            days(part.days.likely),
            f"{days(part.days.low)}–{days(part.days.high)}",
        )
        for part in entry.parts[:_TOP]
    ]
    return Sheet(title=say("cli_scan.top_title", target=entry.target), columns=columns, rows=tuple(rows))


def new_sheet(findings: Sequence[Finding]) -> Sheet:
    """New findings, the first of them."""
    columns = tuple(
        Column(say(f"cli_scan.column_{name}")) for name in ("file", "line", "rule", "target", "outcome")
    )
    rows = [
        (f.hit.file, str(f.hit.line), f.hit.rule, f.target, say(f"porting.outcome_{f.outcome.value}"))
        for f in findings[:_NEW_ROWS]
    ]
    note = say("porting.page_more", count=len(findings) - _NEW_ROWS) if len(findings) > _NEW_ROWS else ""
    return Sheet(title=say("cli_scan.new_title"), columns=columns, rows=tuple(rows), note=note)


def part_name(part: Part) -> str:
    """Name of a part for people: the rule's reason and what was found, or the kind of work around it."""
    if part.outcome is None:
        return say(f"porting.kind_{part.kind.value}")
    rule_id, _, piece = part.name.partition(" ")
    title = load_registry().rules[rule_id].say_title()
    return f"{title}: {piece}" if piece else f"{title} [{rule_id}]"


def days(value: float) -> str:
    """Days with as many digits as they deserve."""
    if value >= 10:
        return f"{float(f'{value:.2g}'):.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"
