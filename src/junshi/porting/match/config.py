"""Dockerfiles, shell scripts, YAML, make and Bazel: line rules on lines without comments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from junshi.porting.finding import EVERYWHERE, Hit, in_order
from junshi.porting.guards import ecosystems_of
from junshi.porting.language import Language
from junshi.porting.registry import Registry, load_registry

_MARKS = re.compile(
    rb"cuda|CUDA|nvidia|NVIDIA|nccl|NCCL|nvcr|nvcc|gpu|GPU|nsys|ncu|SBATCH|fp8|flash|xformers|bitsandbytes|apex|tensorrt"
    rb"|transformer|mamba|causal|dcgm|cu1\d|cudnn|vllm|pytorch/pytorch"
)
_COMMENT = re.compile(r"(?:^|(?<=\s))#(?!SBATCH).*$")
_LINE_LIMIT = 2000


@dataclass
class LineIndex:
    """Patterns per language."""

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
            language, pattern = text.split(":", 1)
            index.patterns.setdefault(language, []).append((re.compile(pattern), rule.id))
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
    if _MARKS.search(source) is None:
        return ()
    patterns = (index or line_index()).patterns.get(language.value, [])
    text = source.decode("utf-8", errors="replace")
    hits: list[Hit] = []
    block: frozenset[str] = frozenset()
    for number, line in enumerate(text.split("\n"), 1):
        code = _COMMENT.sub("", line[:_LINE_LIMIT])
        if not code.strip():
            continue
        if language is Language.SHELL:
            block = _shell_block(code, block)
        for pattern, rule in patterns:
            found = pattern.search(code)
            if found is not None:
                hits.append(Hit(path, number, rule, " ".join(found[0].split())[:60], 0, handled | block))
    return tuple(in_order(hits))


_IF = re.compile(r"^\s*(if|elif)\b(.*)$")
_END = re.compile(r"^\s*fi\b")
_ELSE = re.compile(r"^\s*else\b")


def _shell_block(code: str, block: frozenset[str]) -> frozenset[str]:
    """Say what the next lines are handled for: the branch of an `if` that names another ecosystem."""
    opened = _IF.match(code)
    if opened:
        named = ecosystems_of(opened[2])
        return frozenset({EVERYWHERE}) | named if named and "!" not in opened[2] else named
    if _ELSE.match(code):
        return block - {EVERYWHERE}
    if _END.match(code):
        return frozenset()
    return block
