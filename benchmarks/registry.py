"""Benchmarks by subject and size: each module of this folder that has a `SUBJECT` is one subject."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import benchmarks

Row = Mapping[str, object]


@dataclass(frozen=True)
class Subject:
    """One thing measured.

    Attributes
    ----------
    name : as typed on the command line
    question : what the figures answer
    sizes : name of a size → function that measures it; the first is the quickest
    """

    name: str
    question: str
    sizes: Mapping[str, Callable[[], list[Row]]]


def subjects() -> dict[str, Subject]:
    """All subjects by name."""
    found = {}
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if not module.name.startswith("_"):
            subject = getattr(importlib.import_module(f"benchmarks.{module.name}"), "SUBJECT", None)
            if subject is not None:
                found[subject.name] = subject
    return dict(sorted(found.items()))
