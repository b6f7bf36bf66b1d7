"""Files to a catalogue: the facts that come with the package, and faults of files."""

from __future__ import annotations

import csv
import io
import time
from importlib import resources

import pytest

from junshi.catalogue import load_catalogue
from junshi.catalogue.load import FILES, read_folder, read_rows
from junshi.catalogue.schema import Accelerator, ExportClass, Gate, PriceKind
from junshi.errors import InputErrors
from junshi.terms import Confidence, Origin, Regime


def shipped_text(name: str) -> str:
    """Text of one data file of the package."""
    return resources.files("junshi.catalogue").joinpath("data", name).read_text(encoding="utf-8")


def test_the_package_brings_enough_facts() -> None:
    """At least 50 accelerators, 50 events, 24 open language models, 40 prices and all 14 ecosystems."""
    facts = load_catalogue()
    assert len(facts.accelerators) >= 65
    assert len(facts.events) >= 50
    assert sum(model.total_params_b >= 7 for model in facts.models) >= 24
    assert len(facts.prices) >= 40
    assert len(facts.ecosystems) == 14
    assert facts.market


def test_loading_is_fast_and_cached() -> None:
    """Reading all files takes less than 0.3 s, a second call no time: it is the same object."""
    texts = {name: shipped_text(name) for name in FILES}
    started = time.perf_counter()
    read_folder(texts)
    assert time.perf_counter() - started < 0.3
    assert load_catalogue() is load_catalogue()


def test_every_fact_has_a_source_and_a_confidence() -> None:
    """No row without its source; what is assumed says why."""
    facts = load_catalogue()
    for rows in (
        facts.accelerators,
        facts.ecosystems,
        facts.models,
        facts.events,
        facts.prices,
        facts.market,
    ):
        for row in rows:
            assert row.source
            if row.confidence is Confidence.ASSUMED:
                assert row.notes


def test_ids_used_by_published_measurements_exist() -> None:
    """Ids that measurements use beside the main list are in the catalogue."""
    facts = load_catalogue()
    for name in (
        "gb200",
        "gb300",
        "h200-nvl",
        "mi350x",
        "mi355x",
        "a100-40g",
        "ascend-910b",
        "ascend-910c-die",
    ):
        assert facts.accelerator(name).id == name


def test_regime_history_follows_the_two_gates() -> None:
    """The history passes through the known states, and both governments have closed supply."""
    history = {row.date.isoformat(): row for row in load_catalogue().events}
    closing = {"2025-04-09": Gate.EXPORT, "2025-09-17": Gate.IMPORT, "2026-01-14": Gate.IMPORT}
    for day, gate in closing.items():
        assert history[day].supply_regime_after is Regime.CUT_OFF
        assert history[day].gate is gate
    assert history["2025-07-14"].supply_regime_after is Regime.LICENSED
    assert history["2026-01-28"].supply_regime_after is Regime.LICENSED


def test_the_accelerators_that_chinese_organisations_weigh_have_chinese_prices() -> None:
    """Purchase, share of a server and rent in China are known or stated as assumed for the usual choices."""
    facts = load_catalogue()
    wanted = [
        "h20-96g",
        "h20-141g",
        "h200-sxm",
        "h100-sxm",
        "h800-sxm",
        "a800-80g-sxm",
        "a100-80g-sxm",
        "l20",
        "rtx-6000d",
        "rtx-4090",
        "rtx-5090d-v2",
        "mi308x",
        "ascend-910b",
        "ascend-910b2",
        "ascend-910b3",
        "ascend-910b4",
        "ascend-910c",
        "ascend-950pr",
        "ascend-950dt",
        "atlas-350",
        "cambricon-mlu590",
        "kunlun-p800",
        "hygon-k100-ai",
        "mtt-s5000",
        "metax-c500",
        "metax-c600",
        "thead-zhenwu-810e",
        "iluvatar-bi-v150",
    ]
    kinds = {(row.accelerator, row.kind) for row in facts.prices if row.region.value == "cn"}
    for name in wanted:
        for kind in PriceKind:
            assert (name, kind) in kinds, (name, kind)


def test_undated_prices_of_accelerators_have_a_dated_row() -> None:
    """A price in the row of an accelerator stands among the prices too, with its day and source."""
    facts = load_catalogue()
    dated = {(row.accelerator, row.currency, row.price) for row in facts.prices}
    for chip in facts.accelerators:
        for price, currency in (
            (chip.price_cny, "CNY"),
            (chip.price_usd, "USD"),
            (chip.rental_usd_per_hour, "USD"),
        ):
            assert price is None or (chip.id, currency, price) in dated


def test_export_classes_are_told_apart() -> None:
    """Flagships, cut-down parts, consumer cards, cloud-only and domestic parts are where they belong."""
    facts = load_catalogue()
    expected = {
        "h200-sxm": ExportClass.FLAGSHIP_IMPORT,
        "b300-sxm": ExportClass.FLAGSHIP_IMPORT,
        "h20-96g": ExportClass.CUT_DOWN_IMPORT,
        "rtx-6000d": ExportClass.CUT_DOWN_IMPORT,
        "rtx-5090d": ExportClass.CONSUMER_IMPORT,
        "tpu-v5p": ExportClass.CLOUD_IMPORT,
        "ascend-910c": ExportClass.DOMESTIC,
    }
    assert {name: facts.accelerator(name).export_class for name in expected} == expected
    assert all(
        (chip.export_class is ExportClass.DOMESTIC) == (chip.origin is Origin.DOMESTIC)
        for chip in facts.accelerators
    )


def test_faults_of_several_files_are_told_together() -> None:
    """A bad cell in one file and an unknown column in another come as one error."""
    texts = {name: shipped_text(name) for name in FILES}
    texts["ecosystems.csv"] = texts["ecosystems.csv"].replace("0.95", "1.95")
    texts["prices.csv"] = texts["prices.csv"].replace("day,published", "date,published", 1)
    with pytest.raises(InputErrors) as caught:
        read_folder(texts)
    told = str(caught.value)
    assert (
        "ecosystems.csv: row 2 (cuda), column maturity: '1.95' is not valid: expected a number of at most 1"
        in told
    )
    assert "prices.csv: row 2 " in told
    assert 'unknown column "date"' in told


def test_a_line_with_too_few_cells_is_a_fault() -> None:
    """A short line is told with its number and what the header has."""
    text = shipped_text("accelerators.csv") + "too,short\n"
    with pytest.raises(InputErrors, match=r"row \d+ \(too\): 2 is not valid: expected \d+ cells"):
        read_rows(Accelerator, "accelerators.csv", text)


def test_an_id_may_stand_once_only() -> None:
    """A repeated id is a fault."""
    text = shipped_text("accelerators.csv")
    again = text + text.splitlines(keepends=True)[1]
    with pytest.raises(InputErrors, match="a100-80g-sxm is not valid: expected an id that no other row has"):
        read_rows(Accelerator, "accelerators.csv", again)


@pytest.mark.parametrize("name", list(FILES))
def test_files_round_trip(name: str) -> None:
    """Rows written as CSV again give the same rows."""
    rows = read_rows(FILES[name], name, shipped_text(name))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = list(FILES[name].model_fields)
    writer.writerow(columns)
    for row in rows:
        cells = row.model_dump(mode="json")
        writer.writerow(
            "; ".join(cell) if isinstance(cell, list) else "" if cell is None else cell
            for cell in (cells[column] for column in columns)
        )
    assert read_rows(FILES[name], name, out.getvalue()) == rows
