"""Fit which files a first port edits, on real ports, and print how well ports left out are foretold.

    python -m benchmarks.porting_first_port PORTS [HELD_OUT]

PORTS and HELD_OUT are text files, one port a line: ECOSYSTEM WORDS BEFORE AFTER, where BEFORE and AFTER are
folders of unpacked releases and WORDS a regular expression of what the port added. Prints, for each port left
out in turn, edited files, the number expected, and the area under the curve; then how often files of each
range of probability were edited, the figures of the held-out ports, and the coefficients as TOML.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.porting_ports import edited_files
from junshi.porting.effort.first_port import FEATURES, features
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

Vector = NDArray[np.float64]
RIDGE = 1.0
PORT_WEIGHT = 5.0
"""Weight of a port of n files: `PORT_WEIGHT` · √n, so that a large tree does not decide alone."""

RANGES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0)


@dataclass(frozen=True)
class Port:
    """Files with a finding before a port: features, shape (files, features), and 1 where it was edited."""

    name: str
    rows: Vector
    edited: Vector
    outside: int

    @property
    def weights(self) -> Vector:
        """Weight of each file in the fit."""
        return np.full(len(self.edited), PORT_WEIGHT / np.sqrt(len(self.edited)))


def read_ports(path: Path) -> list[Port]:
    """Ports of a list; those whose folders are missing, or that edited nothing, are left out with a word."""
    ports: list[Port] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        ecosystem, words, before, after = line.split()
        if not Path(before).is_dir() or not Path(after).is_dir():
            print("left out, no such folder:", before, after)
            continue
        edited = edited_files(Path(before), Path(after), re.compile(words, re.IGNORECASE))
        if not edited:
            print("left out, nothing edited:", before, ecosystem)
            continue
        report = scan(Path(before), [Target(ecosystem)])
        found = features(report, report.labels[0])
        marks = np.array([file in edited for file in found], dtype=float)
        rows = np.array(list(found.values())).reshape(len(found), len(FEATURES))
        ports.append(Port(f"{Path(before).name} → {ecosystem}", rows, marks, len(edited - set(found))))
    return ports


def fitted(ports: Sequence[Port]) -> Vector:
    """Coefficients, shape (features,), by ridge logistic regression; the constant is not shrunk."""
    rows = np.vstack([port.rows for port in ports])
    edited = np.concatenate([port.edited for port in ports])
    weights = np.concatenate([port.weights for port in ports])

    def loss(beta: Vector) -> tuple[float, Vector]:
        score = rows @ beta
        chance = 1.0 / (1.0 + np.exp(-score))
        value = float(weights @ (np.logaddexp(0.0, score) - edited * score)) + RIDGE / 2 * float(
            beta[1:] @ beta[1:]
        )
        slope = rows.T @ (weights * (chance - edited))
        slope[1:] += RIDGE * beta[1:]
        return value, slope

    found: Vector = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x
    return found


def chances(port: Port, beta: Vector) -> Vector:
    """Probability of each file."""
    answer: Vector = 1.0 / (1.0 + np.exp(-port.rows @ beta))
    return answer


def area(port: Port, chance: Vector) -> float:
    """Probability that an edited file is rated above one that was not; nan without both kinds."""
    yes, no = chance[port.edited == 1], chance[port.edited == 0]
    if not len(yes) or not len(no):
        return float("nan")
    return float((yes[:, None] > no).mean() + 0.5 * (yes[:, None] == no).mean())


def tell(port: Port, chance: Vector) -> None:
    """Print one port."""
    print(
        f"{port.name:38} {len(port.edited):4} files with findings, edited {int(port.edited.sum()):3} "
        f"(+{port.outside} without), expected {chance.sum():5.1f}, area {area(port, chance):.2f}"
    )


def main() -> int:
    """Fit, print, and give the coefficients."""
    ports = read_ports(Path(sys.argv[1]))
    left_out = [chances(port, fitted(ports[:place] + ports[place + 1 :])) for place, port in enumerate(ports)]
    for port, chance in zip(ports, left_out, strict=True):
        tell(port, chance)
    together, edited = np.concatenate(left_out), np.concatenate([port.edited for port in ports])
    for low, high in pairwise(RANGES):
        inside = (together >= low) & (together < high)
        if inside.any():
            print(
                f"  rated {low:.2f} to {high:.2f}: {int(inside.sum()):4} files, "
                f"mean {together[inside].mean():.3f}, edited {edited[inside].mean():.3f}"
            )
    errors = [
        np.log(chance.sum() / port.edited.sum())
        for port, chance in zip(ports, left_out, strict=True)
        if port.edited.sum()
    ]
    print(f"log of expected over edited: mean {np.mean(errors):.2f}, spread {np.std(errors):.2f}")
    beta = fitted(ports)
    if len(sys.argv) > 2:
        print("held out:")
        for port in read_ports(Path(sys.argv[2])):
            tell(port, chances(port, beta))
    print("[coefficients]")
    for name, value in zip(FEATURES, beta, strict=True):
        print(f"{name} = {value:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
