"""Logs to demand files, end to end: examples of the project, and real logs where present."""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.catalogue.load import load_catalogue
from junshi.demand.aggregate import Period
from junshi.demand.build import build_demand
from junshi.demand.document import read_document, write_document
from junshi.demand.from_log import demand_from_log
from junshi.demand.schema import DemandDocument, Series
from junshi.demand.traces.trace import Finding
from junshi.errors import InputError
from junshi.terms import WorkKind
from tests.demand.logs import job, request, write, write_jobs, write_requests
from tests.shared_data import shared_file
from tests.small_scenario import small_scenario

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "logs"
TRACES = "data/traces"


def _series(document: DemandDocument, name: str) -> Series:
    """Series by its name."""
    return next(series for series in document.series if series.name == name)


def _total(series: Series, document: DemandDocument) -> float:
    """Work of the whole window."""
    assert document.log is not None
    return series.mean_per_s * document.log.days * 86_400


def _script() -> ModuleType:
    """Script that makes the example logs."""
    spec = importlib.util.spec_from_file_location("make_logs", EXAMPLES / "make_logs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_example_logs_are_what_the_script_makes() -> None:
    """The logs in the repository are the output of the script beside them."""
    script = _script()
    assert gzip.decompress((EXAMPLES / "jobs.csv.gz").read_bytes()).decode() == script.make_jobs()
    assert gzip.decompress((EXAMPLES / "serving.csv.gz").read_bytes()).decode() == script.make_requests()


def test_growth_of_the_example_jobs_is_found() -> None:
    """The growth that the script built in lies in the interval that is read out."""
    document, findings = demand_from_log(EXAMPLES / "jobs.csv.gz")
    everything = _series(document, "all")
    assert everything.growth_low is not None
    assert everything.growth_high is not None
    assert everything.growth_low < _script().JOB_GROWTH_PER_YEAR < everything.growth_high
    assert everything.critical_share == pytest.approx(0.6, abs=0.05)
    assert "demand.found_unmet" in {finding.key for finding in findings}


def test_growth_of_the_example_requests_is_found() -> None:
    """Tokens in and out apart, their growth near what the script built in, the forecast after the log."""
    document, _ = demand_from_log(EXAMPLES / "serving.csv.gz", horizon=12)
    output = _series(document, "all.output")
    assert output.growth_per_year == pytest.approx(_script().REQUEST_GROWTH_PER_YEAR, abs=0.15)
    assert output.forecast_start == "2026-Q4"
    assert len(output.forecast) == 12
    assert _series(document, "all.input").kind is WorkKind.PREFILL


def test_a_scenario_uses_what_was_written(tmp_path: Path) -> None:
    """The written file is demand of a scenario: its forecast, scaled, for the quarters planned."""
    document, _ = demand_from_log(EXAMPLES / "serving.csv.gz")
    (tmp_path / "demand.toml").write_text(write_document(document), encoding="utf-8")
    link = {"file": "demand.toml", "series": "all.output", "scale": 1e6}
    table = build_demand(small_scenario(work=[{"demand": link}]), load_catalogue(), tmp_path)
    forecast = _series(read_document(tmp_path / "demand.toml"), "all.output").forecast
    assert table.units_per_s[0] == pytest.approx([1e6 * value for value in forecast[1:5]])
    assert len(table.level_names) == 3


def test_reading_twice_finds_the_same() -> None:
    """The same log gives the same demand file."""
    one, again = (demand_from_log(EXAMPLES / "jobs.csv.gz")[0] for _ in range(2))
    assert one == again


def test_streams_of_models_have_unique_names(tmp_path: Path) -> None:
    """Models whose names would be alike, or are no letters, still have their own series."""
    rows = [
        f'{{"ts": "2026-01-01T00:0{n}:00Z", "model": "{model}", "prompt_tokens": 1, "completion_tokens": 1}}'
        for n, model in enumerate(["Qwen/3", "qwen 3", "通义", "all", ""])
    ]
    document, _ = demand_from_log(write(tmp_path / "a.jsonl", "\n".join(rows)))
    names = [series.name for series in document.series]
    assert len(set(names)) == len(names) == 12
    assert {"qwen-3.output", "qwen-3-2.output", "all-2.output", "unnamed.output"} <= set(names)


def test_a_log_of_one_moment_has_no_rate(tmp_path: Path) -> None:
    """Rows that all have the same time give no rate."""
    with pytest.raises(InputError, match="the same time"):
        demand_from_log(write_requests(tmp_path / "a.csv", [request("2026-01-01 00:00:00")]))


def test_milliseconds_are_suspected(tmp_path: Path) -> None:
    """A job log of more than fifty years is refused with a hint."""
    with pytest.raises(InputError, match="milliseconds"):
        demand_from_log(write_jobs(tmp_path / "a.csv", [job(0, 5e12), job(4e12, 5e12)]))


def test_impossible_dates_are_refused(tmp_path: Path) -> None:
    """A log of the year 9999 is refused."""
    lines = [request("9999-12-31 00:00:00"), request("9999-12-31 10:00:00")]
    with pytest.raises(InputError, match="expected the dates of a real log"):
        demand_from_log(write_requests(tmp_path / "a.csv", lines))


def test_only_pending_jobs(tmp_path: Path) -> None:
    """A log in which nothing ever ran has demand 0 and says that all of it was unmet."""
    lines = [job("", "", asked=0), job("", "", asked=1000)]
    document, findings = demand_from_log(write_jobs(tmp_path / "a.csv", lines))
    assert _series(document, "all").mean_per_s == 0
    assert _series(document, "all").unmet_share == 1
    assert findings[0].fields["count"] == 2


NASTY = [
    "",
    "0",
    "-1",
    "nan",
    "inf",
    "1e308",
    "1e-300",
    "NULL",
    "x" * 500,
    "9" * 400,
    '"',
    "\x7f",
    "军",
    "1e15",
    "5",
]
LINES = {
    "a.csv": [job(n * 3600, n * 3600 + 9000, gpus=n % 3 + 1, spec="A") for n in range(20)],
    "b.csv": [request(f"2026-0{n % 9 + 1}-01 00:00:00", n + 1, 5) for n in range(20)],
    "c.jsonl": [
        f'{{"ts": "2026-01-01T00:{n:02}:00Z", "model": "m", "prompt_tokens": 1, "completion_tokens": 1}}'
        for n in range(20)
    ],
}


@given(
    name=st.sampled_from(sorted(LINES)),
    changes=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 10), st.sampled_from(NASTY)), max_size=3),
)
@settings(max_examples=100)
def test_broken_cells_never_crash(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list[tuple[int, int, str]]
) -> None:
    """Whatever stands in a cell, a log is read or refused in one sentence; what is written can be read."""
    lines = list(LINES[name])
    for line, cell, text in changes:
        parts = lines[line].split(",")
        parts[cell % len(parts)] = text
        lines[line] = ",".join(parts)
    path = tmp_path_factory.mktemp("f") / name
    writers = {"a.csv": write_jobs, "b.csv": write_requests}
    writers[name](path, lines) if name in writers else write(path, "\n".join(lines))
    try:
        document, findings = demand_from_log(path)
    except InputError as refused:
        sentence = refused.sentence("en")
    else:
        sentence = ""
        _assert_usable(document, findings, path.with_suffix(".toml"))
    assert "\n" not in sentence


def _assert_usable(document: DemandDocument, findings: tuple[Finding, ...], out: Path) -> None:
    """Check that findings have sentences, and that the file that is written can be read."""
    assert all(finding.sentence("zh") for finding in findings)
    out.write_text(write_document(document), encoding="utf-8")
    assert [one.name for one in read_document(out).series] == [one.name for one in document.series]


def test_types_of_accelerators_are_series(tmp_path: Path) -> None:
    """A log that names accelerator types has a series for each."""
    lines = [job(0, 100, spec="T4"), job(0, 100, gpus=2, spec="A10"), job(50, 100, spec="")]
    document, _ = demand_from_log(write_jobs(tmp_path / "a.csv", lines))
    assert _series(document, "type-a10").mean_per_s == pytest.approx(2.0)
    assert _series(document, "type-a10").accelerator == "A10"
    assert _series(document, "all").mean_per_s == pytest.approx(3.5)


def test_real_job_log() -> None:
    """The public cluster log: truncation found, 34 days used, about 35 GPUs busy, unmet reported."""
    path = shared_file(f"{TRACES}/alibaba_gpu_2023/openb_pod_list_default.csv.gz")
    document, findings = demand_from_log(path, period=Period.WEEK)
    everything = _series(document, "all")
    fields = {finding.key.removeprefix("demand.found_"): finding.fields for finding in findings}
    assert document.log is not None
    assert (document.log.rows, document.log.used) == (8152, 7064)
    assert document.log.days == pytest.approx(34.0, abs=0.1)
    assert fields["truncated"]["day"] == pytest.approx(115.3, abs=0.1)
    assert fields["fractions"]["count"] == 3078
    assert fields["unmet"]["count"] == 861
    assert everything.mean_per_s == pytest.approx(35, abs=2)
    assert everything.growth_per_year is None
    assert max(everything.values) < 1.5 * min(everything.values)


@pytest.mark.parametrize(
    ("name", "tokens_in", "tokens_out"), [("conv", 22.36e6, 4.09e6), ("code", 18.06e6, 0.25e6)]
)
def test_real_serving_logs(name: str, tokens_in: float, tokens_out: float) -> None:
    """The public LLM logs: an hour, tokens in and out as counted, growth left to the user."""
    path = shared_file(f"{TRACES}/azure_llm_2023/AzureLLMInferenceTrace_{name}.csv.gz")
    document, findings = demand_from_log(path)
    assert _total(_series(document, "all.input"), document) == pytest.approx(tokens_in, rel=0.005)
    assert _total(_series(document, "all.output"), document) == pytest.approx(tokens_out, rel=0.02)
    assert "demand.found_no_growth" in {finding.key for finding in findings}


def test_real_cache_log() -> None:
    """The public prefix-cache log: tokens as counted, 36.6 % of the blocks repeat."""
    path = shared_file(f"{TRACES}/mooncake_2025/conversation_trace.jsonl.gz")
    document, findings = demand_from_log(path)
    assert _total(_series(document, "all.input"), document) == pytest.approx(144.8e6, rel=0.001)
    assert _total(_series(document, "all.output"), document) == pytest.approx(4.12e6, rel=0.001)
    assert findings[0].fields["share"] == pytest.approx(0.366, abs=0.001)


def test_slurm_layout_has_its_expected_hours() -> None:
    """GPU-hours of the accounting file are those that were counted for it."""
    path = shared_file(f"{TRACES}/formats/sacct_parsable2.psv")
    document, _ = demand_from_log(path)
    assert _total(_series(document, "all"), document) / 3600 == pytest.approx(727.3386, rel=1e-6)
    assert _total(_series(document, "type-a10"), document) / 3600 == pytest.approx(612.9122, rel=1e-6)


def test_real_window_log() -> None:
    """Ten-minute sums of five models: each model's own series, coverage reported."""
    path = shared_file(f"{TRACES}/servegen_2025/demand_10min.csv.gz")
    document, findings = demand_from_log(path, period=Period.DAY)
    assert {series.name.split(".")[0] for series in document.series} == {
        "all",
        "deepseek-r1",
        "m-large",
        "m-mid",
        "m-small",
        "mm-image",
    }
    assert len(_series(document, "m-mid.output").values) == 14
    assert {"demand.found_coverage", "demand.found_partial"} <= {finding.key for finding in findings}
