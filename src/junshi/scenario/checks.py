"""What the schema cannot see: names against the catalogue, lists against the horizon, rows against rows.

Each check is one function that yields faults; `CHECKS` lists them in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import PriceKind
from junshi.errors import InputError, nearest
from junshi.scenario.faults import Document, shortened, written
from junshi.scenario.lines import Place
from junshi.scenario.schema import DemandFile, Scenario, Workload
from junshi.terms import Origin, WorkKind
from junshi.text import say
from junshi.units import Quarter

MOST_WORKLOADS = 200
ODDS_TOLERANCE = 1e-6

TEXT_KINDS = frozenset(
    {WorkKind.PRETRAIN, WorkKind.FINETUNE, WorkKind.SERVE, WorkKind.PREFILL, WorkKind.DECODE, WorkKind.BATCH}
)
SAMPLE_KINDS = frozenset({WorkKind.DIFFUSION, WorkKind.RECOMMENDATION, WorkKind.VISION, WorkKind.EMBEDDING})

Check = Callable[[Scenario, Catalogue, Document], Iterator[InputError]]


def faults_of(scenario: Scenario, catalogue: Catalogue, document: Document) -> list[InputError]:
    """All faults of all checks, in the order of `CHECKS`."""
    return [fault for check in CHECKS for fault in check(scenario, catalogue, document)]


def _bad(document: Document, place: Place, found: str, expected: str, **fields: Any) -> InputError:
    """Fault of a value that is not what it should be; `expected` is a key of the area `scenario`."""
    return document.fault(
        "errors.bad_value", place, found=found, expected=say(f"scenario.expected_{expected}", **fields)
    )


def _unknown(document: Document, place: Place, what: str, name: str, known: Sequence[str]) -> InputError:
    """Fault of a name that the catalogue does not have."""
    return document.fault(
        "errors.unknown_name", place, what=say(f"scenario.what_{what}"), name=name, near=nearest(name, known)
    )


def check_start(scenario: Scenario, catalogue: Catalogue, document: Document) -> Iterator[InputError]:
    """Start of the plan: not before the first event that the catalogue knows."""
    start = scenario.horizon.start
    if not catalogue.events:
        return
    earliest = Quarter.of(min(event.known_day for event in catalogue.events))
    if Quarter.parse(start) < earliest:
        yield _bad(document, ("horizon", "start"), shortened(start), "known_day", earliest=earliest)


def check_lengths(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Length of lists: each has one value for each quarter planned."""
    series: list[tuple[Place, object]] = [
        (("budget", "per_quarter"), scenario.budget.per_quarter),
        (("site", "power_mw"), scenario.site.power_mw),
        (("site", "racks_accelerators"), scenario.site.racks_accelerators),
        (("engineers", "days_per_quarter"), scenario.engineers.days_per_quarter),
    ]
    series += [(("workload", row, "demand"), work.demand) for row, work in enumerate(scenario.workload)]
    quarters = scenario.horizon.quarters
    for place, values in series:
        if isinstance(values, list) and len(values) != quarters:
            found = say("scenario.found_count", count=len(values))
            yield _bad(document, place, found, "one_per_quarter", quarters=quarters)


def check_horizon(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Quarters named in the file: none is after the last one planned."""
    last = Quarter.parse(scenario.horizon.start) + (scenario.horizon.quarters - 1)
    for row, market in enumerate(scenario.market):
        if market.available_from is not None and Quarter.parse(market.available_from) > last:
            place = ("market", row, "available_from")
            yield _bad(document, place, shortened(market.available_from), "inside_horizon", last=last)


def check_accelerators(scenario: Scenario, catalogue: Catalogue, document: Document) -> Iterator[InputError]:
    """Every accelerator named anywhere is in the catalogue; owned and priced ones are listed."""
    known = [chip.id for chip in catalogue.accelerators]
    listed: list[tuple[Place, str]] = [
        (("accelerators", row), name) for row, name in enumerate(scenario.accelerators)
    ]
    free: list[tuple[Place, str]] = [
        (("strategy", "forbidden_accelerators", row), name)
        for row, name in enumerate(scenario.strategy.forbidden_accelerators)
    ]
    free += [
        (("workload", row, "reference_accelerator"), work.reference_accelerator)
        for row, work in enumerate(scenario.workload)
        if work.reference_accelerator is not None
    ]
    for place, name in listed + free:
        if name not in known:
            yield _unknown(document, place, "accelerator", name, known)
    rows: list[tuple[Place, str]] = [
        (("market", row, "accelerator"), market.accelerator) for row, market in enumerate(scenario.market)
    ]
    rows += [(("fleet", row, "accelerator"), owned.accelerator) for row, owned in enumerate(scenario.fleet)]
    for place, name in rows:
        if name not in known:
            yield _unknown(document, place, "accelerator", name, known)
        elif name not in scenario.accelerators:
            near = nearest(name, scenario.accelerators)
            yield _bad(document, place, shortened(name), "listed", near=near)


def check_unique(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Rows: no accelerator, workload, port of a workload or maturity stands twice."""
    columns: list[list[tuple[Place, str]]] = [
        [(("accelerators", row), name) for row, name in enumerate(scenario.accelerators)],
        [(("market", row, "accelerator"), one.accelerator) for row, one in enumerate(scenario.market)],
        [(("fleet", row, "accelerator"), one.accelerator) for row, one in enumerate(scenario.fleet)],
        [(("workload", row, "id"), one.id) for row, one in enumerate(scenario.workload)],
        [(("maturity", row, "ecosystem"), one.ecosystem) for row, one in enumerate(scenario.stated_maturity)],
    ]
    columns += [
        [
            (("workload", row, "porting", port, "ecosystem"), one.ecosystem)
            for port, one in enumerate(work.porting)
        ]
        for row, work in enumerate(scenario.workload)
    ]
    for column in columns:
        first: dict[str, Place] = {}
        for place, name in column:
            if name in first:
                yield _bad(document, place, shortened(name), "unique", first=written(first[name]))
            first.setdefault(name, place)


def check_prices(scenario: Scenario, catalogue: Catalogue, document: Document) -> Iterator[InputError]:
    """Prices: what may be ordered has one, in the file or in the catalogue; none is guessed."""
    priced = {row.accelerator for row in scenario.market if row.price is not None}
    bought = (PriceKind.PURCHASE, PriceKind.SERVER_SHARE)
    priced |= {row.accelerator for row in catalogue.prices if row.kind in bought}
    known = {chip.id for chip in catalogue.accelerators}
    for row, name in enumerate(scenario.accelerators):
        if name in known and name not in priced and name not in scenario.strategy.forbidden_accelerators:
            yield _bad(document, ("accelerators", row), shortened(name), "price")


def check_workload_count(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Few enough workloads to plan."""
    if len(scenario.workload) > MOST_WORKLOADS:
        found = say("scenario.found_count", count=len(scenario.workload))
        yield _bad(document, ("workload",), found, "few_workloads", most=MOST_WORKLOADS)


def check_work(scenario: Scenario, catalogue: Catalogue, document: Document) -> Iterator[InputError]:
    """Work: each workload says what one unit of it is, in the way of its kind."""
    known = [model.id for model in catalogue.models]
    for row, work in enumerate(scenario.workload):
        place: Place = ("workload", row)
        if work.model is not None and work.model not in known:
            yield _unknown(document, (*place, "model"), "model", work.model, known)
        given = tuple(name for name in _DESCRIPTIONS if getattr(work, name) is not None)
        allowed, expected = _descriptions(work)
        if given not in allowed:
            found = (
                say("scenario.found_keys", keys=", ".join(given)) if given else say("scenario.found_nothing")
            )
            yield _bad(document, place, found, expected, kind=work.kind)
        yield from _check_shape(work, place, document)


_DESCRIPTIONS = ("model", "shape", "per_sample", "reference_accelerator")


def _descriptions(work: Workload) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Give the sets of keys that may describe the work, and the key of the sentence that says so."""
    if work.kind in TEXT_KINDS:
        return (("model",), ("shape",)), "exactly_one_model"
    if work.kind in SAMPLE_KINDS:
        return (("per_sample",),), "per_sample"
    alone = "reference_accelerator"
    return ((alone,), ("model", alone), ("shape", alone)), "reference"


def _check_shape(work: Workload, place: Place, document: Document) -> Iterator[InputError]:
    """Parts of an own architecture do not exceed the whole."""
    if work.shape is None:
        return
    shape = work.shape
    pairs = [
        ("active_params_b", shape.active_params_b, shape.total_params_b),
        ("experts_per_token", shape.experts_per_token, shape.n_experts),
        ("kv_heads", shape.kv_heads or 0, shape.heads),
    ]
    for name, value, most in pairs:
        if value > most:
            yield _bad(
                document, (*place, "shape", name), shortened(value), "shape_fits", name=name, most=most
            )


def check_ecosystems(scenario: Scenario, catalogue: Catalogue, document: Document) -> Iterator[InputError]:
    """Every ecosystem named is known; one that a workload runs on has accelerators and is not forbidden."""
    known = [row.id for row in catalogue.ecosystems]
    used = _used_ecosystems(scenario, catalogue)
    for place, name, must_be_used in _ecosystem_names(scenario):
        if name not in known:
            yield _unknown(document, place, "ecosystem", name, known)
        elif must_be_used and name not in used:
            yield _bad(document, place, shortened(name), "has_accelerators", known=", ".join(sorted(used)))
        elif must_be_used and name in scenario.strategy.forbidden_ecosystems:
            yield _bad(document, place, shortened(name), "not_forbidden")


def _used_ecosystems(scenario: Scenario, catalogue: Catalogue) -> set[str]:
    """Ecosystems of the accelerators listed."""
    return {chip.ecosystem for chip in catalogue.accelerators if chip.id in scenario.accelerators}


def _ecosystem_names(scenario: Scenario) -> Iterator[tuple[Place, str, bool]]:
    """Place, name, and whether one of the listed accelerators must belong to it."""
    for row, work in enumerate(scenario.workload):
        for name in work.runs_on:
            yield ("workload", row, "runs_on", name), name, True
        for number, name in enumerate(work.allowed or []):
            yield ("workload", row, "allowed", number), name, True
        for number, port in enumerate(work.porting):
            yield ("workload", row, "porting", number, "ecosystem"), port.ecosystem, False
    for number, name in enumerate(scenario.strategy.forbidden_ecosystems):
        yield ("strategy", "forbidden_ecosystems", number), name, False
    for number, maturity in enumerate(scenario.stated_maturity):
        yield ("maturity", number, "ecosystem"), maturity.ecosystem, False


def check_ports(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Ports are possible as written: somewhere to run, shares that can be widened, ordered ranges."""
    for row, work in enumerate(scenario.workload):
        place: Place = ("workload", row)
        if not work.code:
            yield from _check_reach(work, place, document)
        if work.components and work.codebase is not None:
            found = say("scenario.found_keys", keys="codebase, components")
            yield _bad(document, (*place, "components"), found, "one_code")
        yield from _check_shares(work, place, document)
        for number, port in enumerate(work.porting):
            low = port.days if port.days_low is None else port.days_low
            high = port.days if port.days_high is None else port.days_high
            if not low <= port.days <= high:
                found = f"{low:g}, {port.days:g}, {high:g}"
                yield _bad(document, (*place, "porting", number), found, "low_to_high")


def _check_reach(work: Workload, place: Place, document: Document) -> Iterator[InputError]:
    """Somewhere to run, and an effort for every ecosystem allowed, when no code base will say it."""
    reachable = set(work.runs_on) | {port.ecosystem for port in work.porting}
    if not reachable:
        yield _bad(document, (*place, "runs_on"), shortened({}), "somewhere_to_run")
    for number, name in enumerate(work.allowed or []):
        if name not in reachable:
            known = ", ".join(sorted(reachable))
            yield _bad(document, (*place, "allowed", number), shortened(name), "effort", known=known)


def _check_shares(work: Workload, place: Place, document: Document) -> Iterator[InputError]:
    """Shares between 0 and 1 belong to a workload that can be divided and whose rest has an effort."""
    efforts = {port.ecosystem for port in work.porting}
    for name, share in work.runs_on.items():
        if share in (0.0, 1.0):
            continue
        if work.atomic:
            yield _bad(document, (*place, "runs_on", name), shortened(share), "whole_share")
        elif name not in efforts and not work.code:
            yield _bad(document, (*place, "runs_on", name), shortened(share), "rest_effort")


def check_odds(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Odds: each row of the file sums to 1; a row that is absent stays as estimated."""
    supply = scenario.supply
    if supply.regime_odds is not None:
        yield from _check_rows("regime_odds", supply.regime_odds, document)
    if supply.ramp_odds is not None:
        yield from _check_rows("ramp_odds", supply.ramp_odds, document)


State = TypeVar("State", bound=StrEnum)


def _check_rows(
    name: str, table: Mapping[State, Mapping[State, float]], document: Document
) -> Iterator[InputError]:
    """Faults of one table of odds."""
    place: Place = ("supply", name)
    for state, row in table.items():
        total = sum(row.values())
        if abs(total - 1) > ODDS_TOLERANCE:
            found = say("scenario.found_sum", total=f"{total:.10g}")
            yield _bad(document, (*place, str(state)), found, "sum")


def check_strategy(scenario: Scenario, catalogue: Catalogue, document: Document) -> Iterator[InputError]:
    """Rules that the organisation sets itself: they leave something to buy."""
    rules = scenario.strategy
    chips = [chip for chip in catalogue.accelerators if chip.id in scenario.accelerators]
    allowed = [
        chip
        for chip in chips
        if chip.id not in rules.forbidden_accelerators and chip.ecosystem not in rules.forbidden_ecosystems
    ]
    if chips and not allowed:
        found = shortened([*rules.forbidden_accelerators, *rules.forbidden_ecosystems])
        yield _bad(document, ("strategy",), found, "owned_or_bought")
    domestic = any(chip.origin is Origin.DOMESTIC for chip in allowed)
    if rules.min_domestic_order_share > 0 and chips and not domestic:
        place: Place = ("strategy", "min_domestic_order_share")
        yield _bad(document, place, shortened(rules.min_domestic_order_share), "domestic")


def check_maturity(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Maturity: above 0, since a stack of maturity 0 would run nothing at all."""
    for row, maturity in enumerate(scenario.stated_maturity):
        if maturity.now <= 0:
            yield _bad(document, ("maturity", row, "now"), shortened(maturity.now), "zero_to_one")


def check_files(scenario: Scenario, _: Catalogue, document: Document) -> Iterator[InputError]:
    """Files that the scenario refers to exist; paths are relative to the scenario file."""
    for row, work in enumerate(scenario.workload):
        named: list[tuple[Place, str]] = []
        if isinstance(work.demand, DemandFile):
            named.append((("workload", row, "demand", "file"), work.demand.file))
        if work.codebase is not None:
            named.append((("workload", row, "codebase"), work.codebase))
        named += [
            (("workload", row, "components", number, "codebase"), component.codebase)
            for number, component in enumerate(work.components)
        ]
        for place, name in named:
            path = document.file.parent / name
            if "\0" in name or not path.exists():
                yield _bad(document, place, shortened(name), "file", path=shortened(str(path)))


CHECKS: tuple[Check, ...] = (
    check_start,
    check_horizon,
    check_lengths,
    check_accelerators,
    check_unique,
    check_prices,
    check_workload_count,
    check_work,
    check_ecosystems,
    check_ports,
    check_odds,
    check_strategy,
    check_maturity,
    check_files,
)
