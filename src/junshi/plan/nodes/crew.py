"""Owners in this process or in worker processes, asked together and answered in a fixed order."""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from junshi.errors import SolverTrouble
from junshi.plan.nodes.model import NodeSolution
from junshi.plan.nodes.owner import NodeOwner
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
_HEADER = struct.Struct("<Q")


def send(stream: IO[bytes], message: object) -> None:
    """Write one length-prefixed pickle."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_HEADER.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one length-prefixed pickle; EOFError when the peer is gone."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError
    (size,) = _HEADER.unpack(header)
    return pickle.loads(stream.read(size))  # noqa: S301 - our own worker, over a private pipe


class Crew:
    """Owners of all Markov states; `ask` calls one method on each owner.

    With one worker the owner lives in this process. Otherwise each is a fresh interpreter that talks over
    its own pipes: nothing of the caller's main module is imported again.
    """

    def __init__(self, problem: MultistageProblem, workers: int) -> None:
        largest = max(len(nodes) for nodes in problem.nodes)
        self.size = max(1, min(workers, largest))
        self._local: NodeOwner | None = None
        self._processes: list[subprocess.Popen[bytes]] = []
        if self.size == 1:
            self._local = NodeOwner(problem, 0, 1)
            return
        for share in range(self.size):
            process = subprocess.Popen(
                [sys.executable, "-m", "junshi.plan.nodes.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
            self._processes.append(process)
            self._write(process, (problem, share, self.size))

    @staticmethod
    def _write(process: subprocess.Popen[bytes], message: object) -> None:
        if process.stdin is None:
            raise SolverTrouble("plan.worker_lost")
        try:
            send(process.stdin, message)
        except BrokenPipeError as error:
            raise SolverTrouble("plan.worker_lost") from error

    @staticmethod
    def _read(process: subprocess.Popen[bytes]) -> Any:
        if process.stdout is None:
            raise SolverTrouble("plan.worker_lost")
        try:
            ok, answer = receive(process.stdout)
        except EOFError as error:
            raise SolverTrouble("plan.worker_lost") from error
        if not ok:
            raise answer
        return answer

    def ask(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call `method` on each owner with its own arguments; answers in the order of the owners."""
        if self._local is not None:
            return [run(self._local, method, arguments[0])]
        for process, argument in zip(self._processes, arguments, strict=True):
            self._write(process, (method, argument))
        answers = [self._collect(process) for process in self._processes]
        for ok, answer in answers:
            if not ok:
                raise answer
        return [answer for _, answer in answers]

    def _collect(self, process: subprocess.Popen[bytes]) -> tuple[bool, Any]:
        """Answer of one worker; trouble is kept until all have answered, so that the pipes stay in step."""
        try:
            return True, self._read(process)
        except SolverTrouble as trouble:
            return False, trouble

    def decide(
        self, stage: int, states: IntArray, incoming: FloatArray, *, integer: bool
    ) -> list[NodeSolution]:
        """Decide for each (state, incoming state) of one stage, shapes [task] and [task, dimension]."""
        tasks = [(int(state), point) for state, point in zip(states, incoming, strict=True)]
        shares: list[list[tuple[int, FloatArray]]] = [[] for _ in range(self.size)]
        for task in tasks:
            shares[self.owner_of(task[0])].append(task)
        answers = [iter(part) for part in self.ask("forward", [(stage, share, integer) for share in shares])]
        return [next(answers[self.owner_of(state)]) for state, _ in tasks]

    def owner_of(self, state: int) -> int:
        """Index of the owner of a Markov state."""
        return state % self.size

    def close(self) -> None:
        """End the worker processes."""
        for process in self._processes:
            if process.stdin is not None:
                # a worker that is gone already cannot take what is still in the pipe
                with suppress(BrokenPipeError):
                    process.stdin.close()
        for process in self._processes:
            process.terminate()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._processes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def run(owner: NodeOwner, method: str, arguments: tuple[Any, ...]) -> Any:
    """Dispatch of the few requests that an owner answers."""
    requests: dict[str, Callable[..., Any]] = {
        "forward": forward,
        "backward": backward,
        "select": select,
    }
    return requests[method](owner, *arguments)


def forward(owner: NodeOwner, stage: int, tasks: list[tuple[int, Any]], integer: bool) -> list[Any]:
    """Solve (state, incoming) tasks in order."""
    return [owner.decide(stage, state, incoming, integer=integer) for state, incoming in tasks]


def backward(
    owner: NodeOwner, stage: int, cuts: list[Any], wanted: Any, points: Any, switch: int | None
) -> Any:
    """Append the new future cuts of a stage, then value and slope of the wanted states at the points."""
    for cut in cuts:
        owner.add_cuts(stage, cut)
    return owner.value_slopes(stage, wanted, points, switch)


def select(owner: NodeOwner, stage: int, chosen: dict[int, tuple[Any, Any]]) -> None:
    """Replace the cuts of owned nodes by a selection."""
    for state, (alphas, betas) in chosen.items():
        owner.replace_cuts(stage, state, alphas, betas)
