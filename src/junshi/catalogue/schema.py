"""Row types of the catalogue, and the translation of a refused row into faults that a person can read.

An empty cell is a figure that is not published or not known: it stays `None` and is never derived.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from junshi.errors import InputError, InputErrors, nearest
from junshi.terms import Confidence, Origin, Regime
from junshi.text import say


class ExportClass(StrEnum):
    """How export and import rules treat an accelerator, seen from a buyer in China."""

    FLAGSHIP_IMPORT = "flagship_import"
    CUT_DOWN_IMPORT = "cut_down_import"
    CONSUMER_IMPORT = "consumer_import"
    CLOUD_IMPORT = "cloud_import"
    DOMESTIC = "domestic"


class Direction(StrEnum):
    """What an event did to the supply of AI chips to China."""

    TIGHTEN = "tighten"
    LOOSEN = "loosen"
    DOMESTIC_PUSH = "domestic_push"


class Gate(StrEnum):
    """Who moved: an exporting government, the Chinese one on imports, domestic supply, or a vendor."""

    EXPORT = "export"
    IMPORT = "import"
    DOMESTIC = "domestic"
    VENDOR = "vendor"


class PriceKind(StrEnum):
    """What is paid for: the card or module, an hour of rent, or the unit's share of a whole server."""

    PURCHASE = "purchase"
    RENT_PER_HOUR = "rent_per_hour"
    SERVER_SHARE = "server_share"


class Basis(StrEnum):
    """What a market figure rests on."""

    REPORTED = "reported"
    ESTIMATE = "estimate"
    FORECAST = "forecast"
    CLAIM = "claim"


class Region(StrEnum):
    """Where a price was true."""

    CN = "cn"
    GLOBAL = "global"


def _split(value: object) -> object:
    """Cell `a; b` to its parts; anything else unchanged."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
CountOrNone = Annotated[int, Field(ge=0)]
Month = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$")]
Names = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Row(BaseModel):
    """Base of all rows: unknown columns are refused, values are fixed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class Sourced(Row):
    """A row that says where its figures come from and how well they are known."""

    source: Text = Field(description="Address or full citation")
    confidence: Confidence = Field(description="high, medium, low, or assumed (a stated guess)")
    notes: str = Field("", max_length=2000, description="Derivations, conflicts and reservations")


class Accelerator(Sourced):
    """One accelerator; rates are peaks without sparsity, per unit as sold."""

    id: Identifier
    name: Text
    vendor: Text
    ecosystem: Identifier
    origin: Origin
    export_class: ExportClass
    announced: dt.date | None = Field(None, description="Day on which it became public, when not its release")
    release: Month | None = Field(None, description="Month or year of first availability; future = roadmap")
    process_node: str = ""
    fp16_dense_tflops: Positive | None = None
    fp8_dense_tflops: Positive | None = None
    int8_dense_tops: Positive | None = None
    fp4_dense_tflops: Positive | None = None
    memory_gb: Positive | None = None
    memory_bandwidth_gbs: Positive | None = None
    interconnect_gbs: Positive | None = Field(None, description="Chip to chip, both directions summed")
    tdp_w: Positive | None = None
    price_cny: Positive | None = None
    price_usd: Positive | None = None
    rental_usd_per_hour: Positive | None = None
    units_per_node: Count | None = None
    lead_time_quarters: Annotated[int, Field(ge=1, le=8)] | None = None
    assumed: Names = Field((), description="Columns of this row whose figure is a stated guess")
    export_status: str = ""
    checked: dt.date | None = Field(None, description="Day on which the figures were last compared")

    @property
    def release_day(self) -> dt.date | None:
        """Last day of the month or year of release: the first on which it was surely available."""
        return None if self.release is None else _last_day(self.release)

    @property
    def known_day(self) -> dt.date | None:
        """Day from which the accelerator and its figures count as known; None when neither is dated."""
        return self.announced if self.announced is not None else self.release_day

    @model_validator(mode="after")
    def _assumed_names_columns(self) -> Accelerator:
        for name in self.assumed:
            if name not in type(self).model_fields:
                raise ValueError(name)
        return self


class Ecosystem(Sourced):
    """One software stack: how far it has come, and how fast a new port is tuned by use."""

    id: Identifier
    name: Text
    vendor: Text
    day: dt.date = Field(description="Day for which maturity holds")
    maturity: Share = Field(
        description="Share of its attainable efficiency that the stack reaches when tuned"
    )
    gap_closed_per_year: Share = Field(description="Share of the distance to full maturity closed in a year")
    fresh_ratio: Annotated[float, Field(gt=0, le=1)] = Field(
        description="Throughput of a workload as just ported over the same workload tuned"
    )
    seasoning_rate_per_quarter: Share = Field(
        description="Share of a workload that becomes tuned in a quarter when all of it runs here"
    )
    frameworks: Text = Field(description="Frameworks known to run on it")


class ModelArchitecture(Sourced):
    """Shape of one open language model, as its published configuration gives it."""

    id: Identifier
    name: Text
    developer: Text
    released: dt.date
    total_params_b: Positive
    active_params_b: Positive
    layers: Count
    hidden: Count
    heads: Count
    kv_heads: Count | None = Field(None, description="Key/value heads; none with latent attention")
    head_dim: Count
    ffn: Count = Field(description="Width of the feed-forward part; of one expert for a mixture")
    gated_ffn: bool = Field(True, description="Three matrices (gate, up, down) instead of two")
    dense_layers: CountOrNone = Field(0, description="Layers of a mixture that have no experts")
    dense_ffn: Count | None = Field(None, description="Width of the feed-forward part of these layers")
    n_experts: CountOrNone = Field(0, description="Routed experts a layer")
    experts_per_token: CountOrNone = 0
    shared_experts: CountOrNone = Field(0, description="Experts that every token uses, in widths of `ffn`")
    attention_type: Literal["mha", "gqa", "mla"]
    q_lora_rank: Count | None = None
    kv_lora_rank: Count | None = None
    qk_rope_head_dim: Count | None = None
    qk_nope_head_dim: Count | None = None
    v_head_dim: Count | None = None
    vocab: Count
    max_context: Count
    tied_embeddings: bool = False


class SupplyEvent(Sourced):
    """One dated event that changed the supply of AI chips to China."""

    id: Identifier
    date: dt.date = Field(description="Day on which it took effect")
    announced: dt.date | None = Field(None, description="Day on which it became public, when another")
    event: Text
    event_zh: Text
    direction: Direction
    gate: Gate
    affects: Names
    supply_regime_after: Regime = Field(
        description="Best NVIDIA data-centre part that may legally be imported afterwards"
    )

    @property
    def known_day(self) -> dt.date:
        """Day on which the public could know of it."""
        return self.date if self.announced is None else self.announced


class PriceRow(Sourced):
    """One price of one accelerator on one day."""

    accelerator: Identifier
    day: dt.date
    kind: PriceKind
    price: Positive
    currency: Literal["CNY", "USD"]
    region: Region
    published: dt.date | None = Field(None, description="Day on which it became public, when later")

    @property
    def known_day(self) -> dt.date:
        """Day on which the public could know of it."""
        return self.day if self.published is None else self.published


class MarketFigure(Sourced):
    """One market figure for one period."""

    period: Text
    metric: Text
    vendor_or_segment: Text
    value: Finite
    unit: Text
    basis: Basis
    published: dt.date = Field(description="Day from which it was public, the last possible day when unsure")


def _last_day(month: str) -> dt.date:
    """Last day of `2024-02` or of `2024`."""
    year = int(month[:4])
    number = int(month[5:]) if len(month) > len("2024") else 12
    return dt.date(year, number, calendar.monthrange(year, number)[1])


Kind = TypeVar("Kind", bound=Row)
MOST_LETTERS = 80


def read_row(kind: type[Kind], values: Mapping[str, object], file: str, place: str) -> Kind:
    """Row of a kind from its cells.

    Parameters
    ----------
    kind : row type
    values : column → text or value; a missing column is an empty cell
    file, place : where the row stands, for the fault sentences

    Raises
    ------
    InputErrors : one fault per bad cell, each with file, row, column, what was found and expected
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        faults = [_fault(kind, values, file, place, detail) for detail in error.errors()]
        raise InputErrors(faults) from error


def shortened(text: str) -> str:
    """Text for a sentence, cut where it is too long to be read."""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _fault(
    kind: type[Row], values: Mapping[str, object], file: str, place: str, detail: Mapping[str, object]
) -> InputError:
    """One complaint of Pydantic as a fault of ours."""
    location = detail["loc"]
    column = str(location[0]) if isinstance(location, tuple) and location else "assumed"
    if detail["type"] == "extra_forbidden":
        column = shortened(column)
        near = nearest(column, kind.model_fields)
        what = say("catalogue.what_column")
        return InputError("errors.unknown_name", file=file, place=place, what=what, name=column, near=near)
    cell = say("catalogue.place_column", row=place, column=column)
    found = say("catalogue.nothing") if detail["type"] == "missing" else shortened(repr(values.get(column)))
    return InputError("errors.bad_value", file=file, place=cell, found=found, expected=_expected(detail))


_EXPECTED = {
    "missing": "catalogue.expected_value",
    "float_parsing": "catalogue.expected_number",
    "float_type": "catalogue.expected_number",
    "finite_number": "catalogue.expected_finite",
    "int_parsing": "catalogue.expected_whole",
    "int_type": "catalogue.expected_whole",
    "int_from_float": "catalogue.expected_whole",
    "bool_parsing": "catalogue.expected_bool",
    "bool_type": "catalogue.expected_bool",
    "string_type": "catalogue.expected_text",
    "string_too_short": "catalogue.expected_text",
    "string_too_long": "catalogue.expected_short",
    "string_pattern_mismatch": "catalogue.expected_pattern",
    "tuple_type": "catalogue.expected_list",
    "enum": "catalogue.expected_one_of",
    "literal_error": "catalogue.expected_one_of",
    "greater_than": "catalogue.expected_above",
    "greater_than_equal": "catalogue.expected_at_least",
    "less_than_equal": "catalogue.expected_at_most",
    "value_error": "catalogue.expected_columns",
}


def _expected(detail: Mapping[str, object]) -> str:
    """Words for what the schema wants instead."""
    kind = str(detail["type"])
    if kind.startswith("date"):
        return say("catalogue.expected_day")
    context = detail.get("ctx", {})
    fields = dict(context) if isinstance(context, Mapping) else {}
    return say(_EXPECTED.get(kind, "catalogue.expected_valid"), **fields)
