"""Effort: fitted on measured ports, each of which is predicted from the others."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from junshi.errors import InputError
from junshi.porting.effort.components import Component, together
from junshi.porting.effort.estimate import estimate
from junshi.porting.effort.history import calibrate, cases, fit_cases
from junshi.porting.effort.parts import reuse
from junshi.porting.effort.pricing import price
from junshi.porting.effort.shapes import Shape
from junshi.porting.finding import Outcome
from junshi.porting.registry import load_registry
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target
from tests.shared_data import shared_file

CORPUS = Path(__file__).parent / "corpus"


def test_leave_one_out_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 70 % of the measured ports lie in the 10–90 % range predicted from the others."""
    calibration = calibrate()
    with capsys.disabled():
        print(
            f"\nmeasured ports: {len(calibration.left_out)}, inside 10-90 % when left out: "
            f"{calibration.coverage:.0%}, typical error: factor {calibration.error_factor:.2f}"
        )
    assert calibration.coverage >= 0.7


def test_cases_agree_with_the_reference_list() -> None:
    """Files, lines and author-weeks are those of the reference list."""
    rows = list(
        csv.DictReader(shared_file("data/porting_history.csv").read_text(encoding="utf-8").splitlines())
    )
    wanted = sorted(
        (
            int(row["files_touched"]),
            int(row["lines_added"]) + int(row["lines_deleted"]),
            float(row["author_weeks"]),
        )
        for row in rows
    )
    assert sorted((case.files, case.lines, case.author_weeks) for case in cases()) == wanted


def test_left_out_case_is_not_seen() -> None:
    """The prediction of a case does not change when only its own author-weeks change."""
    first = cases()[0]
    fit = fit_cases([case for case in cases() if case is not first], 0.8)
    again = fit_cases(list(cases()[1:]), 0.8)
    assert fit.log_weeks(first.files, first.shape) == again.log_weeks(first.files, first.shape)


def test_more_files_cost_more_and_plugins_more_still() -> None:
    """The fit grows with files touched, and a plug-in costs more than an edit in place."""
    fit = calibrate().fit
    few, many = (fit.log_weeks(files, Shape.IN_PLACE)[0] for files in (10, 100))
    assert few < many
    assert fit.log_weeks(10, Shape.PLUGIN)[0] > few


def test_price_is_the_rules_own_where_it_was_stated() -> None:
    """On the ecosystem and outcome that the days were stated for, nothing is scaled."""
    for rule in load_registry().rules.values():
        own = price(rule, rule.outcome["cann"], Target("cann"))
        if rule.outcome["cann"] is not Outcome.UNKNOWN:
            assert (own.low, own.likely, own.high) == (rule.effort.low, rule.effort.likely, rule.effort.high)


def test_harder_outcomes_never_cost_less() -> None:
    """On another ecosystem days grow from automatic to rewrite, and unknown spans drop-in to rewrite."""
    order = [Outcome.AUTO, Outcome.DROP_IN, Outcome.MANUAL, Outcome.REWRITE]
    for rule in load_registry().rules.values():
        likely = [price(rule, outcome, Target("rocm")).likely for outcome in order]
        assert likely == sorted(likely)
        unknown = price(rule, Outcome.UNKNOWN, Target("rocm"))
        assert unknown.low <= unknown.likely <= unknown.high


def test_reuse_follows_wright() -> None:
    """Each doubling of like pieces lowers the days of one by the same ratio."""
    assert reuse(1) == 1.0
    assert math.isclose(reuse(8) / reuse(4), reuse(4) / reuse(2))


def test_components_add_up() -> None:
    """One component is itself; equal ones add up in the mean and are surer together; shares scale."""
    one = estimate(scan(CORPUS, [Target("cann")]), "cann")
    days, upkeep = together([Component(one)])
    assert (days, upkeep) == (one.days, one.keep_up_days_per_year)
    half, _ = together([Component(one, 0.5)])
    assert math.isclose(half.p50, one.days.p50 / 2)
    two, _ = together([Component(one), Component(one)])
    assert two.p90 / two.p10 < one.days.p90 / one.days.p10
    assert two.p50 > 1.9 * one.days.p50
    with pytest.raises(InputError):
        together([])
    with pytest.raises(InputError):
        together([Component(one, 1.5)])


def test_parallel_back_end_leaves_kernel_sources_alone() -> None:
    """Files to edit and kernel sources to replace do not overlap, and together are all that need an edit."""
    report = scan(CORPUS, [Target("cann")])
    beside = estimate(report, "cann", Shape.PARALLEL_BACKEND)
    assert not set(beside.files_to_edit) & set(beside.files_to_replace)
    assert sorted(beside.files_to_edit + beside.files_to_replace) == list(report.files_to_edit("cann"))
    sources = ("aliases.cu", "binding.cpp", "device.cuh", "host.cpp", "ops.cu")
    assert beside.files_to_replace == tuple(f"kernels/{name}" for name in sources)
    assert estimate(report, "cann", Shape.IN_PLACE).files_to_replace == ()


TEMPLATE = "template <typename T>\n__device__ void attend(T *x) {\n" + "  mma(x);\n" * 300 + "}\n"


def test_kernels_written_anew_dominate_where_no_such_port_was_measured(tmp_path: Path) -> None:
    """A long tensor-core function costs weeks on CANN, on top of what the files touched say."""
    (tmp_path / "attend.cu").write_text(TEMPLATE, encoding="utf-8")
    report = scan(tmp_path, [Target("cann"), Target("rocm")])
    cann, rocm = (estimate(report, label) for label in report.labels)
    assert cann.days.p50 > 20 > cann.top_down.p90
    assert rocm.days.p50 < cann.days.p50 / 3


def test_kernel_ports_have_a_bias_of_their_own() -> None:
    """The prices of kernels were too high by more than those of other work, where both were measured."""
    calibration = calibrate()
    assert calibration.kernel_ecosystems == {"rocm"}
    assert calibration.kernel_bias > calibration.bias > 0


@pytest.mark.parametrize("ecosystem", ["cann", "rocm"])
def test_parts_sum_to_the_likely_days(ecosystem: str) -> None:
    """The parts, and what families and files share of them, are on the scale of the port's likely days."""
    report = scan(CORPUS, [Target(ecosystem)])
    entry = estimate(report, ecosystem)
    assert sum(part.days.likely for part in entry.parts) == pytest.approx(entry.days.p50)
    found = sum(part.days.likely for part in entry.parts if part.family is not None)
    assert sum(entry.by_family.values()) == pytest.approx(found)
    assert sum(entry.by_file.values()) == pytest.approx(sum(p.days.likely for p in entry.parts if p.files))
