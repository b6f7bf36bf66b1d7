"""What the API takes and gives; bounds of every number stand here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from junshi.collective.schema import MOST_ORGANISATIONS
from junshi.page.limits import MOST_EDITS
from junshi.page.runs.record import Kind, Status

Toml = Annotated[str, Field(max_length=5_000_000)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Name = Annotated[str, Field(max_length=200)]
MOST_SECONDS = 3600


class Taken(BaseModel):
    """Base of what is taken: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class ErrorFault(BaseModel):
    """One fault: its place, and a sentence."""

    place: str
    sentence: str


class Error(BaseModel):
    """What went wrong, in the language of the request."""

    error: str
    faults: list[ErrorFault]


class Column(BaseModel):
    """Column of a table."""

    name: str
    is_number: bool


class SheetObject(BaseModel):
    """A table for people: cells as text."""

    title: str
    columns: list[Column]
    rows: list[list[str]]
    note: str


class ArchetypeRow(BaseModel):
    """A kind of organisation to start from."""

    id: str
    name: str
    summary: str


class TomlText(BaseModel):
    """A scenario file."""

    toml: str


class FactObject(BaseModel):
    """One figure with its unit, source, day and confidence."""

    value: float | str | bool
    unit: str
    source: str
    day: str | None
    confidence: str


class AcceleratorRow(BaseModel):
    """An accelerator of the catalogue, and its figures with their sources."""

    id: str
    name: str
    vendor: str
    ecosystem: str
    origin: str
    export_class: str
    release: str | None
    source: str
    confidence: str
    notes: str
    facts: dict[str, FactObject]


class CheckAsked(Taken):
    """A scenario to check."""

    toml: Toml


class CheckFound(BaseModel):
    """What a check found; `scenario` is the file as parsed, null when it is not TOML."""

    ok: bool
    faults: list[ErrorFault]
    scenario: dict[str, Any] | None
    sheets: list[SheetObject]
    lines: list[str]


class EditAsked(Taken):
    """One change: keys and indices that lead to a value, and the value; null removes it."""

    path: Annotated[
        list[Annotated[int, Field(strict=True, ge=0, le=10_000)] | Annotated[str, Field(max_length=200)]],
        Field(min_length=1, max_length=12),
    ]
    value: Any = None


class EditsAsked(Taken):
    """Changes to a scenario, made in their order."""

    toml: Toml
    edits: Annotated[list[EditAsked], Field(max_length=MOST_EDITS)]


class EditsMade(BaseModel):
    """The text with its comments kept, and the faults that it has now."""

    toml: str
    faults: list[ErrorFault]


class DraftAsked(Taken):
    """A new draft."""

    toml: Toml
    name: Name = ""


class DraftChanged(Taken):
    """New text of a draft."""

    toml: Toml
    name: Name | None = None


class Created(BaseModel):
    """Id of what was made."""

    id: str


class DraftObject(BaseModel):
    """A draft."""

    id: str
    toml: str
    name: str


class RunOptions(Taken):
    """Options of a run, each as of the command of its kind; absent = the kind's default."""

    seconds: Annotated[float, Field(ge=0.1, le=MOST_SECONDS)] | None = Field(
        None, description="Time limit of a plan, s"
    )
    gap: Annotated[float, Field(ge=0, le=1)] | None = Field(None, description="Gap to stop at")
    seed: Annotated[int, Field(ge=0, le=2**31)] | None = Field(None, description="Of all random numbers")
    points: Annotated[int, Field(ge=3, le=40)] | None = Field(None, description="frontier: risk weights")
    paths: Annotated[int, Field(ge=2, le=10_000)] | None = Field(None, description="Paths of supply followed")
    measures: bool | None = Field(None, description="certainty: price every measure too")
    least: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="stress: least share of critical work to survive"
    )
    tolerance: Annotated[float, Field(ge=0.001, le=0.5)] | None = Field(
        None, description="alternatives: how much dearer they may be"
    )
    count: Annotated[int, Field(ge=1, le=20)] | None = Field(None, description="alternatives: how many")
    method: Literal["morris", "sobol"] | None = Field(None, description="sensitivity: design of the runs")
    runs: Annotated[int, Field(ge=2, le=4096)] | None = Field(None, description="sensitivity: trajectories")
    break_even: bool | None = Field(None, description="sensitivity: look for break-even values")
    ecosystem: Annotated[str, Field(max_length=80)] | None = Field(
        None, description="switch: ecosystem to leave; absent = CUDA where the scenario has it"
    )
    last: Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")] | None = Field(
        None, description="backtest: last quarter"
    )
    lookahead: Annotated[int, Field(ge=2, le=24)] | None = Field(
        None, description="backtest: quarters of each plan"
    )
    iterations: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        None, description="backtest: iterations of each plan"
    )
    organisations: Annotated[int, Field(ge=100, le=MOST_ORGANISATIONS)] | None = Field(
        None, description="collective: organisations"
    )
    quarters: Annotated[int, Field(ge=1, le=80)] | None = Field(None, description="collective: quarters")
    starts: Annotated[int, Field(ge=1, le=100)] | None = Field(None, description="collective: starts")


class RunAsked(Taken):
    """A run to start; a scenario comes from exactly one of `toml`, `draft` and `run`."""

    kind: Kind = Kind.PLAN
    toml: Toml | None = None
    draft: Id | None = None
    run: Id | None = Field(None, description="Run whose scenario and, where there is one, policy is used")
    title: Name = ""
    options: RunOptions = RunOptions.model_construct()


class Progress(BaseModel):
    """How far a run is; costs in the scenario's currency, times in seconds, null = not known."""

    status: Status
    iteration: int | None = None
    lower_bound: float | None = None
    gap: float | None = None
    currency: str | None = None
    seconds: float | None = None
    remaining: float | None = None
    step: int | None = None
    steps: int | None = None
    ahead: int | None = Field(None, description="Runs before this one in the queue")


class RunRow(BaseModel):
    """A run in a list."""

    id: str
    kind: Kind
    title: str
    status: Status
    created: str
    started: str
    finished: str
    seconds: float
    progress: Progress
    base: str
    resumable: bool
    error: str


class ScenarioSummary(BaseModel):
    """What a run was about."""

    organisation: str
    archetype: str
    currency: str
    start: str
    quarters: int
    risk_weight: float
    accelerators: list[str]
    workloads: list[str]


class RunObject(RunRow):
    """A run with a summary of its scenario; null for kinds that read none."""

    scenario: ScenarioSummary | None
    options: dict[str, Any]


class InputDifference(BaseModel):
    """One value of the scenarios that differs; null = absent."""

    path: str
    name: str
    left: Any
    right: Any


class Comparison(BaseModel):
    """What differs between two runs."""

    left: RunRow
    right: RunRow
    inputs: list[InputDifference]
    advice: list[str]
    decisions: list[SheetObject]
    figures: list[dict[str, Any]]


class DemandFound(BaseModel):
    """Demand of a log: the file, the id to name it by, and what a page shows."""

    id: str
    file: str
    demand_toml: str
    view: dict[str, Any] | None
