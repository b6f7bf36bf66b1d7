"""Origins of a view: every input with an id, so that a figure can name those behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from junshi.show.insight_origins import input_origins
from junshi.show.view.model import OriginRow
from junshi.study import Inputs


@dataclass(frozen=True)
class Origins:
    """All origins of a view, to choose from by group."""

    rows: tuple[OriginRow, ...]

    def of(self, *groups: str) -> tuple[str, ...]:
        """Ids of the origins of some groups, in the order of the groups."""
        return tuple(row.id for group in groups for row in self.rows if row.group == group)


def view_origins(inputs: Inputs) -> tuple[OriginRow, ...]:
    """Every input of a plan in the current language."""
    seen: Counter[str] = Counter()
    rows = []
    for one in input_origins(inputs):
        stem = ".".join((one.group, *one.about)) or "input"
        seen[stem] += 1
        rows.append(
            OriginRow(
                id=stem if seen[stem] == 1 else f"{stem}.{seen[stem]}",
                group=one.group,
                about=one.about,
                name=one.name,
                value=one.value,
                unit=one.unit,
                source=one.source,
                date=one.date,
                confidence=one.confidence,
                note=one.note,
            )
        )
    return tuple(rows)


def kin_of(inputs: Inputs) -> dict[str, tuple[str, ...]]:
    """Ecosystem of each accelerator, whose origins count for it too."""
    instance = inputs.instance
    return {
        name: (instance.ecosystems[int(place)],)
        for name, place in zip(instance.fleet.ids, instance.fleet.ecosystem, strict=True)
    }
