"""Writes the generated pages: docs/cli.md from the commands themselves. A test fails when one is stale."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
INTRODUCTION = """# The command line

Generated from the commands by `make docs`; do not edit. `--help` shows the same in your language
(`JUNSHI_LANG=zh` for Chinese). Exit codes: 0 done, 2 wrong input, 3 nothing fits, 4 solver trouble,
130 interrupted.
"""


def command_pages() -> dict[str, Any]:
    """Every command by its full name, such as `junshi catalogue show`, sorted."""
    os.environ["JUNSHI_LANG"] = "en"
    import typer.main

    from junshi.cli.app import app

    return dict(sorted(_walk("junshi", typer.main.get_command(app))))


def _walk(name: str, command: Any) -> list[tuple[str, Any]]:
    found = [(name, command)]
    for word, child in getattr(command, "commands", {}).items():
        found += _walk(f"{name} {word}", child)
    return found


def cli_page() -> str:
    """Text of docs/cli.md."""
    return INTRODUCTION + "".join(_section(name, command) for name, command in command_pages().items())


def _section(name: str, command: Any) -> str:
    children = getattr(command, "commands", {})
    usage = f"{name} {'COMMAND' if children else _usage(command)}".rstrip()
    parts = [f"\n## `{name}`\n", _plain(command.help or "") + "\n", f"    {usage}\n"]
    if children:
        parts.append(
            "\n".join(f"- `{word}`: {_plain(child.help or '')}" for word, child in children.items()) + "\n"
        )
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    if rows:
        parts.append("| | |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(part for part in parts if part)


def _usage(command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    words = [p.name.upper() if p.required else f"[{p.name.upper()}]" for p in arguments]
    return " ".join([*words, "[OPTIONS]"])


def _row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = f"`{parameter.name.upper()}`"
    else:
        names = [*parameter.opts, *parameter.secondary_opts]
        name = ", ".join(f"`{option}`" for option in names)
    return f"| {name} | {_plain(parameter.help or '')}{_default(parameter)} |"


def _default(parameter: Any) -> str:
    value = parameter.default
    if value is None or value is False or value == "" or parameter.required or callable(value):
        return ""
    return f" (default `{value.value if hasattr(value, 'value') else value}`)"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


PAGES = {"cli.md": cli_page}


def main() -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
