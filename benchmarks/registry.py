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


def subjects() -> tuple[dict[str, Subject], dict[str, str]]:
    """Subjects by name, and the modules left out with the package that each of them lacks here."""
    found: dict[str, Subject] = {}
    lacking: dict[str, str] = {}
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name.startswith("_"):
            continue
        try:
            subject = getattr(importlib.import_module(f"benchmarks.{module.name}"), "SUBJECT", None)
        except ModuleNotFoundError as missing:
            lacking[module.name] = str(missing.name)
            continue
        if subject is not None:
            found[subject.name] = subject
    return dict(sorted(found.items())), lacking
