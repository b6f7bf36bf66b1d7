"""C++ and CUDA: identifiers, scopes, headers, inline assembly, kernels and conditional compilation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from junshi.porting.finding import Hit, in_order
from junshi.porting.guards import directive_ecosystems
from junshi.porting.match.cuda_index import CudaIndex, cuda_index
from junshi.porting.match.cuda_text import CudaText, Kernel, Region, kernels, prepare
from junshi.porting.match.lines import line_at, line_starts, words_in

_INCLUDE = re.compile(r'include[ \t]*[<"]([^>"\n]+)[>"]')
_BEFORE_INCLUDE = re.compile(r"[ \t]*#[ \t]*\Z")
_ASSEMBLY = re.compile(r"asm(?:__)?\b[ \t]*(?:volatile|__volatile__)?[ \t\n]*\(")
_BEFORE_ASSEMBLY = re.compile(r"(?<!\w)(?:__)?\Z")
_LAUNCH = re.compile(r"<<<(?=[^;]{1,600}?>>>)")
_SCOPE_ALIAS = re.compile(r"namespace\s+(\w+)\s*=\s*((?:\w+::){0,6}\w+)\s*;")
_OPENS_SCOPE = re.compile(r"\bnamespace\s+(?:\w+\s*=\s*)?\Z")
_DISPATCH = re.compile(
    r"TORCH_LIBRARY_IMPL\s*\(\s*\w+\s*,\s*(?:Autograd)?CUDA\b|DispatchKey::(?:Autograd)?CUDA\b"
)
_WARP_SIZE = re.compile(
    r"#\s*define\s+\w*WARP_?SIZE\w*\s+\(?32\b"
    r"|[wW]arp_?[sS]ize\w*\s*=\s*32\b|WARP_?(?:SIZE\w*|THREADS)\s*=\s*32\b"
)
_FULL_MASK = re.compile(r"0x[fF]{8}[uU]?(?!\w)")
_LANE = re.compile(
    r"(?:%\s*32|/\s*32|&\s*(?:31|0x1[fF])|>>\s*5)(?!\w)",
)
_LANE_NAME = re.compile(r"(?:threadIdx\.x|(?<!\w)(?:tid|lane_?id|lane|thread_?id|tidx))\s*\Z")
_TENSOR_CORE = re.compile(
    r"\b(?:wmma|mma|ldmatrix|cp_async|nvcuda|cutlass|cute|wgmma|__pipeline_\w+|ldsm|mma_sync)\b|mma_m\d+n"
)
_SHARED = re.compile(
    r"\b(?:__shared__|__syncthreads|__shfl_\w+|__ballot_sync|BlockReduce|blockReduce\w*"
    r"|warpReduce\w*|__syncwarp)\b"
)
_DOUBLE = re.compile(r"\bdouble\b")
_DYNAMIC_SHARED = re.compile(r"extern\s+__shared__\b")
_ARCH = re.compile(r"__CUDA_ARCH__")
_SIMPLE_KERNEL_LINES = 100
_EMPTY_SHARE = 0.6
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

    def run(self) -> list[Hit]:
        """All hits, at most one per rule, line and symbol."""
        self.starts = line_starts(self.text.original)
        self._identifiers()
        self._includes()
        self._assembly()
        self._directives()
        self._kernels()
        if self.words & _TENSOR_CORE_WORDS:
            self._device_kernels()
        self._patterns()
        return in_order(self.hits)

    def _hit(self, rule: str, offset: int, symbol: str, size: int = 0) -> None:
        handled = self.handled | self.text.handled_at(offset)
        line = line_at(self.starts, offset) + self.offset
        self.hits.append(Hit(self.path, line, rule, symbol, size, handled))

    def _identifiers(self) -> None:
        blanked = self.text.blanked
        for word, rule in self.index.ruled_words(self.words):
            for start in _places(blanked, word):
                if not self._in_include(start):
                    self._hit(rule, start, word)
        scopes = self.index.scopes
        for head in sorted(scopes):
            if head.encode() in self.words:
                self._namespace(head, head)
        for found in _SCOPE_ALIAS.finditer(blanked):
            if not _begins_word(blanked, found.start()):
                continue
            if found[2].split("::")[0] in scopes and found[1] != found[2]:
                self._namespace(found[1], found[2])

    def _in_include(self, offset: int) -> bool:
        line = self.text.blanked.rfind("\n", 0, offset) + 1
        return re.match(r"[ \t]*#[ \t]*include", self.text.blanked[line:offset]) is not None

    def _namespace(self, head: str, full: str) -> None:
        """Find names of a scope, longest known scope first, and declarations that open it.

        Parameters
        ----------
        head, full : as it stands in the text, and what that is an alias of
        """
        blanked = self.text.blanked
        for found in re.finditer(re.escape(head) + r"((?:::\w+){0,6})", blanked):
            before = blanked[max(0, found.start() - 40) : found.start()]
            if (
                before[-1:].isalnum()
                or before[-1:] in ("_", ":")
                or blanked[found.end() : found.end() + 1].isalnum()
            ):
                continue
            if not found[1] and not _OPENS_SCOPE.search(before):
                continue
            parts = (full + found[1]).split("::")
            for count in range(len(parts), 0, -1):
                rule = self.index.namespaces.get("::".join(parts[:count]))
                if rule is not None:
                    self._hit(rule, found.start(), "::".join(parts[: count + 1]))
                    break

    def _includes(self) -> None:
        for found in _INCLUDE.finditer(self.text.original):
            line = self.text.blanked.rfind("\n", 0, found.start()) + 1
            if _BEFORE_INCLUDE.fullmatch(self.text.blanked, line, found.start()):
                rule = self.index.include_rule(found[1])
                if rule is not None:
                    self._hit(rule, found.start(1), found[1])

    def _assembly(self) -> None:
        if not self.words & _ASSEMBLY_WORDS:
            return
        for found in _ASSEMBLY.finditer(self.text.blanked):
            before = self.text.blanked[max(0, found.start() - 3) : found.start()]
            if not _BEFORE_ASSEMBLY.search(before):
                continue
            end = self.text.blanked.find(";", found.end())
            body = self.text.original[found.end() : end if end >= 0 else found.end() + 2000]
            if '"' in body and not re.fullmatch(r'\s*""\s*(?:::?.*)?\)?\s*', body):
                rule = self.index.assembly_rule(body)
                literal = body[body.find('"') + 1 :][:40].split("\\")[0].split(";")[0].split('"')[0].strip()
                self._hit(rule, found.start(), literal.split(" ")[0] or "asm")

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
        self.kernels = tuple(kernels(self.text.blanked)) if "__global__" in self.text.blanked else ()
        for kernel in self.kernels:
            body = self.text.blanked[kernel.body : kernel.end]
            size = body.count("\n") + 1
            self._hit(self._kernel_rule(kernel, body, size), kernel.start, kernel.name, size)
            if _DOUBLE.search(self.text.blanked, kernel.start, kernel.end):
                self._hit("cu-fp64-kernel", kernel.start, kernel.name)
            if _LAUNCH.search(body):
                self._hit("cu-dynamic-parallelism", kernel.body + body.index("<<<"), kernel.name)
            if self._is_emptied(kernel):
                self._hit("cu-arch-guard-empty", kernel.start, kernel.name)

    def _device_kernels(self) -> None:
        """Hit long device functions on tensor cores: templates whose `__global__` head comes from a macro."""
        in_kernel = [(kernel.start, kernel.end) for kernel in self.kernels]
        for function in kernels(self.text.blanked, "__device__"):
            body = self.text.blanked[function.body : function.end]
            size = body.count("\n") + 1
            inside = any(start <= function.start < end for start, end in in_kernel)
            if size >= _SIMPLE_KERNEL_LINES and not inside:
                rule = self._kernel_rule(function, body, size)
                if rule == "cu-kernel-gemm-attn":
                    self._hit(rule, function.start, function.name, size)

    def _kernel_rule(self, kernel: Kernel, body: str, size: int) -> str:
        assembled = any(
            mark in self.text.original[kernel.body : kernel.end]
            for mark in ("mma.sync", "ldmatrix", "wgmma", "cp.async")
        )
        if assembled or _TENSOR_CORE.search(body):
            return "cu-kernel-gemm-attn"
        if size > _SIMPLE_KERNEL_LINES:
            return "cu-kernel-global"
        return "cu-kernel-reduction" if _SHARED.search(body) else "cu-kernel-elementwise"

    def _is_emptied(self, kernel: Kernel) -> bool:
        """Whether most of a kernel stands in an `#if __CUDA_ARCH__` without another branch."""
        length = _code_length(self.text.blanked[kernel.body + 1 : kernel.end - 1])
        return any(
            "__CUDA_ARCH__" in region.condition
            and not region.has_else
            and kernel.body < region.first
            and region.last < kernel.end
            and _code_length(self.text.blanked[region.first : region.last]) > _EMPTY_SHARE * length
            for region in self.text.regions
        )

    def _patterns(self) -> None:
        in_kernel = [(kernel.body, kernel.end) for kernel in self.kernels]
        for found in _LAUNCH.finditer(self.text.blanked):
            if not any(start <= found.start() < end for start, end in in_kernel):
                self._hit("cu-launch-chevron", found.start(), _launched(self.text.blanked, found.start()))
        is_laned = self.words & _LANE_WORDS and self.words & _LANE_NUMBERS
        for found in _LANE.finditer(self.text.blanked) if is_laned else ():
            before = self.text.blanked[max(0, found.start() - 24) : found.start()]
            if _LANE_NAME.search(before):
                self._hit("cu-warp-size-32", found.start(), found[0])
        for pattern, marks, is_word, rule in _PATTERNS:
            if self.words & marks and (pattern is not _WARP_SIZE or _names_warps(self.text.blanked)):
                for found in pattern.finditer(self.text.blanked):
                    if not is_word or _begins_word(self.text.blanked, found.start()):
                        self._hit(rule, found.start(), found[0].split("(")[0].strip()[:30])


_TENSOR_CORE_WORDS = frozenset(
    {b"wmma", b"mma", b"ldmatrix", b"cp_async", b"nvcuda", b"cutlass", b"cute", b"wgmma", b"mma_sync"}
)
_ASSEMBLY_WORDS = frozenset({b"asm", b"__asm", b"__asm__"})
_LANE_WORDS = frozenset(
    {b"threadIdx", b"tid", b"laneid", b"lane_id", b"lane", b"threadid", b"thread_id", b"tidx"}
)
_LANE_NUMBERS = frozenset({b"32", b"31", b"0x1f", b"0x1F", b"5"})
_FULL_MASKS = frozenset(f"0x{digit * 8}{unsigned}".encode() for digit in "fF" for unsigned in ("", "u", "U"))
_PATTERNS = (
    (_DISPATCH, frozenset({b"TORCH_LIBRARY_IMPL", b"DispatchKey"}), True, "cpp-dispatch-key"),
    (_WARP_SIZE, frozenset({b"32"}), False, "cu-warp-size-32"),
    (_FULL_MASK, _FULL_MASKS, False, "cu-warp-size-32"),
    (_DYNAMIC_SHARED, frozenset({b"__shared__"}), True, "cu-shared-dynamic"),
)
"""Pattern, words one of which must occur, whether it must begin a word, rule."""


def _names_warps(text: str) -> bool:
    return "arp" in text or "WARP" in text


def _places(text: str, word: str) -> Iterator[int]:
    """Offsets at which a word stands that is no part of another."""
    length = len(word)
    start = text.find(word)
    while start >= 0:
        after = text[start + length : start + length + 1]
        if _begins_word(text, start) and not after.isalnum() and after != "_":
            yield start
        start = text.find(word, start + length)


def _begins_word(text: str, offset: int) -> bool:
    """Whether no letter, digit or underscore stands before an offset."""
    before = text[offset - 1 : offset]
    return not before.isalnum() and before != "_"


def _code_length(text: str) -> int:
    """Characters of code: no white space, no preprocessor lines."""
    return len(
        "".join(line for line in text.split("\n") if not line.lstrip().startswith("#")).replace(" ", "")
    )


def _launched(text: str, offset: int) -> str:
    """Name of the kernel before `<<<`, its template arguments passed over."""
    before = text[max(0, offset - 200) : offset].rstrip()
    if before.endswith(">"):
        depth = 0
        for place in range(len(before) - 1, -1, -1):
            depth += {">": 1, "<": -1}.get(before[place], 0)
            if depth == 0:
                before = before[:place]
                break
    found = re.search(r"([A-Za-z_]\w*)\s*\Z", before)
    return found[1] if found else "kernel"


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
    if is_unit:
        hits.append(
            Hit(
                path,
                1,
                "build-cu-file",
                unit_shape(path),
                text.count("\n") + 1,
                handled | whole_file_guard(matcher.text),
            )
        )
    return tuple(hits)


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


def whole_file_guard(text: CudaText) -> frozenset[str]:
    """Ecosystems for which all of a file is guarded."""
    covered: Iterator[Region] = (
        region for region in text.guarded if region.last - region.first > 0.9 * len(text.blanked)
    )
    result: frozenset[str] = frozenset()
    for region in covered:
        result |= region.handled
    return result
