"""A scan as figures: where the work of a port lies, and which kinds of finding make it."""

from __future__ import annotations

from collections import defaultdict

from junshi.porting.effort.estimate import EffortEstimate
from junshi.porting.report import ScanReport
from junshi.show.figure import Bar, Bars, Tile, TreeMap
from junshi.show.palette import BLUE
from junshi.text import say

MOST_TILES = 150
TOP = "."


def effort_tiles(report: ScanReport, entry: EffortEstimate) -> TreeMap:
    """Folders and files: area by lines, shade by days; files without work are one tile a folder."""
    lines = {summary.path: summary.lines for summary in report.summaries}
    dearest = sorted(entry.by_file, key=lambda path: -entry.by_file[path])[:MOST_TILES]
    shown = {path for path in dearest if entry.by_file[path] > 0}
    folders: dict[str, list[Tile]] = defaultdict(list)
    rest: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for path in sorted(lines.keys() | entry.by_file.keys()):
        folder, _, name = path.rpartition("/")
        days = entry.by_file.get(path, 0.0)
        top = "/".join(folder.split("/")[:2]) or TOP
        if path in shown:
            inner = path.removeprefix(f"{top}/") if top != TOP else name
            folders[top].append(Tile(inner, max(lines.get(path, 1), 1), days))
        else:
            count, sum_ = rest[top]
            rest[top] = (count + lines.get(path, 0), sum_ + days)
    for top, (count, days) in rest.items():
        if count > 0:
            folders[top].append(Tile(say("view.place_of_files"), count, days))
    tiles = tuple(
        Tile(top, sum(one.size for one in tiles), sum(one.value for one in tiles), tuple(tiles))
        for top, tiles in sorted(folders.items())
    )
    return TreeMap(
        f"tiles-{entry.target}",
        say("view.figure_tiles", target=entry.target),
        say("view.area_and_shade"),
        say("view.lines_of_code"),
        say("show.engineer_days"),
        tiles,
    )


def family_bars(entry: EffortEstimate) -> Bars:
    """Likely days by family of finding, the dearest first."""
    ranked = sorted(entry.by_family.items(), key=lambda item: -item[1])
    return Bars(
        f"families-{entry.target}",
        say("view.figure_families", target=entry.target),
        say("show.engineer_days"),
        say("show.engineer_days"),
        tuple(Bar(say(f"porting.family_{family.value}"), days, BLUE) for family, days in ranked),
    )
