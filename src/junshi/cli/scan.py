"""`junshi scan`: what ties a code base to CUDA, and what a port costs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from junshi.cli.options import AsJson
from junshi.errors import InputError, nearest
from junshi.porting.archive import is_archive
from junshi.porting.effort.estimate import EffortEstimate, estimate
from junshi.porting.effort.shapes import Shape
from junshi.porting.export.sarif import sarif_log
from junshi.porting.finding import Finding, Outcome
from junshi.porting.printable import printable
from junshi.porting.record import fingerprints, new_findings, read_base, scan_record
from junshi.porting.report import ScanReport
from junshi.porting.scan import available_processes, scan
from junshi.porting.targets.target import Target, parse_targets
from junshi.show.export.scan_page import page
from junshi.show.export.write import cannot_write_as_error, write_text
from junshi.show.scan_sheets import new_sheet, scan_lines, scan_sheets
from junshi.show.terminal import print_lines, print_sheet, print_sheets, terminal
from junshi.show.view import both_languages, write_view
from junshi.show.view.scan import scan_view
from junshi.text import say

FAILED = 1
RECORD = "scan.json"
_HARDNESS = (Outcome.DROP_IN, Outcome.MANUAL, Outcome.REWRITE, Outcome.BLOCKED)
_FAIL_ON = (*(outcome.value for outcome in _HARDNESS), Outcome.UNKNOWN.value, "any")

ScannedPath = Annotated[Path, typer.Argument(metavar="PATH", help=say("cli_scan.path"), show_default=False)]
To = Annotated[list[str] | None, typer.Option("--to", metavar="ECOSYSTEM", help=say("cli_scan.to"))]
Chip = Annotated[list[str] | None, typer.Option("--chip", metavar="CHIP", help=say("cli_scan.chip"))]
Framework = Annotated[str | None, typer.Option("--framework", metavar="NAME", help=say("cli_scan.framework"))]
ShapeName = Annotated[str | None, typer.Option("--shape", metavar="SHAPE", help=say("cli_scan.shape"))]
Ignored = Annotated[list[str] | None, typer.Option("--ignore", metavar="RULE", help=say("cli_scan.ignore"))]
SarifFile = Annotated[Path | None, typer.Option("--sarif", metavar="FILE", help=say("cli_scan.sarif"))]
HtmlFile = Annotated[Path | None, typer.Option("--html", metavar="FILE", help=say("cli_scan.html"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help=say("cli_scan.out"))]
Base = Annotated[Path | None, typer.Option("--diff", metavar="BASE", help=say("cli_scan.diff"))]
FailOn = Annotated[str | None, typer.Option("--fail-on", metavar="OUTCOME", help=say("cli_scan.fail_on"))]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, max=64, help=say("cli_scan.jobs"))]


def register(app: typer.Typer) -> None:
    """Add `junshi scan`."""
    app.command("scan", help=say("cli_scan.help"))(scan_command)


def scan_command(
    path: ScannedPath,
    to: To = None,
    chip: Chip = None,
    framework: Framework = None,
    shape: ShapeName = None,
    ignore: Ignored = None,
    sarif: SarifFile = None,
    html: HtmlFile = None,
    out: Out = None,
    diff: Base = None,
    fail_on: FailOn = None,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Scan, estimate, show; exit 1 when `--fail-on` asks for it."""
    wanted = _shape(shape)
    limit = _fail_on(fail_on)
    targets = parse_targets(to or [], chip or [], framework)
    ignored = frozenset(ignore or [])
    processes = jobs or available_processes()
    report = scan(path, targets, processes=processes, ignored_rules=ignored)
    estimates = [estimate(report, label, wanted) for label in report.labels]
    shown = report.findings if diff is None else _new(report, diff, targets, ignored, processes)
    texts: dict[Path, str] = {}
    if sarif is not None:
        texts[sarif] = json.dumps(sarif_log(report, shown, _folder(path)), ensure_ascii=False, indent=1)
    if html is not None:
        texts[html] = page(report, estimates)
    for file, text in texts.items():
        _write(file, text)
    if out is not None:
        _write_run(out, report, estimates)
    if as_json:
        record = scan_record(replace(report, findings=shown) if diff is not None else report, estimates)
        typer.echo(json.dumps(record, ensure_ascii=False))
    else:
        _show(report, estimates, shown if diff is not None else None, diff)
    if limit is not None and any(_is_at_least(finding.outcome, limit) for finding in shown):
        raise typer.Exit(FAILED)


def _write_run(folder: Path, report: ScanReport, estimates: Sequence[EffortEstimate]) -> None:
    """Put record and views into a folder."""
    text = json.dumps(scan_record(report, estimates), ensure_ascii=False)
    write_text(folder / RECORD, text + "\n", replace=True)
    write_view(folder, both_languages(lambda: scan_view(report, estimates)))


def _show(
    report: ScanReport, estimates: Sequence[EffortEstimate], new: Sequence[Finding] | None, base: Path | None
) -> None:
    console = terminal()
    print_lines(console, scan_lines(report, estimates))
    if new is None:
        print_sheets(console, scan_sheets(report, estimates))
    else:
        print_lines(console, [say("porting.new_only", base=base, count=len(new))])
        print_sheet(console, new_sheet(new))


def _new(
    report: ScanReport, base: Path, targets: Sequence[Target], ignored: frozenset[str], processes: int
) -> tuple[Finding, ...]:
    """Leave out the findings that the base has."""
    if base.is_dir() or is_archive(base):
        earlier = fingerprints(scan(base, targets, processes=processes, ignored_rules=ignored).findings)
    else:
        earlier = read_base(base, report.labels)
    return new_findings(report.findings, earlier)


def _shape(name: str | None) -> Shape | None:
    if name is None:
        return None
    if name not in list(Shape):
        raise InputError("cli_scan.bad_choice", option="--shape", name=name, known=", ".join(Shape))
    return Shape(name)


def _fail_on(name: str | None) -> str | None:
    if name is not None and name not in _FAIL_ON:
        raise InputError(
            "cli_scan.bad_choice", option="--fail-on", name=name, known=nearest(name, _FAIL_ON, 6)
        )
    return name


def _is_at_least(outcome: Outcome, limit: str) -> bool:
    """Whether an outcome is as hard as the limit; `unknown` counts only where it is asked for."""
    if limit == "any":
        return True
    if limit == Outcome.UNKNOWN:
        return outcome is Outcome.UNKNOWN
    return outcome in _HARDNESS and _HARDNESS.index(outcome) >= _HARDNESS.index(Outcome(limit))


def _folder(path: Path) -> str:
    """Scanned folder as seen from the working folder, where code hosts look for files; empty when outside."""
    if is_archive(path):
        return ""
    scanned = (path if path.is_dir() else path.parent).resolve()
    if not scanned.is_relative_to(Path.cwd()):
        return ""
    inside = scanned.relative_to(Path.cwd()).as_posix()
    return "" if inside == "." else printable(inside)


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all; a device, such as the standard output, is written to."""
    if file.exists() and not file.is_file() and not file.is_dir():
        with cannot_write_as_error(file):
            file.write_text(text, encoding="utf-8")
    else:
        write_text(file, text, replace=True)
