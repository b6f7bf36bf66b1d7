"""Look-ups and the view of an earlier day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.catalogue import load_catalogue
from junshi.catalogue.schema import PriceKind, Region
from junshi.errors import InputError
from junshi.terms import Confidence, Regime

DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2029, 12, 31))


def test_an_unknown_accelerator_names_the_nearest() -> None:
    """A misspelt id gives the file, the place and the nearest known ids."""
    with pytest.raises(InputError) as caught:
        load_catalogue().accelerator("h20-96", file="plan.toml", place="accelerators[0]")
    assert str(caught.value).startswith(
        'plan.toml: accelerators[0]: unknown accelerator "h20-96"; nearest known: h20-96g'
    )
    assert caught.value.exit_code == 2


def test_unknown_ecosystem_and_model_name_the_nearest() -> None:
    """The other look-ups tell the same."""
    with pytest.raises(InputError, match='unknown ecosystem "cudaa"; nearest known: cuda'):
        load_catalogue().ecosystem("cudaa")
    with pytest.raises(InputError, match='unknown model "deepseek-v33"; nearest known: deepseek-v3'):
        load_catalogue().model("deepseek-v33")


def test_the_latest_price_known_on_the_day_counts() -> None:
    """The price of a server with H20 fell between launch and summer 2024."""
    facts = load_catalogue()
    assert facts.price("h20-96g", "server_share", dt.date(2024, 3, 1)).price == 175_000
    assert facts.price("h20-96g", PriceKind.SERVER_SHARE, dt.date(2024, 12, 1)).price == 150_000


def test_a_chinese_price_goes_before_one_from_abroad() -> None:
    """Rent in China counts although rent abroad is quoted on a later day."""
    facts = load_catalogue()
    row = facts.price("h100-sxm", "rent_per_hour", dt.date(2026, 6, 30))
    assert row.region is Region.CN
    assert row.currency == "CNY"


def test_a_price_from_abroad_stands_in_and_says_so() -> None:
    """Where no Chinese price exists the row from abroad names its region."""
    row = load_catalogue().price("tpu-v5p", "rent_per_hour", dt.date(2026, 11, 24))
    assert row.region is Region.GLOBAL


def test_a_price_told_later_is_not_known_earlier() -> None:
    """The launch price of the H800 was reported in 2024 only."""
    facts = load_catalogue()
    with pytest.raises(InputError, match="no price of kind server_share is known for h800-sxm on 2023-06-01"):
        facts.price("h800-sxm", "server_share", dt.date(2023, 6, 1))
    assert facts.price("h800-sxm", "server_share", dt.date(2024, 6, 1)).price == 250_000


def test_no_price_is_ever_made_up() -> None:
    """An accelerator without a price of the kind raises, with what is known and how to add one."""
    facts = load_catalogue()
    with pytest.raises(
        InputError, match=r"known: rent_per_hour 2025-06-30; add one with a \[\[price\]\] row"
    ):
        facts.price("tpu-v5e", "purchase", dt.date(2026, 11, 24))
    with pytest.raises(InputError, match="known: none"):
        facts.price("kunlun-m100", "purchase", dt.date(2026, 11, 24))
    with pytest.raises(InputError, match="unknown accelerator"):
        facts.price("kunlun-m1000", "purchase", dt.date(2026, 11, 24))


@given(day=DAYS)
def test_nothing_after_the_day_is_visible(day: dt.date) -> None:
    """Every row of the view was known on the day, and so are the figures in it."""
    seen = load_catalogue().as_of(day)
    for chip in seen.accelerators:
        assert chip.known_day is not None
        assert chip.known_day <= day
        if chip.checked is not None and chip.checked > day:
            assert (chip.price_cny, chip.price_usd, chip.rental_usd_per_hour) == (None, None, None)
            assert chip.export_status == ""
    assert all(model.released <= day for model in seen.models)
    assert all(event.known_day <= day for event in seen.events)
    assert all(max(price.day, price.known_day) <= day for price in seen.prices)
    assert all(figure.published <= day for figure in seen.market)
    assert all(stack.day <= day for stack in seen.ecosystems)
    assert all(event.date <= day for event in seen.events_until(day))


@given(earlier=DAYS, later=DAYS)
def test_more_is_known_later(earlier: dt.date, later: dt.date) -> None:
    """What was visible on a day stays visible on every later day."""
    if earlier > later:
        earlier, later = later, earlier
    facts = load_catalogue()
    before, after = facts.as_of(earlier), facts.as_of(later)
    assert {row.id for row in before.accelerators} <= {row.id for row in after.accelerators}
    assert set(before.prices) <= set(after.prices)
    assert set(before.events) <= set(after.events)
    for old, new in zip(before.ecosystems, after.ecosystems, strict=True):
        assert old.maturity <= new.maturity


@given(day=DAYS)
def test_the_view_of_a_view_is_the_view(day: dt.date) -> None:
    """Cutting twice at one day changes nothing more, and the whole catalogue is unchanged."""
    facts = load_catalogue()
    size = len(facts.prices)
    once = facts.as_of(day)
    assert once.as_of(day) == once
    assert len(facts.prices) == size


def test_maturity_is_projected_back_and_marked() -> None:
    """Two years of closing a quarter of the gap are undone, and the figure is marked as assumed."""
    facts = load_catalogue()
    now = facts.ecosystem("cann")
    then = facts.as_of(dt.date(now.day.year - 2, now.day.month, now.day.day)).ecosystem("cann")
    gap = (1 - now.maturity) / (1 - now.gap_closed_per_year) ** 2
    assert then.maturity == pytest.approx(1 - gap, abs=2e-3)
    assert then.confidence is Confidence.ASSUMED
    assert "projected back from" in then.source


def test_a_late_day_shows_everything_dated() -> None:
    """At the end of the roadmap only what has no date at all is hidden."""
    facts = load_catalogue()
    late = facts.as_of(dt.date(2040, 1, 1))
    hidden = {row.id for row in facts.accelerators} - {row.id for row in late.accelerators}
    assert hidden == {row.id for row in facts.accelerators if row.known_day is None}
    assert late.events == facts.events


def test_the_regime_before_the_rule_was_public_stays() -> None:
    """Letters of 26 August 2022 became public on the 31st only."""
    facts = load_catalogue()
    before = facts.events_until(dt.date(2022, 8, 30))
    after = facts.events_until(dt.date(2022, 8, 31))
    assert before[-1].supply_regime_after is Regime.OPEN
    assert after[-1].supply_regime_after is Regime.RESTRICTED


def test_a_scheduled_event_is_known_but_not_in_force() -> None:
    """The end of the suspension was announced a year ahead."""
    seen = load_catalogue().as_of(dt.date(2026, 1, 1))
    scheduled = [event for event in seen.events if event.date > dt.date(2026, 1, 1)]
    assert [event.id for event in scheduled] == ["2026-11-affiliates-rule-resumes"]
    assert scheduled[0] not in seen.events_until(dt.date(2026, 1, 1))


def test_events_are_found_by_id_family_vendor_and_stack() -> None:
    """An Ascend part is touched by events on itself, on its family, on its vendor and on its stack."""
    affected = {event.id for event in load_catalogue().events_on("ascend-910c")}
    assert {"2024-10-tsmc-sophgo-stop", "2024-12-hbm-rule", "2019-05-huawei-entity-list"} <= affected
    assert "2025-04-h20-licence-duty" not in affected
    assert "2025-04-h20-licence-duty" in {event.id for event in load_catalogue().events_on("h20-96g")}
