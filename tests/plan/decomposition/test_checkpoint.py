"""A policy in a file: what is read is what was written, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from junshi.errors import InputError
from junshi.plan.decomposition.checkpoint import load_policy, save_policy
from junshi.plan.decomposition.train import TrainSettings, train
from junshi.plan.planner import Setting, prepare
from junshi.plan.policy import Policy
from tests.plan.instances import NESTED, tiny


@pytest.fixture(scope="module")
def setting() -> Setting:
    """Small problem under nested risk."""
    return prepare(tiny(3), NESTED)


@pytest.fixture(scope="module")
def policy(setting: Setting) -> Policy:
    """Policy of a few iterations."""
    return train(setting.problem, setting.measure, TrainSettings(iterations=6))[0]


@pytest.fixture
def file(tmp_path: Path, policy: Policy) -> Path:
    """The policy's file."""
    path = tmp_path / "policy.npz"
    save_policy(policy, path, "problem 1")
    return path


def test_round_trip(file: Path, setting: Setting, policy: Policy) -> None:
    """Cuts, trial points, running means and the bound come back to the last bit."""
    read = load_policy(file, setting.problem, setting.measure, "problem 1")
    assert (read.lower_bound, read.iterations) == (policy.lower_bound, policy.iterations)
    for name in ("future", "value"):
        for one, other in zip(getattr(read, name), getattr(policy, name), strict=True):
            assert np.array_equal(one.alpha, other.alpha)
            assert np.array_equal(one.beta, other.beta)
    assert all(np.array_equal(a, b) for a, b in zip(read.trial, policy.trial, strict=True))
    assert read.steady.keys() == policy.steady.keys()
    assert all(np.array_equal(read.steady[node], policy.steady[node]) for node in policy.steady)


def test_policy_without_cuts_survives(tmp_path: Path, setting: Setting) -> None:
    """A policy saved before its first iteration is read back empty."""
    save_policy(Policy.empty(setting.problem, setting.measure), tmp_path / "policy.npz", "problem 1")
    read = load_policy(tmp_path / "policy.npz", setting.problem, setting.measure, "problem 1")
    assert read.cut_counts == [0, 0]
    assert read.lower_bound == -np.inf


def test_training_goes_on_as_if_it_had_not_stopped(file: Path, setting: Setting, policy: Policy) -> None:
    """More iterations from the file never have a lower bound than the file."""
    read = load_policy(file, setting.problem, setting.measure, "problem 1")
    _, log = train(setting.problem, setting.measure, TrainSettings(iterations=3), policy=read)
    assert read.iterations == policy.iterations + 3
    assert log.bounds[0] >= policy.lower_bound


def test_saving_leaves_one_file(file: Path) -> None:
    """No part file is left behind."""
    assert [path.name for path in file.parent.iterdir()] == ["policy.npz"]


def test_other_problem_is_refused(file: Path, setting: Setting) -> None:
    """A policy of another scenario, catalogue or version is not gone on from."""
    with pytest.raises(InputError, match="another scenario"):
        load_policy(file, setting.problem, setting.measure, "problem 2")


def test_missing_file_is_said(tmp_path: Path, setting: Setting) -> None:
    """A run folder without a policy is an input error with its path."""
    with pytest.raises(InputError, match="absent"):
        load_policy(tmp_path / "absent.npz", setting.problem, setting.measure, "problem 1")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.6, 0.9, 0.999])
def test_truncated_file_is_refused(file: Path, setting: Setting, share: float) -> None:
    """A file cut short anywhere is not a policy."""
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match="not a policy"):
        load_policy(file, setting.problem, setting.measure, "problem 1")


@pytest.mark.parametrize("position", [0.1, 0.3, 0.5, 0.7])
def test_damaged_file_is_refused(file: Path, setting: Setting, position: float) -> None:
    """A run of wrong bytes within the compressed arrays is noticed."""
    whole = bytearray(file.read_bytes())
    first = int(position * len(whole))
    whole[first : first + 40] = b"\xff" * 40
    file.write_bytes(bytes(whole))
    with pytest.raises(InputError, match="not a policy"):
        load_policy(file, setting.problem, setting.measure, "problem 1")


def test_foreign_files_are_refused(tmp_path: Path, setting: Setting) -> None:
    """Text, a bare array, an archive of other arrays and one with a foreign head are not policies."""
    foreign = tmp_path / "policy.npz"
    writers = (
        lambda: foreign.write_text("order 30 accelerators\n"),
        lambda: _save_bare_array(foreign),
        lambda: np.savez(foreign, other=np.ones(3)),
        lambda: np.savez(foreign, head=np.frombuffer(b"[1, 2]", dtype=np.uint8)),
        lambda: np.savez(foreign, head=np.frombuffer(b"\xff\xfe", dtype=np.uint8)),
        lambda: np.savez(foreign, head=np.array([{"format": 1}], dtype=object)),
    )
    for write in writers:
        write()
        with pytest.raises(InputError, match="not a policy"):
            load_policy(foreign, setting.problem, setting.measure, "problem 1")


def _save_bare_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.ones(3))
