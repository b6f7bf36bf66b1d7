"""Serve the page until it is stopped; the access log is off, so that no address or token is kept."""

from __future__ import annotations

import socket

import uvicorn

from junshi.errors import InputError
from junshi.page.app import create_app
from junshi.page.settings import PageSettings
from junshi.show.export.write import cannot_write_as_error

CLOSING_SECONDS = 3
"""How long open connections, such as streams of progress, hold up the end."""


def serve(settings: PageSettings) -> None:
    """Bind, answer, and save what is worked on when told to end."""
    with cannot_write_as_error(settings.runs):
        app = create_app(settings)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=CLOSING_SECONDS,
        h11_max_incomplete_event_size=64_000,
    )


def free_port(host: str, port: int) -> int:
    """Port that can be bound: the one asked for, or any that is free for 0.

    Raises
    ------
    InputError : in use, not allowed, or no address of this machine
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as trouble:
            reason = trouble.strerror or str(trouble)
            raise InputError("cli_serve.cannot_bind", host=host, port=port, reason=reason) from trouble
        return int(trial.getsockname()[1])
