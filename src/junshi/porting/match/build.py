"""Build and dependency files: CMake commands, requirement lists, `pyproject.toml`, install scripts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase, translate
from functools import cache

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from junshi.porting.finding import EVERYWHERE, Hit, in_order
from junshi.porting.guards import ecosystems_of
from junshi.porting.match.lines import line_at, line_starts
from junshi.porting.registry import Registry, load_registry

_COMMAND = re.compile(r"\b([A-Za-z_]\w*)[ \t]*\(")
_CMAKE_COMMENT = re.compile(r"#\[(={0,8})\[.*?(?:\]\1\]|\Z)|#[^\n]*", re.DOTALL)
_BRACKET = re.compile(r"[()]")
_CMAKE_MARK = re.compile(
    rb"cuda|nvcc|nccl|cudnn|tensorrt|cutlass|nvtx|nvtoolsext|cub|thrust|gencode|nvshmem|nvidia", re.IGNORECASE
)
_ARGUMENT = re.compile(r"[^\s;\"]+")
_BRANCHES = frozenset({"if", "elseif", "else", "endif"})
_SPOKEN = frozenset({"message", "else", "endif", "endfunction", "endmacro", "endforeach", "foreach"})
"""Commands that print, or that only end or repeat something."""
_FINDING = frozenset({"find_library", "find_path", "find_file", "find_program", "find_package"})
_FETCHING = frozenset({"fetchcontent_declare", "externalproject_add", "cpmaddpackage"})
_ABOUT_ONE = _FINDING | _FETCHING
"""Commands that are about one thing, whatever their arguments: reported once, the first where they begin."""
_NAME = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
_TOML_STRING = re.compile(r""" "[^"]*" | '[^']*' | [\w.-]+(?=\s*=) """, re.VERBOSE)
_LONGEST_LINE = 4000
_MOST_KNOWN = 100_000
_TOML_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = re.compile(rf"{_TOML_KEY}(?:[ \t]*\.[ \t]*{_TOML_KEY})*")
_MOST_DOTS = 100
FRAMEWORK = frozenset({"torch", "pytorch", "torchvision", "torchaudio"})
"""Distributions whose version a target's plug-in follows."""


@dataclass
class BuildIndex:
    """Rules on CMake commands, those of `*` on any, and on distribution names."""

    cmake: dict[str, list[tuple[re.Pattern[str], str]]] = field(default_factory=dict)
    flags: list[tuple[str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    patterns: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, bool] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Whether a rule is about a distribution of this canonical name, with whatever extras."""
        if name not in self.known:
            if len(self.known) > _MOST_KNOWN:
                self.known.clear()
            bare = {key.split("[", 1)[0] for key in self.names} | FRAMEWORK
            self.known[name] = name in bare or any(
                fnmatchcase(name, pattern.split("[", 1)[0]) for pattern, _ in self.patterns
            )
        return self.known[name]

    def requirement_rule(self, name: str, extras: frozenset[str] = frozenset()) -> str | None:
        """Rule of a distribution, with one of its extras if any."""
        keys = [canonicalize_name(name), *(f"{canonicalize_name(name)}[{extra}]" for extra in sorted(extras))]
        for key in keys:
            rule = self.names.get(key)
            rule = rule or next(
                (found for pattern, found in self.patterns if fnmatchcase(key, pattern)), None
            )
            if rule is not None:
                return rule
        return None


@cache
def build_rules() -> BuildIndex:
    """Index of the rules of the package."""
    return index_of(load_registry())


def index_of(registry: Registry) -> BuildIndex:
    """Index of a registry."""
    index = BuildIndex()
    for rule in registry.rules.values():
        for text in rule.match.cmake:
            command, argument = text.split(":", 1)
            index.cmake.setdefault(command, []).append((re.compile(translate(argument)), rule.id))
        index.flags.extend((flag, rule.id) for flag in rule.match.flags)
        for name in rule.match.requirements:
            if "*" in name:
                index.patterns.append((name.replace("[", "[[]") if "[" in name else name, rule.id))
            else:
                index.names[canonicalize_name(name)] = rule.id
    return index


def match_cmake(
    path: str, source: bytes, handled: frozenset[str] = frozenset(), index: BuildIndex | None = None
) -> tuple[Hit, ...]:
    """Hits in a CMake file; branches of `if(USE_ROCM)` and the like are guarded."""
    if _CMAKE_MARK.search(source) is None:
        return ()
    rules = index or build_rules()
    text = source.decode("utf-8", errors="replace")
    blanked = _CMAKE_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    starts = line_starts(blanked)
    hits: list[Hit] = []
    stack = [(handled, handled)]
    for name, arguments, place in cmake_commands(blanked):
        command = name.lower()
        if command in _BRANCHES:
            _branch(command, arguments, stack)
        if command in _SPOKEN:
            continue
        covered = stack[-1][1]
        first = blanked.index("(", place) + 1
        for offset, rule, symbol in _cmake_places(command, arguments, rules):
            start = place if command in _FINDING else first + offset
            hits.append(Hit(path, line_at(starts, start), rule, f"{command} {symbol}"[:60], 0, covered))
        for flag, rule in rules.flags:
            found = arguments.find(flag)
            while found >= 0:
                hits.append(Hit(path, line_at(starts, first + found), rule, flag, 0, covered))
                found = arguments.find(flag, found + len(flag))
    return tuple(in_order(hits))


def cmake_commands(text: str) -> Iterator[tuple[str, str, int]]:
    """Commands with their arguments and offset; an unclosed one runs to the end of the text."""
    place = 0
    while True:
        found = _COMMAND.search(text, place)
        if found is None:
            return
        depth, end = 1, found.end()
        for bracket in _BRACKET.finditer(text, found.end()):
            depth += 1 if bracket[0] == "(" else -1
            end = bracket.start()
            if depth == 0:
                break
        else:
            end = len(text)
        yield found[1], text[found.end() : end], found.start()
        place = end + 1


def _cmake_places(command: str, arguments: str, rules: BuildIndex) -> Iterator[tuple[int, str, str]]:
    """Offset, rule and argument of what the rules say of a command: once per rule and line."""
    wanted = [*rules.cmake.get(command, ()), *rules.cmake.get("*", ())]
    done: set[tuple[str, int]] = set()
    line = 0
    place = 0
    for found in _ARGUMENT.finditer(arguments) if arguments.strip() else ():
        line += arguments.count("\n", place, found.start())
        place = found.start()
        for pattern, rule in wanted:
            at = (rule, 0 if command in _ABOUT_ONE else line)
            if at not in done and pattern.match(found[0]):
                done.add(at)
                yield found.start(), rule, found[0]


def _branch(command: str, arguments: str, stack: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    """Keep track of `if` branches: a branch that names another ecosystem is no tie.

    `stack` holds what each open branch is handled for: by its own condition, and with all around it.
    """
    named = ecosystems_of(arguments)
    negated = re.match(r"\s*NOT\b", arguments) is not None
    own = named | {EVERYWHERE} if named and not negated else named
    if command == "if":
        stack.append((own, own | stack[-1][1]))
    elif len(stack) > 1:
        before = stack.pop()[0] - {EVERYWHERE}
        if command != "endif":
            own = own | before if command == "elseif" else before
            stack.append((own, own | stack[-1][1]))


def match_requirements(
    path: str, source: bytes, handled: frozenset[str] = frozenset(), index: BuildIndex | None = None
) -> tuple[Hit, ...]:
    """Hits in a list of requirements, one per line, `setup.cfg` included."""
    text = source.decode("utf-8", errors="replace")
    rules = index or build_rules()
    hits: list[Hit] = []
    for number, line in enumerate(text.split("\n"), 1):
        code = line[:_LONGEST_LINE].split(" #", 1)[0].strip()
        if code and not code.startswith(("#", "-", "[")):
            hits.extend(_requirement(path, number, code, handled, rules))
    return tuple(in_order(hits))


def match_pyproject(
    path: str, source: bytes, handled: frozenset[str] = frozenset(), index: BuildIndex | None = None
) -> tuple[Hit, ...]:
    """Hits in the dependency lists of a TOML file; a file that is not valid TOML has none."""
    text = source.decode("utf-8", errors="replace")
    if any(found[0].count(".") > _MOST_DOTS for found in _DOTTED.finditer(text)):
        return ()  # the parser's memory grows with the square of the parts of a key
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    hits: list[Hit] = []
    lines: dict[str, int] = {}
    for requirement in _toml_requirements(data):
        for hit in _requirement(path, 1, requirement, handled, index or build_rules()):
            lines = lines or _lines_of_strings(text)
            hits.append(replace(hit, line=lines.get(requirement, 1)))
    return tuple(in_order(hits))


def _toml_requirements(data: dict[str, object]) -> Iterator[str]:
    """Yield requirements of build system, project, extras, groups, and of poetry and uv tables."""
    pending: list[tuple[str, object]] = [("", data)]
    while pending:
        key, value = pending.pop()
        if isinstance(value, dict):
            if key in ("dependencies", "dev-dependencies"):
                yield from (name for name in value if isinstance(name, str))
            pending.extend((str(name), inner) for name, inner in value.items())
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, str) and len(item) < 300)


def _lines_of_strings(text: str) -> dict[str, int]:
    """First line of each string and bare key of a TOML text."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for found in _TOML_STRING.finditer(line[:_LONGEST_LINE]):
            lines.setdefault(found[0][1:-1] if found[0][0] in "\"'" else found[0], number)
    return lines


def _requirement(
    path: str, number: int, code: str, handled: frozenset[str], index: BuildIndex
) -> Iterator[Hit]:
    """Hits of one requirement: a package that ties, or an exact pin of torch."""
    start = _NAME.match(code)
    if start is None or not index.knows(canonicalize_name(start[1])):
        return
    name, extras, pinned, marker = parse_requirement(code)
    if name is None:
        return
    covered = handled | ecosystems_of(marker)
    rule = index.requirement_rule(name, extras)
    if rule is not None:
        yield Hit(path, number, rule, canonicalize_name(name), 0, covered)
    if pinned and canonicalize_name(name) in FRAMEWORK:
        yield Hit(path, number, "req-torch-pin", canonicalize_name(name), 0, covered)


def parse_requirement(code: str) -> tuple[str | None, frozenset[str], bool, str]:
    """Name, extras, whether pinned to one version, and marker of a requirement; name None for something else.

    Examples
    --------
    >>> parse_requirement("torch==2.4.0 ; platform_system == 'Linux'")[:3]
    ('torch', frozenset(), True)
    """
    try:
        requirement = Requirement(code)
    except InvalidRequirement:
        found = _NAME.match(code)
        if found is None or (
            re.search(r"[=<>~!@\[;]", code[found.end() : found.end() + 3]) is None
            and code.strip() != found[1]
        ):
            return None, frozenset(), False, ""
        return found[1], frozenset(), "==" in code, ""
    pinned = any(spec.operator in ("==", "===") for spec in requirement.specifier)
    return requirement.name, frozenset(requirement.extras), pinned, str(requirement.marker or "")
