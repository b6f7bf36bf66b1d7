"""What the README and the pages under docs/ promise exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.test_generated import _generator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def _code_blocks(text: str) -> list[str]:
    return re.findall(r"```(?:sh|console|bash)\n(.*?)```", text, flags=re.DOTALL)


def _command_lines(text: str) -> list[list[str]]:
    """Words of each line of the shell blocks, without the prompt."""
    lines = [line.removeprefix("$ ").strip() for block in _code_blocks(text) for line in block.splitlines()]
    return [line.split() for line in lines if line]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_resolve(page: Path) -> None:
    """Every relative link and picture of a page leads to a file of the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    files = [target.split("#")[0] for target in targets if not re.match(r"[a-z]+:", target)]
    assert [file for file in files if file and not (page.parent / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_make_targets_exist(page: Path) -> None:
    """Every `make` target that a page names is in the Makefile."""
    known = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z]+)[^`]*`", text))
    named |= {words[1] for words in _command_lines(text) if words[0] == "make" and len(words) > 1}
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_exist(page: Path) -> None:
    """Every `junshi` command and option in a shell block of a page exists."""
    commands = _generator().command_pages()
    unknown = []
    for words in _command_lines(page.read_text(encoding="utf-8")):
        if Path(words[0]).name != "junshi":
            continue
        depth = max(d for d in range(1, len(words) + 1) if " ".join(["junshi", *words[1:d]]) in commands)
        command = commands[" ".join(["junshi", *words[1:depth]])]
        options = {name for p in command.params for name in [*p.opts, *p.secondary_opts]} | {"--help"}
        unknown += [
            word for word in words[depth:] if word.startswith("--") and word.split("=")[0] not in options
        ]
        if getattr(command, "commands", {}) and len(words) > depth and not words[depth].startswith("-"):
            unknown.append(words[depth])
    assert unknown == []


def test_both_languages_have_the_same_shape() -> None:
    """README.md and README.zh.md have the same number of headings and the same shell commands."""
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^#+ ", english, re.MULTILINE)) == len(re.findall(r"^#+ ", chinese, re.MULTILINE))
    assert [w for w in _command_lines(english) if w[0] == "make"] == [
        w for w in _command_lines(chinese) if w[0] == "make"
    ]


def test_no_machine_paths() -> None:
    """No page speaks of folders of the machine that it was written on."""
    found = [
        name
        for name, page in zip(NAMES, PAGES, strict=True)
        if re.search(r"/(work|root)/", page.read_text(encoding="utf-8"))
    ]
    assert found == []
