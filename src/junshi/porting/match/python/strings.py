"""Where a Python string becomes a device, a back end, a command or an environment variable."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from junshi.porting.guards import ABSTRACTION_WORDS, ECOSYSTEM_WORDS, words_of
from junshi.porting.match.python.arguments import is_device_text
from junshi.porting.match.python.nodes import literals_of, opened
from junshi.porting.match.python.scope import Scope

NOT_DEVICE_CALLS = frozenset(
    [
        "print",
        "join",
        "exists",
        "isdir",
        "isfile",
        "open",
        "Path",
        "getLogger",
        "debug",
        "info",
        "warning",
        "warn",
        "warning_once",
        "info_once",
        "error",
        "exception",
        "critical",
        "log",
        "write",
        "format",
        "replace",
        "split",
        "rsplit",
        "strip",
        "lstrip",
        "rstrip",
        "find",
        "index",
        "count",
        "append",
        "add",
        "remove",
        "discard",
        "pop",
        "get",
        "getattr",
        "hasattr",
        "setattr",
        "isinstance",
        "import_module",
        "find_spec",
        "ValueError",
        "RuntimeError",
        "TypeError",
        "KeyError",
        "AssertionError",
        "NotImplementedError",
        "Exception",
        "ImportError",
        "glob",
        "match",
        "search",
        "sub",
        "compile",
        "findall",
        "encode",
        "lower",
        "upper",
        "endswith",
        "skip",
        "skipif",
        "xfail",
        "mark",
        "TypeVar",
        "NewType",
        "Literal",
        "field",
        "dirname",
        "basename",
        "makedirs",
        "mkdir",
        "removeprefix",
        "add_argument",
        "issubset",
        "namedtuple",
        "StrEnum",
        "Enum",
        "version",
        "extend",
        "insert",
        "update",
        "escape",
        "dedent",
        "parametrize",
    ]
)
"""Calls whose plain string arguments are text, not devices."""

_DEVICE_NAMES = frozenset({"map_location"})
_COMPARERS = frozenset({"startswith", "find", "index", "count", "endswith"})
_COMMAND_CALLS = frozenset(
    [
        "run",
        "call",
        "check_call",
        "check_output",
        "Popen",
        "system",
        "popen",
        "which",
        "getoutput",
        "getstatusoutput",
    ]
)
_COLLECTION = ast.List | ast.Tuple | ast.Set
_BACKEND_NAME = re.compile(r"backend", re.IGNORECASE)


def is_device_name(name: str | None) -> bool:
    """Whether a variable, parameter or key is named like a device."""
    if not name:
        return False
    if name in _DEVICE_NAMES or name.lower().endswith("device"):
        return True
    return bool(words_of(name) & {"device", "devices", "dev", "accelerator"})


_TEXT_NAMES = frozenset(
    {"tag", "label", "prefix", "suffix", "title", "song", "comment", "caption", "alias", "code", "text",
     "source", "src", "policy", "mode", "strategy"}
)  # fmt: skip


def is_given_name(node: ast.expr, scope: Scope) -> bool:
    """Whether a side of a comparison is a plain name of a device, as a user or a setting gives it.

    `x.device.type`, what is bound to it, a call, and names that end in `type` are a device itself.
    """
    if isinstance(node, ast.Attribute):
        return not node.attr.endswith("type")
    if not isinstance(node, ast.Name) or node.id.endswith("type"):
        return False
    found = scope.look_up(node.id)
    bound = [value for value in found[1] if isinstance(value, ast.expr)] if found else []
    return not any(isinstance(value, ast.Call) or last_name(value).endswith("type") for value in bound)


def is_text_name(name: str | None) -> bool:
    """Whether a variable or option is named like a text that stands for no device, e.g. a tag."""
    return bool(name) and not _TEXT_NAMES.isdisjoint(words_of(name or ""))


_KEPT_BY_DEVICE = re.compile(
    r"devic|backend|platform|accelerat|kernel|impl|ops\b|registry|dispatch|provider|dtype", re.IGNORECASE
)


def is_kept_by_device(name: str) -> bool:
    """Whether a container is named like one whose keys are devices or back ends."""
    return _KEPT_BY_DEVICE.search(name) is not None


def is_backend_name(name: str | None) -> bool:
    """Whether a variable, parameter or key is named like a communication back end."""
    return name is not None and _BACKEND_NAME.search(name) is not None


def name_of(target: ast.expr) -> str | None:
    """Last name of an assignment target."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return target.slice.value if isinstance(target.slice.value, str) else None
    return None


def device_literals(expression: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """Literals in an expression that name a CUDA device, aliases followed, lists opened."""
    if isinstance(expression, _COLLECTION):
        for element in expression.elts:
            yield from device_literals(element, scope)
        return
    if isinstance(expression, ast.Dict):
        for value in expression.values:
            if isinstance(value, ast.Constant | ast.JoinedStr):
                yield from device_literals(value, scope)
        return
    for text, node in scope.strings(expression):
        if is_device_text(text, node):
            yield node


def device_choice(expression: ast.IfExp) -> Iterator[ast.expr]:
    """Literals of `"cuda" if … else "cpu"`: a choice of device wherever it stands."""
    sides = (expression.body, expression.orelse)
    texts = [side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)]
    if any(text.split(":")[0] in ("cpu", "mps") for text in texts):
        for side in sides:
            if (
                isinstance(side, ast.Constant)
                and isinstance(side.value, str)
                and is_device_text(side.value, side)
            ):
                yield side


def compared_literals(compare: ast.Compare) -> list[ast.Constant]:
    """Give the string literals on either side of a comparison, also inside lists."""
    return literals_of(opened(compare.left, *compare.comparators))


OTHER_DEVICES = frozenset({"cpu", "mps", "meta", "xpu", "npu", "mlu", "musa", "xla", "hpu", "gloo"})
"""Values that stand beside `"cuda"` or `"nccl"` where a list or dictionary is about devices."""


_FORMATS = frozenset(
    {"float64", "double", "complex64", "complex128", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz",
     "float8_e5m2fnuz"}
)  # fmt: skip
"""Number formats that rules are about; asking for one or listing it computes nothing with it."""


def compared_types(compare: ast.Compare) -> Iterator[ast.Attribute]:
    """Yield number formats such as `torch.float64` on either side of a comparison, also inside lists."""
    for part in opened(compare.left, *compare.comparators):
        if isinstance(part, ast.Attribute) and part.attr in _FORMATS:
            yield part


def listed_types(values: Sequence[ast.expr]) -> Iterator[ast.Attribute]:
    """Yield number formats such as `torch.float64` that are one of several things listed."""
    if len(values) > 1:
        for part in values:
            if isinstance(part, ast.Attribute) and part.attr in _FORMATS:
                yield part


def listed_devices(node: ast.List | ast.Tuple | ast.Set) -> Iterator[ast.Constant]:
    """Yield `"cuda"` where it is listed beside another device: `for d in ("cpu", "cuda")`."""
    literals = literals_of(node.elts)
    if any(part.value in OTHER_DEVICES for part in literals):
        yield from (part for part in literals if is_device_text(str(part.value), part))


def is_cuda_constant(node: ast.expr) -> bool:
    """Whether a name is a constant of the project's own that lists CUDA: `CUDA_DISTRIBUTED_TYPES`."""
    name = last_name(node)
    return len(name) > 4 and name.isupper() and bool({"cuda", "gpu", "gpus"} & set(name.lower().split("_")))


def named_beside(literals: list[ast.Constant]) -> frozenset[str]:
    """Ecosystems that stand in the same comparison: `device in ("cuda", "npu")` is handled for cann."""
    words = {word for literal in literals for word in words_of(str(literal.value))}
    return frozenset(ECOSYSTEM_WORDS[word] for word in words if word in ECOSYSTEM_WORDS)


def is_comparer(call: ast.Call) -> bool:
    """Whether a call such as `x.startswith("cuda")` compares."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in _COMPARERS


def is_command_call(last: str) -> bool:
    """Whether a call starts a program."""
    return last in _COMMAND_CALLS


def command_word(text: str, commands: dict[str, str], whole: bool) -> str | None:
    """Command of the rules that a string starts with, or holds as a word when `whole` is false."""
    stripped = text.strip()
    first = stripped.split(None, 1)[0] if stripped else ""
    first = first.rsplit("/", 1)[-1]
    if first in commands and (whole or len(stripped) < 4000):
        return first
    if whole:
        return None
    return next((part for part in re.split(r"[\s|;&()\"'/]+", stripped[:4000]) if part in commands), None)


SWITCH_FLAGS = frozenset({"no_cuda", "use_cuda", "with_cuda", "is_cuda_available", "use_gpu_cuda"})
_MEMBER = re.compile(r"(?:[A-Z]+_)*GPU(?:_[A-Z]+)*\Z")


def is_switch_member(name: str) -> bool:
    """Whether an attribute is a member of an enumeration that stands for GPUs: `MULTI_GPU`."""
    return _MEMBER.match(name) is not None


_QUESTION = frozenset(
    {"is", "has", "have", "use", "uses", "support", "supports", "no", "with", "require", "requires", "can",
     "should", "check", "available", "enabled"}
)  # fmt: skip


def is_question(name: str) -> bool:
    """Whether a helper's name asks: its answer decides between devices where it is called."""
    return bool(_QUESTION & set(name.lower().split("_")))


def is_switch_call(name: str) -> bool:
    """Whether a helper of the project's own asks for or acts on CUDA: `is_cuda_available()`."""
    parts = name.split("_")
    return len(parts) > 1 and "cuda" in parts


def is_double(node: ast.expr | None) -> TypeGuard[ast.Attribute]:
    """Whether a value names FP64: `torch.float64`, `torch.double`."""
    return isinstance(node, ast.Attribute) and node.attr in ("float64", "double")


def is_abstraction(node: ast.expr, dotted: str | None) -> bool:
    """Whether a name or method is of an object that stands for whatever platform runs."""
    if dotted is not None and not ABSTRACTION_WORDS.isdisjoint(dotted.split(".")):
        return True
    return isinstance(node, ast.Attribute) and last_name(node.value) in ABSTRACTION_WORDS


def is_layout(value: ast.expr | None) -> bool:
    """Whether a value only names a layout of memory, `torch.channels_last`; what is laid out so is found."""
    return isinstance(value, ast.Attribute) and value.attr.startswith("channels_last")


def last_name(node: ast.expr) -> str:
    """Last name of a name or attribute, empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
