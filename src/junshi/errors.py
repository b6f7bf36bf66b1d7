"""Kinds of trouble, each with an exit code; the sentence is made in `text`.

A traceback always means a bug of ours: everything expected is one of these.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from junshi.text import say


class JunshiError(Exception):
    """Base: a key of `text` and the fields of its sentence; survives pickling."""

    exit_code = 1

    def __init__(self, key: str, **fields: object) -> None:
        super().__init__(key, fields)
        self.key = key
        self.fields = fields

    def sentence(self, language: str | None = None) -> str:
        """Sentence in the given or current language."""
        return say(self.key, language=language, **self.fields)

    def __str__(self) -> str:
        return self.sentence()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.key, self.fields))


def _rebuild(kind: type[JunshiError], key: str, fields: dict[str, object]) -> JunshiError:
    """Unpickle: keyword fields cannot pass through `Exception.args`."""
    return kind(key, **fields)


class InputError(JunshiError):
    """The user's input is wrong: file, place, what was found, what was expected, nearest name."""

    exit_code = 2


class InputErrors(InputError):
    """All faults of one file together; `faults` in the order of the file."""

    def __init__(self, faults: Sequence[InputError]) -> None:
        super().__init__("errors.several", count=len(faults))
        self.faults = tuple(faults)

    def sentence(self, language: str | None = None) -> str:
        """One line per fault."""
        return "\n".join(fault.sentence(language) for fault in self.faults)

    def __reduce__(self) -> tuple[object, ...]:
        return (InputErrors, (self.faults,))


class NoPlan(JunshiError):
    """Nothing fits: which limit binds and what would loosen it."""

    exit_code = 3


class SolverTrouble(JunshiError):
    """The solver gave no usable answer: its status, what was proven so far, what to try."""

    exit_code = 4


class Interrupted(JunshiError):
    """The user stopped the run; says what was kept."""

    exit_code = 130


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """Nearest known names, comma-separated, for "did you mean"; the first few known when none is near.

    Examples
    --------
    >>> nearest("h20-96", ["h20-96g", "ascend-910c"])
    'h20-96g'
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=count, cutoff=0.5)
    return ", ".join(near or names[:count])
