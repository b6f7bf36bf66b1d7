"""`junshi serve`: the page on this machine."""

from __future__ import annotations

import importlib.util
import secrets
from pathlib import Path
from typing import Annotated

import typer

from junshi.errors import InputError
from junshi.show.terminal import terminal
from junshi.text import say

NEEDED = ("fastapi", "uvicorn", "jinja2", "python_multipart", "tomlkit")
LARGEST_PORT = 65_535

Runs = Annotated[Path, typer.Option("--runs", metavar="DIR", help=say("cli_serve.runs"))]
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help=say("cli_serve.host"))]
Port = Annotated[int, typer.Option("--port", min=0, max=LARGEST_PORT, help=say("cli_serve.port"))]
AtOnce = Annotated[int, typer.Option("--at-once", min=1, max=64, help=say("cli_serve.at_once"))]
Names = Annotated[list[str] | None, typer.Option("--name", metavar="HOST", help=say("cli_serve.name"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help=say("cli_serve.help"))(serve)


def serve(
    runs: Runs = Path("runs/page"),
    host: Host = "127.0.0.1",
    port: Port = 8420,
    at_once: AtOnce = 1,
    name: Names = None,
) -> None:
    """Say where the page is, and serve it."""
    missing = [module for module in NEEDED if importlib.util.find_spec(module) is None]
    if missing:
        raise InputError("cli_serve.not_installed", missing=", ".join(missing))
    # the web framework takes a while to import and is an extra: only who serves needs it
    from junshi.page.serving import free_port
    from junshi.page.serving import serve as serve_page
    from junshi.page.settings import PageSettings, is_loopback

    token = None if is_loopback(host) else secrets.token_urlsafe(32)
    settings = PageSettings(
        runs=runs,
        host=host,
        port=free_port(host, port),
        token=token,
        names=tuple(name or ()),
        at_once=at_once,
    )
    terminal(to_error=True).print(
        say("cli_serve.at", address=settings.address), markup=False, highlight=False, soft_wrap=True
    )
    serve_page(settings)
