"""A code base to a report: walk, read, match, judge. Deterministic, whatever the order and the processes."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from junshi.porting.archive import ArchiveTree, is_archive
from junshi.porting.contexts import Work, work_of
from junshi.porting.copies import Matcher, within_bounds
from junshi.porting.files import Limits, Listing, list_files, read_bytes
from junshi.porting.finding import EVERYONE, Finding, Hit, in_order
from junshi.porting.language import Language
from junshi.porting.outcome import is_handled, judge
from junshi.porting.own_helpers import imported_helpers
from junshi.porting.printable import printable
from junshi.porting.reader import FileResult
from junshi.porting.registry import Registry, load_registry
from junshi.porting.report import FileSummary, ScanReport
from junshi.porting.targets.support import table_of
from junshi.porting.targets.target import Target, labels

_CHUNK = 64
_FEW_FILES = 200
_MOST_PROCESSES = 4


def scan(
    path: Path,
    targets: Sequence[Target],
    *,
    processes: int = 1,
    limits: Limits | None = None,
    ignored_rules: frozenset[str] = frozenset(),
) -> ScanReport:
    """Report of a code base; nothing of it is imported or executed, nothing outside it is read.

    Parameters
    ----------
    path : folder, single file, or zip/tar archive
    targets : where the code is to run; at least one
    processes : worker processes; the report does not depend on it
    limits : bounds on what is read
    ignored_rules : rules to leave out

    Raises
    ------
    InputError : the path cannot be read, or a target has no such framework table
    """
    started = time.perf_counter()
    bounds = limits or Limits()
    registry = load_registry()
    for target in targets:
        table_of(target)
    for rule in ignored_rules:
        registry.rule(rule)
    root = path.resolve().name
    if is_archive(path):
        with ArchiveTree(path, bounds) as tree:
            listing = tree.listing
            matcher = Matcher()
            matched = (
                matcher.match(work, data)
                for work in work_of(listing.files, root)
                if (data := tree.read(work.file)) is not None
            )
            results = list(within_bounds(matched))
    else:
        listing = list_files(path, bounds)
        results = _match_all(path, work_of(listing.files, root), bounds, processes)
    with _collector_at_rest():
        hits = _all_hits(results, ignored_rules)
        return _report(path, listing, results, hits, targets, registry, started)


def available_processes() -> int:
    """Processes that this one may use cores for, at most `_MOST_PROCESSES`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_PROCESSES)


def _match_all(root: Path, work: list[Work], bounds: Limits, processes: int) -> list[FileResult]:
    """Results of all files in the order of their paths."""
    if processes <= 1 or len(work) < _FEW_FILES:
        return list(within_bounds(_match_some(root, bounds, work)))
    chunks = [work[start : start + _CHUNK] for start in range(0, len(work), _CHUNK)]
    with ProcessPoolExecutor(max_workers=processes, initializer=_leave_interrupts) as pool:
        parts = pool.map(partial(_match_some, root, bounds), chunks)
        return list(within_bounds(result for part in parts for result in part))


def _leave_interrupts() -> None:
    """Let the first process alone answer an interrupt, in one sentence."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _match_some(root: Path, bounds: Limits, work: Sequence[Work]) -> list[FileResult]:
    """Results of some files."""
    with _collector_at_rest():
        matcher = Matcher()
        results: list[FileResult] = []
        for item in work:
            data = b"" if item.file.language is Language.BINARY else read_bytes(root, item.file, bounds)
            if data is not None:
                results.append(matcher.match(item, data))
        return results


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let the collector of cycles rest: neither syntax trees nor findings have any."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _all_hits(results: Sequence[FileResult], ignored_rules: frozenset[str]) -> list[Hit]:
    """Hits of all files in order, those that need more than one file included."""
    further: dict[str, list[Hit]] = {}
    for hit in imported_helpers(results):
        further.setdefault(hit.file, []).append(hit)
    hits: list[Hit] = []
    for result in results:  # in the order of paths, each with its hits in order
        found = further.get(result.path)
        hits += in_order((*result.hits, *found)) if found else result.hits
    return [hit for hit in hits if hit.rule not in ignored_rules] if ignored_rules else hits


def _report(
    path: Path,
    listing: Listing,
    results: Sequence[FileResult],
    hits: Sequence[Hit],
    targets: Sequence[Target],
    registry: Registry,
    started: float,
) -> ScanReport:
    findings: list[Finding] = []
    guarded: dict[str, int] = {}
    for target, label in zip(targets, labels(targets), strict=True):
        table = table_of(target)
        guarded[label] = 0
        for hit in hits:
            rule = registry.rules[hit.rule]
            if rule.credit:
                continue
            if is_handled(hit, target):
                guarded[label] += 1
            else:
                findings.append(judge(hit, rule, target, label, table))
    credited = sum(1 for hit in hits if registry.rules[hit.rule].credit)
    skipped: dict[str, int] = dict(listing.skipped)
    missing = len(listing.files) - len(results)
    if missing:
        skipped["unreadable_or_binary"] = skipped.get("unreadable_or_binary", 0) + missing
    cut = sum(result.cut for result in results)
    if cut:
        skipped["places"] = cut
    return ScanReport(
        root=printable(str(path)),
        targets=tuple(targets),
        labels=labels(targets),
        summaries=_summaries(results, registry),
        findings=tuple(findings),
        guarded=guarded,
        credits=credited,
        skipped=skipped,
        unread_parts=sum(result.unread for result in results),
        seconds=time.perf_counter() - started,
    )


def _summaries(results: Sequence[FileResult], registry: Registry) -> tuple[FileSummary, ...]:
    return tuple(
        FileSummary(
            result.path,
            result.language,
            result.lines,
            any(hit.handled - EVERYONE or registry.rules[hit.rule].credit for hit in result.hits),
        )
        for result in results
    )


def hits_by_file(findings: Iterable[Finding]) -> Mapping[str, tuple[Finding, ...]]:
    """Group findings by file, in the order of paths."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.hit.file, []).append(finding)
    return {file: tuple(grouped[file]) for file in sorted(grouped)}
