"""The `junshi` command: one module per sub-command, each reads, calls and shows."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


def main() -> None:
    """Entry point; every expected trouble becomes one sentence on stderr and an exit code."""
    app()
