"""The scenario file: one organisation, its fleet, workloads, limits and view of supply.

Every quantity names its unit. Money is in the organisation's currency at the price level of the start
quarter. A list of numbers means one value a quarter; a single number holds in every quarter.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from junshi.terms import Archetype, Ramp, Regime, RiskReading, WorkKind

Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(strict=True, ge=0, le=1e15, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, le=1e15, allow_inf_nan=False)]
PerQuarter = NonNegative | Annotated[list[NonNegative], Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]
QuarterText = Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")]


class Section(BaseModel):
    """Base of all tables of the file: unknown keys are refused, values are fixed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Organisation(Section):
    """Who plans."""

    name: str = Field(description="Name shown in reports")
    archetype: Archetype = Field(description="Kind of organisation; used for defaults in the collective only")
    currency: Literal["CNY", "USD"] = Field("CNY", description="Currency of every amount in the file")
    usd_cny: Positive = Field(7.1, description="CNY for one USD, to convert catalogue prices")
    description: str = Field("", description="Free text")


class Horizon(Section):
    """Which quarters are planned and how they are discounted."""

    start: QuarterText = Field(description="First quarter planned, such as 2027-Q1")
    quarters: Annotated[int, Field(strict=True, ge=1, le=80)] = Field(
        description="Number of quarters (stages)"
    )
    discount_rate: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(0.08, description="Per year")


class Risk(Section):
    """Attitude to bad outcomes: (1 - weight) * mean + weight * CVaR of the discounted total cost."""

    weight: Share = Field(0.0, description="0 = risk-neutral, 1 = only the tail counts")
    tail: Annotated[float, Field(strict=True, gt=0, le=1)] = Field(
        0.1, description="Share of worst outcomes; 0.1 = worst 10 %"
    )
    reading: RiskReading = Field(
        RiskReading.NESTED,
        description="nested = quarter by quarter (time-consistent); end = of the final total",
    )


class Budget(Section):
    """Money for purchases, rent and ports; running costs are counted in the cost, not here."""

    per_quarter: PerQuarter = Field(description="New money each quarter, in the organisation's currency")
    carry_over: bool = Field(True, description="Unspent money may be spent later")


class Site(Section):
    """Limits of the data centres."""

    power_mw: PerQuarter = Field(description="Power for running accelerators with their hosts, MW")
    racks_accelerators: PerQuarter | None = Field(
        None, description="Owned accelerators that can be racked and run"
    )
    pue: Annotated[float, Field(strict=True, ge=1, le=3)] = Field(
        1.25, description="Total power over IT power"
    )
    energy_price_per_kwh: NonNegative = Field(description="Currency per kWh")
    operation_share_per_year: Share = Field(
        0.05, description="Yearly cost of running an owned accelerator, as a share of its purchase price"
    )
    host_power_share: NonNegative = Field(
        0.35, description="Power of host and network per watt of accelerator"
    )


class Engineers(Section):
    """People who port and tune."""

    days_per_quarter: PerQuarter = Field(description="Engineer-days available for ports in a quarter")
    cost_per_day: NonNegative = Field(description="Currency per engineer-day")


class MarketRow(Section):
    """What the organisation knows better than the catalogue about one accelerator."""

    accelerator: Identifier
    price: Positive | None = Field(
        None, description="Purchase price of one unit with its share of the server"
    )
    rental_per_hour: Positive | None = Field(None, description="Rent of one accelerator-hour")
    max_order_per_quarter: NonNegative | None = Field(
        None,
        description="Units that this organisation could obtain a quarter when supply is open / at base ramp",
    )
    max_rent: NonNegative | None = Field(
        None, description="Units that could be rented at once when supply is open"
    )
    lead_time_quarters: Annotated[int, Field(strict=True, ge=1, le=8)] | None = None
    resale_share: Share | None = Field(None, description="Resale value now, as a share of the purchase price")
    available_from: QuarterText | None = Field(None, description="First quarter in which it can be ordered")
    tdp_w: Positive | None = Field(None, description="Power of one accelerator, W, where none is published")
    note: str = Field("", description="Where the figure comes from, or the word assumed")


class FleetRow(Section):
    """Installed accelerators at the start."""

    accelerator: Identifier
    units: NonNegative


class OwnShape(Section):
    """A model architecture that the catalogue does not have."""

    total_params_b: Positive
    active_params_b: Positive
    layers: Annotated[int, Field(strict=True, ge=1)]
    hidden: Annotated[int, Field(strict=True, ge=1)]
    heads: Annotated[int, Field(strict=True, ge=1)]
    kv_heads: Annotated[int, Field(strict=True, ge=1)] | None = None
    head_dim: Annotated[int, Field(strict=True, ge=1)] | None = None
    ffn: Annotated[int, Field(strict=True, ge=1)] | None = None
    n_experts: Annotated[int, Field(strict=True, ge=0)] = 0
    experts_per_token: Annotated[int, Field(strict=True, ge=0)] = 0
    attention_type: Literal["mha", "gqa", "mla"] = "gqa"
    kv_lora_rank: Annotated[int, Field(strict=True, ge=1)] | None = None
    qk_rope_head_dim: Annotated[int, Field(strict=True, ge=1)] | None = None
    vocab: Annotated[int, Field(strict=True, ge=1)] = 128_000


class PerSample(Section):
    """Work of one sample for kinds that are not language models."""

    gflop: Positive = Field(description="Floating-point operations of one sample, 1e9")
    gbyte: Positive = Field(description="Bytes moved for one sample, 1e9")
    weights_gb: NonNegative = Field(0.0, description="Memory for weights, GB")


class Latency(Section):
    """Limits on response time; either may be absent."""

    ttft_ms: Positive | None = Field(None, description="Time to first token, mean, ms")
    tpot_ms: Positive | None = Field(None, description="Time per output token, mean, ms")


class PortingEffort(Section):
    """Effort to make the workload run on one ecosystem."""

    ecosystem: Identifier
    days: NonNegative = Field(description="Engineer-days, once, likely value")
    days_low: NonNegative | None = None
    days_high: NonNegative | None = None
    upkeep_days_per_year: NonNegative | None = Field(
        None,
        description="Engineer-days a year to keep the port up to date; assumed half of `days` when absent",
    )
    note: str = Field("", description="Source, or the word assumed")


class DemandFile(Section):
    """Demand taken from a file that `junshi demand` wrote."""

    file: str = Field(description="Path, relative to the scenario file")
    series: str = Field(description="Name of the series in that file")
    scale: Positive = Field(1.0, description="Multiplier, for a log that is a sample")


class Component(Section):
    """A code base of a workload that is made of several."""

    codebase: str = Field(description="Path to scan for the porting effort, relative to the scenario file")
    share: Share = Field(1.0, description="Of this code base, how much the workload uses and needs ported")


class Workload(Section):
    """A stream of work of one kind."""

    id: Identifier
    kind: WorkKind
    model: Identifier | None = Field(None, description="Id of an architecture in the catalogue")
    shape: OwnShape | None = Field(None, description="Own architecture instead of `model`")
    per_sample: PerSample | None = Field(None, description="For kinds counted in samples")
    reference_accelerator: Identifier | None = Field(
        None, description="For research: what one hour is an hour of"
    )
    input_len: Annotated[int, Field(strict=True, ge=1)] = Field(
        1024, description="Tokens in, mean of a request"
    )
    output_len: Annotated[int, Field(strict=True, ge=1)] = Field(
        512, description="Tokens out, mean of a request"
    )
    sequence_len: Annotated[int, Field(strict=True, ge=1)] = Field(
        4096, description="Training sequence, tokens"
    )
    precision: Literal["bf16", "fp8", "int8", "w4"] | None = Field(
        None, description="Number format of weights; absent = the best that the accelerator supports well"
    )
    latency: Latency | None = None
    demand: PerQuarter | DemandFile = Field(
        description="Work per second, averaged over the quarter, in the kind's unit: trained tokens/s, "
        "output tokens/s, samples/s; for research: reference accelerators busy. One number (grown by "
        "`growth_per_year`), a list, or a reference to a demand file"
    )
    growth_per_year: Annotated[float, Field(strict=True, gt=-1, allow_inf_nan=False)] = Field(
        0.0, description="Applied to a single number or a demand file without forecast; 0.5 = +50 % a year"
    )
    growth_sd_per_year: NonNegative = Field(0.0, description="Standard deviation of yearly log growth")
    peak_to_mean: Annotated[float, Field(strict=True, ge=1)] = Field(
        1.0, description="Capacity is kept for the peak"
    )
    unmet_cost_per_1e9: NonNegative = Field(
        description="Currency per 1e9 units of work not served; for research: per accelerator-hour not served"
    )
    critical: bool = Field(False, description="Must go on after a cut-off; counted in survivability")
    runs_on: dict[Identifier, Share] = Field(
        description="Ecosystem → share ported and tuned today, e.g. {cuda = 1}"
    )
    allowed: list[Identifier] | None = Field(
        None, description="Ecosystems allowed; absent = all with an effort"
    )
    atomic: bool = Field(False, description="A port is done whole or not at all")
    porting: list[PortingEffort] = Field(default_factory=list)
    codebase: str | None = Field(
        None, description="Path to scan for the porting effort, relative to the scenario file"
    )
    components: list[Component] = Field(
        default_factory=list, description="Several code bases with their shares, instead of `codebase`"
    )

    @property
    def code(self) -> tuple[Component, ...]:
        """Code bases to scan, of `codebase` or of `components`; empty where the file names none."""
        if self.components or self.codebase is None:
            return tuple(self.components)
        return (Component(codebase=self.codebase, share=1.0),)


class Supply(Section):
    """View of supply: from history unless edited."""

    regime_now: Regime | None = Field(
        None, description="State at the start; absent = the latest in the history"
    )
    ramp_now: Ramp = Ramp.BASE
    as_of: date | None = Field(None, description="Use only events known on this day")
    regime_odds: dict[Regime, dict[Regime, Share]] | None = Field(
        None, description="Quarterly odds from regime to regime; replaces the estimate from history"
    )
    ramp_odds: dict[Ramp, dict[Ramp, Share]] | None = None
    demand_levels: Literal[1, 3] = Field(
        3,
        description="3 = low/base/high demand is part of the Markov state if growth is uncertain; 1 = mean",
    )


class Strategy(Section):
    """Rules that the organisation sets itself."""

    min_domestic_order_share: Share = Field(0.0, description="Of money spent on purchases in each quarter")
    forbidden_accelerators: list[Identifier] = Field(default_factory=list)
    forbidden_ecosystems: list[Identifier] = Field(default_factory=list)


class Maturity(Section):
    """Override of an ecosystem's maturity path."""

    ecosystem: Identifier
    now: Share
    gap_closed_per_year: Share = Field(
        0.2, description="Share of the distance to full maturity closed each year"
    )


class Scenario(Section):
    """The whole file."""

    organisation: Organisation
    horizon: Horizon
    risk: Risk = Risk()
    budget: Budget
    site: Site
    engineers: Engineers
    accelerators: Annotated[list[Identifier], Field(min_length=1)] = Field(
        description="Ids of the accelerators considered, bought or owned"
    )
    market: list[MarketRow] = Field(default_factory=list)
    fleet: list[FleetRow] = Field(default_factory=list)
    workload: Annotated[list[Workload], Field(min_length=1)]
    supply: Supply = Supply()
    strategy: Strategy = Strategy()
    maturity: list[Maturity] | Literal["collective", "collective-low", "collective-high"] = Field(
        default_factory=list,
        description="Stated maturity of ecosystems; or collective = paths of maturity, price and supply "
        "from the collective's equilibrium (their mean, or the 10 or 90 % band of each quarter)",
    )

    @property
    def stated_maturity(self) -> list[Maturity]:
        """Rows of the file; none when the paths come from the collective."""
        return [] if isinstance(self.maturity, str) else self.maturity
