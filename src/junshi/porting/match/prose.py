"""What of a script or configuration is code: no comments, printed text, notes and here-documents of text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from junshi.porting.language import Language
from junshi.porting.match.lines import indent_of

_LINE_LIMIT = 2000
_COMMENT = re.compile(r"(?:^|(?<=\s))#(?!(?:SBATCH|PBS|BSUB|FLUX|OAR|PJM)\b|\$ -).*$")
_JSON_COMMENT = re.compile(r"^\s*//.*$")
_PRINTING = (
    r"echo|printf|(?:die|warn(?:ing)?|log(?:_?\w{1,10})?|info|err(?:or)?|fatal|fail|say|msg|message|debug|abort)"
    r"(?=\s+[\"'])"
)
_PRINTED = re.compile(
    rf"(?:^|(?<=[\s;&|(@\"'{{]))(?:{_PRINTING})(?:\s+-\w+)?\s+"
    r"(?:\"(?:[^\"\\$`]|\\.|\$(?!\())*\"|'[^']*'|[^\"'`$|;&<>()]|\$(?!\())+"
    r"|\$\((?:info|warning|error)\s[^()]*"
)
_PUT_INTO_FILE = re.compile(r"\s*(?:>>?(?!\s*(?:&|/dev/|/etc/motd))|\|\s*(?:sudo\s+)?(?:tee|sh|bash)\b)")
_HERE = re.compile(r"(?<!<)<<(?!<)-?\s*[\"']?([A-Za-z_]\w*)[\"']?")
_SHOWS_TEXT = re.compile(r"(?<![\w-])(?:cat|tee|read|echo|wall|mail)\b")
_CODE_FILE = re.compile(
    r"\.(?:sh|bash|sbatch|slurm|pbs|py|conf|cfg|env|ini|json|ya?ml|toml|service|list|repo|cmake|cu|cpp|h)\b"
    r"|(?:rc|profile|Dockerfile|Makefile|hostfile)\b"
    r"|\$\{?\w*(?:script|job|conf|env|ya?ml|sbatch)\w*",
    re.IGNORECASE,
)
_PROSE = (
    r"description|desc|notes?|summary|message|title|about|docs?|help|comments?|motd|banner|readme|abstract"
    r"|long_description|tooltip|placeholder|changelog|release_notes|display_?name|purpose|reason"
)
_PROSE_KEY = re.compile(rf"^\s*(?:-\s+)?[\"']?(?:{_PROSE})[\"']?\s*[:=]", re.IGNORECASE)
_BLOCK = re.compile(r":\s*[|>][-+\d]*\s*$")
_NAME_IN_WORDS = re.compile(r"^\s*(?:-\s+)?name\s*:\s*[\"']?\S+\s+\S")
_LABEL = re.compile(r"^\s*(?:LABEL|MAINTAINER)\b(?!.*com\.nvidia)")
_SCRIPTS = frozenset({Language.SHELL, Language.YAML, Language.DOCKERFILE, Language.MAKEFILE})
_KEYED = frozenset({Language.YAML, Language.JSON, Language.TOML})


class CodeLines:
    """Lines of a text that are code.

    Parameters
    ----------
    text, language : of the file
    """

    def __init__(self, text: str, language: Language) -> None:
        self.lines = text.split("\n")
        self.language = language

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield the number and text of each line that is not empty without comments and printed text."""
        is_script, is_keyed = self.language in _SCRIPTS, self.language in _KEYED
        skipped_to = 0
        for number, line in enumerate(self.lines, 1):
            if number <= skipped_to:
                continue
            code = self._without_comment(line[:_LINE_LIMIT])
            if not code or code.isspace():
                continue
            if is_keyed and self._is_prose(code):
                if self.language is Language.YAML and _BLOCK.search(code):
                    skipped_to = self._end_of_block(number)
                continue
            if self.language is Language.DOCKERFILE and _LABEL.match(code):
                skipped_to = self._end_of_command(number)
                continue
            if is_script and "<<" in code:
                skipped_to = self._end_of_text(number, code)
            yield number, without_printed(code) if is_script else code

    def _without_comment(self, line: str) -> str:
        if self.language is Language.JSON:
            return _JSON_COMMENT.sub("", line)
        return _COMMENT.sub("", line) if "#" in line else line

    def _is_prose(self, code: str) -> bool:
        """Whether a line gives a description, or a name in several words."""
        if _PROSE_KEY.match(code):
            return True
        return self.language is Language.YAML and _NAME_IN_WORDS.match(code) is not None

    def _end_of_block(self, number: int) -> int:
        """Last line of the block text that a line of YAML opens."""
        indent = indent_of(self.lines[number - 1])
        last = number
        for following in self.lines[number:]:
            if following.strip() and indent_of(following) <= indent:
                break
            last += 1
        return last

    def _end_of_command(self, number: int) -> int:
        """Last line of a command that goes on after a backslash."""
        while number < len(self.lines) and self.lines[number - 1].rstrip().endswith("\\"):
            number += 1
        return number

    def _end_of_text(self, number: int, code: str) -> int:
        """Last line of the here-document of a line, when it is shown or stored as text; 0 when it is code."""
        found = _HERE.search(code)
        if found is None or not _SHOWS_TEXT.search(code, 0, found.start()) or _CODE_FILE.search(code):
            return 0
        places = self._places.get(found[1], ())
        at = bisect_right(places, number)
        if at >= len(places) or self.lines[number].startswith(("#!", "#SBATCH")):
            return 0
        return places[at]

    @cached_property
    def _places(self) -> dict[str, Sequence[int]]:
        """Lines that hold one word only, by the word: ends of here-documents."""
        places: dict[str, list[int]] = {}
        for number, line in enumerate(self.lines, 1):
            word = line.strip()
            if word.isidentifier():
                places.setdefault(word, []).append(number)
        return dict(places)


def without_printed(code: str) -> str:
    """Take out the text of `echo` and the like, unless it goes to a file or a shell.

    Examples
    --------
    >>> without_printed('echo "no nvcc" && nvidia-smi')
    ' && nvidia-smi'
    >>> without_printed("echo quit | nvidia-cuda-mps-control")
    '| nvidia-cuda-mps-control'
    """
    found = _PRINTED.search(code)
    if found is None:
        return code
    kept: list[str] = []
    place = 0
    while found is not None:
        kept.append(code[place : found.start()])
        if _PUT_INTO_FILE.match(code, found.end()):
            kept.append(found[0])
        place = found.end()
        found = _PRINTED.search(code, place)
    return "".join([*kept, code[place:]])
