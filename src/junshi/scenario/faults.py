"""Faults of a scenario file as sentences: the place in the file, what was found, what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from junshi.errors import InputError, InputErrors, nearest
from junshi.scenario.lines import Place, line_of
from junshi.text import say

MOST_FAULTS = 50
MOST_LETTERS = 60

_TOP_TYPE = frozenset({"float_type", "int_type", "list_type", "dict_type", "model_type", "string_type"})


@dataclass(frozen=True)
class Document:
    """A file as read: its name, its text and its table."""

    file: Path
    text: str
    table: dict[str, Any]

    def where(self, place: Place) -> dict[str, str]:
        """Fields `file` (with the line, where known) and `place` of a sentence."""
        line = line_of(self.text, place)
        file = str(self.file) if line is None else f"{self.file}:{line}"
        return {"file": file, "place": written(place) or str(self.file.name)}

    def fault(self, key: str, place: Place, **fields: object) -> InputError:
        """Fault about one place of this file."""
        return InputError(key, **self.where(place), **fields)


def written(place: Place) -> str:
    """Place as one would point at it: `workload[2].demand`.

    Examples
    --------
    >>> written(("workload", 2, "runs_on", "cuda"))
    'workload[2].runs_on.cuda'
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def shortened(value: object) -> str:
    """Value as written in TOML, at most `MOST_LETTERS` long.

    Examples
    --------
    >>> shortened(True), shortened("x"), shortened(float("nan"))
    ('true', '"x"', 'nan')
    """
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str):
        text = '"' + re.sub(r"[\x00-\x1f\x7f]", "?", value[: 2 * MOST_LETTERS]) + '"'
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{key} = {shortened(inner)}" for key, inner in list(value.items())[:4]) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(shortened(inner) for inner in value[:8]) + (", …]" if len(value) > 8 else "]")
    else:
        text = str(value)
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def together(faults: Sequence[InputError], file: Path) -> InputErrors:
    """All faults as one error; beyond `MOST_FAULTS` only their number."""
    shown = list(faults[:MOST_FAULTS])
    if len(faults) > MOST_FAULTS:
        shown.append(InputError("scenario.more_faults", file=file, count=len(faults) - MOST_FAULTS))
    return InputErrors(shown)


def schema_faults(
    details: Iterable[ErrorDetails], document: Document, root: type[BaseModel]
) -> list[InputError]:
    """Faults that the schema found, one for each place, in the order of the schema.

    A value that may be written in several ways (a number, a list, a table) yields the complaints of the
    way that it resembles, or one that lists all ways when it resembles none.
    """
    by_place: dict[Place, list[_Complaint]] = {}
    for detail in details:
        complaint = _Complaint.of(detail, document.table)
        by_place.setdefault(complaint.choice_at or complaint.place, []).append(complaint)
    faults: list[InputError] = []
    for place, complaints in by_place.items():
        faults.extend(_faults_at(place, complaints, document, root))
    return faults


@dataclass(frozen=True)
class _Complaint:
    """One complaint of the schema: its place in the file, and where it chose among ways to write."""

    place: Place
    choice_at: Place | None
    detail: ErrorDetails

    @classmethod
    def of(cls, detail: ErrorDetails, table: dict[str, Any]) -> _Complaint:
        """Drop the schema's own names from the location: what is neither key nor index of the file."""
        place: Place = ()
        choice: Place | None = None
        current: Any = table
        location = detail["loc"]
        for position, part in enumerate(location):
            is_last = position == len(location) - 1
            absent = is_last and detail["type"] == "missing"
            if part == "[key]":
                continue
            if _is_inside(current, part) or (absent and isinstance(current, dict)):
                place += (part,)
                current = None if absent else current[part]
            else:
                choice = choice or place
        return cls(place, choice, detail)


def _is_inside(table: object, part: str | int) -> bool:
    """Whether a key or index exists in a table or list of the file."""
    if isinstance(table, dict):
        return part in table
    return isinstance(table, list) and isinstance(part, int) and part < len(table)


def _faults_at(
    place: Place, complaints: list[_Complaint], document: Document, root: type[BaseModel]
) -> list[InputError]:
    """Faults of one place; of a choice, those of the way that the value resembles."""
    if complaints[0].choice_at is None:
        return [_fault(complaint, document, root) for complaint in complaints]
    close = [
        complaint
        for complaint in complaints
        if complaint.place != place or complaint.detail["type"] not in _TOP_TYPE
    ]
    if close:
        return [_fault(complaint, document, root) for complaint in close]
    expected = say("scenario.or").join(dict.fromkeys(_expected(one.detail) for one in complaints))
    found = shortened(complaints[0].detail["input"])
    return [document.fault("errors.bad_value", place, found=found, expected=expected)]


def _fault(complaint: _Complaint, document: Document, root: type[BaseModel]) -> InputError:
    """Sentence for one complaint."""
    detail, place = complaint.detail, complaint.place
    name = str(place[-1]) if place else ""
    if detail["type"] == "missing":
        return document.fault("scenario.missing_key", place, meaning=_meaning(root, place))
    if detail["type"] == "extra_forbidden":
        near = nearest(name, _keys(root, place[:-1]))
        return document.fault("scenario.unknown_key", place, name=name, near=near)
    if detail["loc"][-1] == "[key]":
        expected = _expected(detail)
        return document.fault("errors.bad_value", place, found=shortened(name), expected=expected)
    found = shortened(detail["input"])
    return document.fault("errors.bad_value", place, found=found, expected=_expected(detail))


def _quoted_choices(context: dict[str, Any]) -> str:
    """List of allowed words, without the quotes and the "or" of the schema."""
    return ", ".join(re.findall(r"'([^']*)'", str(context["expected"])))


_EXPECTED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "greater_than_equal": lambda context: {"bound": f"{context['ge']:g}"},
    "greater_than": lambda context: {"bound": f"{context['gt']:g}"},
    "less_than_equal": lambda context: {"bound": f"{context['le']:g}"},
    "enum": lambda context: {"choices": _quoted_choices(context)},
    "literal_error": lambda context: {"choices": _quoted_choices(context)},
    "too_short": lambda context: {"count": context["min_length"]},
    "too_long": lambda context: {"count": context["max_length"]},
    "string_too_long": lambda context: {"count": context["max_length"]},
}
_PLAIN = {
    "finite_number": "finite_number",
    "float_type": "number",
    "float_parsing": "number",
    "int_type": "integer",
    "int_parsing": "integer",
    "int_from_float": "integer",
    "int_parsing_size": "integer",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "string_type": "string",
    "list_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "date_type": "date",
    "date_parsing": "date",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
}


def _expected(detail: ErrorDetails) -> str:
    """Words for what would have been right; the schema's own for a kind that we do not know."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _EXPECTED:
        return say(f"scenario.expected_{kind}", **_EXPECTED[kind](context))
    if kind in _PLAIN:
        return say(f"scenario.expected_{_PLAIN[kind]}")
    if kind == "string_pattern_mismatch":
        name = "quarter" if context["pattern"].endswith("-Q[1-4]$") else "identifier"
        return say(f"scenario.expected_{name}")
    return detail["msg"]


def _keys(root: type[BaseModel], place: Place) -> set[str]:
    """Keys that a table at a place may have; several ways to write it give the keys of all."""
    return {name for model in _models(root, place) for name in model.model_fields}


def _meaning(root: type[BaseModel], place: Place) -> str:
    """Meaning of a key as the schema describes it, or its name."""
    name = str(place[-1])
    for model in _models(root, place[:-1]):
        field = model.model_fields.get(name)
        if field is not None and field.description:
            return field.description
    return name


def _models(root: type[BaseModel], place: Place) -> list[type[BaseModel]]:
    """Tables of the schema that stand at a place."""
    kinds: list[Any] = [root]
    for part in place:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _inside(kind: Any, part: str | int) -> list[Any]:
    """Types of what stands at a key or index of a type, with unions and annotations taken apart."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return [] if field is None else _alternatives(field.annotation)
    if get_origin(kind) is list:
        return _alternatives(get_args(kind)[0])
    if get_origin(kind) is dict:
        return _alternatives(get_args(kind)[1])
    return []


def _alternatives(kind: Any) -> list[Any]:
    """Members of a type without annotations, each member of a union apart."""
    if get_origin(kind) is Annotated:
        return _alternatives(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [inner for member in get_args(kind) for inner in _alternatives(member)]
    return [kind]
