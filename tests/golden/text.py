"""A stage problem as text: one line a row and a column, by name, so that a change shows as changed lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from junshi.plan.formulation.build import multistage_problem
from junshi.plan.formulation.layout import Layout
from junshi.plan.stage_problem import StageProblem
from tests.plan.instances import tiny

FOLDER = Path(__file__).parent


def golden_texts() -> dict[str, str]:
    """Text of each golden file, by its name: first quarter, a cut-off in the middle, the end in the open."""
    problem, layout = multistage_problem(tiny(3))
    nodes = {"now": (0, 0), "cut_off": (1, 1), "end": (2, 0)}
    return {f"{name}.lp.txt": as_text(problem.nodes[t][s], layout) for name, (t, s) in nodes.items()}


def as_text(problem: StageProblem, layout: Layout) -> str:
    """Objective, rows and columns, each sorted by name; scaled as they are solved."""
    names = problem.col_names
    cost = [(name, value) for name, value in zip(names, problem.cost, strict=True) if value]
    lines = ["minimise", f"  constant {problem.constant:.9g}", *(f"  {v:+.9g} {n}" for n, v in sorted(cost))]
    matrix, incoming = problem.matrix.toarray(), problem.incoming.toarray()
    rows = []
    for at, row in enumerate(problem.row_names):
        here = _sum(matrix[at], names)
        before = _sum(incoming[at], layout.state_names)
        bounds = f"{problem.row_lower[at]:.9g} .. {problem.row_upper[at]:.9g}"
        rows.append(f"  {row}: {here} in {bounds}" + (f" + incoming {before}" if before else ""))
    bounds = zip(names, problem.col_lower, problem.col_upper, strict=True)
    columns = [f"  {name} in {low:.9g} .. {high:.9g}" for name, low, high in bounds]
    integers = [f"  {names[column]}" for column in problem.integers]
    left = [f"  {names[column]}" for column in problem.outgoing]
    lines += ["rows", *sorted(rows), "columns", *sorted(columns), "integers", *sorted(integers)]
    return "\n".join([*lines, "state left, in this order", *left, ""])


def _sum(coefficients: np.ndarray, names: tuple[str, ...]) -> str:
    terms = [(names[at], float(coefficients[at])) for at in np.flatnonzero(coefficients)]
    return " ".join(f"{value:+.9g} {name}" for name, value in sorted(terms))
