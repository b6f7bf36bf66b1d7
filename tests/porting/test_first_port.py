"""Which files a first port edits, what is to be validated, and what a file is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from junshi.porting.effort.estimate import estimate
from junshi.porting.effort.first_port import FEATURES, coefficients, edit_probabilities, features
from junshi.porting.finding import Outcome
from junshi.porting.record import scan_record
from junshi.porting.registry import RULED_ECOSYSTEMS, load_registry
from junshi.porting.role import Role, role_of
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

TRAINER = """
import torch
import torch.distributed as dist

def setup(rank):
    device = torch.device("cuda", rank) if torch.cuda.is_available() else torch.device("cpu")
    dist.init_process_group("nccl")
    if device.type == "cuda":
        torch.cuda.set_device(rank)
    return device
"""
KERNEL = "__global__ void scale(float* x) { x[threadIdx.x] *= 2.0f; }\n"


def tree(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_every_feature_has_a_coefficient() -> None:
    """The fitted file holds exactly the features of the code."""
    assert set(coefficients()) == set(FEATURES)


def test_trainer_is_likelier_than_kernel_test_and_legacy(tmp_path: Path) -> None:
    """A file that chooses devices is likelier to be edited than a kernel, a test or legacy code."""
    root = tree(
        tmp_path,
        {
            "pack/__init__.py": "",
            "pack/trainer.py": TRAINER,
            "pack/legacy/trainer.py": TRAINER,
            "tests/test_trainer.py": TRAINER,
            "csrc/scale.cu": KERNEL,
        },
    )
    chances = edit_probabilities(scan(root, [Target("cann")]), "cann")
    assert set(chances) == {
        "pack/trainer.py",
        "pack/legacy/trainer.py",
        "tests/test_trainer.py",
        "csrc/scale.cu",
    }
    assert all(0.0 < chance < 1.0 for chance in chances.values())
    best = chances.pop("pack/trainer.py")
    assert best > max(chances.values())
    assert best > 0.5 > chances["csrc/scale.cu"]


def test_larger_projects_edit_a_smaller_share(tmp_path: Path) -> None:
    """The same file among many others with ties is less likely to be edited."""
    alone = scan(tree(tmp_path / "a", {"trainer.py": TRAINER}), [Target("cann")])
    many = scan(tree(tmp_path / "b", {f"trainer_{n}.py": TRAINER for n in range(50)}), [Target("cann")])
    assert edit_probabilities(many, "cann")["trainer_0.py"] < edit_probabilities(alone, "cann")["trainer.py"]


def test_code_for_another_platform_is_a_feature(tmp_path: Path) -> None:
    """A branch for another platform marks the file."""
    branch = (
        TRAINER
        + "\nif torch.xpu.is_available():\n    torch.xpu.synchronize()\nelse:\n    torch.cuda.synchronize()\n"
    )
    report = scan(tree(tmp_path, {"plain.py": TRAINER, "branch.py": branch}), [Target("cann")])
    place = FEATURES.index("other_platform")
    rows = features(report, "cann")
    assert (rows["plain.py"][place], rows["branch.py"][place]) == (0.0, 1.0)


def test_record_holds_the_first_port(tmp_path: Path) -> None:
    """The JSON record gives the probability of each file and their sum."""
    report = scan(tree(tmp_path, {"trainer.py": TRAINER}), [Target("cann")])
    entry = estimate(report, "cann")
    targets = scan_record(report, [entry])["targets"]
    assert isinstance(targets, dict)
    assert targets["cann"]["first_port"] == {"trainer.py": round(entry.first_port["trainer.py"], 3)}
    assert targets["cann"]["files_expected_in_first_port"] == round(sum(entry.first_port.values()), 1)


def test_validate_only_where_the_rule_is_automatic() -> None:
    """A rule asks for validation only on known ecosystems where it is automatic."""
    for rule in load_registry().rules.values():
        assert rule.validate <= set(RULED_ECOSYSTEMS), rule.id
        assert all(rule.outcome[name] is Outcome.AUTO for name in rule.validate), rule.id


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("@torch.jit.script\ndef f(x):\n    return x\n", "py-torch-jit-script"),
        ("y = x.double()\n", "py-double-method"),
        ("torch.backends.cuda.matmul.allow_tf32 = True\n", "py-tf32-flags"),
        ("import os\nos.environ['NCCL_ALGO'] = 'Ring'\n", "py-env-nccl"),
    ],
)
def test_silent_differences_are_named(tmp_path: Path, code: str, rule: str) -> None:
    """What runs unedited on CANN and differs without a word is automatic and marked for validation."""
    report = scan(tree(tmp_path, {"a.py": "import torch\n" + code}), [Target("cann")])
    found = [finding for finding in report.findings if finding.hit.rule == rule]
    assert found
    assert all(finding.outcome is Outcome.AUTO and finding.validate for finding in found)
    assert all(finding.to_dict()["validate"] is True for finding in found)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("pack/engine.py", Role.PRODUCT),
        ("tests/test_engine.py", Role.TEST),
        ("pack/test_utils/scripts/run.py", Role.TEST),
        ("pack/engine_test.py", Role.TEST),
        ("conftest.py", Role.TEST),
        ("examples/train.py", Role.ASIDE),
        ("pack/legacy/comm.py", Role.ASIDE),
        ("latest/engine.py", Role.PRODUCT),
        ("pack/contest.py", Role.PRODUCT),
    ],
)
def test_role_of_a_path(path: str, role: Role) -> None:
    """Tests, and what stands beside the product, are told by whole folder and file names."""
    assert role_of(path) is role


@pytest.mark.parametrize(
    ("code", "outcomes"),
    [
        ("def is_cuda_ready_available():\n    return torch.version.cuda is not None\n", {Outcome.AUTO}),
        ("try:\n    v = torch.version.cuda.split('.')\nexcept Exception:\n    v = None\n", {Outcome.AUTO}),
        ("if x.device.type == 'cuda':\n    print('on a card')\n", {Outcome.AUTO}),
        ("if x.device.type == 'cuda':\n    y = fused(x)\n", {Outcome.MANUAL}),
        ("v = torch.version.cuda.split('.')\n", {Outcome.MANUAL}),
        (
            "try:\n    v = torch.version.cuda.split('.')\n"
            + "    run()\n" * 20
            + "except Exception:\n    v = None\n",
            {Outcome.MANUAL},
        ),
    ],
)
def test_code_that_does_without_needs_no_edit(tmp_path: Path, code: str, outcomes: set[Outcome]) -> None:
    """Probes, short guarded questions and branches that only print need no edit; the same elsewhere does."""
    report = scan(tree(tmp_path, {"a.py": "import torch\n" + code}), [Target("cann")])
    assert {finding.outcome for finding in report.findings} == outcomes


def test_code_for_builds_with_cuda_is_optional(tmp_path: Path) -> None:
    """What only a build of PyTorch for NVIDIA reaches needs no edit, on either side of the question."""
    code = (
        "import torch\n"
        "if torch.version.cuda is None:\n    name = 'none'\n"
        "else:\n    major = torch.version.cuda.split('.')[0]\n"
        "if torch.version.cuda is not None:\n    minor = torch.version.cuda.split('.')[1]\n"
    )
    report = scan(tree(tmp_path, {"a.py": code}), [Target("cann")])
    assert {finding.hit.line for finding in report.findings} == {2, 5, 6, 7}
    assert {finding.outcome for finding in report.findings} == {Outcome.AUTO}


@pytest.mark.parametrize(
    ("code", "rule", "outcome"),
    [
        ("if x.device.type == 'cuda':\n    run(x)\n", "py-device-string-compare", Outcome.MANUAL),
        (
            "kind = x.device.type\nif kind == 'cuda':\n    run(x)\n",
            "py-device-string-compare",
            Outcome.MANUAL,
        ),
        ("if 'cuda' in str(x.device):\n    run(x)\n", "py-device-string-compare", Outcome.MANUAL),
        ("if args.device == 'cuda':\n    run(x)\n", "py-device-name-compare", Outcome.AUTO),
        ("t = torch.zeros(2, dtype=torch.float64, device=d)\n", "py-float64-device", Outcome.MANUAL),
        ("t = torch.float32 if is_mps else torch.float64\n", "py-float64-device", Outcome.MANUAL),
        ("t = torch.zeros(2, dtype=torch.float64)\n", "py-float64", Outcome.AUTO),
    ],
)
def test_a_device_itself_and_a_given_name_differ(
    tmp_path: Path, code: str, rule: str, outcome: Outcome
) -> None:
    """A tensor's own device, or FP64 on one, needs an edit; a name that a user gives does not."""
    report = scan(tree(tmp_path, {"a.py": "import torch\n" + code}), [Target("cann")])
    found = [finding for finding in report.findings if finding.hit.rule in (rule, "py-float64")]
    assert [(finding.hit.rule, finding.outcome) for finding in found] == [(rule, outcome)]


def test_tests_that_are_skipped_without_a_card_need_no_edit(tmp_path: Path) -> None:
    """What stands in a test that a decorator leaves out elsewhere is shown as automatic."""
    code = "import torch\n@require_torch_gpu\ndef test_x():\n    assert x.device.type == 'cuda'\n"
    report = scan(tree(tmp_path, {"test_a.py": code}), [Target("cann")])
    assert [finding.outcome for finding in report.findings] == [Outcome.AUTO]
