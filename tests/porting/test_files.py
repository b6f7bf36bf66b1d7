"""Reading stays inside the root, is bounded, and counts what it leaves out."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from junshi.errors import InputError
from junshi.porting.copies import MOST_PLACES, MOST_PLACES_OF_A_FILE, within_bounds
from junshi.porting.files import Limits, list_files, read_bytes
from junshi.porting.finding import Hit
from junshi.porting.language import Language
from junshi.porting.reader import FileResult
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

CANN = [Target("cann")]
TIE = "import torch\ntorch.cuda.synchronize()\n"


def test_links_are_never_followed(tmp_path: Path) -> None:
    """A link out of the root, to a file or a folder, and a loop of links are counted and not read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(TIE)
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.py").symlink_to(outside / "secret.py")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    report = scan(root, CANN)
    assert report.files == 0
    assert report.skipped == {"link": 3}


def test_large_binary_and_odd_files_are_counted(tmp_path: Path) -> None:
    """A giant file, a binary one and a pipe are left out; the rest is read."""
    (tmp_path / "giant.py").write_text("x = 1\n" * 1000)
    (tmp_path / "binary.py").write_bytes(b"\0\1\2")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "good.py").write_text(TIE)
    report = scan(tmp_path, CANN, limits=Limits(file_bytes=2000))
    assert [summary.path for summary in report.summaries] == ["good.py"]
    assert report.skipped == {"not_a_file": 1, "too_large": 1, "unreadable_or_binary": 1}


def test_deep_folders_are_bounded(tmp_path: Path) -> None:
    """Folders nested deeper than the limit are counted and not entered."""
    deep = tmp_path.joinpath(*["d"] * 12)
    deep.mkdir(parents=True)
    (deep / "a.py").write_text(TIE)
    assert list_files(tmp_path, Limits(depth=5)).skipped == {"too_deep": 1}
    assert len(list_files(tmp_path, Limits(depth=20)).files) == 1


def test_a_file_that_becomes_a_link_is_not_read(tmp_path: Path) -> None:
    """A file replaced by a link between listing and reading gives nothing."""
    (tmp_path / "a.py").write_text(TIE)
    listed = list_files(tmp_path).files[0]
    (tmp_path / "a.py").unlink()
    (tmp_path / "a.py").symlink_to("/etc/hostname")
    assert read_bytes(tmp_path, listed) is None


def test_copies_of_libraries_are_left_out(tmp_path: Path) -> None:
    """Vendored folders are counted; the project's own use of the library is still found."""
    library = tmp_path / "csrc" / "cutlass" / "include" / "cutlass"
    library.mkdir(parents=True)
    (library / "gemm.h").write_text("namespace cutlass { cudaStream_t s; }\n")
    (tmp_path / "csrc" / "own.cu").write_text('#include "cutlass/gemm.h"\n')
    report = scan(tmp_path, CANN)
    assert report.skipped == {"vendored": 1}
    assert {finding.hit.rule for finding in report.findings} == {"build-cu-file", "cpp-cutlass"}


def test_missing_path_is_refused(tmp_path: Path) -> None:
    """A path that does not exist is an input error."""
    with pytest.raises(InputError, match="no such file"):
        scan(tmp_path / "nothing", CANN)


def test_nothing_is_executed_or_written(tmp_path: Path) -> None:
    """Scanned code that would leave a mark when run or imported leaves none, and the tree is unchanged."""
    mark = tmp_path / "mark"
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("setup.py", "conftest.py", "sitecustomize.py", "__init__.py"):
        (tree / name).write_text(f"import torch\nopen({str(mark)!r}, 'w').write('ran')\ntorch.cuda.init()\n")
    before = sorted(tree.rglob("*"))
    scan(tree, CANN)
    assert not mark.exists()
    assert sorted(tree.rglob("*")) == before


def test_zip_and_tar_are_read_in_memory(tmp_path: Path) -> None:
    """Archives give the same findings as their folder; members that point outside are counted, not read."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("pkg/a.py", TIE)
        archive.writestr("../evil.py", TIE)
        archive.writestr("/abs.py", TIE)
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as packed:
        for name in ("pkg/a.py", "../evil.py"):
            info = tarfile.TarInfo(name)
            info.size = len(TIE)
            packed.addfile(info, io.BytesIO(TIE.encode()))
        link = tarfile.TarInfo("pkg/link.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
    for name, outside in (("a.zip", 2), ("a.tar.gz", 1)):
        report = scan(tmp_path / name, CANN)
        assert [finding.hit.file for finding in report.findings] == ["pkg/a.py"]
        assert report.skipped["outside"] == outside


def test_archive_bombs_are_not_unpacked(tmp_path: Path) -> None:
    """A member that unpacks to thousands of times its size is not read."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.py", b"#" * 3_000_000)
    assert scan(tmp_path / "bomb.zip", CANN).skipped == {"link_or_bomb": 1}


def test_damaged_archive_is_an_input_error(tmp_path: Path) -> None:
    """A file with an archive's name that is none is refused in one sentence."""
    (tmp_path / "a.zip").write_bytes(b"PK not really")
    with pytest.raises(InputError, match="cannot be read as an archive"):
        scan(tmp_path / "a.zip", CANN)


def test_names_act_on_no_terminal(tmp_path: Path) -> None:
    """Control characters, marks of direction and bytes that are no UTF-8 in names and symbols are escaped."""
    for name in (b"new\nline.py", b"esc\x1b[2J.py", "rtl\u202ecod.py".encode(), b"odd\xff.py"):
        (tmp_path / os.fsdecode(name)).write_text("import os\nos.environ['NCCL_\\x1b[2JX'] = '1'\n")
    report = scan(tmp_path, CANN)
    assert report.files == 4
    assert len(report.findings) == 4
    for finding in report.findings:
        assert finding.hit.file.isprintable()
        assert finding.hit.symbol.isprintable()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("requirements.txt", "flash-attn\r\n".encode("utf-16")),
        ("requirements.txt", b"\xef\xbb\xbfflash-attn\n"),
        ("a.py", b"import flash_attn\rx = 1\r"),
        ("a.cu", b"// here \\\r\n cudaFree();\r\n"),
    ],
)
def test_other_encodings_and_line_ends_are_read(tmp_path: Path, name: str, data: bytes) -> None:
    """UTF-16, a mark at the beginning, and carriage returns change nothing, alone or in an archive."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, data)
    for path in (tmp_path / "tree", tmp_path / "a.zip"):
        rules = {finding.hit.rule for finding in scan(path, CANN).findings}
        assert (
            rules == {"build-cu-file"} if name == "a.cu" else any("flash" in r or "dep" in r for r in rules)
        )


def test_places_are_bounded_and_counted(tmp_path: Path) -> None:
    """A file with more places than anybody writes is cut, and the rest is counted as not read."""
    lines = MOST_PLACES_OF_A_FILE + 10
    (tmp_path / "a.py").write_text("import torch\n" + "torch.cuda.init()\n" * lines)
    report = scan(tmp_path, CANN)
    assert len(report.findings) == MOST_PLACES_OF_A_FILE
    assert report.skipped == {"places": 10}


def test_places_of_a_tree_are_bounded() -> None:
    """Of results beyond the limit of a tree only the number of places is kept."""
    hits = tuple(Hit("a.py", line, "r", "s") for line in range(1, MOST_PLACES_OF_A_FILE + 1))
    count = MOST_PLACES // MOST_PLACES_OF_A_FILE + 3
    results = list(within_bounds(FileResult("a.py", Language.PYTHON, hits) for _ in range(count)))
    assert sum(len(result.hits) for result in results) == MOST_PLACES
    assert sum(result.cut for result in results) == 3 * MOST_PLACES_OF_A_FILE


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_reason_of_a_damaged_archive_is_one_line(tmp_path: Path, name: str) -> None:
    """An empty or cut archive is refused in one line."""
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError) as refused:
        scan(tmp_path / name, CANN)
    assert "\n" not in refused.value.sentence()


def test_locked_members_are_counted(tmp_path: Path) -> None:
    """A member behind a password is not read, and counted."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.py", TIE)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert scan(tmp_path / "a.zip", CANN).skipped == {"unreadable_or_binary": 1}


def test_which_files_a_limit_leaves_does_not_hang_on_the_disk(tmp_path: Path) -> None:
    """Files are taken in the order of names when there are too many."""
    for name in ("c.py", "a.py", "b.py"):
        (tmp_path / name).write_text(TIE)
    assert [file.path for file in list_files(tmp_path, Limits(files=2)).files] == ["a.py", "b.py"]
