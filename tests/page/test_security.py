"""Who may ask the page, and how much: what is foreign or too large is refused in words."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from junshi.page.limits import BODY_BYTES
from junshi.page.settings import PageSettings
from tests.page.conftest import API, ORIGIN, SCENARIO, client_of, ended

TOKEN = "abc-123"  # noqa: S105 - of this test
PAGES = ("/", f"{API}/archetypes", f"{API}/openapi.json", "/static/api.js", "/nothing")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_fenced(client: Any, path: str) -> None:
    """Pages, files, objects and refusals carry a strict policy, and may not be framed or guessed at."""
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8420", "127.0.0.1.evil.example", "", "[", "a@b"]
)
def test_foreign_host_is_refused(client: Any, host: str) -> None:
    """A name that is not this machine's is refused whatever it asks: it may be rebound to it."""
    answer = client.get(f"{API}/runs", headers={"Host": host})
    assert answer.status_code == 421
    assert answer.json()["error"]


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1:8420", "[::1]:8420"])
def test_own_host_is_answered(client: Any, host: str) -> None:
    """Every name of loopback is this machine's, at any port."""
    assert client.get(f"{API}/runs", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": ""},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
    ],
)
def test_change_from_elsewhere_is_refused(client: Any, headers: dict[str, str]) -> None:
    """A change that does not come from our own pages is refused, in both languages."""
    for language, letters in (("en", "own pages"), ("zh", "自身页面")):
        answer = client.post(f"{API}/drafts?lang={language}", json={"toml": ""}, headers=headers)
        assert answer.status_code == 403
        assert letters in answer.json()["error"]


def test_change_from_own_page_is_taken(client: Any) -> None:
    """The browser's word that a request is of the same origin is enough."""
    headers = {"Origin": "", "Sec-Fetch-Site": "same-origin"}
    assert client.post(f"{API}/drafts", json={"toml": ""}, headers=headers).status_code == 201


def test_token_is_required_beyond_loopback(tmp_path: Path) -> None:
    """Without a token there are no settings for another address."""
    with pytest.raises(ValueError, match="token"):
        PageSettings(runs=tmp_path, host="0.0.0.0")  # noqa: S104
    assert PageSettings(runs=tmp_path, host="::1").address == "http://[::1]:8420/"


def test_token_opens_and_becomes_a_cookie(tmp_path: Path) -> None:
    """The link's token is taken once, leaves the address, and a cookie carries it from then on."""
    settings = PageSettings(runs=tmp_path, host="0.0.0.0", token=TOKEN)  # noqa: S104
    with client_of(settings) as client:
        assert client.get("/").status_code == 401
        assert client.get(f"{API}/runs", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/?token=wrong").status_code == 401
        opened = client.get(f"{ORIGIN}//evil.example/?lang=zh&token={TOKEN}", follow_redirects=False)
        assert opened.headers["location"] == "/evil.example/?lang=zh"
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert TOKEN not in client.get("/").text
        assert client.get(f"{API}/runs").status_code == 200


def test_bearer_of_the_token_needs_no_origin(tmp_path: Path) -> None:
    """A program with the token may change things; no browser sends that header by itself."""
    settings = PageSettings(runs=tmp_path, host="0.0.0.0", token=TOKEN)  # noqa: S104
    with client_of(settings) as client:
        headers = {"Authorization": f"Bearer {TOKEN}", "Origin": ""}
        assert client.post(f"{API}/drafts", json={"toml": ""}, headers=headers).status_code == 201
        assert client.get("/", headers={"Host": "evil.example"} | headers).status_code == 421
        assert client.get("/", headers={"Host": "192.0.2.7:8420"} | headers).status_code == 200


def test_large_body_is_refused(client: Any) -> None:
    """A body beyond the limit is refused, whether it says its length or comes in pieces."""
    large = b'{"toml": "' + b"x" * BODY_BYTES + b'"}'
    pieces = (large[at : at + 100_000] for at in range(0, len(large), 100_000))
    for content in (large, pieces):
        answer = client.post(f"{API}/drafts", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["error"]


def test_deep_and_broken_json_is_a_fault_not_a_crash(client: Any) -> None:
    """JSON nested a hundred thousand times, cut off, or no text at all is told as a fault."""
    for content in (b"[" * 100_000, b'{"toml": ', b"\xff\xfe", b'{"toml": "\\ud800"}', b"1e999"):
        answer = client.post(f"{API}/drafts", content=content, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"]


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../secret", "upload:../../etc/passwd", "upload:0123456789abcdef.toml", "C:\\x", ""],
)
@pytest.mark.parametrize("place", ["codebase", "demand"])
def test_no_path_of_a_client_is_opened(client: Any, name: str, place: str) -> None:
    """A scenario that names a file is refused in the same words, whether there is such a file or not."""
    quoted = name.replace("\\", "\\\\")
    line = (
        f'codebase = "{quoted}"' if place == "codebase" else f'demand = {{ file = "{quoted}", series = "a" }}'
    )
    text = SCENARIO.replace("demand = 20_000.0", line if place == "demand" else f"demand = 1.0\n{line}")
    for answer in (
        client.post(f"{API}/scenarios/check", json={"toml": text}).json(),
        client.post(f"{API}/runs", json={"kind": "plan", "toml": text}).json(),
    ):
        assert any("upload" in fault["sentence"] for fault in answer["faults"])


def test_rate_limit_speaks_both_languages(tmp_path: Path) -> None:
    """Beyond the starts of a minute a sentence says so, and when to come again."""
    asked = {"kind": "plan", "toml": SCENARIO, "options": {"seconds": 1, "gap": 0.5}}
    with client_of(PageSettings(runs=tmp_path, starts_per_minute=1)) as client:
        assert client.post(f"{API}/runs", json=asked).status_code == 202
        for language, letters in (("en", "wait a minute"), ("zh", "请等一分钟")):
            answer = client.post(f"{API}/runs?lang={language}", json=asked)
            assert answer.status_code == 429
            assert letters in answer.json()["error"]
            assert answer.headers["retry-after"] == "60"


def test_full_queue_is_told(tmp_path: Path) -> None:
    """When the queue is full a start is refused, and nothing is left of it."""
    with client_of(PageSettings(runs=tmp_path, waiting=0)) as client:
        answer = client.post(f"{API}/runs", json={"kind": "plan", "toml": SCENARIO})
        assert answer.status_code == 429
        assert client.get(f"{API}/runs").json() == []


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _tar(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


CODE = b"import torch\nx = torch.zeros(1).cuda()\n"


@pytest.mark.parametrize(
    "archive", [_zip("../../out.py", CODE), _tar("/etc/out.py", CODE), _zip("a.py", CODE)]
)
def test_archive_is_scanned_and_never_unpacked(client: Any, tmp_path: Path, archive: bytes) -> None:
    """Members with names that lead out are skipped; nothing of any archive appears on the disk."""
    answer = client.post(f"{API}/uploads/code", files={"file": ("../../evil.zip", archive)})
    assert answer.status_code == 202
    run = ended(client, answer.json()["id"])
    assert run["status"] == "finished"
    assert "findings" in client.get(f"{API}/runs/{run['id']}/result").json()
    assert list(tmp_path.rglob("*.py")) == []


@pytest.mark.parametrize("archive", [_zip("a.py", b"0" * 30_000_000), _tar("a.py", b"0" * 30_000_000)])
def test_archive_bomb_is_not_unpacked(client: Any, archive: bytes) -> None:
    """A member that unpacks to much more than its size is not read; the scan ends and says so."""
    answer = client.post(f"{API}/uploads/code", files={"file": ("bomb.zip", archive)})
    run = ended(client, answer.json()["id"])
    assert run["status"] in {"finished", "failed"}
    if run["status"] == "finished":
        assert client.get(f"{API}/runs/{run['id']}/result").json()["findings"] == []


def test_gzip_bomb_of_a_log_is_refused(client: Any) -> None:
    """A log that is no log, or unpacks without end, is refused in words."""
    for content in (gzip.compress(b"0" * 20_000_000), b"\x1f\x8b broken", b"", b"\0" * 1000):
        answer = client.post(f"{API}/uploads/demand", files={"file": ("log.csv.gz", content)})
        assert answer.status_code == 422
        assert answer.json()["error"]
        assert "/runs/" not in answer.json()["error"]
    assert client.get(f"{API}/runs").json() == []


def test_no_archive_is_refused_at_once(client: Any) -> None:
    """What is no archive by its bytes is refused, whatever its name says."""
    answer = client.post(f"{API}/uploads/code", files={"file": ("code.zip", b"MZ not a zip")})
    assert answer.status_code == 422


def test_no_page_of_another_host_documents_the_api(client: Any) -> None:
    """The framework's own documentation pages, which load scripts from elsewhere, are off."""
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404
