"""The `junshi` command: one module per sub-command, each reads, calls and shows.

`main` chooses the language before any sub-command is imported, since its help is made at import; imports
only the sub-command that is asked for, so that the others cost no time; and turns every expected trouble
into its sentence on standard error and its exit code.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer

from junshi import __version__
from junshi.errors import InputError, JunshiError
from junshi.text import LANGUAGES, say, set_language

COMMANDS = (
    "init",
    "check",
    "plan",
    "catalogue",
    "supply",
    "demand",
    "schema",
    "predict",
    "calibrate",
    "bench",
    "compare",
    "scan",
    "collective",
    "frontier",
    "certainty",
    "stress",
    "playbook",
    "alternatives",
    "sensitivity",
    "backtest",
    "switch",
    "report",
    "serve",
)
INTERRUPTED = 130
BROKEN_PIPE = 141


@cache
def build_app() -> typer.Typer:
    """Command with all its sub-commands imported, help in the language in force at the first call."""
    return _build(COMMANDS)


def _build(imported: Sequence[str]) -> typer.Typer:
    """Command whose sub-commands are imported when named, else stand in with their line of help."""
    command = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help=say("cli.help"),
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    command.callback()(_global_options())
    for name in COMMANDS:
        module_name = f"junshi.cli.{name}"
        if importlib.util.find_spec(module_name) is None:
            continue
        if name in imported:
            importlib.import_module(module_name).register(command)
        else:
            command.command(name, help=say(f"cli_{name}.help"))(_stand_in)
    return command


def _stand_in() -> None:
    """Do nothing: a sub-command that was not asked for is shown in the help only."""


def __getattr__(name: str) -> Any:
    """`app`, built at first use."""
    if name == "app":
        return build_app()
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def _global_options() -> Any:
    """Options before the sub-command; `--lang` is taken out earlier and stands here for the help."""

    def options(
        language: Annotated[  # noqa: ARG001 - taken by `main`
            str | None, typer.Option("--lang", metavar="|".join(LANGUAGES), help=say("cli.lang"))
        ] = None,
        version: Annotated[
            bool, typer.Option("--version", help=say("cli.version"), is_eager=True, callback=_print_version)
        ] = False,
    ) -> None:
        del version

    return options


def _print_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"junshi {__version__}")
        raise typer.Exit


def take_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Value of the last `--lang`, wherever it stands before `--`, and the other arguments.

    Raises
    ------
    InputError : a language that there is not, or none named

    Examples
    --------
    >>> take_language(["plan", "my.toml", "--lang", "zh"])
    ('zh', ['plan', 'my.toml'])
    """
    language: str | None = None
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return language, [*rest, word, *words]
        if word == "--lang":
            language = _known_language(next(words, ""))
        elif word.startswith("--lang="):
            language = _known_language(word.removeprefix("--lang="))
        else:
            rest.append(word)
    return language, rest


def _known_language(name: str) -> str:
    """Name of a language that there are sentences in."""
    if name not in LANGUAGES:
        raise InputError("cli.unknown_language", name=name, known=", ".join(LANGUAGES))
    return name


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; exits with 0, or the code of the trouble after one sentence on standard error."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Exit code of the command with these arguments; nothing expected escapes as a traceback."""
    _never_fail_on_letters()
    try:
        language, rest = take_language(arguments)
        set_language(language)
        asked = next((word for word in rest if not word.startswith("-")), "")
        _build([asked])(rest, prog_name="junshi", standalone_mode=True)
    except JunshiError as trouble:
        print(trouble.sentence(), file=sys.stderr)  # noqa: T201 - the command speaks
        return trouble.exit_code
    except KeyboardInterrupt:
        print(say("cli.interrupted"), file=sys.stderr)  # noqa: T201 - the command speaks
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; keep the interpreter from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def _never_fail_on_letters() -> None:
    """Terminals without Unicode get question marks instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
