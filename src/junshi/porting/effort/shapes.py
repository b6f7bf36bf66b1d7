"""Three shapes of a port, each with its own formula for the work around the findings.

in place          edits + kernels + dependencies + build, tests beside them
parallel back end kernels are written anew beside the old ones, edits shrink to the points of dispatch
plug-in           every touched API becomes a patch outside the project, and a frame that loads them
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from junshi.porting.effort.parts import Part, PartKind
from junshi.porting.effort.pricing import Price
from junshi.porting.finding import Outcome


class Shape(StrEnum):
    """How a port is made."""

    IN_PLACE = "in_place"
    PARALLEL_BACKEND = "parallel_backend"
    PLUGIN = "plugin"


FACTORS: Mapping[Shape, Mapping[PartKind, float]] = {
    Shape.IN_PLACE: {},
    Shape.PARALLEL_BACKEND: {PartKind.EDIT: 0.5, PartKind.BUILD: 1.5},
    Shape.PLUGIN: {PartKind.EDIT: 1.3, PartKind.DEPENDENCY: 1.2, PartKind.BUILD: 0.5},
}
"""Days of a part in a shape over its days in place; assumed."""

TEST_SHARE = Price(0.1, 0.25, 0.5)
"""Days of tests over days of edits and kernels; assumed."""

VALIDATION_PER_KERNEL = Price(0.1, 0.4, 2.0)
VALIDATION_ONCE = Price(0.3, 1.0, 4.0)
"""Numerical validation: once, and per distinct kernel that is written anew; assumed."""

LEARNING_ONCE = Price(0.5, 2.0, 8.0)
"""A team's first days with the tools of an ecosystem, times the share of manual work; assumed."""

PLUGIN_FRAME = Price(2.0, 5.0, 15.0)
"""Loader, version checks and packaging of a plug-in; assumed."""

UPKEEP_SHARE: Mapping[Shape, Price] = {
    Shape.IN_PLACE: Price(0.1, 0.3, 0.8),
    Shape.PARALLEL_BACKEND: Price(0.2, 0.5, 1.2),
    Shape.PLUGIN: Price(0.5, 1.5, 4.0),
}
"""Yearly keep-up over the days of the port. Assumed for the first two; for plug-ins the long histories (28
author-weeks in 3.2 years, 160 in 6.2, 974 in 2.6) show keep-up above the first version."""

PLUGIN_LINES = 150_000
PLUGIN_PARTS = 200
KERNEL_SHARE = 0.5
NEW_KERNEL_TESTS, NEW_KERNEL_VALIDATION = "new kernels' tests", "new kernels' validation"
_HARD = frozenset({Outcome.MANUAL, Outcome.REWRITE, Outcome.BLOCKED, Outcome.UNKNOWN})


@dataclass(frozen=True)
class ShapedParts:
    """All parts of a port in one shape, the work around the findings included."""

    shape: Shape
    parts: tuple[Part, ...]


def choose_shape(parts: Sequence[Part], lines: int) -> Shape:
    """Shape that ports of such code took: kernels mostly beside the old ones, large frameworks by plug-in.

    Parameters
    ----------
    parts : priced findings
    lines : of the code base
    """
    total = sum(part.days.likely for part in parts)
    kernels = sum(part.days.likely for part in parts if is_kernel_side(part))
    if lines > PLUGIN_LINES and len([part for part in parts if part.outcome in _HARD]) > PLUGIN_PARTS:
        return Shape.PLUGIN
    return Shape.PARALLEL_BACKEND if total > 0 and kernels > KERNEL_SHARE * total else Shape.IN_PLACE


def is_kernel_side(part: Part) -> bool:
    """Whether a part is of kernels or of the C++ around them, which a parallel back end writes anew."""
    return part.kind is PartKind.KERNEL or part.name.startswith(("cu-", "cpp-", "build-cu", "build-nvcc"))


def is_written_anew(part: Part) -> bool:
    """Whether a part is of kernels that are written anew for the target, or of the work around them."""
    if part.name in (NEW_KERNEL_TESTS, NEW_KERNEL_VALIDATION):
        return True
    return part.outcome in (Outcome.REWRITE, Outcome.BLOCKED) and is_kernel_side(part)


def shaped(parts: Sequence[Part], shape: Shape) -> ShapedParts:
    """Parts of a port in a shape; none when there is no finding."""
    if not parts:
        return ShapedParts(shape, ())
    factors = FACTORS[shape]
    own = [replace(part, days=part.days.scaled(factors.get(part.kind, 1.0))) for part in parts]
    anew = [part for part in own if is_written_anew(part)]
    written = sum(part.days.likely for part in anew if part.kind is PartKind.KERNEL)
    work = sum(part.days.likely for part in own if part.kind in (PartKind.EDIT, PartKind.KERNEL)) - written
    hard = [part for part in own if part.outcome in _HARD]
    share = min(1.0, len(hard) / max(4.0, 0.25 * len(own)))
    new_kernels = sum(1 for part in anew if part.kind is PartKind.KERNEL)
    kernels = sum(1 for part in hard if part.kind is PartKind.KERNEL) - new_kernels
    around = [
        Part(PartKind.TEST, "tests", None, TEST_SHARE.scaled(work), 0, True),
        Part(PartKind.VALIDATION, "validation", None, VALIDATION_ONCE, 0, True),
        Part(PartKind.LEARNING, "learning", None, LEARNING_ONCE.scaled(share), 0, True),
    ]
    if kernels:
        around.append(
            Part(
                PartKind.VALIDATION, "kernel validation", None, VALIDATION_PER_KERNEL.scaled(kernels), 0, True
            )
        )
    if new_kernels:
        around += [
            Part(PartKind.TEST, NEW_KERNEL_TESTS, None, TEST_SHARE.scaled(written), 0, True),
            Part(
                PartKind.VALIDATION,
                NEW_KERNEL_VALIDATION,
                None,
                VALIDATION_PER_KERNEL.scaled(new_kernels),
                0,
                True,
            ),
        ]
    if shape is Shape.PLUGIN:
        around.append(Part(PartKind.SETUP, "plug-in frame", None, PLUGIN_FRAME, 0, True))
    return ShapedParts(shape, tuple(own + around))
