"""`junshi serve` as a user starts it: light to import, plain in its refusals, silent about its token."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from junshi.cli import serve as command
from junshi.cli.app import run
from tests.page.conftest import API


def test_command_imports_no_web_framework() -> None:
    """The help of the command needs nothing of the extra."""
    code = "import sys, junshi.cli.serve; print({'fastapi', 'uvicorn', 'tomlkit'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_missing_extra_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the packages of the extra one sentence says what to install, with exit code 2."""
    monkeypatch.setattr(command, "NEEDED", ("fastapi", "no_such_package_here"))
    assert run(["serve", "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert "no_such_package_here" in told
    assert 'pip install "junshi[page]"' in told


def test_port_in_use_is_told_in_a_sentence(serve: Any, tmp_path: Path) -> None:
    """A port that another server has is refused with exit code 2 and a way out."""
    port = serve().client.base_url.port
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "junshi",
            "serve",
            "--runs",
            str(tmp_path),
            "--port",
            str(port),
            "--lang",
            "en",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "cannot be bound" in done.stderr
    assert "Traceback" not in done.stderr


def test_other_address_asks_for_the_token_of_the_link(serve: Any) -> None:
    """Beyond loopback the printed link opens the page, nothing else does; it is not written again."""
    server = serve("--host", "0.0.0.0")  # noqa: S104
    token = server.link.split("token=")[1]
    assert server.client.get(f"{API}/runs").status_code == 401
    opened = server.client.get("/", params={"token": token})
    assert opened.status_code == 303
    assert server.client.get(f"{API}/runs").status_code == 200
    assert token not in server.stop()


def test_folder_that_is_a_file_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of runs that cannot be made is refused with exit code 2."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["serve", "--runs", str(tmp_path / "file"), "--port", "0", "--lang", "en"]) == 2
    assert "file" in capsys.readouterr().err
