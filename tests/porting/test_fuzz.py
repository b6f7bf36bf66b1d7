"""Bounded fuzzing of every parser path: no crash, no hang."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.porting.language import Language
from junshi.porting.reader import FileContext, match_file

CORPUS = Path(__file__).parent / "corpus"
SECONDS_PER_MB = 2.0
PATHS = {
    Language.PYTHON: "a.py",
    Language.NOTEBOOK: "a.ipynb",
    Language.CUDA: "a.cu",
    Language.CPP: "a.cpp",
    Language.CMAKE: "CMakeLists.txt",
    Language.MAKEFILE: "Makefile",
    Language.BAZEL: "BUILD",
    Language.REQUIREMENTS: "requirements.txt",
    Language.TOML: "pyproject.toml",
    Language.DOCKERFILE: "Dockerfile",
    Language.SHELL: "a.sh",
    Language.YAML: "a.yaml",
    Language.JSON: "a.json",
}
PIECES = (
    b'import torch\n', b'from torch import cuda as c\n', b'c.Stream()\n', b'"cuda"', b"'''", b'"""', b'/*',
    b'*/', b'//', b'R"x(', b'__global__ void f(', b'{', b'}', b'(', b')', b'<<<', b'>>>',
    b'#if __CUDA_ARCH__\n', b'#endif\n', b'#else\n', b'#ifdef USE_ROCM\n', b'asm volatile("', b';', b'\n',
    b'\\\n', b'if is_npu_available():\n', b'    ', b'else:\n', b'try:\n', b"def f(device='cuda'):\n",
    b'@triton.jit\n', b'x = x\n', b'cuda = cuda.cuda\n', b'lambda: ', b'[', b']', b'if(USE_ROCM)\n',
    b'find_package(CUDA', b'torch==2.4 ; ', b'nvidia.com/gpu: 1\n', b'FROM nvidia/cuda\n', b'\xff\xfe',
    b'\x00', b'\xe4\xb8\xad', b'namespace cub = ', b'cutlass::', b'::', b'template <', b"'", b'{"cells": [',
    b'{"cell_type": "code", "source": ["import torch\\n"]}', b']}',
    b'cat <<X\n', b'X\n', b'echo "nvcc $( ', b'notes: |\n  ', b'pip install \\\n', b'#define nvcc \\\n',
    b'npu:\n  ', b'case nvcc in\n', b'getenv("NCCL_', b'R"(__global__', b'- nvidia', b'-x nccl ', b'--gpus ',
)  # fmt: skip


def read(language: Language, *parts: bytes) -> None:
    """Match a text and hold it to the time limit."""
    data = b"".join(parts)
    started = time.process_time()
    result = match_file(PATHS[language], data, language, FileContext())
    spent = time.process_time() - started
    assert spent <= 0.5 + SECONDS_PER_MB * len(data) / 1e6
    assert all(hit.line >= 1 for hit in result.hits)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(PATHS)), st.lists(st.sampled_from(PIECES), max_size=60))
def test_pieces_in_any_order(language: Language, pieces: list[bytes]) -> None:
    """Fragments of all languages in any order are read without a crash."""
    read(language, b"".join(pieces))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(PATHS)), st.binary(max_size=400))
def test_any_bytes(language: Language, data: bytes) -> None:
    """Any bytes are read without a crash."""
    read(language, data + b"cuda nccl import torch")


@pytest.mark.parametrize("language", sorted(PATHS))
def test_damaged_corpus(language: Language) -> None:
    """Corpus files cut, doubled and shuffled are read without a crash, as any language."""
    dice = random.Random(20261124)  # noqa: S311 - no secret
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            place = dice.randrange(len(data) + 1)
            for damaged in (data[:place], data[place:], data[:place] + data, bytes(reversed(data))):
                read(language, damaged)


@pytest.mark.parametrize("language", sorted(PATHS))
@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_long_repetitions(language: Language, piece: bytes) -> None:
    """A fragment repeated to 100 kB hangs no parser."""
    read(language, b"cuda torch triton nccl __global__ asm\n" + piece * (100_000 // len(piece)))


WORDS = (
    b"cuda torch triton nccl __global__ __device__ asm nvcc wmma USE_CUDA 32 31 5 tid lane extern __shared__"
    b" DispatchKey TORCH_LIBRARY_IMPL 0xffffffff __CUDA_ARCH__ threadIdx cub include double namespace pip\n"
)
HOSTILE = (
    (b"", b"__global__", b""),
    (b"__global__ void f(){", b"__global__ void f(){", b""),
    (b"asm", b" ", b"x"),
    (b"", b"namespace a = cub;", b""),
    (b"", b'"\\', b""),
    (b"", b"#include <", b""),
    (b"", b"<<<", b""),
    (b"#define ", b"WARPSIZE", b"x"),
    (b"", b"#if USE_ROCM\ncudaMalloc\n", b""),
    (b"", b"x #if ", b""),
    (b"", b"#[[\n", b""),
    (b"", b"if(USE_ROCM)\nset(a)\n", b""),
    (b"", b"a.", b"b=1"),
    (b'a = ["x",', b'"y",', b'"z"]'),
    (b"", b"fi\n", b""),
    (b"", b"docker ", b""),
    (b"", b"pip -", b""),
    (b"FROM ", b":", b""),
    (b"#SBATCH ", b" ", b""),
    (b"", b"_cuda", b""),
    (b"", b"cuda_", b""),
    (b"", b"x=x\n", b""),
    (b"", b"x = x.cuda\n", b""),
    (b"device=", b"device or ", b"'cuda'\n"),
    (b"", b"a=a.cuda\n", b""),
    (b"if d=='cuda': pass\n", b"elif d=='npu': pass\n", b""),
    (b"def get_device():\n", b"    if is_npu(): return 1\n    device='cuda'\n", b""),
    (b"import torch", b".cuda", b"\n"),
    (b"def f(:\n", b"x.cuda()\n", b""),
    (b"", b"'''__global__ void f(){}'''\n", b""),
    (b"", b"from . import x;", b""),
    (b"", b"try:\n import flash_attn\nexcept ImportError:\n flash_attn=None\n", b"flash_attn.f()\n"),
)
"""Beginning, what is repeated, and end: each once took time that grew with the square of its length."""


@pytest.mark.parametrize("language", sorted(PATHS))
@pytest.mark.parametrize("parts", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_repetitions_take_linear_time(language: Language, parts: tuple[bytes, bytes, bytes]) -> None:
    """What invites a pattern to go back, or a list to be walked for each of its items, is read in time."""
    first, again, last = parts
    text = first + again * (100_000 // len(again)) + last
    if language is Language.NOTEBOOK:
        cell = {"cell_type": "code", "source": "import torch\n" + text.decode()}
        text = json.dumps({"cells": [cell]}).encode()
    read(language, b"" if language is Language.NOTEBOOK else WORDS, text)
    if language is Language.PYTHON:
        read(language, b"import torch\ndevice='cuda'\n", text)


def test_many_different_words_and_aliases_take_linear_time() -> None:
    """Thousands of names that rules are about, each different, are read in time."""
    numbers = range(20_000)
    read(Language.CUDA, WORDS, b" ".join(b"cudaAb%d" % number for number in numbers))
    read(Language.CUDA, WORDS, b";".join(b"namespace a%d=cub" % number for number in numbers))
    read(Language.PYTHON, b"import torch\n", b"".join(b"a%d=torch.cuda\na%d.x\n" % (n, n) for n in numbers))
    read(Language.PYTHON, b"import torch\n", b"".join(b"cuda_%d()\n" % number for number in numbers))


def test_long_keys_take_no_memory() -> None:
    """A TOML key of a hundred thousand parts is not given to a parser that keeps each beginning of it."""
    tracemalloc.start()
    read(Language.TOML, b"[project]\n", b"a." * 100_000 + b"b = 1\ndependencies = ['torch==2.4']\n")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6


@pytest.mark.parametrize("bracket", [b"(", b"[", b"{", b"-", b"not ", b"a.", b"f(", b"lambda:"])
def test_deep_nesting(bracket: bytes) -> None:
    """Deep nesting overflows nothing."""
    for language in (Language.PYTHON, Language.CUDA, Language.CMAKE, Language.TOML, Language.NOTEBOOK):
        read(language, b"import torch\nx = " + bracket * 50_000)
