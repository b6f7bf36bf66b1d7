"""Work in a process of its own with a limit on CPU time, so that what does not finish can be left."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


def within(seconds: float, work: Callable[..., Any], *arguments: object) -> Any | None:
    """Result of `work(*arguments)`; None when it used more than `seconds` of CPU time or failed.

    The wall clock may run twenty times as long as the limit, on a busy machine.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, seconds, work, arguments))
    process.start()
    sender.close()
    answer = None
    if receiver.poll(20 * seconds):
        with contextlib.suppress(EOFError):
            answer = receiver.recv()
    process.kill()
    process.join()
    return answer


def _child(
    sender: Connection, seconds: float, work: Callable[..., Any], arguments: tuple[object, ...]
) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    with open(os.devnull, "w") as silence:  # noqa: PTH123 - the builders talk through file descriptors
        os.dup2(silence.fileno(), 1)
    try:
        sender.send(work(*arguments))
    except Exception:  # noqa: BLE001 - whatever stops a competitor is printed and counts as not finished
        traceback.print_exc()
