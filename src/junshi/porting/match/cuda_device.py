"""What ties C++ beside kernels: device functions, kernels without a body, environment variables, PTX."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from junshi.porting.match.cuda_text import Kernel, last_word
from junshi.porting.match.cuda_words import places
from junshi.porting.match.lines import occurrences

_DECLARED = re.compile(r"((?:[^();{}=\[\\]|\\\n){0,300})[();{=\[\\]?")
_TEMPLATE = re.compile(r"<[^<>(){};]{0,200}>\s*\Z")
_ENVIRONMENT_MARKS = ('"NCCL_', '"TORCH_NCCL_', '"CUDA_', '"NVIDIA_', '"CUBLAS', '"CUDNN_', '"NVSHMEM_')
_ENVIRONMENT_WORDS = frozenset(
    (stem + ending).encode()
    for stem in ("getenv", "setenv", "putenv", "unsetenv", "secure_getenv", "env", "get_env", "set_env",
                 "has_env", "getEnv", "setEnv", "GetEnv", "SetEnv", "read_env", "EnvOr")
    for ending in ("", "_int", "Int", "Var", "_var", "_bool", "_str", "_or", "Or")
)  # fmt: skip
_READS_ENVIRONMENT = re.compile(r"\w*(?:[eE]nv|ENV)\w*\s*(?:<[^<>()]{0,60}>\s*)?\(\s*\Z")
_VARIABLE = re.compile(r'"([A-Z][A-Z0-9_]{3,60})"')
_OPCODE = re.compile(
    r"(?<![\w.$])(?:abs|activemask|add|addc|and|applypriority|atom|bar|barrier|bfe|bfi|bfind|bmsk|bra|brev|call|clz"
    r"|clusterlaunchcontrol|cnot|copysign|cos|cp|createpolicy|cvt|cvta|discard|div|dp2a|dp4a|elect|ex2|fence|fma|fns"
    r"|getctarank|griddepcontrol|isspacep|ld|ldmatrix|ldu|lg2|lop3|mad|mad24|madc|mapa|match|max|mbarrier|membar|min"
    r"|mma|mov|movmatrix|mul|mul24|multimem|nanosleep|neg|not|or|pmevent|popc|prefetch|prefetchu|prmt|rcp|red|redux"
    r"|rem|rsqrt|sad|selp|set|setmaxnreg|setp|shf|shfl|shl|shr|sin|slct|sqrt|st|stmatrix|sub|subc|suld|sured|sust"
    r"|szext|tanh|tcgen05|tensormap|testp|tex|tld4|trap|txq|v(?:abs|add|max|min|set|sub|mad|ote)\w*|wgmma|wmma|xor)"
    r"(?:\.[a-z]|::)|%%?(?:laneid|warpid|smid|nsmid|clock|globaltimer|lanemask|tid|ntid|ctaid|nctaid|cluster)"
    r"|(?<![\w.%$/])[a-z]\w{0,30}(?:\.[a-z]\w{0,30}){2}|\"\s*[{}]|\.(?:reg|pred|shared|global|local|const)\b|\b(?:trap|exit|brkpt|ret)\s*;|\.version\b"
)
_HOST_ASSEMBLY = re.compile(
    r'"[=+&]*[aSDAxmQtX]"|"[=+]w"|"cc"|\b(?:rdtscp?|cpuid|pause|[msl]fence|xchg|cmpxchg|lock|nop|yield|dmb|dsb|isb|mrs'
    r"|prefetch(?:t\d|nta|w)|v?mov(?:ups|aps|dqu|dqa|l|q|b)|vzeroupper|f?mla|crc32\w*|xgetbv|ud2|int3|int)\b"
)
_BUILTINS = frozenset({b"threadIdx", b"blockIdx", b"blockDim", b"gridDim", b"__shared__", b"__syncthreads"})
_BUILTIN = re.compile(r"\b(?:threadIdx|blockIdx|blockDim|gridDim|__shared__|__syncthreads)\b")
_LOADED = re.compile(r"(?:\b(?:dlopen|dlsym|LoadLibrary\w*|[lL]oad\w*|[oO]pen\w*|find\w*)\s*\(|[{,=(])\s*\Z")
_RUN = re.compile(r"\b(?:system|popen|exec\w*|run\w*|check_output|spawn\w*)\s*\(\s*\Z")
_PLACED = re.compile(r"\b(?:(?:Device|device|to|set_device)\s*[({]|dev(?:ice)?_?(?:str|name|type)?\s*=)\s*\Z")
_OPTION = re.compile(r"[{,(=]\s*\Z")
_LIBRARY = re.compile(
    r'"(lib(?:cuda|cudart|nccl|nvidia-|cudnn|cublas|nvrtc|cufft|curand|cusparse|cusolver|nvinfer|cupti)'
    r'[^"\n]{0,40}\.so)'
)
_LOADING = frozenset(
    {b"dlopen", b"dlsym", b"LoadLibrary", b"LoadLibraryA", b"LoadLibraryW", b"DynamicLibrary", b"so"}
)
_STRINGS = (
    ('"lib', _LOADING, "cpp-load-cuda-library", _LIBRARY, _LOADED),
    ('"cuda', frozenset({b"cuda"}), "cpp-aten-cuda", re.compile(r'"(cuda(?::\d+)?)"'), _PLACED),
    ('"nvidia-smi', frozenset({b"smi"}), "sh-nvidia-smi", re.compile(r'"(nvidia-smi)'), _RUN),
    ('"nvcc', frozenset({b"nvcc"}), "sh-nvidia-smi", re.compile(r'"(nvcc)\b'), _RUN),
    ('"--gpu-', frozenset({b"architecture"}), "cpp-nvrtc", re.compile(r'"(--gpu-architecture)'), _OPTION),
    ('"-arch=', frozenset({b"arch"}), "cpp-nvrtc", re.compile(r'"(-arch)=(?:sm|compute)_'), _OPTION),
)
"""Beginning of a string, words one of which must occur, rule, the string, what stands before it."""
_RAW = re.compile(r'R"([^()\\\s]{0,16})\(')
_WHOLE_KERNEL = re.compile(r"__global__[^;{}]{1,600}\)\s*\{")
_LINK_NAME = re.compile(r'\s*"[\w.@$]+"\s*\)')
_CUDA_WORDS = frozenset({b"__global__", b"__device__", b"__CUDA_ARCH__", b"__forceinline__"})


def device_places(text: str, kernels: Sequence[Kernel]) -> Iterator[int]:
    """Offsets of what is marked `__device__` outside of kernels: functions, lambdas, variables, macros.

    Parameters
    ----------
    text : without comments and strings
    kernels : of the text, in order
    """
    starts = [kernel.start for kernel in kernels]
    for start in places(text, "__device__"):
        before = bisect_right(starts, start) - 1
        if before < 0 or start >= kernels[before].end:
            yield start


def builtin_places(text: str, words: frozenset[bytes]) -> Iterator[int]:
    """Offsets of lines of macros that use thread numbers, shared memory or barriers, such as loops of a grid.

    Parameters
    ----------
    text, words : without comments and strings, and its words
    """
    if words.isdisjoint(_BUILTINS):
        return
    for start in occurrences(text, "define"):
        line = text.rfind("\n", 0, start) + 1
        if text[line:start].strip(" \t") != "#":
            continue
        is_open = True
        while is_open:
            end = text.find("\n", line)
            end = end if end >= 0 else len(text)
            found = _BUILTIN.search(text, line, end)
            if found is not None:
                yield found.start()
            is_open = text.endswith("\\", line, end) and end < len(text)
            line = end + 1


def library_places(original: str, blanked: str, words: frozenset[bytes]) -> Iterator[tuple[int, str, str]]:
    """Offsets, rules and names of strings that are CUDA's: libraries to load, tools to run, devices, options.

    Parameters
    ----------
    original, blanked : text with and without comments and strings
    words : of the text
    """
    for mark, needed, rule, pattern, caller in _STRINGS:
        for start in occurrences(original, mark) if not words.isdisjoint(needed) else ():
            found = pattern.match(original, start)
            if found is not None and caller.search(blanked, max(0, start - 60), start):
                yield start, rule, found[1]


def kernel_sources(original: str) -> Iterator[tuple[int, str]]:
    """Offsets and texts of raw strings that hold kernels with a body."""
    done = 0
    for start in occurrences(original, 'R"'):
        opened = _RAW.match(original, start) if start >= done else None
        if opened is None:
            continue
        end = original.find(f'){opened[1]}"', opened.end())
        if end < 0:
            return
        done = end
        body = original[opened.end() : end]
        if _WHOLE_KERNEL.search(body):
            yield opened.end(), body


def bodiless_kernels(text: str, kernels: Sequence[Kernel]) -> Iterator[tuple[int, str]]:
    """Offsets and names of `__global__` without a body: declarations, instantiations, macros, friends."""
    known = {kernel.start for kernel in kernels}
    length = len("__global__")
    for start in places(text, "__global__"):
        if start not in known:
            yield start, _declared(text, start + length) or "__global__"


def _declared(text: str, start: int) -> str | None:
    """Name of what is declared after an attribute."""
    found = _DECLARED.match(text, start)
    if found is None:
        return None
    if found[1].rstrip().endswith("__launch_bounds__"):
        closed = text.find(")", found.end(), found.end() + 200)
        found = _DECLARED.match(text, closed + 1) if closed > 0 else None
    return last_word(_TEMPLATE.sub("", found[1])) if found else None


def environment_places(original: str, blanked: str, words: frozenset[bytes]) -> Iterator[tuple[int, str]]:
    """Offsets and names of variables of CUDA and NCCL that are read or set by a function."""
    if words.isdisjoint(_ENVIRONMENT_WORDS):
        return
    for mark in _ENVIRONMENT_MARKS:
        for start in occurrences(original, mark):
            found = _VARIABLE.match(original, start)
            if found is not None and _READS_ENVIRONMENT.search(blanked, max(0, start - 60), start):
                yield start, found[1]


def is_ptx(body: str, words: frozenset[bytes]) -> bool:
    """Whether the text of an `asm` statement is for NVIDIA's chips rather than the host's.

    Parameters
    ----------
    body : with its strings and operands
    words : of the file; where no device code stands, assembly without a sign of PTX is the host's
    """
    if _OPCODE.search(body):
        return True
    return not words.isdisjoint(_CUDA_WORDS) and not (_LINK_NAME.match(body) or _HOST_ASSEMBLY.search(body))
