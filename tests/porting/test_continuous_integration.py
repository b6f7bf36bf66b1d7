"""The pre-commit hook and the GitHub action, run as their files say."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML reads the files of the hook and the action")
ROOT = Path(__file__).parents[2]
CLEAN = "import torch\nx = torch.zeros(3)\n"
TIED = CLEAN + 'if x.device.type == "cuda":\n    x = x + 1\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small code base with its base record."""
    (tmp_path / "a.py").write_text(CLEAN, encoding="utf-8")
    shown = run(["junshi", "scan", ".", "--to", "cann", "--json"], tmp_path)
    (tmp_path / ".junshi-scan.json").write_text(shown.stdout, encoding="utf-8")
    return tmp_path


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command where `junshi` is the one of this Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path, **variables},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [(CLEAN, 0), (TIED, 1)])
def test_hook_fails_on_new_ties_only(tree: Path, text: str, code: int) -> None:
    """The hook's command passes on the base and fails when a file adds a tie."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (tree / "a.py").write_text(text, encoding="utf-8")
    done = run([*shlex.split(hook["entry"]), *hook["args"]], tree)
    assert done.returncode == code, done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="the action runs in bash")
@pytest.mark.parametrize(("text", "code"), [(CLEAN, 0), (TIED, 1)])
def test_action_writes_sarif_and_fails_on_new_ties(tree: Path, text: str, code: int) -> None:
    """The action's step writes its summary and SARIF, and fails when a file adds a tie."""
    action = yaml.safe_load((ROOT / ".github/actions/porting-scan/action.yml").read_text(encoding="utf-8"))
    step = action["runs"]["steps"][-1]
    (tree / "a.py").write_text(text, encoding="utf-8")
    done = run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], tree,
        SCAN_PATH=".", SCAN_TO="cann", SCAN_BASE=".junshi-scan.json", SCAN_FAIL_ON="manual",
        SCAN_SARIF="out.sarif", GITHUB_STEP_SUMMARY=str(tree / "summary.md"),
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert json.loads((tree / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "a.py" in (tree / "summary.md").read_text(encoding="utf-8") or code == 0
