"""Imports: modules of rules, compiled extensions, helpers of the project's own that ask for CUDA."""

from __future__ import annotations

import ast
import re

from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.helpers import OWN_HELPER
from junshi.porting.match.python.strings import (
    is_switch_call,
)

_FRAMEWORKS = frozenset({"torch", "triton", "jax", "tensorflow"})
COMPILED = re.compile(r"\w_cuda$")
"""Name of a compiled module of kernels."""

_HELPER = re.compile(r"(?:require|is|has|have|use|no|to|get|set|check|skip|supports?|test|init|load)_")


def match_import(
    file: FileMatch, statement: ast.Import | ast.ImportFrom, handled: frozenset[str], optional: bool
) -> None:
    """Hits of an import statement."""
    base = ""
    if isinstance(statement, ast.ImportFrom):
        base = "." * statement.level + (statement.module or "")
        base += "" if base.endswith(".") else "."
    for alias in statement.names:
        match_imported(file, base + alias.name, alias.lineno, handled, optional)


def match_imported(file: FileMatch, name: str, line: int, handled: frozenset[str], optional: bool) -> None:
    """Hit of one imported module or name; the own packages of the tree count as relative."""
    if name.split(".", 1)[0] in file.own:
        name = "." + name
    rule = file.index.import_rule(name)
    if (
        rule is None
        and not name.startswith(".")
        and (name in file.index.exact or not file.index.leads_on(name))
    ):
        rule = file.index.name_rule(name)
    if rule is None:
        parts = name.split(".")
        named = () if parts[0] in _FRAMEWORKS else parts
        rule = next((file.index.modules[part] for part in named if part in file.index.modules), None)
        if rule is None:
            rule = _compiled_or_switch(parts, file.own)
        if rule is None and parts[0] == "triton" and "triton" not in file.own:
            rule = "py-triton-import"
    if rule is None and name == "torch.cuda":
        file.hit("py-torch-cuda-runtime", line, "cuda", handled)
    elif rule is not None:  # what ties only where it is called costs nothing where it is imported
        optional = optional or rule in file.index.only_called
        file.hit(rule, line, name.lstrip("."), handled, optional=optional)


def _compiled_or_switch(parts: list[str], own: frozenset[str]) -> str | None:
    """Rule of an import of a compiled `*_cuda` module, or of a helper such as `require_cuda`."""
    if len(parts) == 1:
        return "py-extension-module" if COMPILED.search(parts[0]) else None
    if parts[0] and parts[0] not in own:
        return None
    if is_switch_call(parts[-1]) and _HELPER.match(parts[-1]):
        return OWN_HELPER
    return "py-extension-module" if COMPILED.search(parts[-1]) else None
