"""Functions that hold no word of a rule are cut out before parsing, and nothing else changes."""

from __future__ import annotations

import ast

import pytest

from junshi.porting.match.python.match import match_python
from junshi.porting.match.python.skeleton import skeleton

LONG = b"".join(b"    value_%d = %d\n" % (number, number) for number in range(30))
METHODS = LONG.replace(b"    ", b"        ")


def test_lines_and_names_stay() -> None:
    """A function without a place is cut down to one line; all later lines keep their numbers."""
    source = b"import torch\ndef plain():\n" + LONG + b"def last():\n    return torch.cuda\n"
    place = source.index(b"torch.cuda")
    short = skeleton(source, [place])
    assert short.text.count(b"\n") == source.count(b"\n")
    assert [getattr(node, "name", "") for node in ast.parse(short.text).body] == ["", "plain", "last"]
    assert b"value_3" not in short.text
    assert not short.holds([source.index(b"value_3")])
    assert short.holds([place])


def test_method_of_a_class_is_cut_and_its_neighbour_kept() -> None:
    """Inside a class that has a place, methods are judged one by one."""
    source = b"class A:\n    def one(self):\n" + METHODS + b"    def two(self):\n        x.cuda()\n" + METHODS
    short = skeleton(source, [source.index(b"x.cuda")]).text
    assert b"def one():0" in short
    assert b"x.cuda()" in short


def test_decorator_keeps_the_function() -> None:
    """A place in a decorator, also over several lines, keeps the body."""
    source = b"@jit(\n    device='cuda',\n)\ndef kernel():\n" + LONG
    assert skeleton(source, [source.index(b"cuda")]).text == source


@pytest.mark.parametrize("quotes", [b'"""', b"'''"])
def test_string_over_several_lines_is_not_split(quotes: bytes) -> None:
    """A block that begins or ends inside a long string is left alone."""
    source = b"def text():\n    return " + quotes + b"\n" + LONG.replace(b"    ", b"") + quotes + b"\n"
    assert skeleton(source, []).text == source


def test_alias_used_in_a_cut_function_is_found() -> None:
    """A name bound to something of a rule brings back the functions that use it."""
    source = b"from torch import cuda as c\ndef work():\n" + LONG + b"    c.synchronize()\n"
    assert [hit.line for hit in match_python("a.py", source).hits if "synchronize" in hit.symbol] == [33]


def test_launch_of_a_triton_kernel_is_found_without_another_word() -> None:
    """The keywords of a launch are reason enough to look at a function."""
    source = b"import triton\ndef work():\n" + LONG + b"    kernel[grid](x, num_warps=4)\n"
    assert "py-triton-num-warps" in {hit.rule for hit in match_python("a.py", source).hits}
