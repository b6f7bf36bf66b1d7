"""Files that reach CUDA only through functions of the project's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from junshi.porting.finding import Outcome
from junshi.porting.match.python.helpers import MOST_LINES, OWN_HELPER, own_imports
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

DEVICE = "import torch\n\n\ndef compute_device():\n    return torch.device('cuda')\n"


def write(root: Path, **files: str) -> None:
    """Write a package `mine` with modules of these names."""
    (root / "mine").mkdir()
    (root / "mine" / "__init__.py").write_text("", encoding="utf-8")
    for name, text in files.items():
        (root / "mine" / f"{name}.py").write_text(text, encoding="utf-8")


def helper_lines(root: Path, ecosystem: str = "cann") -> list[tuple[str, int]]:
    """Places where the rule is found, all of them automatic."""
    found = [f for f in scan(root, [Target(ecosystem)]).findings if f.hit.rule == OWN_HELPER]
    assert all(finding.outcome is Outcome.AUTO for finding in found)
    return [(finding.hit.file, finding.hit.line) for finding in found]


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("from .device import compute_device", 2),
        ("from mine.device import compute_device as place", 2),
        ("from mine.device import (\n    other,  # current\n    compute_device,\n)", 4),
    ],
)
def test_importer_is_found_without_being_parsed(tmp_path: Path, statement: str, line: int) -> None:
    """A file with no word of a rule is found by its import of a function that names a device."""
    write(tmp_path, device=DEVICE, model=f"import math\n{statement}\n")
    assert helper_lines(tmp_path) == [("mine/model.py", line)]


@pytest.mark.parametrize(
    "statement",
    [
        "from elsewhere.device import compute_device",
        "# from .device import compute_device",
        "from .device import compute_device_of_work",
        "x = 'from .device import compute_device'",
    ],
)
def test_other_names_are_not(tmp_path: Path, statement: str) -> None:
    """Other projects' functions, comments, strings and longer names are no hits."""
    write(tmp_path, device=DEVICE, model=f"{statement}\n")
    assert helper_lines(tmp_path) == []


def test_long_functions_are_no_helpers(tmp_path: Path) -> None:
    """A function that does much more than name a device does not tie those who import it."""
    long = DEVICE.replace("    return", "    x = 1\n" * MOST_LINES + "    return")
    write(tmp_path, device=long, model="from .device import compute_device\n")
    assert helper_lines(tmp_path) == []


def test_ported_helper_costs_nothing(tmp_path: Path) -> None:
    """A function that takes care of an ecosystem already ties nobody there, and still does elsewhere."""
    ported = (
        "import torch\n\n\ndef compute_device():\n    if is_npu_available():\n        return 'npu'\n"
        "    return torch.device('cuda')\n"
    )
    write(tmp_path, device=ported, model="from .device import compute_device\n")
    assert helper_lines(tmp_path) == []
    assert helper_lines(tmp_path, "rocm") == [("mine/model.py", 1)]


def test_unfinished_imports_are_read_without_trouble() -> None:
    """Open brackets, stars and odd bytes give no names that are not there."""
    assert own_imports(b"from . import *\nfrom .a import (\n\xff", frozenset()) == ()
