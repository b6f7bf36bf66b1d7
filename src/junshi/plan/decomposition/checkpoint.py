"""A policy in a file, so that an interrupted run can go on and a finished plan can be asked again."""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path

import numpy as np

from junshi.errors import InputError
from junshi.plan.cuts import CutFamily
from junshi.plan.policy import Policy
from junshi.plan.risk import RiskMeasure
from junshi.plan.stage_problem import MultistageProblem

FORMAT = 1


def save_policy(policy: Policy, path: Path, fingerprint: str) -> None:
    """Write all cuts; the file appears whole or not at all.

    Parameters
    ----------
    fingerprint : names the problem that the cuts belong to
    """
    arrays: dict[str, np.ndarray] = {}
    for name, families in (("future", policy.future), ("value", policy.value)):
        for stage, family in enumerate(families):
            arrays[f"{name}_alpha_{stage}"] = family.alpha
            arrays[f"{name}_beta_{stage}"] = family.beta
    for stage, points in enumerate(policy.trial):
        arrays[f"trial_{stage}"] = np.asarray(points)
    nodes = sorted(policy.steady)
    arrays["steady_nodes"] = np.array(nodes, dtype=np.int64).reshape(-1, 2)
    for number, node in enumerate(nodes):
        arrays[f"steady_{number}"] = policy.steady[node]
    head = {
        "format": FORMAT,
        "fingerprint": fingerprint,
        "lower_bound": policy.lower_bound,
        "iterations": policy.iterations,
    }
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type] # no array is named like its options
    part.replace(path)


def load_policy(path: Path, problem: MultistageProblem, risk: RiskMeasure, fingerprint: str) -> Policy:
    """Policy that `save_policy` wrote.

    Raises
    ------
    InputError : no such file, not a policy, or a policy of another problem
    """
    if not path.is_file():
        raise InputError("errors.missing_file", file=path)
    try:
        return _read(path, Policy.empty(problem, risk), fingerprint)
    except _NOT_OURS as trouble:
        raise InputError("plan.not_a_policy", file=path) from trouble


_NOT_OURS = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, NotImplementedError)
"""What reading an archive that `save_policy` did not write, or that was damaged since, can end in."""


def _read(path: Path, policy: Policy, fingerprint: str) -> Policy:
    loaded = np.load(path, allow_pickle=False)
    if not isinstance(loaded, np.lib.npyio.NpzFile):
        raise TypeError(type(loaded))
    with loaded as arrays:
        head = json.loads(bytes(arrays["head"]).decode())
        if head["format"] != FORMAT or head["fingerprint"] != fingerprint:
            raise InputError("plan.other_problem", file=path)
        return _filled(policy, arrays, head)


def _filled(policy: Policy, arrays: np.lib.npyio.NpzFile, head: dict[str, float]) -> Policy:
    for name, families in (("future", policy.future), ("value", policy.value)):
        for stage, family in enumerate(families):
            _fill(family, arrays[f"{name}_alpha_{stage}"], arrays[f"{name}_beta_{stage}"])
    policy.trial = [list(arrays[f"trial_{stage}"]) for stage in range(len(policy.trial))]
    for number, (stage, state) in enumerate(arrays["steady_nodes"]):
        policy.steady[int(stage), int(state)] = arrays[f"steady_{number}"]
    policy.lower_bound = float(head["lower_bound"])
    policy.iterations = int(head["iterations"])
    return policy


def _fill(family: CutFamily, alphas: np.ndarray, betas: np.ndarray) -> None:
    for alpha, beta in zip(alphas, betas, strict=True):
        family.add(alpha, beta)
