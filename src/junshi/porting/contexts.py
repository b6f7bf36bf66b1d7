"""What the tree around a file says of it, worked out once per folder: owner, counterparts, copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from junshi.porting.files import SourceFile
from junshi.porting.finding import NOTHING
from junshi.porting.guards import counterpart_ecosystems, counterparts, path_owner
from junshi.porting.reader import FileContext

_PROJECT_FILES = frozenset({"setup.py", "pyproject.toml", "setup.cfg", "CMakeLists.txt"})
_NEVER_OWN = frozenset(
    [
        "torch",
        "triton",
        "cuda",
        "src",
        "python",
        "lib",
        "libs",
        "tests",
        "test",
        "examples",
        "example",
        "scripts",
        "tools",
        "docs",
        "benchmarks",
        "kernels",
        "ops",
    ]
)


@dataclass(frozen=True, slots=True)
class Work:
    """One file to match, small enough to send to another process.

    `may_be_copy` says that another file of the tree has the same name and size.
    """

    file: SourceFile
    context: FileContext
    may_be_copy: bool


@dataclass(frozen=True, slots=True)
class _Folder:
    """What a folder's path says of all files in it, and the ecosystems with files of their own there."""

    owner: frozenset[str]
    counterparts: frozenset[str]
    ported: Mapping[str, frozenset[str]]


def work_of(files: Sequence[SourceFile], root: str) -> list[Work]:
    """Files with what the tree says of each.

    Parameters
    ----------
    files : of the tree, in the order of their paths
    root : name of the scanned folder
    """
    own = own_packages((file.path for file in files), root)
    folders = _folders(file.path for file in files)
    sizes = Counter((_name(file.path), file.size) for file in files)
    contexts: dict[tuple[frozenset[str], frozenset[str]], FileContext] = {}
    work: list[Work] = []
    for file in files:
        path, _, name = file.path.rpartition("/")
        folder = folders[path]
        said = (
            folder.owner | path_owner(name),
            folder.counterparts | counterpart_ecosystems(name, folder.ported),
        )
        if said not in contexts:
            contexts[said] = FileContext(*said, own)
        work.append(Work(file, contexts[said], sizes[name, file.size] > 1))
    return work


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _folders(paths: Iterable[str]) -> dict[str, _Folder]:
    """Folders by path, the root as the empty one."""
    names: dict[str, set[str]] = {"": set()}
    for path in paths:
        folder, _, name = path.rpartition("/")
        while folder not in names:
            names[folder] = {name}
            folder, _, name = folder.rpartition("/")
        names[folder].add(name)
    folders: dict[str, _Folder] = {}
    for path in sorted(names):  # a folder comes after the one that it is in
        owner = beside = NOTHING
        if path:
            above, _, name = path.rpartition("/")
            owner = folders[above].owner | path_owner(name)
            beside = folders[above].counterparts | counterpart_ecosystems(name, folders[above].ported)
        folders[path] = _Folder(owner, beside, counterparts(names[path]))
    return folders


def own_packages(paths: Iterable[str], root: str = "") -> frozenset[str]:
    """Top-level Python packages of a tree: folders with `__init__.py` whose parent has none.

    Parameters
    ----------
    paths : files of the tree
    root : name of the scanned folder, which may itself be a package or a namespace of packages

    Returns
    -------
    names, those of the namespaces above a package included; never a framework that rules are about

    Examples
    --------
    >>> sorted(own_packages(["src/mine/__init__.py", "src/mine/sub/__init__.py", "setup.py"]))
    ['mine']
    """
    files = set(paths)
    packages = {path.rpartition("/")[0] for path in files if path.endswith("/__init__.py")}
    found: set[str] = set()
    for package in packages:
        above = package.rpartition("/")[0]
        if above not in packages:
            found.add(package.rpartition("/")[2])
            found.update(part for part in above.split("/") if part)
    if "__init__.py" in files or (packages and not files & _PROJECT_FILES):
        found.add(root)
    return frozenset(found - _NEVER_OWN)
