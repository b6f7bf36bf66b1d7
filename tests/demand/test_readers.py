"""Readers of the log formats: the same columns, and one sentence for each bad cell."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from junshi.demand.detect import READERS, read_trace
from junshi.demand.traces.trace import COLUMNS, Trace, TraceKind
from junshi.errors import InputError
from tests.demand.logs import OPENB_HEADER, job, request, write, write_jobs, write_requests


def _read(path: Path) -> Trace:
    """Trace without the hash; columns are always the same."""
    trace, _ = read_trace(path)
    assert trace.rows.schema == pl.Schema(COLUMNS)
    return trace


def _refused(path: Path) -> str:
    """Sentence of the refusal, exit code 2."""
    with pytest.raises(InputError) as caught:
        read_trace(path)
    assert caught.value.exit_code == 2
    return caught.value.sentence("en")


def _keys(trace: Trace) -> set[str]:
    """Keys of the findings."""
    return {finding.key.removeprefix("demand.found_") for finding in trace.findings}


def test_readers_have_different_names() -> None:
    """Every format has its own name."""
    assert len({reader.NAME for reader in READERS}) == len(READERS)


def test_jobs_with_fractions(tmp_path: Path) -> None:
    """Fractions of a GPU count as such, tasks without one are left out, classes become critical or not."""
    lines = [job(0, 10, milli=250), job(5, 9, gpus=8, qos="BE"), job(1, 2, gpus=0), job("", 7, asked=6)]
    trace = _read(write_jobs(tmp_path / "a.csv", lines))
    assert trace.kind is TraceKind.JOBS
    assert trace.rows["accelerators"].to_list() == [0.25, 8.0, 1.0]
    assert trace.rows["critical"].to_list() == [True, False, True]
    assert trace.rows["start_s"].to_list() == [0.0, 5.0, None]
    assert trace.rows_read == 4
    assert _keys(trace) == {"no_gpu", "fractions"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (job(0, 10, gpus=-1), "line 3, num_gpu: '-1' is not valid: expected a number from 0 to 1e15"),
        (job(0, 10, milli="NaN"), "line 3, gpu_milli: 'NaN'"),
        (job(0, 10, milli="inf"), "line 3, gpu_milli: 'inf'"),
        (job("soon", 10, asked=0), "line 3, scheduled_time: 'soon'"),
        (job(0, 10, gpus=""), "line 3, num_gpu: nothing is not valid"),
        (
            job(20, 10),
            "line 3, deletion_time: '10' is not valid: expected an end that is not before the start",
        ),
        (job(0, 10) + ",one,two", "line 3 has 13 cells, expected 11"),
        ("t,1000,1024,1", "line 3 has 4 cells, expected 11"),
        ('"' + job(0, 10), "cannot be read as a table"),
    ],
)
def test_bad_cells_of_jobs(tmp_path: Path, line: str, expected: str) -> None:
    """A bad cell is named with its line and column."""
    assert expected in _refused(write_jobs(tmp_path / "a.csv", [job(0, 10), line]))


def test_requests_in_utc(tmp_path: Path) -> None:
    """Times with seven decimals, or none, are read as UTC seconds."""
    lines = [request("1970-01-02 00:00:00.1234567", 5, 6), request("1970-01-02 00:00:01", 7, 8)]
    trace = _read(write_requests(tmp_path / "a.csv.gz", lines))
    assert trace.absolute
    assert trace.rows["start_s"].to_list() == [86400.123456, 86401.0]
    assert trace.rows["input_tokens"].to_list() == [5.0, 7.0]
    assert _keys(trace) == {"utc"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (request("yesterday"), "line 3, TIMESTAMP: 'yesterday' is not valid: expected a time"),
        (request("2023-11-16 18:00:00", "-5"), "line 3, ContextTokens: '-5'"),
        (request("2023-11-16 18:00:00", 5, "many"), "line 3, GeneratedTokens: 'many'"),
        (request("2023-11-16 18:00:00", 5, ""), "line 3, GeneratedTokens: nothing"),
    ],
)
def test_bad_cells_of_requests(tmp_path: Path, line: str, expected: str) -> None:
    """A bad cell is named with its line and column."""
    path = write_requests(tmp_path / "a.csv", [request("2023-11-16 18:00:00"), line])
    assert expected in _refused(path)


def test_cache_blocks_are_counted(tmp_path: Path) -> None:
    """Milliseconds become seconds, and repeated blocks are reported as cacheable."""
    lines = [
        {"timestamp": 0, "input_length": 1024, "output_length": 5, "hash_ids": [1, 2]},
        {"timestamp": 1500, "input_length": 1024, "output_length": 5, "hash_ids": [1, 3]},
    ]
    trace = _read(write(tmp_path / "a.jsonl", "\n".join(json.dumps(line) for line in lines)))
    assert trace.rows["start_s"].to_list() == [0.0, 1.5]
    assert [finding.fields["share"] for finding in trace.findings] == [0.25]


def test_request_log_with_models_and_zones(tmp_path: Path) -> None:
    """Offsets of the zone are respected, the model is the label."""
    lines = [
        {"ts": "1970-01-01T08:00:10+08:00", "model": "m", "prompt_tokens": 3, "completion_tokens": 4},
        {"ts": "1970-01-01T00:00:20", "model": None, "prompt_tokens": 3, "completion_tokens": 4},
    ]
    trace = _read(write(tmp_path / "a.jsonl", "\n".join(json.dumps(line) for line in lines)))
    assert trace.rows["start_s"].to_list() == [10.0, 20.0]
    assert trace.rows["label"].to_list() == ["m", ""]
    assert _keys(trace) == {"utc"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "line 2: not a JSON object"),
        ("[1]", "line 2: not a JSON object"),
        ("[" * 100_000, "line 2: not a JSON object"),
        ('{"timestamp": 1, "input_length": "x", "output_length": 1}', "line 2, input_length: 'x'"),
        ('{"timestamp": 1, "input_length": true, "output_length": 1}', "line 2, input_length: 'True'"),
        ('{"timestamp": 1, "input_length": NaN, "output_length": 1}', "line 2, input_length: 'nan'"),
        ('{"timestamp": -1, "input_length": 1, "output_length": 1}', "line 2, timestamp: '-1'"),
        ('{"timestamp": 1, "output_length": 1}', "line 2, input_length: nothing"),
    ],
)
def test_bad_json_lines(tmp_path: Path, line: str, expected: str) -> None:
    """A line that is not an object, or has a bad field, is named."""
    good = '{"timestamp": 0, "input_length": 1, "output_length": 1}'
    assert expected in _refused(write(tmp_path / "a.jsonl", f"{good}\n{line}\n"))


def test_slurm_steps_do_not_count_twice(tmp_path: Path) -> None:
    """Step rows are left out, typed and untyped GPUs are the same ones, a pending job never ran."""
    header = "JobID|Submit|Start|End|ElapsedRaw|State|AllocTRES|ReqTRES"
    rows = [
        "1|2026-01-01T00:00:00|2026-01-01T00:00:05|Unknown|60|RUNNING|gres/gpu:a10=2,gres/gpu=2|gres/gpu=2",
        "1.batch|2026-01-01T00:00:00|2026-01-01T00:00:05|Unknown|60|RUNNING|gres/gpu:a10=2,gres/gpu=2|",
        "2_4|2026-01-01T00:00:00|Unknown|Unknown|0|PENDING||cpu=1,gres/gpu:t4=3",
        "3|2026-01-01T00:00:00|2026-01-01T00:00:05|Unknown|60|RUNNING|cpu=1|cpu=1",
    ]
    trace = _read(write(tmp_path / "a.psv", "\n".join([header, *rows]) + "\n"))
    assert trace.rows["accelerators"].to_list() == [2.0, 3.0]
    assert trace.rows["label"].to_list() == ["a10", "t4"]
    assert trace.rows["start_s"].is_null().to_list() == [False, True]
    assert trace.rows.select(pl.col("end_s") - pl.col("start_s"))["end_s"].to_list() == [60.0, None]
    assert _keys(trace) == {"utc", "steps"}


def test_an_impossible_coverage_is_refused(tmp_path: Path) -> None:
    """A coverage above 1 is no share."""
    header = "model,t_s,requests,input_tokens,output_tokens,token_coverage"
    sentence = _refused(write(tmp_path / "a.csv", f"{header}\nm,0,10,100,50,1.5\n"))
    assert "line 2, token_coverage: '1.5'" in sentence


def test_coverage_scales_tokens_up(tmp_path: Path) -> None:
    """Tokens known for half of the requests are doubled; idle windows need no coverage."""
    header = "model,t_s,requests,input_tokens,output_tokens,token_coverage"
    rows = ["m,0,10,100,50,0.5", "m,600,0,0,0,NaN", "m,1200,4,40,20,1.0"]
    trace = _read(write(tmp_path / "a.csv", "\n".join([header, *rows]) + "\n"))
    assert trace.rows["input_tokens"].to_list() == [200.0, 0.0, 40.0]
    assert trace.rows["end_s"].to_list() == [600.0, 1200.0, 1800.0]
    assert _keys(trace) == {"coverage"}


def test_missing_columns_are_named(tmp_path: Path) -> None:
    """A log that resembles a format says which columns it lacks."""
    header = OPENB_HEADER.replace(",scheduled_time", "")
    sentence = _refused(write(tmp_path / "a.csv", header + "\n"))
    assert "looks like a log of the format openb, but lacks the columns: scheduled_time" in sentence


@pytest.mark.parametrize("text", ["hello\n", "a,b,c\n1,2,3\n", '{"a": 1}\n', "\x00\x01\x02"])
def test_unknown_formats_are_refused(tmp_path: Path, text: str) -> None:
    """A file of no known format is refused with the list of known ones."""
    sentence = _refused(write(tmp_path / "a.log", text))
    assert "not a log of a known format" in sentence
    assert "azure-llm" in sentence


def test_a_log_without_use_is_refused(tmp_path: Path) -> None:
    """A log whose tasks ask for no accelerator gives no demand."""
    assert "none of its 1 rows" in _refused(write_jobs(tmp_path / "a.csv", [job(0, 1, gpus=0)]))
    assert "none of its 0 rows" in _refused(write_jobs(tmp_path / "b.csv", []))
