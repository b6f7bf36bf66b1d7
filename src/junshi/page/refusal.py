"""What the API refuses: a sentence with its HTTP status, and how errors become JSON."""

from __future__ import annotations

from pathlib import Path

from junshi.errors import InputErrors, JunshiError
from junshi.text import say


class Refusal(JunshiError):
    """A request that is not answered: `status` as in HTTP."""

    exit_code = 2

    def __init__(self, status: int, key: str, **fields: object) -> None:
        super().__init__(key, **fields)
        self.status = status

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.status, self.key, self.fields))


def _rebuild(status: int, key: str, fields: dict[str, object]) -> Refusal:
    return Refusal(status, key, **fields)


def faults_of_error(trouble: JunshiError, folder: Path | None = None) -> list[dict[str, str]]:
    """Place and sentence of each fault, in the current language.

    Parameters
    ----------
    folder : of the server; its name is left out of the sentences
    """
    parts = trouble.faults if isinstance(trouble, InputErrors) else (trouble,)
    return [
        {"place": str(part.fields.get("place", "")), "sentence": without_folder(part.sentence(), folder)}
        for part in parts
    ]


def error_object(trouble: JunshiError, folder: Path | None = None) -> dict[str, object]:
    """Object of an error: one sentence, and its faults."""
    faults = faults_of_error(trouble, folder)
    if isinstance(trouble, InputErrors):
        sentence = say("page_api.faults", count=len(faults)) if len(faults) != 1 else faults[0]["sentence"]
        return {"error": sentence, "faults": faults}
    return {"error": faults[0]["sentence"], "faults": []}


def without_folder(sentence: str, folder: Path | None) -> str:
    """Sentence without the server's folder, which is no business of a reader."""
    if folder is None:
        return sentence
    for name in dict.fromkeys((str(folder), str(folder.resolve()))):
        sentence = sentence.replace(f"{name}/", "").replace(name, ".")
    return sentence
