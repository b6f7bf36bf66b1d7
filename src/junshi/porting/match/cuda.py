"""C++ and CUDA: identifiers, scopes, headers, inline assembly, kernels and conditional compilation."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from junshi.porting.finding import EVERYWHERE, Hit, in_order
from junshi.porting.guards import directive_ecosystems
from junshi.porting.match.cuda_device import (
    bodiless_kernels,
    builtin_places,
    device_places,
    environment_places,
    is_ptx,
    kernel_sources,
    library_places,
)
from junshi.porting.match.cuda_index import CudaIndex, cuda_index, scope_pattern
from junshi.porting.match.cuda_text import CudaText, Kernel, Region, kernels, last_word, prepare
from junshi.porting.match.cuda_words import (
    begins_word,
    lane_places,
    places,
    ruled_places,
    shared_places,
    tensor_core_places,
)
from junshi.porting.match.lines import any_between, line_at, line_starts, occurrences, words_in

_INCLUDE = re.compile(r"[ \t]*#[ \t]*include")
_HEADER = re.compile(r'[ \t]*[<"]([^>"\n]+)[>"]')
_ASSEMBLY = re.compile(r"asm(?:__)?\b\s*(?:(?:volatile|__volatile__)\s*)?\(")
_BEFORE_ASSEMBLY = re.compile(r"(?<!\w)(?:__)?\Z")
_LAUNCH = re.compile(r"<<<")
_LAUNCH_LIMIT = 600
_NAME_LIMIT = 200
_SCOPE_ALIAS = re.compile(r"namespace\s+(\w+)\s*=\s*((?:\w+::){0,6}\w+)\s*;")
_SCOPED = re.compile(r"\b([A-Za-z_]\w*)((?:::\w+){0,6})")
_OPENS_SCOPE = re.compile(r"\bnamespace\s+(?:\w+\s*=\s*)?\Z")
_DISPATCH = re.compile(
    r"TORCH_LIBRARY_IMPL\s*\(\s*\w+\s*,\s*(?:Autograd)?CUDA\b|DispatchKey::(?:Autograd)?CUDA\b"
)
_WARP_SIZES = tuple(  # each begins with letters that are found quickly
    re.compile(pattern)
    for pattern in (
        r"#\s*define\s+\w{0,40}?WARP_?SIZE\w{0,40}\s+\(?32\b",
        r"warp_?[sS]ize\w{0,40}\s*=\s*32\b",
        r"Warp_?[sS]ize\w{0,40}\s*=\s*32\b",
        r"WARP_?(?:SIZE\w{0,40}|THREADS)\s*=\s*32\b",
        r"PER_WARP\s*=\s*32\b",
        r"[Pp]er_?[wW]arp\s*=\s*32\b",
        r"[lL]anes?\w{0,20}\s*=\s*32\b",
        r"LANES?\w{0,20}\s*=\s*32\b|#\s*define\s+\w{0,40}LANES?\w{0,20}\s+\(?32\b",
    )
)
_WARP_LOOP = re.compile(r"for\s*\(\s*\w+\s+\w+\s*=\s*16\s*;[^;]{1,60};\s*\w+\s*(?:>>=\s*1|/=\s*2)\b")
_FULL_MASK = re.compile(r"0x[fF]{8}[uU]?(?!\w)")
_DYNAMIC_SHARED = re.compile(r"extern\s+__shared__\b")
_ARCH = re.compile(r"__CUDA_ARCH__")
_SIMPLE_KERNEL_LINES = 100
_EMPTY_SHARE = 0.6
_MANY_ALIASES = 20
_ASSEMBLY_LIMIT = 20_000
_MARKS = (
    b"cuda", b"CUDA", b"nccl", b"__global__", b"__device__", b"thrust", b"cub", b"cutlass", b"cute",
    b"nvtx", b"nvml", b"Nv", b"nvjpeg", b"npp", b"cublas", b"cudnn", b"curand", b"cusparse", b"cusolver",
    b"cufft", b"__half", b"half2", b"nvshmem", b"asm", b"nvrtc", b"cupti", b"CU", b"__shfl", b"atomic",
    b"nvinfer", b"warp", b"cuMem", b"cuLaunch", b"cuFile", b"cuInit", b"THC", b"gpu_kernel",
)  # fmt: skip


@dataclass
class _Matcher:
    """Matching of one text."""

    path: str
    text: CudaText
    words: frozenset[bytes]
    index: CudaIndex
    offset: int
    handled: frozenset[str]
    hits: list[Hit] = field(default_factory=list)
    kernels: tuple[Kernel, ...] = ()
    included: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)

    def run(self) -> list[Hit]:
        """All hits, in no order, some of them more than once."""
        self.starts = line_starts(self.text.original)
        self._includes()
        self._identifiers()
        self._assembly()
        self._directives()
        self._kernels()
        if not self.words.isdisjoint(_TENSOR_CORE_MARKS):
            self._device_kernels()
        self._beside_kernels()
        self._patterns()
        return self.hits

    def _hit(self, rule: str, offset: int, symbol: str, size: int = 0) -> None:
        handled = self.handled | self.text.handled_at(offset)
        line = line_at(self.starts, offset) + self.offset
        self.hits.append(Hit(self.path, line, rule, symbol, size, handled))

    def _identifiers(self) -> None:
        for start, word, rule in ruled_places(self.text.blanked, self.index.ruled_words(self.words)):
            if line_at(self.starts, start) not in self.included:
                self._hit(rule, start, word)
        blanked = self.text.blanked
        scopes = self.index.scopes
        for head, (mark, pattern) in scopes.items():
            if mark in self.words:
                for found in pattern.finditer(blanked):
                    self._scoped(found.start(), head, found[1])
        for start, name, inner in _aliased(blanked, scopes):
            self._scoped(start, name, inner)

    def _scoped(self, start: int, full: str, inner: str) -> None:
        """Hit a name of a scope, or a declaration that opens the scope.

        Parameters
        ----------
        start : where it stands
        full, inner : the scope, of an alias what that stands for, and what follows it, such as `::a::b`
        """
        if inner or _OPENS_SCOPE.search(self.text.blanked, max(0, start - 40), start):
            found = self.index.scoped_rule(full + inner)
            if found is not None:
                rule, symbol = found
                self._hit(rule, start, symbol)

    def _includes(self) -> None:
        """Find headers, and remember their lines."""
        seen = 0
        for found in re.finditer("include", self.text.original):
            line = line_at(self.starts, found.start())
            if line == seen:
                continue
            seen = line
            directive = _INCLUDE.match(self.text.blanked, self.starts[line - 1])
            if directive is None:
                continue
            self.included.add(line)
            header = _HEADER.match(self.text.original, directive.end())
            rule = self.index.include_rule(header[1]) if header else None
            if header is not None and rule is not None:
                self._hit(rule, header.start(1), header[1])

    def _assembly(self) -> None:
        if self.words.isdisjoint(_ASSEMBLY_WORDS):
            return
        blanked, original = self.text.blanked, self.text.original
        statements = [found.span() for found in _ASSEMBLY.finditer(blanked)]
        for (start, opened), (following, _) in pairwise([*statements, (len(original), 0)]):
            if not _BEFORE_ASSEMBLY.search(blanked[max(0, start - 3) : start]):
                continue
            limit = min(following, opened + _ASSEMBLY_LIMIT)
            end = blanked.find(";", opened, limit)
            body = original[opened : end if end >= 0 else limit]
            if '"' in body and not _is_empty_assembly(body) and is_ptx(body, self.words):
                rule = self.index.assembly_rule(body)
                literal = body[body.find('"') + 1 :][:40].split("\\")[0].split(";")[0].split('"')[0].strip()
                self._hit(rule, start, literal.split(" ")[0] or "asm")

    def _directives(self) -> None:
        for region in self.text.regions:
            line = self.text.blanked.rfind("#", 0, region.first)
            macros = set(self.index.macros.findall(region.condition))
            if macros and not directive_ecosystems(region.condition):
                for macro in macros:
                    self._hit(self.index.directives[macro], line, macro)
        if b"__CUDA_ARCH__" in self.words:
            for found in _ARCH.finditer(self.text.blanked):
                self._hit("cu-arch-macro", found.start(), "__CUDA_ARCH__")

    def _kernels(self) -> None:
        self.kernels = tuple(kernels(self.text)) if "__global__" in self.text.blanked else ()
        if not self.kernels:
            return
        doubles = list(places(self.text.blanked, "double")) if b"double" in self.words else []
        launches = [found.start() for found in _launches(self.text.blanked)]
        for kernel in self.kernels:
            self._hit(self._kernel_rule(kernel), kernel.start, kernel.name, self._lines(kernel))
            if any_between(doubles, kernel.start, kernel.end):
                self._hit("cu-fp64-kernel", kernel.start, kernel.name)
            launched = bisect_left(launches, kernel.body)
            if launched < len(launches) and launches[launched] < kernel.end:
                self._hit("cu-dynamic-parallelism", launches[launched], kernel.name)
            if self._is_emptied(kernel):
                self._hit("cu-arch-guard-empty", kernel.start, kernel.name)

    def _device_kernels(self) -> None:
        """Hit long device functions on tensor cores: templates whose `__global__` head comes from a macro."""
        starts = [kernel.start for kernel in self.kernels]
        for function in kernels(self.text, "__device__"):
            size = self._lines(function)
            before = bisect_right(starts, function.start) - 1
            inside = before >= 0 and function.start < self.kernels[before].end
            if size >= _SIMPLE_KERNEL_LINES and not inside:
                rule = self._kernel_rule(function)
                if rule == "cu-kernel-gemm-attn":
                    self._hit(rule, function.start, function.name, size)
                    self.counted.add(function.start)

    def _beside_kernels(self) -> None:
        """Hit device functions, kernels without a body, variables of the environment, barriers of groups."""
        blanked = self.text.blanked
        if b"__device__" in self.words:
            for start in device_places(blanked, self.kernels):
                if start not in self.counted:
                    self._hit("cu-device-function", start, "__device__")
        if b"__global__" in self.words:
            for start, name in bodiless_kernels(blanked, self.kernels):
                self._hit("cu-kernel-declaration", start, name)
        if b"cooperative_groups" in self.words:
            for method in (".sync(", ".shfl"):
                for start in occurrences(blanked, method):
                    self._hit("cu-group-sync", start, method.strip(".("))
        for start in builtin_places(blanked, self.words):
            self._hit("cu-device-builtin", start, "threadIdx")
        for start, rule, name in library_places(self.text.original, blanked, self.words):
            self._hit(rule, start, name)
        for start, name in environment_places(self.text.original, blanked, self.words):
            self._hit("cpp-env-nccl" if "NCCL_" in name else "cpp-env-cuda", start, name)

    def _lines(self, kernel: Kernel) -> int:
        """Lines of a kernel's body."""
        return bisect_right(self.starts, kernel.end) - bisect_right(self.starts, kernel.body) + 1

    @cached_property
    def _tensor_cores(self) -> list[int]:
        """Offsets of what needs tensor cores, in order."""
        return tensor_core_places(self.text.blanked, self.text.original, self.words)

    @cached_property
    def _shared(self) -> list[int]:
        """Offsets of what threads share or exchange, in order."""
        return shared_places(self.text.blanked, self.words)

    @cached_property
    def _arch_regions(self) -> list[Region]:
        """Regions for one architecture without another branch, by their beginnings."""
        chosen = [it for it in self.text.regions if "__CUDA_ARCH__" in it.condition and not it.has_else]
        return sorted(chosen, key=lambda region: (region.first, -region.last))

    def _kernel_rule(self, kernel: Kernel) -> str:
        if any_between(self._tensor_cores, kernel.body, kernel.end):
            return "cu-kernel-gemm-attn"
        if self._lines(kernel) > _SIMPLE_KERNEL_LINES:
            return "cu-kernel-global"
        shared = any_between(self._shared, kernel.body, kernel.end)
        return "cu-kernel-reduction" if shared else "cu-kernel-elementwise"

    def _is_emptied(self, kernel: Kernel) -> bool:
        """Whether most of a kernel stands in an `#if __CUDA_ARCH__` without another branch."""
        length: int | None = None
        done = kernel.body
        place = bisect_right(self._arch_regions, kernel.body, key=lambda region: region.first)
        while place < len(self._arch_regions) and self._arch_regions[place].first < kernel.end:
            region = self._arch_regions[place]
            place += 1
            if region.last >= kernel.end or region.first < done:  # the outermost holds most code
                continue
            done = region.last
            if length is None:
                length = _code_length(self.text.blanked[kernel.body + 1 : kernel.end - 1])
            if _code_length(self.text.blanked[region.first : region.last]) > _EMPTY_SHARE * length:
                return True
        return False

    def _patterns(self) -> None:
        bodies = [kernel.body for kernel in self.kernels]
        for found in _launches(self.text.blanked):
            kernel = bisect_right(bodies, found.start()) - 1
            if kernel < 0 or found.start() >= self.kernels[kernel].end:
                self._hit("cu-launch-chevron", found.start(), _launched(self.text.blanked, found.start()))
        for start, text in lane_places(self.text.blanked, self.words):
            self._hit("cu-warp-size-32", start, text)
        for pattern, marks, is_word, rule in _PATTERNS:
            if not self.words.isdisjoint(marks):
                for found in pattern.finditer(self.text.blanked):
                    if not is_word or begins_word(self.text.blanked, found.start()):
                        self._hit(rule, found.start(), found[0].split("(")[0].strip()[:30])


_TENSOR_CORE_MARKS = frozenset(
    {b"wmma", b"mma", b"ldmatrix", b"cp_async", b"nvcuda", b"cutlass", b"cute", b"wgmma", b"mma_sync"}
)
_ASSEMBLY_WORDS = frozenset({b"asm", b"__asm", b"__asm__"})
_FULL_MASKS = frozenset(f"0x{digit * 8}{unsigned}".encode() for digit in "fF" for unsigned in ("", "u", "U"))
_PATTERNS = (
    (_DISPATCH, frozenset({b"TORCH_LIBRARY_IMPL", b"DispatchKey"}), True, "cpp-dispatch-key"),
    *((pattern, frozenset({b"32"}), False, "cu-warp-size-32") for pattern in _WARP_SIZES),
    (_FULL_MASK, _FULL_MASKS, False, "cu-warp-size-32"),
    (_WARP_LOOP, frozenset({b"16"}), True, "cu-warp-size-32"),
    (_DYNAMIC_SHARED, frozenset({b"__shared__"}), True, "cu-shared-dynamic"),
)
"""Pattern, words one of which must occur, whether it must begin a word, rule."""


def _aliased(text: str, scopes: Container[str]) -> Iterator[tuple[int, str, str]]:
    """Offsets of names in some scopes by an alias: where, what the alias stands for, and what follows it."""
    aliases = {
        found[1]: found[2]
        for found in _SCOPE_ALIAS.finditer(text)
        if found[1] != found[2] and begins_word(text, found.start()) and found[2].split("::")[0] in scopes
    }
    if len(aliases) > _MANY_ALIASES:  # as many passes over the text would take too long
        for found in _SCOPED.finditer(text):
            if found[1] in aliases and text[found.start() - 1 : found.start()] != ":":
                yield found.start(), aliases[found[1]], found[2]
        return
    for alias, full in aliases.items():
        for found in scope_pattern(alias).finditer(text):
            yield found.start(), full, found[1]


def _launches(text: str) -> Iterator[re.Match[str]]:
    """Each `<<<` that a `>>>` of the same statement closes."""
    for found in _LAUNCH.finditer(text):
        end = text.find(">>>", found.end() + 1, found.end() + _LAUNCH_LIMIT + 3)
        if end >= 0 and text.find(";", found.end(), end) < 0:
            yield found


def _is_empty_assembly(body: str) -> bool:
    """Whether the text inside `asm(…)` is an empty template: a barrier for the compiler, not for the chip."""
    bare = body.strip()
    rest = bare[2:].strip().removesuffix(")").rstrip()
    return bare.startswith('""') and (not rest or rest.startswith(":"))


def _code_length(text: str) -> int:
    """Characters of code: no white space, no preprocessor lines."""
    return len(
        "".join(line for line in text.split("\n") if not line.lstrip().startswith("#")).replace(" ", "")
    )


def _launched(text: str, offset: int) -> str:
    """Name of the kernel before `<<<`, its template arguments passed over."""
    before = text[max(0, offset - _NAME_LIMIT) : offset].rstrip()
    if before.endswith(">"):
        depth = 0
        for place in range(len(before) - 1, -1, -1):
            depth += {">": 1, "<": -1}.get(before[place], 0)
            if depth == 0:
                before = before[:place]
                break
    return last_word(before) or "kernel"


def could_match(source: bytes) -> bool:
    """Byte-literal prefilter for C++ files."""
    return any(mark in source for mark in _MARKS)


def match_cuda(
    path: str,
    source: bytes | str,
    *,
    offset: int = 0,
    handled: frozenset[str] = frozenset(),
    is_unit: bool = False,
    index: CudaIndex | None = None,
) -> tuple[Hit, ...]:
    """Hits in a C++ or CUDA text.

    Parameters
    ----------
    path : for the hits
    source : bytes of a file, or a text such as a kernel in a Python string
    offset : lines before the text in its file
    handled : ecosystems for which the whole text costs nothing
    is_unit : a `.cu` file, which is a hit of its own
    index : rules to use, those of the package when absent
    """
    if isinstance(source, bytes):
        if not is_unit and not could_match(source):
            return ()
        text = source.decode("utf-8", errors="replace")
        words = words_in(source)
    else:
        text = source
        words = words_in(source.encode("utf-8", errors="replace"))
    matcher = _Matcher(path, prepare(text), words, index or cuda_index(), offset, handled)
    hits = matcher.run()
    if b"__global__" in words and 'R"' in text:
        for start, body in kernel_sources(text):
            before = line_at(matcher.starts, start) - 1
            hits += match_cuda(path, body, offset=offset + before, handled=handled, index=index)
    if is_unit:
        covered = handled | whole_file_guard(matcher.text) | ported_to(matcher.text)
        first = min((hit.line for hit in hits if EVERYWHERE not in hit.handled), default=1)
        hits.append(Hit(path, first, "build-cu-file", unit_shape(path), text.count("\n") + 1, covered))
    return tuple(in_order(hits))


def unit_shape(path: str) -> str:
    """Name of a `.cu` file without numbers and number formats: generated instantiations share one.

    Examples
    --------
    >>> unit_shape("src/flash_fwd_hdim128_bf16_sm80.cu") == unit_shape("src/flash_fwd_hdim64_fp16_sm80.cu")
    True
    """
    name = path.rsplit("/", 1)[-1]
    return re.sub(
        r"(?:bf16|fp16|fp32|fp8|f16|f32|half|float|e4m3|e5m2|s8|u8|int8|\d+"
        r"|_?(?:causal|split|paged|packgqa|softcap))",
        "#",
        name,
    )


def ported_to(text: CudaText) -> frozenset[str]:
    """Ecosystems whose headers a file includes in a branch of their own, or takes CUDA's out for."""
    found: frozenset[str] = frozenset()
    for region in text.guarded:
        if text.blanked.find("include", region.first, region.last) >= 0:
            found |= region.handled | directive_ecosystems(region.condition)
    return found - {EVERYWHERE}


def whole_file_guard(text: CudaText) -> frozenset[str]:
    """Ecosystems for which all of a file is guarded."""
    covered: Iterator[Region] = (
        region for region in text.guarded if region.last - region.first > 0.9 * len(text.blanked)
    )
    result: frozenset[str] = frozenset()
    for region in covered:
        result |= region.handled
    return result
