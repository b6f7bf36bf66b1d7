"""Code that is already guarded or ported: recognised from words, so that it costs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from junshi.porting.finding import EVERYONE, NOTHING
from junshi.porting.match.python.nodes import children

ECOSYSTEM_WORDS = {
    "npu": "cann",
    "npus": "cann",
    "ascend": "cann",
    "cann": "cann",
    "hccl": "cann",
    "mindspeed": "cann",
    "ascendc": "cann",
    "rocm": "rocm",
    "hip": "rocm",
    "hipify": "rocm",
    "amd": "rocm",
    "amdgpu": "rocm",
    "gfx9": "rocm",
    "gfx90a": "rocm",
    "gfx942": "rocm",
    "rccl": "rocm",
    "hipcc": "rocm",
    "miopen": "rocm",
    "aiter": "rocm",
    "musa": "musa",
    "mccl": "musa",
    "mthreads": "musa",
    "mlu": "neuware",
    "cncl": "neuware",
    "cambricon": "neuware",
    "neuware": "neuware",
    "bang": "neuware",
    "xpu": "xpu",
    "sycl": "xpu",
    "oneapi": "xpu",
    "ipex": "xpu",
    "xccl": "xpu",
    "maca": "maca",
    "metax": "maca",
    "corex": "corex",
    "iluvatar": "corex",
    "hpu": "synapseai",
    "gaudi": "synapseai",
    "gcu": "tops",
    "sdaa": "sdaa",
}
"""Word of an identifier, path or string → ecosystem that it speaks of."""

OTHER_PLATFORM_WORDS = frozenset({"mps", "metal", "tpu", "xla", "neuron", "cpu"})
CUDA_WORDS = frozenset({"cuda", "nvidia", "nvcc", "nccl", "sm80", "sm90", "hopper", "ampere"})
ABSTRACTION_WORDS = frozenset({"current_platform", "get_accelerator", "current_accelerator"})

_ECOSYSTEM_NAMES = frozenset(ECOSYSTEM_WORDS)
_LONG_TEXT = 200
_WORD = re.compile(r"[A-Za-z]+[0-9]*[a-z]*|[0-9]+")


@lru_cache(maxsize=65536)
def words_of(text: str) -> frozenset[str]:
    """Lower-case words of an identifier, path or expression.

    Examples
    --------
    >>> sorted(words_of("is_npu_available"))
    ['available', 'is', 'npu']
    """
    return frozenset(word.lower() for part in text.split("_") for word in _WORD.findall(part))


def ecosystems_of(text: str) -> frozenset[str]:
    """Ecosystems other than CUDA that a text speaks of.

    Examples
    --------
    >>> sorted(ecosystems_of("USE_ROCM"))
    ['rocm']
    """
    words = words_of(text)
    if words.isdisjoint(_ECOSYSTEM_NAMES):
        return NOTHING
    return frozenset(ECOSYSTEM_WORDS[word] for word in words if word in ECOSYSTEM_WORDS)


def path_owner(path: str) -> frozenset[str]:
    """Ecosystems that a file belongs to by its path: its code is a port already, not a tie.

    Examples
    --------
    >>> sorted(path_owner("csrc/rocm/attention.cu"))
    ['rocm']
    """
    owners = NOTHING
    for part in path.split("/"):
        if words_of(part).isdisjoint(CUDA_WORDS):
            owners |= ecosystems_of(part)
    return owners


def counterpart_ecosystems(name: str, ported: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Ecosystems with a file of their own beside a CUDA file: `npu_x.py` for `cuda_x.py`.

    Parameters
    ----------
    name : of a file or folder; when it does not speak of CUDA the result is empty
    ported : of the folder that it is in; see `counterparts`
    """
    if not ported or words_of(name).isdisjoint(CUDA_WORDS):
        return NOTHING
    return ported.get(_neutral(name), NOTHING)


def counterparts(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Names in a folder that speak of other ecosystems, platform words taken out, with the ecosystems."""
    found: dict[str, frozenset[str]] = {}
    for name in names:
        ecosystems = ecosystems_of(name)
        if ecosystems:
            shape = _neutral(name)
            found[shape] = found.get(shape, NOTHING) | ecosystems
    return found


def _neutral(name: str) -> str:
    """Replace each platform word of a file name by one mark."""
    parts = re.split(r"([A-Za-z0-9]+)", name)
    return "".join(
        "@" if part.lower() in ECOSYSTEM_WORDS or part.lower() in CUDA_WORDS else part for part in parts
    )


@lru_cache(maxsize=64)
def expression_words(expression: ast.expr) -> frozenset[str]:
    """Words of all names, attributes and strings in a Python expression."""
    words: set[str] = set()
    pending: list[ast.AST] = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            words |= words_of(node.id)
            words.add(node.id)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and len(node.value) < _LONG_TEXT:
                words |= words_of(node.value)
        else:
            if isinstance(node, ast.Attribute):
                words |= words_of(node.attr)
                words.add(node.attr)
            pending.extend(children(node))
    return frozenset(words)


def branch_handling(test: ast.expr, chain: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What the body and the other branch of an `if` are handled for.

    Parameters
    ----------
    test : the condition
    chain : ecosystems that later branches of the same `if` / `elif` chain speak of

    Returns
    -------
    handled in the body, handled in the rest: code for another ecosystem (`*`: a tie for nobody), or code
    that the named ecosystems never reach
    """
    words = expression_words(test)
    named = frozenset(ECOSYSTEM_WORDS[word] for word in words if word in ECOSYSTEM_WORDS) | chain
    own = frozenset(ECOSYSTEM_WORDS[word] for word in words if word in ECOSYSTEM_WORDS)
    if words & ABSTRACTION_WORDS and words & (CUDA_WORDS | {"is_cuda", "is_cuda_alike", "type"}):
        return EVERYONE, named
    if not own:
        return named, named
    if _is_negation(test):
        return named, EVERYONE | named
    if words & CUDA_WORDS or _is_inequality(test):
        return named, named
    return EVERYONE, named


def _is_inequality(test: ast.expr) -> bool:
    """Whether the condition is of the form `x != …` or `x not in …`."""
    return isinstance(test, ast.Compare) and any(isinstance(op, ast.NotEq | ast.NotIn) for op in test.ops)


def _is_negation(test: ast.expr) -> bool:
    """Whether the condition is of the form `not …` or `… is None`."""
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not)
    return isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Is)


_DIRECTIVE_ECOSYSTEMS = (
    (re.compile(r"ROCM|HIP|AMD|__gfx"), "rocm"),
    (re.compile(r"MUSA"), "musa"),
    (re.compile(r"NPU|ASCEND|CANN|__CCE"), "cann"),
    (re.compile(r"MLU|BANG|CAMBRICON|NEUWARE"), "neuware"),
    (re.compile(r"SYCL|XPU|ONEAPI"), "xpu"),
    (re.compile(r"MACA|METAX"), "maca"),
    (re.compile(r"COREX|ILUVATAR"), "corex"),
)


@lru_cache(maxsize=4096)
def directive_ecosystems(condition: str) -> frozenset[str]:
    """Ecosystems whose macros a preprocessor condition names.

    Examples
    --------
    >>> sorted(directive_ecosystems("defined(__HIP_PLATFORM_AMD__) || defined(__MUSA__)"))
    ['musa', 'rocm']
    """
    return frozenset(name for pattern, name in _DIRECTIVE_ECOSYSTEMS if pattern.search(condition))
