"""The whole scan: deterministic, honest about what it does not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from junshi.errors import InputError
from junshi.porting.contexts import own_packages
from junshi.porting.effort.estimate import effort_days, estimate
from junshi.porting.finding import Outcome
from junshi.porting.record import fingerprints, new_findings, scan_record
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target, labels, parse_targets

CORPUS = Path(__file__).parent / "corpus"


def findings_of(
    tmp_path: Path, text: str, ecosystem: str = "cann", name: str = "a.py"
) -> list[tuple[int, str, str]]:
    """(line, rule, outcome) of one file."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = scan(tmp_path, [Target(ecosystem)])
    return [(f.hit.line, f.hit.rule, f.outcome.value) for f in report.findings]


def test_result_does_not_depend_on_processes(tmp_path: Path) -> None:
    """One process and two give the same findings, in the same order."""
    for number in range(300):
        (tmp_path / f"f{number:03}.py").write_text(f"import torch\nx = torch.cuda.Stream()  # {number}\n")
    one, two = (scan(tmp_path, [Target("cann")], processes=count) for count in (1, 2))
    assert one.findings == two.findings
    assert one.summaries == two.summaries


def test_scanning_twice_finds_the_same() -> None:
    """Two scans of one tree agree in everything but the time."""
    first, second = (scan(CORPUS, [Target("cann"), Target("rocm")]) for _ in range(2))
    assert first.findings == second.findings
    assert estimate(first, "cann") == estimate(second, "cann")


def test_alias_is_found_and_comment_is_not(tmp_path: Path) -> None:
    """A name that leads to torch.cuda is found; the same words in comments and texts are not."""
    text = 'from torch import cuda as c\n# torch.cuda.Stream()\ns = c.Stream()\nprint("cuda")\n'
    found = [(1, "py-torch-cuda-runtime", "auto"), (3, "py-streams-events", "auto")]
    assert findings_of(tmp_path, text) == found


def test_string_that_reaches_a_device_argument_is_found(tmp_path: Path) -> None:
    """The literal is reported where it stands, once, when it is used as a device."""
    text = 'import torch\nwhere = "cuda"\ntitle = "cuda"\nx = torch.zeros(1).to(where)\ny = x.to(where)\n'
    assert findings_of(tmp_path, text) == [(2, "py-device-string", "auto")]


def test_optional_import_is_automatic(tmp_path: Path) -> None:
    """An import whose absence is caught costs nothing, but is shown."""
    text = "try:\n    import flash_attn\nexcept ImportError:\n    flash_attn = None\n"
    assert findings_of(tmp_path, text) == [(2, "py-flash-attn", "auto")]
    assert findings_of(tmp_path, "import flash_attn\n") == [(1, "py-flash-attn", "manual")]


def test_unsupported_on_a_generation_is_manual(tmp_path: Path) -> None:
    """The support table decides per generation: listed as unsupported is never automatic."""
    (tmp_path / "a.py").write_text("import torch\ntorch.cuda.memory_summary()\n")
    older, newer = (
        scan(tmp_path, [Target("cann", chip)]).findings[0].outcome for chip in ("ascend-910c", "ascend-950dt")
    )
    assert (older, newer) == (Outcome.AUTO, Outcome.MANUAL)


def test_not_listed_is_unknown_and_counted(tmp_path: Path) -> None:
    """An API of a documented module that is not listed is unknown, whatever the rule hopes."""
    assert findings_of(tmp_path, "import torch\ntorch.cuda.get_rng_state_all()\n") == [
        (2, "py-rng", "unknown")
    ]
    assert scan(tmp_path, [Target("cann")]).unknown_share("cann") == 1.0


def test_unruled_ecosystem_is_all_unknown() -> None:
    """For an ecosystem that no rule speaks of every finding is unknown; so for Kunlunxin's xpu."""
    for target in (Target("maca"), Target("xpu", "kunlun-p800")):
        report = scan(CORPUS, [target])
        assert {f.outcome for f in report.findings if not f.hit.optional} == {Outcome.UNKNOWN}


def test_code_of_another_ecosystem_costs_nothing(tmp_path: Path) -> None:
    """Files in a folder of an ecosystem, and the CUDA file beside an NPU one, are handled."""
    (tmp_path / "accelerator").mkdir()
    for name in ("cuda_accelerator.py", "npu_accelerator.py"):
        (tmp_path / "accelerator" / name).write_text("import torch\ntorch.cuda.synchronize()\n")
    assert scan(tmp_path, [Target("cann")]).findings == ()
    assert [f.hit.file for f in scan(tmp_path, [Target("rocm")]).findings] == [
        "accelerator/cuda_accelerator.py"
    ]


def test_own_package_is_no_dependency(tmp_path: Path) -> None:
    """Imports of the scanned project itself tie it to nothing."""
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").write_text("")
    (tmp_path / "vllm" / "a.py").write_text("import vllm\nfrom vllm.attention import x\nimport flashinfer\n")
    assert {f.hit.rule for f in scan(tmp_path, [Target("cann")]).findings} == {"py-flashinfer"}
    assert own_packages(["a/b/__init__.py", "a/b/c/__init__.py"], "top") == {"a", "b", "top"}


def test_broken_python_is_read_block_by_block(tmp_path: Path) -> None:
    """A syntax error loses its block only, and is counted."""
    text = "import torch\n\ndef f():\n    print 'old'\n\ndef g():\n    torch.cuda.synchronize()\n"
    (tmp_path / "a.py").write_text(text)
    report = scan(tmp_path, [Target("cann")])
    assert [(f.hit.line, f.hit.rule) for f in report.findings] == [(7, "py-torch-cuda-runtime")]
    assert report.unread_parts == 1


def test_no_finding_costs_nothing(tmp_path: Path) -> None:
    """A tree without ties has zero effort on every target."""
    (tmp_path / "a.py").write_text("x = 1\n")
    assert effort_days(scan(tmp_path, [Target("cann")]), "cann") == (0.0, 0.0, 0.0, 0.0)


def test_more_code_never_costs_less(tmp_path: Path) -> None:
    """Adding a kernel does not lower the priced days."""
    (tmp_path / "a.cu").write_text("__global__ void a(float* x) { x[0] = 1; }\n")
    one = estimate(scan(tmp_path, [Target("cann")]), "cann")
    (tmp_path / "b.cu").write_text("__global__ void b(float* x) {\n __shared__ int s;\n x[0] = s;\n}\n")
    two = estimate(scan(tmp_path, [Target("cann")]), "cann")
    assert two.bottom_up.p50 > one.bottom_up.p50


def test_template_instantiations_count_once(tmp_path: Path) -> None:
    """Generated files that differ in numbers and formats only are one piece of work."""
    for width in (32, 64, 128):
        for kind in ("fp16", "bf16"):
            (tmp_path / f"fwd_hdim{width}_{kind}_sm80.cu").write_text("// instantiation\n")
    parts = estimate(scan(tmp_path, [Target("cann")]), "cann").parts
    assert [part.places for part in parts if part.name.startswith("build-cu-file")] == [6]


def test_effort_is_ordered_and_in_the_record() -> None:
    """p10 ≤ p50 ≤ p90 for all targets, and the record has the agreed keys."""
    report = scan(CORPUS, [Target("cann", "ascend-910c"), Target("rocm")])
    estimates = [estimate(report, label) for label in report.labels]
    record = scan_record(report, estimates)
    assert {"files", "seconds", "findings", "effort_days", "keep_up_days_per_year", "unknown_share"} <= set(
        record
    )
    for entry in estimates:
        assert 0 < entry.days.p10 < entry.days.p50 < entry.days.p90
        assert entry.keep_up_days_per_year.p50 > 0
    low, likely, high, upkeep = effort_days(report, "cann")
    assert low < likely < high
    assert upkeep > 0


def test_diff_reports_only_what_is_new(tmp_path: Path) -> None:
    """Moved lines are not new; a second use of the same API is."""
    (tmp_path / "a.py").write_text("import torch\ntorch.cuda.init()\n")
    base = fingerprints(scan(tmp_path, [Target("cann")]).findings)
    (tmp_path / "a.py").write_text("import torch\n\n\ntorch.cuda.init()\n")
    assert new_findings(scan(tmp_path, [Target("cann")]).findings, base) == ()
    (tmp_path / "a.py").write_text("import torch\n\ntorch.cuda.init()\ntorch.cuda.init()\n")
    assert [f.hit.line for f in new_findings(scan(tmp_path, [Target("cann")]).findings, base)] == [4]


def test_targets_are_named_by_ecosystem_or_chip() -> None:
    """A chip finds its ecosystem; two chips of one ecosystem are told apart."""
    assert parse_targets([], ["ascend-910c"]) == (Target("cann", "ascend-910c"),)
    two = parse_targets(["cann"], ["ascend-910c", "ascend-950dt"])
    assert labels(two) == ("cann:ascend-910c", "cann:ascend-950dt")
    for ecosystems, chips, framework in (
        (["cuda"], [], None),
        ([], [], None),
        (["cann"], ["h100"], None),
        (["can"], [], None),
    ):
        with pytest.raises(InputError):
            parse_targets(ecosystems, chips, framework)


def test_framework_without_a_table_is_refused() -> None:
    """A framework version without a support table is an error that names the tables there are."""
    with pytest.raises(InputError, match=r"torch-2\.13"):
        scan(CORPUS, [Target("cann", framework="torch-1.8")])


def test_notebook_cells_are_read(tmp_path: Path) -> None:
    """Code cells of a notebook are read, magic lines and text cells are not; lines count the code cells."""
    cells = [
        {"cell_type": "markdown", "source": ["torch.cuda.init()"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import torch\n"]},
        {"cell_type": "code", "source": "!pip list\nmodel.cuda()"},
    ]
    found = findings_of(tmp_path, json.dumps({"cells": cells}), name="a.ipynb")
    assert found == [(5, "py-tensor-cuda-method", "auto")]


def test_dead_and_foreign_preprocessor_branches(tmp_path: Path) -> None:
    """Branches of another platform cost nothing; the CUDA side of them costs nothing there."""
    free = "void f() { cudaFree(x); }\n"
    text = f"#if defined(USE_ROCM) || defined(__MUSA__)\n{free}#else\n{free}#endif\n"
    assert findings_of(tmp_path, text, "cann", "a.cpp") == [(4, "cpp-cuda-runtime", "drop_in")]
    for ecosystem in ("rocm", "musa"):
        assert findings_of(tmp_path, text, ecosystem, "a.cpp") == []


def test_copies_have_the_hits_of_their_own_place(tmp_path: Path) -> None:
    """Equal files are matched once, but a copy in a folder of another ecosystem costs nothing."""
    for folder in ("one", "two", "three/npu"):
        place = tmp_path / folder
        place.mkdir(parents=True)
        (place / "ops.cu").write_text("__global__ void add(float* x) { x[threadIdx.x] += 1; }\n")
        (place / "other.cu").write_text(f"__global__ void add_{folder[:3]}(float* x) {{ x[0] += 1; }}\n")
    report = scan(tmp_path, [Target("cann")])
    found = [
        (finding.hit.file, finding.hit.symbol) for finding in report.findings if "kernel" in finding.hit.rule
    ]
    assert found == [
        ("one/ops.cu", "add"),
        ("one/other.cu", "add_one"),
        ("two/ops.cu", "add"),
        ("two/other.cu", "add_two"),
    ]
