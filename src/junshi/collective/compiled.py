"""Compilation of the kernels by numba; without numba, calling one says in a sentence what to install."""

from __future__ import annotations

from collections.abc import Callable
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


def is_compiled() -> bool:
    """Whether the largest kernel was compiled before, so that a run begins at once."""
    return any((Path(__file__).parent / "__pycache__").glob("dynamics.run_classes*.nbi"))


def require_numba() -> None:
    """Raise at once where kernels will be needed later.

    Raises
    ------
    InputError : numba is not installed; says what to install
    """
    if not HAS_NUMBA:
        raise InputError("collective.needs_numba")
