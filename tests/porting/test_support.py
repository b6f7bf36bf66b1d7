"""Support tables by ecosystem and version of torch; empty cells and unlisted names are unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from junshi.errors import InputError
from junshi.porting.finding import Outcome
from junshi.porting.scan import scan
from junshi.porting.targets.support import Support, SupportTable, support_tables, table_of
from junshi.porting.targets.target import Target


@pytest.mark.parametrize(
    ("framework", "generation", "api", "support"),
    [
        ("torch-2.13", "a3", "torch.cuda.random.get_rng_state", Support.YES),
        ("torch-2.7", "a3", "torch.cuda.synchronize", Support.YES),
        ("torch-2.7", "910b", "torch.cuda.memory_usage", Support.NO),
        ("torch-2.7", "950", "torch.cuda.synchronize", Support.NOT_LISTED),
        ("torch-2.7", "950", "torch.backends.cudnn.benchmark", Support.NO),
        ("torch-2.7", "a3", "torch.cuda.MemPool", Support.NOT_LISTED),
        ("torch-2.7", "a3", "torch.cuda.graph", Support.LIMITED),
    ],
)
def test_table_of_a_version(framework: str, generation: str, api: str, support: Support) -> None:
    """Each version has its own table; what it does not say stays unknown."""
    table = table_of(Target("cann", framework=framework))
    assert table is not None
    assert table.support(api, generation) is support


def test_newest_version_is_the_default() -> None:
    """Without a version the newest table is used."""
    table = table_of(Target("cann"))
    assert table is not None
    assert table.framework == "torch-2.13"


@pytest.mark.parametrize(
    ("ecosystem", "framework", "api", "support"),
    [
        ("xpu", "torch-2.7", "torch.cuda.synchronize", Support.YES),
        ("xpu", "torch-2.7", "torch.cuda.memory.memory_allocated", Support.YES),
        ("xpu", "torch-2.7", "torch.cuda.CUDAGraph", Support.NO),
        ("xpu", "torch-2.13", "torch.cuda.CUDAGraph", Support.LIMITED),
        ("xpu", "torch-2.13", "torch.cuda.graphs.make_graphed_callables", Support.YES),
        ("xpu", "torch-2.13", "torch.cuda.default_stream", Support.NO),
        ("xpu", "torch-2.13", "torch.cuda.nccl.version", Support.NO),
        ("xpu", "torch-2.13", "torch.cuda.Event.record", Support.YES),
        ("xpu", "torch-2.13", "torch.cuda.Event.ipc_handle", Support.NO),
        ("xpu", "torch-2.13", "torch.cuda._lazy_init", Support.NOT_LISTED),
        ("xpu", "torch-2.13", "torch.backends.cuda.is_built", Support.NOT_COVERED),
        ("musa", "torch-2.9", "torch.cuda.host_memory_stats", Support.NO),
        ("musa", "torch-2.9", "torch.cuda.caching_allocator_alloc", Support.NO),
        ("musa", "torch-2.11", "torch.cuda.caching_allocator_alloc", Support.YES),
        ("musa", "torch-2.11", "torch.cuda.is_available", Support.RENAMED),
        ("musa", "torch-2.11", "torch.cuda.nvtx.range_push", Support.LIMITED),
        ("musa", "torch-2.11", "torch.cuda.utilization", Support.NO),
        ("neuware", "torch-2.4", "torch.cuda.memory_summary", Support.YES),
        ("neuware", "torch-2.4", "torch.cuda.utilization", Support.NO),
        ("neuware", "torch-2.4", "torch.backends.cuda.enable_flash_sdp", Support.YES),
        (
            "neuware",
            "torch-2.4",
            "torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction",
            Support.NO,
        ),
        ("rocm", "torch-2.7", "torch.backends.cuda.matmul.allow_tf32", Support.NO),
        ("rocm", "torch-2.13", "torch.backends.cuda.matmul.allow_tf32", Support.LIMITED),
        ("rocm", "torch-2.13", "torch.cuda.synchronize", Support.NOT_COVERED),
    ],
)
def test_table_of_an_ecosystem(ecosystem: str, framework: str, api: str, support: Support) -> None:
    """Each ecosystem has its own tables; on ROCm only what differs is listed."""
    table = table_of(Target(ecosystem, framework=framework))
    assert table is not None
    assert table.support(api, None) is support


@pytest.mark.parametrize("table", support_tables(), ids=lambda table: f"{table.ecosystem}-{table.framework}")
def test_table_says_where_it_is_from(table: SupportTable) -> None:
    """Every table has a source, a date, a default generation among its columns, and cells for each API."""
    assert table.source
    assert table.dated >= date(2026, 1, 1)
    assert table.default in table.generations
    assert table.listed_as in (Outcome.AUTO, Outcome.DROP_IN)
    assert all(table.listed.values())
    assert set(table.limits) <= set(table.listed)


def test_version_that_only_another_ecosystem_has_lists_nothing() -> None:
    """A version without a table in the ecosystem is not guessed: its APIs are unknown."""
    table = table_of(Target("musa", framework="torch-2.13"))
    assert table is not None
    assert table.support("torch.cuda.synchronize", None) is Support.NOT_LISTED


def test_version_that_no_ecosystem_has_is_refused() -> None:
    """A version that no table knows is an error, with the nearest one of the ecosystem."""
    with pytest.raises(InputError, match=r"torch-2\.11"):
        table_of(Target("musa", framework="torch-2.111"))


def test_what_a_listed_api_means(tmp_path: Path) -> None:
    """On XPU a listed API is edited, elsewhere a shim redirects it; one without counterpart is manual."""
    (tmp_path / "run.py").write_text(
        "import torch\ntorch.cuda.empty_cache()\ntorch.cuda.utilization()\ntorch.cuda._sleep(9)\n",
        encoding="utf-8",
    )
    report = scan(tmp_path, [Target("xpu", framework="torch-2.7"), Target("musa"), Target("neuware")])
    found = {(item.target, item.hit.line): item.outcome for item in report.findings}
    assert found[("xpu", 2)] is Outcome.DROP_IN
    assert found[("musa", 2)] is Outcome.AUTO
    assert found[("neuware", 2)] is Outcome.AUTO
    assert all(found[(target, 3)] is Outcome.MANUAL for target in ("xpu", "musa", "neuware"))
    assert all(found[(target, 4)] is Outcome.UNKNOWN for target in ("xpu", "musa", "neuware"))


def test_kunlunxin_is_not_intel() -> None:
    """The tables of Intel say nothing of Kunlunxin's chips, whose ecosystem has the same name."""
    target = Target("xpu", "kunlun-p800")
    table = table_of(target)
    assert table is not None
    assert table.support("torch.cuda.synchronize", target.generation) is Support.NOT_LISTED
