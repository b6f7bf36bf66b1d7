"""Packages that a script, an image or an environment file installs, one command over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from junshi.porting.language import Language

_PIP = re.compile(r"(?<![\w-])(?:pip3?|uv|poetry|pdm|pipx)\s(?:[^;&|]{0,80}\s)?(?:install|add|create)(?=\s)")
_CONDA = re.compile(
    r"(?<![\w-])(?:conda|mamba|micromamba|pixi)\s(?:[^;&|]{0,80}\s)?(?:install|add|create)(?=\s)"
)
_APT = re.compile(
    r"(?<![\w-])(?:apt(?:-get)?|yum|dnf|microdnf|tdnf|zypper|apk)\s(?:[^;&|]{0,80}\s)?(?:install|add)(?=\s)"
)
_NEXT_COMMAND = re.compile(r"&&|\|\||[;|]")
_ITEM = re.compile(r"^\s*-\s+[\"']?([\w.+:/\[\]-]+\s*(?:[=<>~!][^\"'#]*)?)[\"']?\s*$")
_PACKAGE_LISTS = re.compile(
    r"(?m)^[ \t]*(?:- )?(?:dependencies|channels|requirements|packages|apt|package|yum|dnf)\s*:"
)
_WORDS_LIMIT = 300


class Installed:
    """Follows a file line by line; gives the words that stand for packages.

    Parameters
    ----------
    text, language : of the file
    """

    def __init__(self, text: str, language: Language) -> None:
        self.has_lists = language is Language.YAML and _PACKAGE_LISTS.search(text) is not None
        self.tool = ""

    def packages(self, code: str) -> Iterator[tuple[str, str]]:
        """Yield tool (`pip`, `conda`, `apt` for all of its kind, `list`) and word of each package."""
        place = 0
        if not self.tool:
            place = self._next_tool(code, 0)
        while self.tool:
            end = _NEXT_COMMAND.search(code, place)
            for word in code[place : end.start() if end else None].split()[:_WORDS_LIMIT]:
                if not word.startswith(("-", "$", "\\")):
                    yield self.tool, word.strip("\"',[]" if "[" not in word[1:] else "\"',")
            if end is None:
                break
            self.tool = ""
            place = self._next_tool(code, end.end())
        if not code.rstrip().endswith("\\"):
            self.tool = ""
        if self.has_lists:
            item = _ITEM.match(code)
            if item is not None:
                yield "list", item[1].strip()

    def _next_tool(self, code: str, place: int) -> int:
        """Offset after the next command that installs."""
        for tool, pattern in (("pip", _PIP), ("conda", _CONDA), ("apt", _APT)):
            found = pattern.search(code, place)
            if found is not None:
                self.tool = tool
                return found.end()
        return place
