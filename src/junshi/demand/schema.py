"""The demand file that `junshi demand` writes and a scenario refers to."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from junshi.terms import WorkKind

NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Growth = Annotated[float, Field(gt=-1, allow_inf_nan=False)]
QuarterText = Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")]
Text = Annotated[str, Field(max_length=300)]


class Part(BaseModel):
    """Base of the tables of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Log(Part):
    """Where the figures come from."""

    file: Text = Field(description="Name of the log, without its folder")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    format: Text = Field(description="Format that was recognised")
    rows: Annotated[int, Field(ge=0)] = Field(description="Rows read")
    used: Annotated[int, Field(ge=0)] = Field(description="Rows inside the usable window")
    days: NonNegative = Field(description="Length of the usable window")
    first: dt.datetime | None = Field(
        None, description="Start of the usable window; absent = times are relative"
    )
    last: dt.datetime | None = None
    findings: list[str] = Field(default_factory=list, description="What was found, in words")


class Series(Part):
    """One stream of work."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]
    kind: WorkKind = Field(
        description="Kind of work that the unit fits; a scenario may use a kind of the same unit"
    )
    unit: Text
    accelerator: Text | None = Field(None, description="What was busy, as the log names it; for research")
    mean_per_s: NonNegative = Field(description="Units of work per second, mean of the usable window")
    latest_per_s: NonNegative | None = Field(None, description="The same at the end of the log, by the model")
    peak_to_mean: Annotated[float, Field(ge=1, allow_inf_nan=False)] | None = None
    critical_share: Share | None = Field(None, description="Share of the work that is critical by its class")
    unmet_share: Share | None = Field(None, description="Share of the accelerators asked for that never ran")
    mean_input_len: NonNegative | None = None
    mean_output_len: NonNegative | None = None
    period: Literal["day", "week", "quarter"] = "quarter"
    starts: list[str] = Field(
        default_factory=list, description="First day of each period, or days from the start"
    )
    values: list[NonNegative] = Field(
        default_factory=list, description="Mean units of work per second, per period"
    )
    model: Text | None = Field(None, description="How growth was estimated; absent = the log cannot tell")
    growth_per_year: Growth | None = None
    growth_low: Growth | None = Field(None, description="Lower end of the 80 % interval")
    growth_high: Growth | None = None
    growth_sd_per_year: NonNegative | None = Field(
        None, description="Standard deviation of yearly log growth"
    )
    forecast_start: QuarterText | None = Field(None, description="Absent = the first quarter that is planned")
    forecast: list[NonNegative] = Field(
        default_factory=list, description="Per quarter, mean units per second"
    )
    forecast_low: list[NonNegative] = Field(
        default_factory=list, description="Lower end of the 80 % interval"
    )
    forecast_high: list[NonNegative] = Field(default_factory=list)


class DemandDocument(Part):
    """The whole file."""

    version: Literal[1] = 1
    log: Log | None = None
    series: Annotated[list[Series], Field(min_length=1, max_length=1000)]
