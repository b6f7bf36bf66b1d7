"""Rules about Python, arranged for quick look-up, and the words without which a file cannot match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from junshi.porting.finding import Outcome
from junshi.porting.match.python.arguments import ArgumentPattern, parse_argument
from junshi.porting.registry import Registry, load_registry

COMMON_ROOTS = frozenset(
    {"torch", "nvidia", "tensorflow", "jax", "transformers", "diffusers", "numba", "accelerate"}
)
_FRAMEWORKS = frozenset({"torch", "triton", "tensorflow", "jax", "paddle"})
_BROAD_KEYWORDS = frozenset({"optim", "mode", "device", "num_gpus"})
"""Keywords too frequent to be a reason to parse a file; their rules are found through other words."""

_ANALYSIS_WORDS = {
    "device_string": ("cuda",),
    "device_compare": ("cuda",),
    "device_name_compare": ("cuda",),
    "nccl_string": ("nccl",),
    "nccl_compare": ("nccl",),
    "triton_kernel": ("triton",),
    "triton_import": ("triton",),
}
LAUNCH_KEYWORDS = ("num_warps", "num_stages", "num_ctas", "maxnreg")
"""Keywords with which a Triton kernel is tuned or launched."""

_PATTERNS_BY_MARK: dict[bytes, bytes] = {
    b".to(": rb"\.to\(\s*\d",
    b"device=": rb"device=\d",
    b"MULTI_GPU": rb"MULTI_GPU",
    b".GPU": rb"\.GPU",
    b"CUDA_": rb"\bCUDA_[A-Z]",
    b"CUDA ": rb"CUDA (?:error|out of memory)",
    b"CUDNN_STATUS": rb"CUDNN_STATUS",
    b".cuda": rb"\.cuda[A-Z]\w+\(",
    b".cu": rb"\.cu[A-Z]\w+\(|\.cuh?['\"]",
    b'"GPU"': rb'"GPU"',
    b"_cuda": rb"_cuda(?!\w{0,40}cuda)",
    b"cuda_": rb"cuda_\w{1,80}\(",
    b'"CUDA"': rb'"CUDA"',
    b"'CUDA'": rb"'CUDA'",
    b"AutogradCUDA": rb"AutogradCUDA",
    b"__global__": rb"__global__",
    b"libnccl": rb"libnccl",
    b"libcu": rb"libcu(?:da|blas|dnn)",
    b"libcuda": rb"libcuda",
    b"cuda:": rb"cuda:",
    b"_requires": rb"(?:install|setup)_requires",
    b"libraries": rb"\blibraries\s*=",
    b"_DEVICE": rb"_DEVICE['\"]",
    b"8bit": rb"8bit",
    b"bnb_": rb"bnb_",
}
"""Literal that must occur → pattern of places to look at, beyond whole words."""


_LONGEST_NAME = 300
_MOST_KNOWN = 100_000
"""Names remembered from file to file; more would only take memory."""


@dataclass
class PythonIndex:
    """Look-up tables from what stands in the code to the id of a rule."""

    exact: dict[str, str] = field(default_factory=dict)
    below: dict[str, str] = field(default_factory=dict)
    starting: list[tuple[str, str]] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    keywords: dict[str, str] = field(default_factory=dict)
    arguments_by_last: dict[str, list[ArgumentPattern]] = field(default_factory=dict)
    arguments_by_keyword: dict[str, list[ArgumentPattern]] = field(default_factory=dict)
    strings: dict[str, str] = field(default_factory=dict)
    string_beginnings: list[tuple[str, str]] = field(default_factory=list)
    environment_beginnings: list[tuple[str, str]] = field(default_factory=list)
    text_beginnings: tuple[str, ...] = ()
    commands: dict[str, str] = field(default_factory=dict)
    words: frozenset[bytes] = frozenset()
    words_by_root: dict[bytes, frozenset[bytes]] = field(default_factory=dict)
    import_words: dict[bytes, bytes] = field(default_factory=dict)
    beginnings: tuple[bytes, ...] = ()
    patterns: tuple[tuple[bytes, bytes, re.Pattern[bytes]], ...] = ()
    only_called: frozenset[str] = frozenset()
    can_be_absent: frozenset[str] = frozenset()
    packages: dict[str, str] = field(default_factory=dict)
    package_roots: frozenset[str] = frozenset()
    module_words: frozenset[bytes] = frozenset()
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    known: dict[str, str | None] = field(default_factory=dict)

    def name_rule(self, dotted: str) -> str | None:
        """Rule of a dotted name: its own, else of the nearest name above it that covers what is below."""
        if dotted not in self.known:
            if len(self.known) > _MOST_KNOWN:
                self.known.clear()
            self.known[dotted] = self._name_rule(dotted)
        return self.known[dotted]

    def _name_rule(self, dotted: str) -> str | None:
        found = self.exact.get(dotted)
        if found is not None:
            return found
        head = dotted[:_LONGEST_NAME]
        while True:
            cut = head.rfind(".")
            if cut < 0:
                break
            head = head[:cut]
            found = self.below.get(head)
            if found is not None:
                return found
            found = self.exact.get(head)
            if found is not None:
                return found
        return next((rule for start, rule in self.starting if dotted.startswith(start)), None)

    def import_rule(self, dotted: str) -> str | None:
        """Rule of an imported module: the nearest module at or above it."""
        head = dotted[:_LONGEST_NAME]
        while head:
            found = self.imports.get(head)
            if found is not None:
                return found
            head = head.rpartition(".")[0]
        return None

    def inside_package(self, dotted: str) -> str | None:
        """Rule of a name inside such a library, not of the library itself or a module on the way to it."""
        rule = self.package_rule(dotted)
        return None if rule is None or dotted in self.packages else rule

    def package_rule(self, dotted: str) -> str | None:
        """Rule of a name inside a library that the target has no build of: what is called there ties too."""
        if dotted.split(".", 1)[0] not in self.package_roots:
            return None
        head = dotted
        while head:
            found = self.packages.get(head)
            if found is not None:
                return found
            head = head.rpartition(".")[0]
        return None

    def leads_on(self, dotted: str) -> bool:
        """Whether a name begins a longer one that a rule is about."""
        return dotted in self.members or dotted in self.below

    def prepare(self) -> None:
        """Collect every proper beginning of the names with what may come next."""
        members: dict[str, set[str]] = {}
        for name in (*self.exact, *self.below, *(start for start, _ in self.starting)):
            parts = name.split(".")
            for count in range(1, len(parts)):
                members.setdefault(".".join(parts[:count]), set()).add(parts[count])
        self.members = {head: frozenset(following) for head, following in members.items()}


@cache
def python_index() -> PythonIndex:
    """Index of the rules of the package."""
    return build_index(load_registry())


def build_index(registry: Registry) -> PythonIndex:
    """Index of a registry."""
    index = PythonIndex()
    words: set[str] = set()
    rooted: dict[str, set[str]] = {}
    beginnings: set[str] = set()
    for rule in registry.rules.values():
        match = rule.match
        for name in match.names:
            _add_name(index, name, rule.id)
            if not rule.credit:  # credits are counted where a line is looked at for another reason
                rooted.setdefault(name.split(".", 1)[0], set()).add(_rarest(name))
        for table, entries in (
            (index.imports, match.imports),
            (index.modules, match.modules),
            (index.methods, match.methods),
            (index.attributes, match.attributes),
            (index.calls, match.calls),
            (index.keywords, match.keywords),
            (index.strings, match.strings),
        ):
            table.update(dict.fromkeys(entries, rule.id))
        if Outcome.AUTO not in rule.outcome.values() or rule.outcome["cann"] is not Outcome.AUTO:
            index.packages.update(
                (name, rule.id) for name in match.imports if name.split(".", 1)[0] not in _FRAMEWORKS
            )
        for name in match.imports:
            root = name.split(".", 1)[0]
            index.import_words[root.encode()] = _import_word(name).encode()
            rooted.setdefault(root, set()).add(_import_word(name))
        words.update((*match.modules, *match.methods, *match.attributes, *match.calls, *match.keywords))
        words.update(match.strings)
        _add_environment(index, rule.id, match.environment, words, beginnings)
        for command in match.commands:
            index.commands[command] = rule.id
            words.add(command.split("-")[0])
        index.string_beginnings.extend((flag, rule.id) for flag in match.flag_strings)
        if match.flag_strings:
            words.update({"nvcc", "gencode", "expt", "use_fast_math", "ptxas", "Xptxas", "lineinfo"})
        _add_arguments(index, rule.id, match.arguments, words, rooted)
        words.update(_ANALYSIS_WORDS.get(match.analysis, ()))
    rooted.setdefault("triton", set()).update(LAUNCH_KEYWORDS)
    index.can_be_absent = frozenset(
        rule.id
        for rule in registry.rules.values()
        if (rule.match.imports or rule.match.commands) and not rule.credit
    )
    index.only_called = frozenset(rule.id for rule in registry.with_analysis("called_or_inherited"))
    index.words = frozenset(word.encode() for word in words)
    for root, found in rooted.items():
        remaining = frozenset(word.encode() for word in found - words)
        if remaining:
            index.words_by_root[root.encode()] = remaining
    index.module_words = frozenset(root for root, found in index.words_by_root.items() if root in found)
    index.text_beginnings = tuple(
        start for start, _ in (*index.environment_beginnings, *index.string_beginnings)
    )
    index.beginnings = tuple(sorted(start.encode() for start in beginnings))
    index.patterns = tuple(
        (max(re.findall(rb"\w+", mark), key=len), mark, re.compile(pattern))
        for mark, pattern in _PATTERNS_BY_MARK.items()
    )
    index.package_roots = frozenset(name.split(".", 1)[0] for name in index.packages)
    index.prepare()
    return index


def _add_name(index: PythonIndex, name: str, rule: str) -> None:
    if name.endswith(".*"):
        index.below[name[:-2]] = rule
    elif name.endswith("*"):
        index.starting.append((name[:-1], rule))
    else:
        index.exact[name] = rule


def _rarest(name: str) -> str:
    """Find the word of a dotted name that a file must contain to mention it."""
    parts = [part for part in name.split(".") if not part.endswith("*")]
    if parts[0] not in COMMON_ROOTS:
        return parts[-1] if parts[0] in _WORDY_ROOTS else parts[0]
    if "cuda" in parts:
        return "cuda"
    marked = next((part for part in parts[1:] if part in _MARKING), None)
    return marked or parts[-1]


_WORDY_ROOTS = frozenset({"kernels", "ray", "accelerate", "vllm", "deepspeed"})
"""Modules whose name occurs in many texts that do not use them."""

_MARKING = frozenset(
    {"cudnn", "_inductor", "cpp_extension", "flex_attention", "jit", "_symmetric_memory", "ProfilerActivity"}
)
"""Parts of a dotted name that are rarer than its last part."""


def _import_word(name: str) -> str:
    parts = name.split(".")
    marked = next((part for part in parts[1:] if part in _MARKING), None)
    return marked or (parts[-1] if parts[0] in COMMON_ROOTS else parts[0])


def _add_environment(
    index: PythonIndex, rule: str, variables: Iterable[str], words: set[str], beginnings: set[str]
) -> None:
    for variable in variables:
        if variable.endswith("*"):
            index.environment_beginnings.append((variable[:-1], rule))
            beginnings.add(variable[:-1])
        else:
            index.strings[variable] = rule
            words.add(variable)


def _add_arguments(
    index: PythonIndex, rule: str, patterns: Iterable[str], words: set[str], rooted: dict[str, set[str]]
) -> None:
    for text in patterns:
        pattern = parse_argument(rule, text)
        if pattern.call == "*":
            if pattern.keyword is None or pattern.position is not None:
                message = f"rule {rule}: an argument of any call is known by its keyword alone"
                raise ValueError(message)
            index.arguments_by_keyword.setdefault(pattern.keyword, []).append(pattern)
        else:
            last = pattern.call.lstrip("*").rpartition(".")[2]
            index.arguments_by_last.setdefault(last, []).append(pattern)
        word = _argument_word(pattern)
        root = pattern.call.split(".", 1)[0]
        if word and "." in pattern.call:
            rooted.setdefault(root, set()).add(word)
        elif word:
            words.add(word)


def _argument_word(pattern: ArgumentPattern) -> str | None:
    """Word that a file must contain for an argument pattern to fit."""
    if pattern.value in ("cuda", "nccl"):
        return pattern.value
    if pattern.value[0] in "=~" and pattern.value[1:].isidentifier() and pattern.call != "*":
        return pattern.value[1:]
    if pattern.keyword and pattern.keyword not in _BROAD_KEYWORDS and pattern.value in ("true", "*"):
        return pattern.keyword
    if "." in pattern.call:
        return pattern.call.rpartition(".")[2]
    return pattern.keyword if pattern.keyword not in _BROAD_KEYWORDS else None
