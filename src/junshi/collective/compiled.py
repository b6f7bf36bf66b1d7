"""Compilation of the kernels by numba; without numba, calling one says in a sentence what to install."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

from junshi.errors import InputError

Function = TypeVar("Function", bound=Callable[..., Any])

try:
    import numba
except ImportError:
    HAS_NUMBA = False
else:
    HAS_NUMBA = True

parallel_range: Any = numba.prange if HAS_NUMBA else range


def compiled(*, parallel: bool = False, inline: bool = False) -> Callable[[Function], Function]:
    """Compile a function at its first call and keep the machine code on disk.

    Without numba the function is replaced by one that raises when it is called, so that the package can be
    imported and everything that needs no kernel still works.
    """

    def decorate(function: Function) -> Function:
        if not HAS_NUMBA:
            return cast("Function", _refuse)
        compile_it = numba.njit(
            parallel=parallel,
            cache=True,
            nogil=True,
            fastmath={"contract", "arcp", "nsz"},
            error_model="numpy",
            inline="always" if inline else "never",
        )
        return cast("Function", compile_it(function))

    return decorate


def _refuse(*arguments: object) -> None:
    """Stand in for a kernel."""
    del arguments
    raise InputError("collective.needs_numba")


def is_compiled(kernel: Callable[..., Any]) -> bool:
    """Whether the machine code of a kernel lies on disk, newer than its source, so that a run begins at once.

    It is kept next to the package, or in the user's cache folder where the package cannot be written;
    NUMBA_CACHE_DIR overrules both.
    """
    if not HAS_NUMBA:
        return False
    python = getattr(kernel, "py_func", kernel)
    source = Path(inspect.getfile(python))
    folder = Path(getattr(kernel, "stats").cache_path)  # noqa: B009 - numba's own attribute, unknown to mypy
    line = inspect.getsourcelines(python)[1]
    name = f"{source.stem}.{python.__qualname__}-{line}.*.nbi"
    changed = source.stat().st_mtime
    return any(index.stat().st_mtime >= changed for index in folder.glob(name))


CHUNKS = 4
"""Parts of the work for each thread: few, since every call unpacks the whole world; more than one, so that a
slow part does not keep the others waiting."""


def on_all_cores(task: Callable[[int, int], None], count: int) -> None:
    """Do a task on parts of 0 … count, from the first to before the last, on as many threads as numba uses.

    Kernels let go of the interpreter's lock. Numba's own parallel loops do the same, but take three times as
    long to compile.
    """
    threads = min(count, numba.get_num_threads()) if HAS_NUMBA else 1
    if threads <= 1:
        task(0, count)
        return
    parts = min(count, CHUNKS * threads)
    edges = [count * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(task, edges[:-1], edges[1:]))


def require_numba() -> None:
    """Raise at once where kernels will be needed later.

    Raises
    ------
    InputError : numba is not installed; says what to install
    """
    if not HAS_NUMBA:
        raise InputError("collective.needs_numba")
