"""What goes on after a total cut-off."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.collective.cut_off import kept_after_cut_off, need_growth
from tests.collective.worlds import twin

CAPACITY = np.array([0.0, 0.0])
ONES = np.ones(2)


def test_imports_alone_fall_by_rent_and_without_spares() -> None:
    """Of imports, the owned 70 % outlive eight quarters by 0.9 each; half the work is critical."""
    setup = twin()
    kept = kept_after_cut_off(setup.world, 0, np.array([[10.0, 0.0]]), np.zeros(1), ONES, CAPACITY)
    need = 0.5 * setup.world.need_growth[0]
    assert kept[0] == pytest.approx(0.7 * 0.9**8 / need)


def test_domestic_cards_count_where_a_port_exists() -> None:
    """Half ported is half of the domestic cards; new output goes to critical work."""
    setup = twin()
    held = np.array([[0.0, 10.0]])
    none, half = (
        kept_after_cut_off(setup.world, 0, held, np.array([share]), ONES, CAPACITY) for share in (0.0, 0.5)
    )
    assert none[0] == 0.0
    assert half[0] == pytest.approx(0.5 * 0.8**8 / (0.5 * setup.world.need_growth[0]))
    more = kept_after_cut_off(setup.world, 0, held, np.array([0.5]), ONES, np.array([0.0, 1.0]))
    assert more[0] > half[0]


def test_need_grows_as_the_cards_in_use() -> None:
    """A constant number wanted leaves the need as it is; growth of 10 % settles at 1.1 to the quarters."""
    assert need_growth(np.ones(12), 0.9, 8) == pytest.approx(1.0)
    wanted = 1.1 ** np.arange(200)
    assert need_growth(wanted, 0.9, 8)[-1] == pytest.approx(1.1**8)
