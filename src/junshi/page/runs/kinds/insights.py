"""The insights, each the same as its command finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from junshi.catalogue.catalogue import Catalogue
from junshi.insight.alternatives import find_alternatives
from junshi.insight.backtest import BacktestSettings, past_views, run_backtest
from junshi.insight.certainty import price_certainty
from junshi.insight.follow import follow
from junshi.insight.frontier import FrontierSettings, common_paths, solve_frontier
from junshi.insight.market import fixed_strategies
from junshi.insight.measures import MEASURES
from junshi.insight.past_view import mean_demand
from junshi.insight.playbook import write_playbook
from junshi.insight.sensitivity import BREAK_EVEN, measure_sensitivity, require_designs
from junshi.insight.solve import Solved, solve
from junshi.insight.stress import stress
from junshi.insight.switch import assess_switch, default_ecosystem, require_ecosystem
from junshi.insight.triggers import learn_rules, require_trees
from junshi.page.runs.job import Job
from junshi.page.runs.kinds.names import BASE_POLICY
from junshi.page.runs.kinds.plan import processes, settings_of
from junshi.page.runs.record import Kind
from junshi.page.runs.result import Outcome
from junshi.plan.decomposition.checkpoint import load_policy, save_policy
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import PlanSettings, prepare
from junshi.scenario.schema import Scenario
from junshi.show.insight_alternatives import alternatives_report
from junshi.show.insight_backtest import backtest_report
from junshi.show.insight_certainty import certainty_report
from junshi.show.insight_frontier import frontier_report
from junshi.show.insight_playbook import playbook_report
from junshi.show.insight_report import Report, record_text
from junshi.show.insight_sensitivity import sensitivity_report
from junshi.show.insight_stress import stress_report
from junshi.show.insight_switch import switch_report
from junshi.show.view.insight import report_view
from junshi.study import Inputs, attitude_of, inputs_of, read_inputs
from junshi.units import Quarter

Telling = Callable[[], Report]
"""Makes the report of what was found, in the current language."""


def find_insight(job: Job) -> Outcome:
    """Find out what the kind asks, and tell it."""
    inputs = read_inputs(job.scenario)
    tell = INSIGHTS[job.request.kind](job, inputs)
    return Outcome(record_text(tell().record), lambda: report_view(tell(), inputs))


def _planned(job: Job, inputs: Inputs, settings: PlanSettings) -> Solved:
    """Policy of the base run, or one that is planned now, going on from what was kept."""
    setting = prepare(inputs.instance, attitude_of(inputs.scenario))
    base = job.folder / BASE_POLICY
    if base.is_file():
        policy = load_policy(base, setting.problem, setting.measure, inputs.fingerprint)
        return solve(setting, replace(settings, iterations=policy.iterations), warm=policy)
    warm = None
    if job.policy.is_file():
        warm = load_policy(job.policy, setting.problem, setting.measure, inputs.fingerprint)
    on_progress = job.planning(inputs.fingerprint, inputs.instance.currency, settings.seconds or 0.0)
    solved = solve(setting, settings, warm=warm, on_progress=on_progress)
    save_policy(solved.policy, job.policy, inputs.fingerprint)
    return solved


def _frontier(job: Job, inputs: Inputs) -> Telling:
    settings = FrontierSettings(int(job.options["points"]), settings_of(job), paths=int(job.options["paths"]))
    strategies = fixed_strategies(inputs.catalogue, Quarter.parse(inputs.scenario.horizon.start))
    attitude = attitude_of(inputs.scenario)
    found = solve_frontier(inputs.instance, attitude, settings, strategies, notice=job.step)
    return lambda: frontier_report(found)


def _certainty(job: Job, inputs: Inputs) -> Telling:
    found = price_certainty(
        inputs.instance,
        attitude_of(inputs.scenario),
        settings_of(job),
        paths=int(job.options["paths"]),
        measures=MEASURES if job.options["measures"] else (),
        notice=job.step,
    )
    return lambda: certainty_report(found)


def _stress(job: Job, inputs: Inputs) -> Telling:
    solved = _planned(job, inputs, settings_of(job))
    found = stress(solved, least_served=float(job.options["least"]))
    return lambda: stress_report(found)


def _playbook(job: Job, inputs: Inputs) -> Telling:
    require_trees()
    settings = settings_of(job)
    solved = _planned(job, inputs, settings)
    chapters = write_playbook(solved)
    states = common_paths(solved.setting, int(job.options["paths"]), settings.seed)
    followed = follow(solved.setting, solved.policy, states, settings.workers)
    rules = learn_rules(followed, seed=settings.seed)
    return lambda: playbook_report(inputs.instance, chapters, rules)


def _alternatives(job: Job, inputs: Inputs) -> Telling:
    settings = settings_of(job)
    solved = _planned(job, inputs, settings)
    vendors = [inputs.catalogue.accelerator(name).vendor for name in inputs.scenario.accelerators]
    found = find_alternatives(
        solved,
        vendors,
        settings,
        tolerance=float(job.options["tolerance"]),
        count=int(job.options["count"]),
        paths=int(job.options["paths"]),
    )
    return lambda: alternatives_report(found)


def _sensitivity(job: Job, inputs: Inputs) -> Telling:
    require_designs()
    settings = settings_of(job)
    found = measure_sensitivity(
        _planned(job, inputs, settings),
        settings,
        method=str(job.options["method"]),
        runs=int(job.options["runs"]),
        paths=int(job.options["paths"]),
        break_even=BREAK_EVEN if job.options["break_even"] else (),
        notice=job.step,
    )
    return lambda: sensitivity_report(found)


def _backtest(job: Job, inputs: Inputs) -> Telling:
    settings = BacktestSettings(
        last=str(job.options["last"]),
        lookahead=int(job.options["lookahead"]),
        iterations=int(job.options["iterations"]),
        seed=int(job.options["seed"]),
        workers=processes(),
    )

    def build(scenario: Scenario, catalogue: Catalogue) -> PlanInstance:
        return inputs_of(scenario, catalogue, inputs.path, inputs.fingerprint).instance

    views = past_views(
        inputs.scenario, mean_demand(inputs.scenario, inputs.tables.demand), inputs.catalogue, build, settings
    )
    found = run_backtest(views, attitude_of(inputs.scenario), settings, notice=job.step)
    return lambda: backtest_report(found)


def _switch(job: Job, inputs: Inputs) -> Telling:
    settings = settings_of(job)
    ecosystem = job.options["ecosystem"]
    chosen = default_ecosystem(inputs.instance) if ecosystem is None else str(ecosystem)
    require_ecosystem(inputs.instance, chosen)
    found = assess_switch(
        _planned(job, inputs, settings),
        chosen,
        settings,
        paths=int(job.options["paths"]),
        notice=job.step,
    )
    return lambda: switch_report(found)


INSIGHTS: dict[Kind, Callable[[Job, Inputs], Telling]] = {
    Kind.FRONTIER: _frontier,
    Kind.CERTAINTY: _certainty,
    Kind.STRESS: _stress,
    Kind.PLAYBOOK: _playbook,
    Kind.ALTERNATIVES: _alternatives,
    Kind.SENSITIVITY: _sensitivity,
    Kind.BACKTEST: _backtest,
    Kind.SWITCH: _switch,
}
