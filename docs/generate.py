"""Writes the generated pages: the commands from their help, the formulation from the modules that make it.

A test fails when a page is stale.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
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


FORMULATION = """# The formulation

Generated from `src/junshi/plan/formulation/` and `src/junshi/plan/instance.py` by `make docs`; do not edit.
[Method](method.md) tells how it is solved.

**Sets.** Quarters t = 0 … T−1 (stages); Markov states s = import regime × domestic ramp × demand level;
accelerators k with ecosystem e(k); workloads w; modes m: fresh (as just ported) or seasoned (tuned by use).

**State** carried from quarter to quarter: stock[k]; pipeline[k,j], units that arrive in j quarters;
ported[w,e] and seasoned[w,e], shares from 0 to 1; cash, where unspent money may be kept. A prime marks the
state left to the next quarter. What cannot change is left out of the state.

**Decisions** in each node (t, s), after s is seen: order[k], rent[k], resell[k], held[k], run[w,k,m] (share
of the workload's demand), unmet[w], port[w,e], lost[k] (ordered, will not arrive). Every node can be solved
whatever came before: unmet work and buying nothing are always possible.

In the program itself units are counted in powers of ten near the fleet's size, and money in a power of ten
near the cost of a quarter's unmet work, so that the numbers that the solver sees are near one.
"""


def formulation_page() -> str:
    """Text of docs/formulation.md."""
    from junshi.plan.formulation import build, costs
    from junshi.plan.instance import Fleet, Limits, PlanInstance, Work

    parts = [FORMULATION, "\n## Constraints\n"]
    for family in build.FAMILIES:
        module = sys.modules[family.__module__]
        parts.append(f"\n`{module.__name__.removeprefix('junshi.plan.')}`\n{_block(module.__doc__)}")
    parts.append(f"\n## Objective\n{_block(costs.__doc__)}\n## Parameters\n")
    parts += [
        f"\n`{record.__name__}`\n{_block(record.__doc__)}" for record in (PlanInstance, Fleet, Work, Limits)
    ]
    return "".join(parts)


def _block(text: str | None) -> str:
    return f"\n```text\n{inspect.cleandoc(text or '')}\n```\n"


PAGES = {"cli.md": cli_page, "formulation.md": formulation_page}


def main() -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
