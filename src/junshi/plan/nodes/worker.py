"""Worker process: owns the nodes of some Markov states and answers over its pipes until they close."""

from __future__ import annotations

import signal
import sys

from junshi.errors import JunshiError
from junshi.plan.nodes.crew import receive, run, send
from junshi.plan.nodes.owner import NodeOwner


def main() -> None:
    """Serve one crew; Ctrl-C is the crew's business, the worker ends when its input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    problem, share, shares = receive(source)
    owner = NodeOwner(problem, share, shares)
    while True:
        try:
            method, arguments = receive(source)
        except EOFError:
            return
        try:
            answer: tuple[bool, object] = (True, run(owner, method, arguments))
        except JunshiError as trouble:
            answer = (False, trouble)
        try:
            send(sink, answer)
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
