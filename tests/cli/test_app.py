"""The command as a whole: language, version, exit codes, pipes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from junshi import __version__
from junshi.cli.app import COMMANDS, _build, build_app, take_language
from junshi.errors import InputError
from tests.cli.command import assert_refused, junshi


def test_version() -> None:
    """`--version` prints one line."""
    answer = junshi("--version")
    assert (answer.code, answer.out) == (0, f"junshi {__version__}\n")


def test_help_lists_every_command_of_this_installation() -> None:
    """`--help` names each command that has a module."""
    answer = junshi("--help")
    present = [name for name in COMMANDS if (Path("src/junshi/cli") / f"{name}.py").exists()]
    assert answer.code == 0
    assert [name for name in present if name not in answer.out] == []


def test_stand_ins_say_what_the_commands_say() -> None:
    """The line of help of a sub-command is the same whether it was imported or not."""
    imported, standing_in = (get_command(app) for app in (build_app(), _build([])))
    assert isinstance(imported, TyperGroup)
    assert isinstance(standing_in, TyperGroup)
    lines = [
        {name: child.help for name, child in group.commands.items()} for group in (imported, standing_in)
    ]
    assert lines[0] == lines[1]


@pytest.mark.parametrize("name", ["init", "check", "plan", "schema"])
def test_help_in_chinese(name: str) -> None:
    """Help of a command is in Chinese when asked."""
    english, chinese = junshi(name, "--help"), junshi(name, "--help", "--lang", "zh")
    assert english.code == chinese.code == 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese.out)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english.out)


def test_unknown_language() -> None:
    """A language without sentences is refused."""
    assert_refused(junshi("--lang", "fr", "--version"), '"fr"', "en, zh")


def test_unknown_command() -> None:
    """A command that does not exist ends with code 2 and no traceback."""
    answer = junshi("pan")
    assert answer.code == 2
    assert "Traceback" not in answer.err


def test_language_is_taken_from_anywhere_before_two_dashes() -> None:
    """`--lang` may stand anywhere; after `--` words are left alone."""
    assert take_language(["plan", "--lang=zh", "x"]) == ("zh", ["plan", "x"])
    assert take_language(["plan", "--", "--lang", "zh"]) == (None, ["plan", "--", "--lang", "zh"])
    with pytest.raises(InputError):
        take_language(["plan", "--lang"])


def test_reader_that_leaves_is_no_trouble() -> None:
    """When the reader of a pipe goes away, nothing is complained about."""
    line = f"{sys.executable} -m junshi schema | head -n 1"
    finished = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=60)
    assert finished.stdout == "{\n"
    assert finished.stderr == ""


def test_terminal_without_unicode_gets_question_marks() -> None:
    """Chinese on a terminal that cannot show it is replaced, not an error."""
    answer = junshi("--help", "--lang", "zh", environment={"PYTHONIOENCODING": "ascii"})
    assert answer.code == 0
    assert "?" in answer.out
