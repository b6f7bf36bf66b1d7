"""A target: ecosystem, generation of chips, framework version."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from junshi.errors import InputError, nearest

ECOSYSTEMS = (
    "cann", "rocm", "musa", "neuware", "xpu", "dtk-rocm", "maca", "corex", "birensupa", "tops", "ppu",
    "synapseai", "xla",
)  # fmt: skip
"""Ecosystems of the catalogue that code can be ported to; the rules speak of the first five."""


@dataclass(frozen=True)
class Target:
    """Where code is to run.

    Attributes
    ----------
    ecosystem : id of the catalogue, e.g. `cann`
    chip : id of an accelerator, None = the generation that the support table names as its default
    framework : e.g. `torch-2.13`, None = the newest that has a support table
    """

    ecosystem: str
    chip: str | None = None
    framework: str | None = None

    def __post_init__(self) -> None:
        if self.ecosystem not in ECOSYSTEMS:
            raise InputError(
                "porting.unknown_ecosystem", name=self.ecosystem, near=nearest(self.ecosystem, ECOSYSTEMS)
            )
        known = chips_of(self.ecosystem)
        if self.chip is not None and self.chip not in known:
            raise InputError(
                "porting.unknown_chip",
                name=self.chip,
                ecosystem=self.ecosystem,
                near=nearest(self.chip, known) or "-",
            )

    @property
    def generation(self) -> str | None:
        """Generation of the chip, None when no chip is named."""
        return None if self.chip is None else chips_of(self.ecosystem)[self.chip]

    @cached_property
    def is_ruled(self) -> bool:
        """Whether rules and guards speak of it: their `xpu` is Intel's, not Kunlunxin's."""
        return self.generation != "kunlun"


@cache
def chips_of(ecosystem: str) -> Mapping[str, str]:
    """Chips of an ecosystem and the generation of each."""
    text = resources.files("junshi.porting.targets").joinpath("generations.csv").read_text(encoding="utf-8")
    return {
        chip: row["generation"]
        for row in csv.DictReader(text.splitlines())
        if row["ecosystem"] == ecosystem
        for chip in row["chips"].split()
    }


def parse_targets(
    ecosystems: Sequence[str], chips: Sequence[str] = (), framework: str | None = None
) -> tuple[Target, ...]:
    """Targets from names of ecosystems and chips; a chip stands for its ecosystem where that is not named.

    Raises
    ------
    InputError : an unknown ecosystem or chip, or none named; names the nearest

    Examples
    --------
    >>> [target.chip for target in parse_targets(["cann", "rocm"], ["ascend-910c"])]
    ['ascend-910c', None]
    """
    by_ecosystem: dict[str, list[str]] = {name: [] for name in ecosystems}
    for chip in chips:
        owner = next((name for name in ECOSYSTEMS if chip in chips_of(name)), None)
        if owner is None:
            known = [known for name in ECOSYSTEMS for known in chips_of(name)]
            raise InputError("porting.unknown_chip", name=chip, ecosystem="*", near=nearest(chip, known))
        by_ecosystem.setdefault(owner, []).append(chip)
    if not by_ecosystem:
        raise InputError("porting.no_target", known=", ".join(ECOSYSTEMS))
    return tuple(
        Target(name, chip, framework)
        for name, named in by_ecosystem.items()
        for chip in (list[str | None](named) or [None])
    )


def labels(targets: Sequence[Target]) -> tuple[str, ...]:
    """Short names of targets: the ecosystem, with the chip where an ecosystem occurs twice."""
    counts = [target.ecosystem for target in targets]
    return tuple(
        target.ecosystem if counts.count(target.ecosystem) == 1 else f"{target.ecosystem}:{target.chip}"
        for target in targets
    )
