"""Upper estimate of a policy's objective, and its gap to the proven lower bound.

Risk-neutral objectives (and the end-of-horizon risk, which is one in a wider state): the mean of sampled
paths, with its interval.

Nested mean-CVaR: the plain mean says nothing. With d_t the residual of the policy in stage t,

    d_t = c_t + rho(V_{t+1}) - V_t,      V the value cuts,

subadditivity gives  policy value <= lower bound + rho_0(d_0 + rho_1(d_1 + ...)),  and each inner rho is
bounded with any level u by  (1-l) E z + l (u + E (z - u)^+ / tail).  Replacing z by the sampled remainder of
the path keeps the expectation above it (Jensen; the estimator of Kozmik and Morton 2015, applied to the
residuals instead of the costs, which keeps it tight). Levels come from one half of the paths and are used
on the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.plan.policy import Policy
from junshi.plan.risk import MeanCVaR
from junshi.plan.simulate import NORMAL_95, Simulation, sample_mean

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Gap:
    """Objective of a policy, estimated, against the proven lower bound.

    Attributes
    ----------
    objective, error : estimate and its standard error
    lower_bound : proven
    """

    objective: float
    error: float
    lower_bound: float

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the objective."""
        return self.objective - NORMAL_95 * self.error, self.objective + NORMAL_95 * self.error

    def relative(self, objective: float) -> float:
        """Distance of an objective to the bound, relative to the bound."""
        return (objective - self.lower_bound) / max(abs(self.lower_bound), 1e-12)

    @property
    def gap(self) -> float:
        """Relative gap of the estimate."""
        return self.relative(self.objective)

    @property
    def gap_interval(self) -> tuple[float, float]:
        """95 % interval of the relative gap."""
        low, high = self.interval
        return self.relative(low), self.relative(high)


def estimate_gap(policy: Policy, simulation: Simulation) -> Gap:
    """Gap of a policy from its simulation along paths drawn by the odds."""
    if isinstance(policy.risk, MeanCVaR) and policy.risk.weight > 0:
        residual = nested_residual(policy, policy.risk, simulation)
        mean, error = sample_mean(residual)
        return Gap(policy.lower_bound + mean, error, policy.lower_bound)
    mean, error = simulation.mean()
    return Gap(mean, error, policy.lower_bound)


def nested_residual(policy: Policy, risk: MeanCVaR, simulation: Simulation) -> FloatArray:
    """Sampled upper bounds of the risk of the residuals, one a path."""
    residuals = stage_residuals(policy, risk, simulation)
    halves = np.arange(len(residuals)) % 2 == 0
    result = np.empty(len(residuals))
    for half in (halves, ~halves):
        levels = _levels(risk, residuals[~half])
        result[half] = _accumulate(risk, residuals[half], levels)[:, 0]
    return result


def stage_residuals(policy: Policy, risk: MeanCVaR, simulation: Simulation) -> FloatArray:
    """Cost plus risk of what the cuts see ahead, less what they saw from the stage before: [path, stage]."""
    states = simulation.states
    paths = len(states)
    residuals = simulation.stage_cost.copy()
    residuals[:, 0] -= policy.lower_bound
    for stage, ahead in enumerate(simulation.ahead):
        odds = policy.problem.transition[stage][states[:, stage]]
        residuals[:, stage] += [risk.weights(ahead[p], odds[p]) @ ahead[p] for p in range(paths)]
        residuals[:, stage + 1] -= ahead[np.arange(paths), states[:, stage + 1]]
    return residuals


def _levels(risk: MeanCVaR, residuals: FloatArray) -> FloatArray:
    """Quantile of the remainder from each stage on, by stage, found backwards."""
    paths, stages = residuals.shape
    levels = np.zeros(stages + 1)
    ahead = np.zeros(paths)
    for stage in range(stages - 1, -1, -1):
        ahead = residuals[:, stage] + _bounded_risk(risk, ahead, levels[stage + 1])
        levels[stage] = np.quantile(ahead, 1 - risk.tail)
    return levels


def _accumulate(risk: MeanCVaR, residuals: FloatArray, levels: FloatArray) -> FloatArray:
    """Remainder from each stage on with given levels: [path, stage]."""
    paths, stages = residuals.shape
    remainder = np.zeros((paths, stages + 1))
    for stage in range(stages - 1, -1, -1):
        remainder[:, stage] = residuals[:, stage] + _bounded_risk(
            risk, remainder[:, stage + 1], levels[stage + 1]
        )
    return remainder


def _bounded_risk(risk: MeanCVaR, ahead: FloatArray, level: float) -> FloatArray:
    """Integrand whose mean bounds the risk of `ahead` from above, for any level."""
    excess = np.maximum(ahead - level, 0.0) / risk.tail
    return (1 - risk.weight) * ahead + risk.weight * (level + excess)
