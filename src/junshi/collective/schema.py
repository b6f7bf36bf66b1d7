"""Schema of the collective's TOML file: the population, how it chooses, and the world that it moves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from junshi.terms import Archetype, Confidence, Ramp, Regime

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Odds = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=-1, le=10, allow_inf_nan=False)]
QuarterText = Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Path = Annotated[dict[QuarterText, NonNegative], Field(max_length=80)]
"""Value from each quarter on; before the first one, the value is the lever's neutral one."""

MOST_ORGANISATIONS = 1_000_000
MOST_ECOSYSTEMS = 4
MOST_MIXES = 8


class Section(BaseModel):
    """Base of all tables: unknown keys are refused, values are fixed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Section):
    """A table whose figures say where they come from."""

    source: Text
    confidence: Confidence


class Size(Section):
    """How much is simulated."""

    organisations: Annotated[int, Field(ge=100, le=MOST_ORGANISATIONS)]
    quarters: Annotated[int, Field(ge=1, le=80)]
    paths: Annotated[int, Field(ge=1, le=10_000)]
    seed: Annotated[int, Field(ge=0, lt=2**31)]
    history_from: QuarterText
    start: QuarterText


class EcosystemRow(Sourced):
    """One ecosystem; a group of catalogue ecosystems may act as one."""

    id: Name
    name: Text
    name_zh: Text
    members: Annotated[list[Name], Field(min_length=1)]
    domestic: bool
    gap: Share = Field(description="Share of attainable efficiency not reached when the history starts")
    experience: Positive = Field(description="Cumulative use when the history starts, thousand card-years")
    world_use: NonNegative = Field(description="Use outside this population, thousand card-years a quarter")
    world_growth_per_year: Rate
    installed: NonNegative = Field(description="Installed when the history starts, thousand cards")
    hardware: Positive = Field(description="Work of one tuned card against the reference import card")
    hardware_growth_per_year: Rate
    price: Positive = Field(description="Price of a card against the reference import card")
    capacity: NonNegative = Field(
        0.0, description="Domestic output a quarter when the history starts, thousands"
    )


class MixRow(Section):
    """One way to buy: shares of ecosystems that sum to 1."""

    id: Name
    name: Text
    name_zh: Text
    shares: dict[Name, Share]

    @model_validator(mode="after")
    def _whole(self) -> MixRow:
        if abs(sum(self.shares.values()) - 1) > 1e-9:
            message = f"shares of mix {self.id} sum to {sum(self.shares.values()):g}, expected 1"
            raise ValueError(message)
        return self


class ArchetypeRow(Sourced):
    """One kind of organisation."""

    id: Archetype
    organisations: Positive = Field(description="Share of the number of organisations; scaled to sum to 1")
    spend: Positive = Field(description="Share of accelerators wanted; scaled to sum to 1")
    tail: Annotated[float, Field(gt=1, le=5)] = Field(
        description="Pareto exponent of sizes; near 1 = few giants"
    )
    port_cost: NonNegative = Field(description="Port to a further ecosystem, in quarters of mean spend")
    upkeep: NonNegative = Field(description="Keeping a second ecosystem up to date, as a share of spend")
    risk_weight: NonNegative = Field(description="Weight of the loss by a cut-off; 1 = risk-neutral")
    critical_share: Share = Field(description="Share of work that must go on after a cut-off")
    unmet_cost: NonNegative = Field(description="Loss by an unfilled order, as a share of its cost")
    peers: float = Field(
        description="Weight of what others choose: log-cost at full consensus", ge=-10, le=10
    )
    domestic_cost: float = Field(
        0.0,
        description="Log-cost of domestic work beyond price, maturity and ports; --deep finds it",
        ge=-5,
        le=5,
    )
    mandate: Path = Field(description="Share of orders that must be domestic, from each quarter on")
    domestic_start: Share = Field(description="Share already at work on a domestic ecosystem at the start")


class ChoiceRow(Sourced):
    """How organisations choose."""

    precision: Positive = Field(description="Elasticity of choice to cost: scale of the logit, per log-cost")
    life_quarters: Annotated[int, Field(ge=1, le=40)] = Field(description="Quarters that a card is used")
    discount_per_year: Share
    cutoff_loss: NonNegative = Field(description="Log-cost while cut off without any domestic port")
    protected_share: Share = Field(
        description="Part of that loss that remains for imports when a domestic port exists"
    )
    size_bins: Annotated[int, Field(ge=1, le=8)]


class ExperienceRow(Sourced):
    """How ecosystems mature."""

    learning_rate: Odds = Field(description="Fall of the gap for each doubling of cumulative use")
    frontier_growth_per_year: Positive = Field(description="Log growth a year of the best import card's work")
    frontier_drift_per_year: NonNegative = Field(
        description="Growth of the experience that stands for the same gap"
    )
    forgetting_per_quarter: Share = Field(description="Experience lost a quarter")
    community_weight: NonNegative = Field(description="Extra experience from use at a full community")
    community_decay_per_quarter: Share
    community_inflow: NonNegative = Field(
        description="Community gained a quarter when all organisations use it"
    )
    spillover: Share = Field(description="Use of one domestic ecosystem that counts for the others")
    port_rate: Share = Field(description="Odds that a first delivery brings an organisation into running")
    forget_rate: Share = Field(description="Odds a quarter to lose a level of an ecosystem not bought")


class DemandRow(Sourced):
    """Accelerators wanted by all."""

    cards: Positive = Field(description="Wanted in the first quarter of the history, thousand cards")
    boom_from: QuarterText = Field(description="Before this quarter the number wanted is constant")
    growth_per_quarter: Rate
    slowing_per_year: Share = Field(description="Share of the growth rate lost in a year")
    least_growth: Rate = Field(description="Growth per quarter in the long run")


class RegimeRow(Sourced):
    """What imports are in one regime."""

    available: NonNegative = Field(description="Imports that can be had, as a share of all cards wanted")
    hardware: Positive = Field(description="Work of the best card against the reference import card")
    price: Positive


class DomesticRow(Sourced):
    """Domestic supply."""

    growth: dict[Ramp, NonNegative] = Field(description="Largest growth of output a quarter in each ramp")
    response: Share = Field(
        description="Share of the missing capacity that is built in a quarter, within the growth"
    )
    price_pressure: NonNegative = Field(description="Elasticity of price to orders over capacity")
    price_learning_rate: Odds = Field(description="Fall of price for each doubling of cumulative output")
    survival_per_quarter: Share
    diverted: Share = Field(description="Share of unfilled orders that turn to what is left of other supply")


class LeverRow(Section):
    """What governments and vendors may move; each a path of quarter → value."""

    subsidy: Path = Field(default_factory=dict, description="Share of the domestic price paid by the public")
    procurement: Path = Field(
        default_factory=dict, description="Domestic cards bought publicly, thousands a quarter"
    )
    mandate: Path = Field(
        default_factory=dict, description="Added to each archetype's mandated domestic share"
    )
    mandate_by: dict[Archetype, Path] = Field(
        default_factory=dict, description="Mandated share of one sector"
    )
    export: Path = Field(default_factory=dict, description="Factor on the imports that can be had; neutral 1")
    levy: Path = Field(default_factory=dict, description="Levy on imports, share of the price")
    fab: Path = Field(default_factory=dict, description="Factor on the growth of domestic output; neutral 1")
    hbm: Path = Field(
        default_factory=dict, description="Most domestic cards a quarter, thousands, that memory allows"
    )
    open_source: Path = Field(
        default_factory=dict, description="0 closed stack, 1 open: raises spillover and community"
    )


class CutOffRow(Sourced):
    """The total cut-off that survivability asks about."""

    quarters: Annotated[int, Field(ge=1, le=20)] = Field(description="How long it lasts")
    import_survival_per_quarter: Share = Field(
        description="Share of imported cards that outlives a quarter without spare parts and updates"
    )
    rented_share: Share = Field(description="Share of imported capacity that is rented and lost at once")
    domestic_output: Share = Field(
        description="Share of domestic output that goes on without foreign tools, memory and parts"
    )


class LeverCostRow(Sourced):
    """What levers cost the public."""

    reference_price_cny: Positive = Field(description="Price of the reference import card, share of a server")
    capacity_price_ratio: NonNegative = Field(
        description="Investment for one more card a quarter, in prices of a card"
    )
    open_source_billion_cny_per_year: NonNegative


class SweepRow(Section):
    """A grid of runs: every lever mix × starting belief × seed."""

    levers: dict[str, Annotated[list[NonNegative], Field(min_length=1, max_length=50)]] = Field(
        default_factory=dict, description="Lever → values, each from the start on"
    )
    beliefs: list[Literal["status_quo", "imports", "domestic"]] = Field(
        default=["status_quo"], description="Belief from which each run settles"
    )
    seeds: Annotated[int, Field(ge=1, le=10_000)] = Field(1, description="Number of seeds")


class CollectiveFile(Section):
    """The whole file."""

    size: Size
    ecosystem: Annotated[list[EcosystemRow], Field(min_length=2, max_length=MOST_ECOSYSTEMS)]
    mix: Annotated[list[MixRow], Field(min_length=2, max_length=MOST_MIXES)]
    archetype: Annotated[list[ArchetypeRow], Field(min_length=1)]
    choice: ChoiceRow
    experience: ExperienceRow
    demand: DemandRow
    imports: dict[Regime, RegimeRow]
    domestic: DomesticRow
    cut_off: CutOffRow
    use_history_fit: bool = Field(
        False,
        description="Put the mean of the stored fit to history in place of the uncertain parameters",
    )
    rationing: Literal["pro_rata", "state_first", "largest_first", "early_first"] = "pro_rata"
    lever: LeverRow = LeverRow()
    lever_cost: LeverCostRow
    sweep: SweepRow | None = None
