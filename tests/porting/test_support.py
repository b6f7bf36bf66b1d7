"""Support tables: two versions of torch on CANN; empty cells and unlisted names are unknown."""

from __future__ import annotations

import pytest

from junshi.porting.targets.support import Support, table_of
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
