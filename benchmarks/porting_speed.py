"""Speed of `junshi scan` against `ast.parse` alone in the same run, and against ast-grep and semgrep.

    python benchmarks/porting_speed.py [--rivals] [FOLDER …]

Without a folder: a made-up tree of 10,000 files. `--rivals` also runs ast-grep and semgrep where installed.

Prints one line per measurement; exits with 1 when a limit is missed.
"""

from __future__ import annotations

import ast
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from junshi.porting.effort.estimate import estimate
from junshi.porting.record import scan_record
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

RATIO_LIMIT, SECONDS_LIMIT, MEGABYTES_LIMIT, FILES = 1.5, 40.0, 500.0, 10_000
CORPUS = Path(__file__).parents[1] / "tests" / "porting" / "corpus"
AST_GREP_PATTERNS = (
    "torch.cuda.$F($$$)", "$X.cuda($$$)", "$X.to('cuda')", "torch.device('cuda')",
    "dist.init_process_group($$$)",
    "import flash_attn", "torch.compile($$$)", "$X.is_cuda", "torch.backends.cudnn.$A", "torch.float64",
)  # fmt: skip
SEMGREP_PATTERNS = AST_GREP_PATTERNS[:4]


def made_up_tree(folder: Path, files: int) -> None:
    """Write a tree: one file in twelve is of the corpus, every second other one uses torch.cuda."""
    sources = [path for path in sorted(CORPUS.rglob("*")) if path.is_file() and path.suffix != ".labels"]
    plain = "\n".join(
        f"def function_{n}(value, other=None):\n    total = [item * {n} for item in value if item]\n"
        f"    return {{'sum': sum(total), 'other': other or {n}}}\n"
        for n in range(40)
    )
    for number in range(files):
        place = folder / f"package_{number % 100:02}"
        place.mkdir(exist_ok=True)
        if number % 12 == 0:
            source = sources[number // 12 % len(sources)]
            (place / f"f{number}_{source.name}").write_bytes(source.read_bytes())
        else:
            use = "import torch\n\ntorch.cuda.synchronize()\n" if number % 2 else ""
            (place / f"f{number}.py").write_text(use + plain, encoding="utf-8")


def parse_seconds(folder: Path) -> float:
    """CPU seconds of `ast.parse` alone on all Python files, read beforehand."""
    texts = [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
    started = time.process_time()
    for text in texts:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(text)
        except (SyntaxError, ValueError):
            continue
    return time.process_time() - started


def scan_seconds(folder: Path) -> float:
    """CPU seconds of the whole scan in one process: walk, read, parse, match, report."""
    started = time.process_time()
    report = scan(folder, [Target("cann")])
    scan_record(report, [estimate(report, "cann")])
    return time.process_time() - started


def wall_seconds(folder: Path, processes: int) -> float:
    """Wall seconds of the whole scan with worker processes."""
    started = time.perf_counter()
    scan(folder, [Target("cann")], processes=processes)
    return time.perf_counter() - started


def rival_seconds(folder: Path) -> dict[str, float]:
    """Wall seconds of ast-grep with ten patterns and semgrep with four, where installed."""
    spent: dict[str, float] = {}
    ast_grep, semgrep = shutil.which("ast-grep"), shutil.which("semgrep")
    if ast_grep:
        started = time.perf_counter()
        for pattern in AST_GREP_PATTERNS:
            subprocess.run(
                [ast_grep, "run", "-p", pattern, "-l", "py", "--json=stream", str(folder)],
                check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        spent["ast-grep, 10 patterns"] = time.perf_counter() - started
    if semgrep:
        started = time.perf_counter()
        for pattern in SEMGREP_PATTERNS:
            subprocess.run(
                [semgrep, "scan", "-e", pattern.replace("$$$", "..."), "-l", "py", "-q", "-j", "2",
                 "--metrics=off", "--disable-version-check", "--no-git-ignore", str(folder)],
                check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        spent["semgrep, 4 patterns"] = time.perf_counter() - started
    return spent


def measure(folder: Path, name: str, rivals: bool) -> bool:
    """Print the measurements of one tree; whether all limits hold."""
    parse = min(parse_seconds(folder) for _ in range(2))
    one = min(scan_seconds(folder) for _ in range(2))
    two = wall_seconds(folder, 2)
    peak = (
        sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )
    files = scan(folder, [Target("cann")]).files
    print(f"{name}: {files} files")
    print(f"  ast.parse {parse:.2f} s CPU, scan {one:.2f} s CPU, ratio {one / parse:.2f} (≤ {RATIO_LIMIT})")
    print(
        f"  two processes {two:.2f} s, {files / two:.0f} files/s; peak {peak:.0f} MB (≤ {MEGABYTES_LIMIT:g})"
    )
    for rival, seconds in (rival_seconds(folder) if rivals else {}).items():
        print(f"  {rival}: {seconds:.2f} s wall, {seconds / two:.1f} times ours")
    return one / parse <= RATIO_LIMIT and two <= SECONDS_LIMIT and peak <= MEGABYTES_LIMIT


def main() -> int:
    """Measure the folders named, or a made-up tree."""
    rivals = "--rivals" in sys.argv
    names = [word for word in sys.argv[1:] if word != "--rivals"]
    if names:
        held = [measure(Path(name), Path(name).name, rivals) for name in names]
        return 0 if all(held) else 1
    with tempfile.TemporaryDirectory() as folder:
        made_up_tree(Path(folder), FILES)
        return 0 if measure(Path(folder), "made-up tree", rivals) else 1


if __name__ == "__main__":
    sys.exit(main())
