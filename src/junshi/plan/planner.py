"""Plan one instance: train until the gap is small enough, simulate, read the decisions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.plan.decomposition.bounds import Gap, estimate_gap
from junshi.plan.decomposition.train import Progress, TrainLog, TrainSettings, load_cuts, train_with
from junshi.plan.diagnose import find_shortfalls
from junshi.plan.end_of_horizon import plain_costs, with_end_of_horizon_risk
from junshi.plan.formulation.build import multistage_problem, stage_problem
from junshi.plan.formulation.layout import Layout
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.variables import Columns
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.crew import Crew
from junshi.plan.paths import sample_states
from junshi.plan.policy import Policy
from junshi.plan.readout.cost_parts import mean_cost_parts
from junshi.plan.readout.courses import (
    cut_off_course,
    holding_paths,
    read_course,
    read_playbook,
    served_after_cut_off,
)
from junshi.plan.readout.decisions import Reader
from junshi.plan.readout.limits import read_limits
from junshi.plan.result import CostSummary, Effort, PlanResult
from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure, weighted_cvar
from junshi.plan.risk_cuts import Jensen, Plain, between
from junshi.plan.simulate import NORMAL_95, Simulation, sample_mean, simulate
from junshi.plan.stage_problem import MultistageProblem
from junshi.terms import RiskReading

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RiskAttitude:
    """(1 - weight) * mean + weight * CVaR of the worst `tail`, nested or of the total at the end."""

    weight: float = 0.0
    tail: float = 0.1
    reading: RiskReading = RiskReading.END


@dataclass(frozen=True)
class PlanSettings:
    """How long and how exactly to plan.

    Attributes
    ----------
    gap : stop when the upper end of the gap's 95 % interval is below this
    seconds : time limit; a run stopped by it depends on the machine's speed
    iterations : most iterations
    check_every : iterations between two estimates of the gap
    check_paths, report_paths : simulated paths of an estimate and of the final report
    seed : of all sampled paths
    workers : processes; the result does not depend on it
    """

    gap: float = 0.01
    seconds: float | None = None
    iterations: int = 2000
    check_every: int = 50
    check_paths: int = 80
    report_paths: int = 200
    seed: int = 0
    workers: int = 2


@dataclass(frozen=True)
class PlanProgress:
    """State of a running plan; `gap` is None until it is first estimated. Costs in currency.

    `policy` is the one in training, which may be saved to go on from; None while only the risk-neutral cuts
    are made that it starts from.
    """

    iteration: int
    lower_bound: float
    gap: float | None
    seconds: float
    policy: Policy | None = None


@dataclass(frozen=True)
class Setting:
    """A problem ready to be solved: with the risk reading built in, and without it."""

    instance: PlanInstance
    layout: Layout
    plain: MultistageProblem
    problem: MultistageProblem
    measure: RiskMeasure
    attitude: RiskAttitude


def prepare(instance: PlanInstance, attitude: RiskAttitude) -> Setting:
    """Stage problems of an instance under a risk attitude."""
    plain, layout = multistage_problem(instance)
    problem: MultistageProblem = plain
    measure: RiskMeasure = Expectation()
    if attitude.weight > 0:
        risk = MeanCVaR(attitude.weight, attitude.tail)
        if attitude.reading is RiskReading.NESTED:
            measure = risk
        else:
            problem = with_end_of_horizon_risk(plain, risk, cost_range(instance, plain, layout, risk))
    return Setting(instance, layout, plain, problem, measure, attitude)


def cost_range(
    instance: PlanInstance, plain: MultistageProblem, layout: Layout, risk: MeanCVaR
) -> tuple[float, float]:
    """Scaled bounds that the quantile of an optimal plan's cost lies between.

    Below: the floor F. Above: doing nothing costs at most N (all work unmet for ever, on top of holding the
    fleet), so that an optimal plan has (1-l) F + l CVaR <= (1-l) E + l CVaR <= N; no quantile exceeds CVaR.
    """
    opening = plain.nodes[0][0].constant
    fleet = instance.fleet
    loss = (instance.work.unmet_cost.sum(axis=2).max(axis=1) * instance.discount).sum()
    holding = (fleet.operation_cost @ fleet.installed * instance.discount).sum()
    nothing = opening + (loss + holding) / layout.cost_scale
    floor = float(plain.floor[0])
    return floor, float(nothing - (1 - risk.weight) * floor) / risk.weight


def plan_instance(
    instance: PlanInstance,
    attitude: RiskAttitude,
    settings: PlanSettings,
    *,
    policy: Policy | None = None,
    on_progress: Callable[[PlanProgress], bool] | None = None,
) -> tuple[PlanResult, Policy]:
    """Policy of an instance and what it says.

    Parameters
    ----------
    policy : to go on from; must belong to `prepare(instance, attitude).problem`
    on_progress : called after each iteration; True asks for a stop, and what was found is returned

    Raises
    ------
    SolverTrouble : a stage problem could not be solved
    """
    return plan_setting(prepare(instance, attitude), settings, policy=policy, on_progress=on_progress)


def plan_setting(
    setting: Setting,
    settings: PlanSettings,
    *,
    policy: Policy | None = None,
    on_progress: Callable[[PlanProgress], bool] | None = None,
) -> tuple[PlanResult, Policy]:
    """As `plan_instance`, for a setting already prepared."""
    started = time.monotonic()
    if policy is None:
        policy = first_policy(setting, settings, on_progress, started)
    with Crew(setting.problem, settings.workers) as crew:
        load_cuts(crew, policy)
        search = _Search(crew, setting, settings, policy, on_progress, started)
        search.run()
        best = search.best_policy()
        load_cuts(crew, best)
        rng = np.random.default_rng([settings.seed, 1])
        simulation = simulate(crew, best, sample_states(setting.problem, settings.report_paths, rng))
        effort = Effort(
            seconds=time.monotonic() - started,
            iterations=policy.iterations,
            paths=settings.report_paths,
            bounds=tuple(bound * setting.layout.cost_scale for bound in search.log.bounds),
            stop_reason=search.stop_reason,
            seed=settings.seed,
            method="sddp",
        )
        result = report_with(crew, setting, best, simulation, effort)
    return replace(result, effort=replace(effort, seconds=time.monotonic() - started)), policy


def report_with(
    crew: Crew, setting: Setting, policy: Policy, simulation: Simulation, effort: Effort
) -> PlanResult:
    """What a policy says.

    Parameters
    ----------
    crew : with the cuts of the policy loaded
    simulation : of the policy along paths drawn by the odds
    """
    courses = simulate(crew, policy, holding_paths(setting.instance))
    start = setting.problem.initial_state[None]
    root_duals = crew.decide(0, np.zeros(1, dtype=np.int64), start, integer=True)[0].row_duals
    return read_result(setting, simulation, courses, estimate_gap(policy, simulation), effort, root_duals)


WARM_ROUND, WARM_ROUNDS, WARM_TIME, WARM_RISE = 20, 5, 0.35, 0.002
"""Warm start: iterations a round, most rounds, share of the time limit, least rise of the bound a round."""


def first_policy(
    setting: Setting,
    settings: PlanSettings,
    on_progress: Callable[[PlanProgress], bool] | None,
    started: float,
) -> Policy:
    """Policy to start from: empty, or for the end-of-horizon risk one made from risk-neutral cuts.

    The risk-neutral problem has one state less and converges several times faster; its bound is one of the
    risk-weighted problem too, since the CVaR is never below the mean.
    """
    weight, tail = setting.attitude.weight, setting.attitude.tail
    if setting.problem is setting.plain or not 0 < weight < 1 or setting.plain.stages < 2:
        return Policy.empty(setting.problem, setting.measure)
    plain = Policy.empty(setting.plain, Expectation())
    notice = _Notice(on_progress, setting.layout.cost_scale, started)
    with Crew(setting.plain, settings.workers) as crew:
        for _ in range(WARM_ROUNDS):
            before = plain.lower_bound
            rounds = min(WARM_ROUND, settings.iterations // 3 - plain.iterations)
            left = None
            if settings.seconds is not None:
                left = WARM_TIME * settings.seconds - (time.monotonic() - started)
            if rounds <= 0 or (left is not None and left <= 0):
                break
            train = TrainSettings(iterations=rounds, seed=settings.seed, seconds=left)
            log = train_with(crew, plain, train, on_progress=notice)
            rise = plain.lower_bound - before
            if log.stop_reason != "iterations" or rise <= WARM_RISE * abs(plain.lower_bound):
                break
    policy = between(setting.problem, weight, Plain(plain), Jensen(plain, tail))
    policy.lower_bound, policy.iterations = plain.lower_bound, plain.iterations
    return policy


class _Notice:
    """Tells the caller after each iteration how far the plan is; passes on whether a stop is asked for.

    Attributes
    ----------
    gap : upper end of the latest estimate; None before the first
    policy : in training, for who wants to keep it
    """

    def __init__(
        self,
        on_progress: Callable[[PlanProgress], bool] | None,
        scale: float,
        started: float,
        policy: Policy | None = None,
    ) -> None:
        self.on_progress, self.scale, self.started, self.policy = on_progress, scale, started, policy
        self.gap: float | None = None

    def __call__(self, done: Progress) -> bool:
        if self.on_progress is None:
            return False
        seconds = time.monotonic() - self.started
        return self.on_progress(
            PlanProgress(done.iteration, done.lower_bound * self.scale, self.gap, seconds, self.policy)
        )


STALLED_RISE, STALLED_GAP = 0.01, 0.04
"""Rise of the bound in a round, and gap: below the one and above the other, whole ports are what is amiss."""


class _Search:
    """Train in rounds; after each round the gap is estimated and the best policy so far remembered.

    A policy with more cuts has a better bound but may for a while decide worse. When the bound hardly rises
    any more and the gap stays wide, the dearer cuts that know whole ports are made as well.
    """

    def __init__(
        self,
        crew: Crew,
        setting: Setting,
        settings: PlanSettings,
        policy: Policy,
        on_progress: Callable[[PlanProgress], bool] | None,
        started: float,
    ) -> None:
        self.crew, self.setting, self.settings, self.policy = crew, setting, settings, policy
        self.started = started
        self.notice = _Notice(on_progress, setting.layout.cost_scale, started, policy)
        self.log = TrainLog()
        self.stop_reason = ""
        self.best: tuple[float, list[int]] | None = None
        self.check_seconds = 0.0
        self.switch_cuts = False
        self.gap: Gap | None = None

    def run(self) -> None:
        """Rounds until the gap, the limits or the user say stop."""
        settings = self.settings
        while not self.stop_reason:
            rounds = min(settings.check_every, settings.iterations - self.policy.iterations)
            if rounds <= 0:
                self.stop_reason = "iterations"
                break
            before = self.policy.lower_bound
            log = train_with(self.crew, self.policy, self._train_settings(rounds), on_progress=self.notice)
            rise = self.policy.lower_bound - before
            self.log.bounds += log.bounds
            if log.stop_reason in {"asked", "time"}:
                self.stop_reason = log.stop_reason
            self._check()
            stalled = rise <= STALLED_RISE * abs(self.policy.lower_bound)
            if stalled and self.gap is not None and self.gap.gap > STALLED_GAP:
                self.switch_cuts = True

    def _train_settings(self, rounds: int) -> TrainSettings:
        settings = self.settings
        left = None if settings.seconds is None else self._seconds_left(settings.seconds)
        integers = any(node.integers.size for nodes in self.setting.problem.nodes for node in nodes)
        return TrainSettings(
            iterations=rounds,
            seed=settings.seed,
            seconds=left,
            integer_forward=integers,
            switch_cuts=integers and self.switch_cuts,
        )

    def _seconds_left(self, seconds: float) -> float:
        """Time left for training when a last check and the report are to fit into the limit too."""
        paths = self.settings.report_paths + len(self.setting.instance.states)
        reserve = 1.2 * self.check_seconds * (1.0 + paths / self.settings.check_paths)
        return seconds - (time.monotonic() - self.started) - reserve

    def _check(self) -> None:
        """Estimate the gap of the present policy on paths of their own."""
        begun = time.monotonic()
        rng = np.random.default_rng([self.settings.seed, 2])
        states = sample_states(self.policy.problem, self.settings.check_paths, rng)
        gap = estimate_gap(self.policy, simulate(self.crew, self.policy, states))
        if self.best is None or gap.objective < self.best[0]:
            self.best = (gap.objective, self.policy.cut_counts)
            self.gap = gap
        self.check_seconds = time.monotonic() - begun
        best = Gap(self.best[0], self.gap.error if self.gap else gap.error, self.policy.lower_bound)
        self.gap = best
        self.notice.gap = best.gap_interval[1]
        if not self.stop_reason and best.gap_interval[1] <= self.settings.gap:
            self.stop_reason = "gap"

    def best_policy(self) -> Policy:
        """Policy of the check with the lowest objective."""
        return self.policy if self.best is None else self.policy.truncated(self.best[1])


def read_result(
    setting: Setting,
    simulation: Simulation,
    held: Simulation,
    gap: Gap,
    effort: Effort,
    root_duals: FloatArray,
) -> PlanResult:
    """Everything that a plan says, in natural units.

    Parameters
    ----------
    simulation : along paths drawn by the odds
    held : along the paths on which each state holds
    root_duals : of the rows of the first stage problem, scaled
    """
    instance, layout = setting.instance, setting.layout
    problem, columns = stage_problem(Node(instance, layout, 0, instance.initial))
    reader = Reader(instance, layout, columns)
    root = simulation.columns[0][0]
    courses = tuple(read_course(reader, held, path) for path in range(len(held.states)))
    cut_off = cut_off_course(instance, courses)
    unmet = np.array(
        [simulation.weights @ np.array([reader.unmet(row) for row in rows]) for rows in simulation.columns]
    )
    return PlanResult(
        instance=instance,
        cost=summarise_cost(setting, columns, simulation, gap),
        effort=effort,
        now=reader.actions(0, instance.initial, root),
        playbook=read_playbook(instance, courses),
        courses=courses,
        survivability=() if cut_off is None else served_after_cut_off(instance, cut_off),
        unmet=unmet,
        limits=read_limits(reader, problem, root, root_duals),
        shortfalls=find_shortfalls(instance),
    )


def summarise_cost(setting: Setting, columns: Columns, simulation: Simulation, gap: Gap) -> CostSummary:
    """Bound, objective, mean, CVaR and parts, in currency."""
    scale, attitude = setting.layout.cost_scale, setting.attitude
    plain = setting.plain
    totals = np.zeros(len(simulation.states))
    for stage in range(plain.stages):
        totals += plain_costs(plain, stage, simulation.states[:, stage], simulation.columns[stage])
    mean, error = _mean_of_total(simulation, totals)
    margin = NORMAL_95 * error
    low, high = gap.interval
    return CostSummary(
        lower_bound=gap.lower_bound * scale,
        objective=gap.objective * scale,
        objective_ci95=(low * scale, high * scale),
        cost_mean=mean * scale,
        cost_mean_ci95=((mean - margin) * scale, (mean + margin) * scale),
        cost_standard_error=error * scale,
        cost_cvar=weighted_cvar(totals, simulation.weights, attitude.tail) * scale,
        tail=attitude.tail,
        risk_weight=attitude.weight,
        reading=attitude.reading,
        gap=gap.gap,
        gap_ci95=gap.gap_interval,
        parts=mean_cost_parts(plain, setting.layout, columns, simulation),
    )


def _mean_of_total(simulation: Simulation, totals: FloatArray) -> tuple[float, float]:
    """Mean of the plain total and its standard error; the luck of the path is regressed out."""
    if simulation.exact:
        return float(simulation.weights @ totals), 0.0
    luck = simulation.luck
    spread = float(luck @ luck)
    slope = float(luck @ (totals - totals.mean())) / spread if spread > 0 else 0.0
    return sample_mean(totals - slope * luck)
