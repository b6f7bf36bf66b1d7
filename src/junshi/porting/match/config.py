"""Dockerfiles, shell scripts, YAML, JSON, make and Bazel: line rules on lines that are code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from packaging.utils import canonicalize_name

from junshi.porting.finding import Hit, in_order
from junshi.porting.language import Language
from junshi.porting.match.branching import Branches
from junshi.porting.match.build import FRAMEWORK, BuildIndex, build_rules, parse_requirement
from junshi.porting.match.installed import Installed
from junshi.porting.match.prose import CodeLines
from junshi.porting.registry import Registry, load_registry

_MARKS = (
    b"cuda", b"nvidia", b"nccl", b"nvcr", b"nvcc", b"gpu", b"nsys", b"ncu", b"sbatch", b"nvlink", b"fp8",
    b"flash", b"fa2", b"xformers", b"bitsandbytes", b"bnb", b"8bit", b"4bit", b"apex", b"tensorrt",
    b"trt", b"transformer", b"mamba", b"causal", b"dcgm", b"cu1", b"cudnn", b"cublas", b"cutlass", b"nvsh",
    b"nvte", b"-lcu", b"libcu", b"libnv", b"vllm", b"sglang", b"text-generation-inference", b"ollama",
    b"pytorch", b"torch", b"nsight", b"sm_", b"compute-sanitizer", b"ptxas", b"gencode", b"fast_math",
    b"nvprof", b"nvtop", b"nvitop", b"cupy", b"triton", b"a100", b"h100", b"v100", b"faiss",
    b"nvrtc", b"nvtx", b"nvtoolsext", b"cufft", b"curand", b"cusparse", b"cusolver", b"nvinfer", b"cub\"",
    b"--nv", b"_perf", b"fused",
)  # fmt: skip
_KINDS = {"apt": ("apt", ""), "pip": ("", ""), "conda": ("conda", ""), "list": ("list", "apt")}
"""Patterns that are asked before and after the list of Python's packages, by what installs."""
_CONDA_PIN = re.compile(r"^\w+=\d")
_CUDA_ONLY = frozenset({"req-cuda-only-dep"})
_SHORT = frozenset({Language.MAKEFILE, Language.BAZEL})
"""Files of few lines, each of which is looked at, whatever its words."""
_INSTALLED = frozenset({Language.SHELL, Language.DOCKERFILE, Language.YAML, Language.MAKEFILE})


@dataclass
class LineIndex:
    """Patterns per language; those of `conda`, `list` and `apt` are for names of packages."""

    patterns: dict[str, list[tuple[re.Pattern[str], str]]] = field(default_factory=dict)


@cache
def line_index() -> LineIndex:
    """Index of the rules of the package."""
    return build_index(load_registry())


def build_index(registry: Registry) -> LineIndex:
    """Index of a registry."""
    index = LineIndex()
    for rule in registry.rules.values():
        for text in rule.match.lines:
            languages, pattern = text.split(":", 1)
            compiled = re.compile(pattern)
            for language in languages.split(","):
                index.patterns.setdefault(language, []).append((compiled, rule.id))
        for text in rule.match.words:
            language, word = text.split(":", 1)
            pattern = rf"(?<![\w.$/-]){re.escape(word)}(?![\w.=-])|/{re.escape(word)}(?![\w./-])"
            index.patterns.setdefault(language, []).append((re.compile(pattern), rule.id))
    return index


def match_config(
    path: str,
    source: bytes,
    language: Language,
    handled: frozenset[str] = frozenset(),
    index: LineIndex | None = None,
) -> tuple[Hit, ...]:
    """Hits in a file of lines.

    Parameters
    ----------
    path, source : the file
    language : whose rules apply
    handled : ecosystems for which the whole file costs nothing
    index : rules to use, those of the package when absent
    """
    lowered = source.lower()
    marks = [mark.decode() for mark in _MARKS if mark in lowered]
    if not marks:
        return ()
    rules = index or line_index()
    patterns = rules.patterns.get(language.value, [])
    text = source.decode("utf-8", errors="replace")
    branches = Branches(language)
    installed = Installed(text, language) if language in _INSTALLED else None
    hits: list[Hit] = []
    for number, code in CodeLines(text, language):
        covered = handled | branches.handled(code)
        small = code.lower()
        is_marked = language in _SHORT or any(mark in small for mark in marks)
        for pattern, rule in patterns if is_marked else ():
            found = pattern.search(code)
            if found is not None:
                hits.append(Hit(path, number, rule, " ".join(found[0].split())[:60], 0, covered))
        if installed is not None:
            packages = list(installed.packages(code))
            if is_marked:
                for rule, name in _packages(packages, rules, build_rules()):
                    hits.append(Hit(path, number, rule, name, 0, covered))
    return tuple(in_order(hits))


def _packages(
    words: list[tuple[str, str]], rules: LineIndex, distributions: BuildIndex
) -> Iterator[tuple[str, str]]:
    """Rule and name of each package that ties."""
    for tool, word in words:
        first, last = _KINDS[tool]
        rule = _named(word, first, rules)
        if rule is not None:
            yield rule, word[:60]
            continue
        own = list(_distribution(word, distributions)) if tool != "apt" else []
        yield from own
        rule = _named(word, last, rules) if not own else None
        if rule is not None:
            yield rule, word[:60]


def _distribution(word: str, distributions: BuildIndex) -> Iterator[tuple[str, str]]:
    """Rules and name of a package of Python that ties, or is a pin of the framework."""
    name, extras, pinned, _ = parse_requirement(word)
    if name is None or not distributions.knows(canonicalize_name(name)):
        return
    found = distributions.requirement_rule(name, extras)
    if found is not None:
        yield "sh-pip-cuda-dep" if found in _CUDA_ONLY else found, canonicalize_name(name)
    if canonicalize_name(name) in FRAMEWORK and (pinned or _CONDA_PIN.search(word)):
        yield "req-torch-pin", canonicalize_name(name)


def _named(word: str, kind: str, rules: LineIndex) -> str | None:
    """Rule of a package by the patterns of a kind."""
    return next((rule for pattern, rule in rules.patterns.get(kind, ()) if pattern.match(word)), None)
