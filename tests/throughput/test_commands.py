"""The commands on throughput as real processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import assert_refused, junshi

COLUMNS = (
    "id,kind,model,weight_dtype,accelerator,n_accelerators,parallelism,input_len,output_len,"
    "batch_or_concurrency,metric,value,source"
)
ROWS = f"""{COLUMNS}
a,train,llama-3.1-8b,bf16,h100-sxm,8,tp1 pp1 dp8,8192,,gbs 128 mbs 1,tokens_per_s_per_chip,9000,mine
b,train,llama-3.1-8b,bf16,h100-sxm,16,tp2 pp1 dp8,8192,,gbs 128 mbs 1,tokens_per_s_per_chip,8000,mine
c,decode,llama-3.1-8b,bf16,h100-sxm,1,tp1,1024,1024,,tpot_ms,10,mine
"""


def rows(folder: Path) -> Path:
    """A small measurement file."""
    path = folder / "mine.csv"
    path.write_text(ROWS)
    return path


def test_predict_writes_and_prints(tmp_path: Path) -> None:
    """`predict` writes the new columns, prints the scores and lists the row that it cannot predict."""
    out = tmp_path / "out.csv"
    answer = junshi("predict", rows(tmp_path), "--out", out)
    assert answer.code == 0, answer.err
    assert "Median" in answer.out
    assert "Not predicted (1)" in answer.out
    assert out.read_text().splitlines()[0].endswith("predicted,low,high,ratio,bound,reason")


def test_predict_speaks_chinese(tmp_path: Path) -> None:
    """The scores read in Chinese."""
    answer = junshi("predict", rows(tmp_path), environment={"JUNSHI_LANG": "zh"})
    assert "误差中位数" in answer.out


def test_predict_gives_one_json_object(tmp_path: Path) -> None:
    """`--json` prints exactly one object."""
    record = json.loads(junshi("predict", rows(tmp_path), "--json").out)
    assert record["rows"] == 3
    assert record["not_predicted"][0]["id"] == "c"


def test_predict_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    """A missing file, and an output that exists, are one sentence and exit code 2."""
    assert_refused(junshi("predict", tmp_path / "none.csv"), "none.csv")
    out = tmp_path / "out.csv"
    out.write_text("kept")
    assert_refused(junshi("predict", rows(tmp_path), "--out", out), "out.csv", "--force")
    assert out.read_text() == "kept"


def test_calibrate_writes_an_overlay_that_predict_reads(tmp_path: Path) -> None:
    """The overlay of own rows brings their predictions nearer to them."""
    overlay = tmp_path / "overlay.json"
    made = junshi("calibrate", rows(tmp_path), "--out", overlay)
    assert made.code == 0, made.err
    before = json.loads(junshi("predict", rows(tmp_path), "--json").out)["all"][0]["median_error"]
    after = json.loads(junshi("predict", rows(tmp_path), "--json", "--overlay", overlay).out)["all"][0][
        "median_error"
    ]
    assert after <= before + 1e-9


def test_compare_prints_both_chips_and_the_curve(tmp_path: Path) -> None:
    """Both accelerators, their ratio and the deficit tables are printed."""
    answer = junshi(
        "compare", "h20-96g", "ascend-910c", "--workload", "serve:llama-3.1-8b", "--out", tmp_path / "d"
    )
    assert answer.code == 0, answer.err
    for word in ("h20-96g", "ascend-910c", "B over A", "load of 80 %"):
        assert word in answer.out


def test_compare_gives_one_json_object() -> None:
    """`--json` prints one object with both sides and the curves; unknown numbers are null."""
    record = json.loads(
        junshi("compare", "h100-sxm", "mi308x", "--workload", "batch:qwen3-32b", "--json").out
    )
    assert record["workloads"][0]["b"]["rate"] is None
    assert record["workloads"][0]["b"]["reason"]
    assert record["queue"][3]["latency_factor"][5] is not None


def test_compare_prints_a_whole_training_run() -> None:
    """With a number of tokens, a training workload prints time, energy and cost of the run."""
    asked = (
        "compare",
        "h100-sxm",
        "ascend-910b2",
        "--workload",
        "pretrain:llama-3.1-70b",
        "--tokens",
        "1e12",
    )
    answer = junshi(*asked, "--accelerators", "512")
    assert answer.code == 0, answer.err
    for word in ("512 accelerators", "Accelerator-hours", "MFU", "MWh", "CNY, owned"):
        assert word in answer.out
    run = json.loads(junshi(*asked, "--json").out)["workloads"][0]["b"]["run"]
    assert run["days"] == pytest.approx(run["hours"] / 24 / 1024)


def test_compare_speaks_chinese_of_a_run() -> None:
    """The run reads in Chinese."""
    asked = ("compare", "h100-sxm", "h20-96g", "--workload", "pretrain:qwen3-32b", "--tokens", "1e12")
    assert "加速器小时" in junshi(*asked, environment={"JUNSHI_LANG": "zh"}).out


def test_compare_refuses_unknown_names() -> None:
    """An unknown accelerator, model or kind is one sentence with the nearest name."""
    assert_refused(junshi("compare", "h100", "ascend-910c"), "h100-sxm")
    assert_refused(junshi("compare", "h100-sxm", "ascend-910c", "--workload", "srve:llama-3.1-8b"), "serve")
    assert_refused(junshi("compare", "h100-sxm", "ascend-910c", "--workload", "serve:llama-9"), "llama")


def test_bench_needs_a_known_accelerator() -> None:
    """The accelerator measured must be in the catalogue."""
    assert_refused(junshi("bench", "--accelerator", "h100"), "h100-sxm")
