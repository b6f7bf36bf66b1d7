"""Template scenarios, one for each archetype, with comments in English or Chinese.

A template is one TOML file for both languages, so that its figures cannot differ. Comments that begin with
`#en ` or `#zh ` belong to one language; a line `#zh= …` takes the place of the line above it in Chinese.
"""

from __future__ import annotations

from importlib import resources

from junshi.terms import Archetype
from junshi.text import current_language


def template(archetype: Archetype, language: str | None = None) -> str:
    """Scenario file of an archetype as TOML text, comments in the given or current language."""
    file = resources.files("junshi.scenario").joinpath("templates", f"{archetype.value}.toml")
    return in_language(file.read_text(encoding="utf-8"), language or current_language())


def in_language(text: str, language: str) -> str:
    r"""Text with the comments and lines of one language only.

    Examples
    --------
    >>> in_language('#en Money\n#zh 金额\na = "b"\n#zh= a = "乙"\n', "zh")
    '# 金额\na = "乙"\n'
    """
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("#zh= "):
            if language == "zh":
                lines[-1] = line.removeprefix("#zh= ")
        elif line.startswith(("#en", "#zh")):
            if line.startswith(f"#{language}"):
                lines.append(f"#{line[3:]}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"
