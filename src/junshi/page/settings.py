"""How the page is served: where, for whom, and how much at once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_RUNS = Path("runs/page")
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8420


@dataclass(frozen=True)
class PageSettings:
    """Settings of one server.

    Attributes
    ----------
    runs : folder of runs, drafts and uploads; made when absent
    host, port : address that the server binds
    token : asked of every request; required on an address that is not loopback, None = none is asked
    names : further host names that requests may carry
    at_once : runs that are worked on at the same time
    waiting : most runs in the queue
    starts_per_minute : most runs that one client may start in a minute
    """

    runs: Path = DEFAULT_RUNS
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    token: str | None = None
    names: tuple[str, ...] = ()
    at_once: int = 1
    waiting: int = 20
    starts_per_minute: int = 30

    def __post_init__(self) -> None:
        if not is_loopback(self.host) and self.token is None:
            message = f"a token is required on {self.host}"
            raise ValueError(message)

    @property
    def address(self) -> str:
        """Link to the start page; it carries the token, so it is shown once and never logged."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        link = f"http://{host}:{self.port}/"
        return link if self.token is None else f"{link}?token={self.token}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
