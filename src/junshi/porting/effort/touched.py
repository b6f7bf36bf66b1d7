"""Files of a port: those to edit, those that a back end beside the old one replaces, how many are touched."""

from __future__ import annotations

from collections.abc import Mapping

from junshi.porting.effort.shapes import Shape
from junshi.porting.finding import NEEDS_EDIT, Outcome
from junshi.porting.language import Language
from junshi.porting.report import ScanReport

TOUCHED_PER_EDITED = 1.3
"""Files that a port touches over existing source files that it edits: new files, tests and documents come on
top, and packages do not hold all of them; assumed."""


NEW_PER_REPLACED = 0.1
"""New files per kernel source that a parallel back end leaves alone: flash-attention's first ROCm back end
has 8 new files for 113 sources flagged in 2.6.0; one case, rounded."""


FEWEST_TOUCHED = 8.0
"""Files that the smallest port with work by hand touches, tests and documents included; the smallest measured
one touches 11, and the fit says nothing below; assumed."""

_BUILD_FILES = frozenset({"setup.py", "pyproject.toml", "setup.cfg"})
_OF_BUILDERS = frozenset(
    {"py-build-nvcc-flags", "py-build-cuda-source", "py-build-cuda-library", "py-cpp-ext-cuda",
     "py-cpp-ext-load", "py-cuda-arch-list", "py-cuda-home", "py-cuda-path", "py-cuda-version",
     "py-device-capability", "py-subprocess-nvidia-smi"}
)  # fmt: skip
_MAKES_A_BUILDER = frozenset({"py-build-nvcc-flags", "py-build-cuda-source", "py-cpp-ext-load"})


def files_of_port(report: ScanReport, label: str, shape: Shape) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Files to edit, and kernels with their builders that a parallel back end leaves alone."""
    kernels = {item.path for item in report.summaries if item.language in (Language.CUDA, Language.CPP)}
    kernels |= _builders(report, label)
    needed = report.files_to_edit(label)
    if shape is not Shape.PARALLEL_BACKEND:
        return needed, ()
    return (
        tuple(path for path in needed if path not in kernels),
        tuple(path for path in needed if path in kernels),
    )


def touched_files(report: ScanReport, label: str, chances: Mapping[str, float], replaced: int) -> float:
    """Files that the port is expected to touch: edited ones by the measured ports, new ones on top.

    Sources that a parallel back end replaces are hardly edited; their replacements are fewer, new files.
    """
    touched = TOUCHED_PER_EDITED * sum(chances.values()) + NEW_PER_REPLACED * replaced
    needs_work = any(finding.outcome is not Outcome.AUTO for finding in report.of(label))
    return max(FEWEST_TOUCHED if needs_work else 1.0, touched)


def _builders(report: ScanReport, label: str) -> frozenset[str]:
    """Python files that only say how CUDA kernels are built, other than the build file of the project."""
    rules: dict[str, set[str]] = {}
    for finding in report.of(label):
        if finding.outcome in NEEDS_EDIT:
            rules.setdefault(finding.hit.file, set()).add(finding.hit.rule)
    return frozenset(
        file
        for file, found in rules.items()
        if found <= _OF_BUILDERS and found & _MAKES_A_BUILDER and file.rpartition("/")[2] not in _BUILD_FILES
    )
