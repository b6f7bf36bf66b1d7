"""Run the chain once: scenario file to plan, with the record of the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import junshi
from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.catalogue.schema import Ecosystem
from junshi.demand.build import build_demand
from junshi.errors import InputError, InputErrors
from junshi.plan.assemble import Tables, assemble
from junshi.plan.decomposition.checkpoint import load_policy, save_policy
from junshi.plan.instance import PlanInstance
from junshi.plan.outlook import Outlook, default_outlook
from junshi.plan.planner import PlanProgress, PlanSettings, RiskAttitude, Setting, plan_setting, prepare
from junshi.plan.policy import Policy
from junshi.plan.result import PlanResult
from junshi.plan.solver import solver_version
from junshi.plan.trends import load_trends
from junshi.plan.whole_tree import plan_whole_tree, write_mps
from junshi.porting.from_scenario import build_effort
from junshi.provenance import RunRecord, hash_inputs
from junshi.scenario.load import load_scenario
from junshi.scenario.schema import DemandFile, Maturity, Scenario
from junshi.supply.build import build_supply
from junshi.supply.estimate import SupplyEstimate
from junshi.text import current_language
from junshi.throughput.build import build_throughput
from junshi.units import Quarter

_BANDS = {"collective": None, "collective-low": "low", "collective-high": "high"}
POLICY_FILE = "policy.npz"


@dataclass(frozen=True)
class Inputs:
    """Everything read and estimated before planning.

    Attributes
    ----------
    path : the scenario file
    fingerprint : hash of the scenario, the overlay, the demand files and the version
    """

    path: Path
    scenario: Scenario
    catalogue: Catalogue
    tables: Tables
    estimate: SupplyEstimate
    instance: PlanInstance
    fingerprint: str


@dataclass(frozen=True)
class Study:
    """A planned scenario: inputs, result, policy (None for the whole tree) and the record of the run."""

    inputs: Inputs
    setting: Setting
    result: PlanResult
    policy: Policy | None
    record: RunRecord


def read_inputs(path: Path, overlay: Path | None = None, outlook: Outlook | None = None) -> Inputs:
    """Read a scenario and everything that it refers to.

    Parameters
    ----------
    overlay : catalogue rows of the user's own
    outlook : paths of maturity, price and availability; None = those that the package assumes

    Raises
    ------
    InputError, InputErrors : a fault of a file
    NoPlan : a workload that nothing can run
    """
    catalogue = load_catalogue(overlay)
    scenario = load_scenario(path, catalogue)
    return inputs_of(scenario, catalogue, path, _fingerprint(path, overlay, scenario), outlook)


def inputs_of(
    scenario: Scenario, catalogue: Catalogue, path: Path, fingerprint: str, outlook: Outlook | None = None
) -> Inputs:
    """Tables and instance of a scenario already loaded; `path` tells where its demand files lie."""
    chain, effects, estimate = build_supply(scenario, catalogue, path)
    effort = build_effort(scenario, catalogue, path.parent)
    demand = build_demand(scenario, catalogue, path.parent)
    if outlook is None:
        outlook = scenario_outlook(scenario, catalogue, effort.ecosystems)
    tables = Tables(
        throughput=build_throughput(scenario, catalogue),
        demand=demand,
        effort=effort,
        chain=chain,
        effects=effects,
        outlook=outlook,
        trends=load_trends(),
    )
    try:
        instance = assemble(scenario, catalogue, tables)
    except InputError as fault:
        raise _in_file(fault, path) from None
    return Inputs(path, scenario, catalogue, tables, estimate, instance, fingerprint)


def check_inputs(scenario: Scenario, catalogue: Catalogue, path: Path) -> Inputs:
    """Find what would keep a scenario from being planned, without planning it.

    Returns
    -------
    what the plan would be made of, with today's maturity where the file asks for the collective's

    Raises
    ------
    InputError, InputErrors : a fault of a file, or a figure that is missing
    NoPlan : a workload that nothing can run
    """
    if isinstance(scenario.maturity, str):
        # the collective's paths change how well work runs, not whether a figure is there
        scenario = scenario.model_copy(update={"maturity": []})
    return inputs_of(scenario, catalogue, path, "")


def _in_file(fault: InputError, path: Path) -> InputError:
    """Fault, or faults, of a scenario whose file was not known where they were found."""
    if isinstance(fault, InputErrors):
        return InputErrors([_in_file(one, path) for one in fault.faults])
    return InputError(fault.key, **{**fault.fields, "file": path})


def scenario_outlook(scenario: Scenario, catalogue: Catalogue, ecosystems: tuple[str, ...]) -> Outlook:
    """Outlook that the scenario asks for: the collective's, or the default with the maturity that it states.

    Raises
    ------
    InputError : the collective is asked for and numba is not installed
    NoPlan : the collective's beliefs do not come to rest
    """
    stated = {row.ecosystem: row for row in scenario.stated_maturity}
    rows = [_stated_maturity(catalogue, name, stated.get(name)) for name in ecosystems]
    if isinstance(scenario.maturity, str):
        # numba, an extra, takes half a second to import: only who asks for the collective waits for it
        from junshi.collective.outlook import collective_outlook

        return collective_outlook(scenario, catalogue, rows, band=_BANDS[scenario.maturity])
    return default_outlook(
        [catalogue.accelerator(name) for name in scenario.accelerators],
        rows,
        Quarter.parse(scenario.horizon.start),
        scenario.horizon.quarters,
        load_trends(),
    )


def _stated_maturity(catalogue: Catalogue, name: str, row: Maturity | None) -> Ecosystem:
    ecosystem = catalogue.ecosystem(name)
    if row is None:
        return ecosystem
    return ecosystem.model_copy(update={"maturity": row.now, "gap_closed_per_year": row.gap_closed_per_year})


def attitude_of(scenario: Scenario) -> RiskAttitude:
    """Risk attitude that the scenario states."""
    return RiskAttitude(scenario.risk.weight, scenario.risk.tail, scenario.risk.reading)


def plan_study(
    inputs: Inputs,
    settings: PlanSettings,
    *,
    resume: Path | None = None,
    on_progress: Callable[[PlanProgress], bool] | None = None,
    command: tuple[str, ...] = (),
) -> Study:
    """Plan by decomposition.

    Parameters
    ----------
    resume : run folder whose policy is gone on from
    on_progress : called after each iteration; True asks for a stop

    Raises
    ------
    InputError : the run folder has no policy of these inputs
    SolverTrouble : see `plan_setting`
    """
    started = dt.datetime.now(dt.UTC)
    setting = prepare(inputs.instance, attitude_of(inputs.scenario))
    policy = None
    if resume is not None:
        policy = load_policy(resume / POLICY_FILE, setting.problem, setting.measure, inputs.fingerprint)
    result, policy = plan_setting(setting, settings, policy=policy, on_progress=on_progress)
    record = _record(inputs, settings.seed, result.effort.stop_reason, started, command)
    return Study(inputs, setting, result, policy, record)


def plan_study_whole_tree(
    inputs: Inputs, *, seconds: float | None = None, seed: int = 0, command: tuple[str, ...] = ()
) -> Study:
    """Plan by the extensive form; NoPlan when the tree is too large."""
    started = dt.datetime.now(dt.UTC)
    setting = prepare(inputs.instance, attitude_of(inputs.scenario))
    result = plan_whole_tree(setting, seconds=seconds, seed=seed)
    return Study(inputs, setting, result, None, _record(inputs, seed, "exact", started, command))


def write_study_mps(inputs: Inputs, path: Path) -> None:
    """Write the extensive form as MPS; NoPlan when the tree is too large."""
    write_mps(prepare(inputs.instance, attitude_of(inputs.scenario)), path)


def save_study_policy(study: Study, folder: Path) -> None:
    """Put the policy into a run folder, for `resume`; nothing for a plan of the whole tree."""
    if study.policy is not None:
        save_policy(study.policy, folder / POLICY_FILE, study.inputs.fingerprint)


def _fingerprint(path: Path, overlay: Path | None, scenario: Scenario) -> str:
    """Hash of all files that the run reads, and of the version."""
    files = [path, *([] if overlay is None else [overlay])]
    names = sorted({work.demand.file for work in scenario.workload if isinstance(work.demand, DemandFile)})
    files += [path.parent / name for name in names]
    parts = [file.read_bytes() if file.is_file() else b"" for file in files]
    return hash_inputs(junshi.__version__.encode(), *parts)


def _record(
    inputs: Inputs, seed: int, status: str, started: dt.datetime, command: tuple[str, ...]
) -> RunRecord:
    name, _, version = solver_version().partition(" ")
    return RunRecord(
        version=junshi.__version__,
        inputs_hash=inputs.fingerprint,
        seed=seed,
        solver=name,
        solver_version=version,
        solver_status=status,
        started=started,
        finished=dt.datetime.now(dt.UTC),
        command=command,
        language=current_language(),
    )
