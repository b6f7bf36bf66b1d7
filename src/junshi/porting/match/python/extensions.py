"""Extensions of PyTorch: what they are built from, and operators registered for a dispatch key."""

from __future__ import annotations

import ast

from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.nodes import constants, literals_of, opened
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import last_name

_CUDA_LIBRARIES = frozenset(
    {"cuda", "cudart", "cublas", "cublasLt", "cudnn", "cufft", "curand", "cusparse", "cusolver", "nccl",
     "nvrtc", "nvToolsExt", "cupti", "nvjpeg", "nppc"}
)  # fmt: skip
_HOST_SOURCES = (".cpp", ".cc", ".cxx", ".c")


def match_libraries(file: FileMatch, value: ast.expr, handled: frozenset[str]) -> None:
    """Libraries of CUDA that an extension is linked with."""
    for part in literals_of(opened(value)):
        if part.value in _CUDA_LIBRARIES:
            file.hit("py-build-cuda-library", part.lineno, str(part.value), handled, node=part)


def is_host_only(call: ast.Call) -> bool:
    """Whether an extension is built from sources that are all named and all for the host."""
    named = [str(literal.value) for literal in literals_of(constants(call))]
    with_cuda = any(word.arg in ("with_cuda", "extra_cuda_cflags") for word in call.keywords)
    native = any(text.endswith((".cu", ".cuh")) for text in named)
    return any(text.endswith(_HOST_SOURCES) for text in named) and not native and not with_cuda


def is_torch_library(function: ast.expr, dotted: str | None, scope: Scope) -> bool:
    """Whether `impl` is PyTorch's, of the module or of a library object, not of a registry of one's own."""
    if dotted is not None:
        return dotted.startswith("torch.")
    owner = function.value if isinstance(function, ast.Attribute) else None
    if isinstance(owner, ast.Name):
        found = scope.look_up(owner.id)
        calls = [value for value in found[1] if isinstance(value, ast.Call)] if found else []
        if calls:
            return any(last_name(value.func) == "Library" for value in calls)
    return owner is not None and "lib" in last_name(owner).lower()
