"""Each archetype's strategy keeps to its rule."""

from __future__ import annotations

from functools import cache

from junshi.catalogue.load import load_catalogue
from junshi.insight.backtest import Backtest, BacktestSettings, past_views, run_backtest
from junshi.insight.past_view import PastView, mean_demand
from junshi.insight.rivals import RIVALS, mandated_share, published_share
from junshi.insight.world import Decisions
from junshi.plan.planner import RiskAttitude
from junshi.terms import WorkKind
from tests.insight.test_backtest import build, startup

SETTINGS = BacktestSettings(first="2025-Q1", last="2026-Q1", lookahead=3, iterations=2)
NAMES = (
    "all_domestic",
    "archetype_vanguard",
    "archetype_giant",
    "archetype_lab",
    "archetype_startup",
)


@cache
def views() -> list[PastView]:
    """Views of a start-up."""
    inputs = startup()
    return past_views(
        inputs.scenario, mean_demand(inputs.scenario, inputs.tables.demand), load_catalogue(), build, SETTINGS
    )


@cache
def played() -> Backtest:
    """Fixed strategies through five quarters."""
    rivals = [rival for rival in RIVALS if rival.name in NAMES]
    return run_backtest(views(), RiskAttitude(), SETTINGS, rivals)


def decisions(name: str) -> tuple[Decisions, ...]:
    """What a strategy decided in each quarter."""
    return played().row(name).decisions


def ported_at_home(name: str) -> float:
    """Shares ported to domestic ecosystems in the first quarter, added up."""
    return sum(share for (_, e), share in decisions(name)[0].port.items() if e != "cuda")


def test_vanguard_ports_at_full_speed() -> None:
    """The vanguard ports at least as much at once as who ports what pays, and buys or rents no import."""
    assert ported_at_home("archetype_vanguard") >= ported_at_home("all_domestic") - 1e-6
    imports = {
        name
        for view in views()
        for name, home in zip(view.instance.fleet.ids, view.instance.fleet.domestic, strict=True)
        if not home
    }
    for one in decisions("archetype_vanguard"):
        assert all(one.order.get(name, 0.0) + one.rent.get(name, 0.0) < 1e-6 for name in imports)


def test_giant_trains_on_cuda() -> None:
    """On two legs no training work is ported to a domestic ecosystem."""
    training = {
        work.id
        for work in startup().scenario.workload
        if work.kind in {WorkKind.PRETRAIN, WorkKind.FINETUNE, WorkKind.RESEARCH}
    }
    for one in decisions("archetype_giant"):
        assert all(share < 1e-6 for (w, e), share in one.port.items() if w in training and e != "cuda")


def test_laboratory_rents_and_startup_owns_nothing() -> None:
    """Neither ports or buys; the start-up also sells the cards that it has in the first quarter."""
    for name in ("archetype_lab", "archetype_startup"):
        for one in decisions(name):
            assert sum(one.order.values()) < 1e-6
            assert all(share < 1e-6 for (_, e), share in one.port.items() if e != "cuda")
    assert sum(decisions("archetype_startup")[0].resell.values()) > 0


def test_mandates_hold_from_their_day_on() -> None:
    """A state centre buys as the market before the first mandate, half and then all domestic afterwards."""
    shares = [mandated_share(view) for view in views()]
    assert shares[0] == published_share(views()[0])
    assert shares[3:] == [0.5, 1.0]


def test_a_cut_off_within_a_quarter_can_be_played() -> None:
    """A quarter that turned into a cut-off after its first day is played, and nobody beats foresight."""
    assert played().regimes[1] == "cut_off"
    assert all(row.regret >= 0 for row in played().rows)
