"""Levers, sweeps and the coupling to plans."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from junshi.collective.build import build_setup
from junshi.collective.coupling import (
    CollectivePaths,
    joint_fixed_point,
    outlook_from,
    paths_for_plan,
)
from junshi.collective.levers import (
    LEVERS,
    Goal,
    LeverModel,
    cheapest_mix,
    scaled,
    trade_off,
    undominated,
)
from junshi.collective.read import default_file
from junshi.collective.run import run_mean_field, status_quo_belief
from junshi.collective.schema import CollectiveFile, SweepRow
from junshi.collective.sweep import Backend, run_sweep, sweep_points
from junshi.errors import InputError, NoPlan
from junshi.plan.trends import load_trends
from junshi.terms import Archetype
from junshi.units import Quarter
from tests.collective.worlds import facts


def short_file(**sizes: int) -> CollectiveFile:
    """Population as shipped over fewer quarters and paths."""
    file = default_file()
    size = file.size.model_copy(update={"quarters": 8, "paths": 4, **sizes})
    return file.model_copy(update={"size": size})


@pytest.fixture(scope="module")
def model() -> LeverModel:
    """Lever model on a few paths."""
    return LeverModel(short_file(), facts(), paths=4)


def test_neutral_levers_change_nothing(model: LeverModel) -> None:
    """All levers at neutral cost nothing and leave the file's own outcome."""
    plain = model.outcome(scaled(np.zeros(len(LEVERS))))
    assert plain.public_cost == 0.0
    assert plain.private_cost == pytest.approx(0.0)


@pytest.mark.parametrize("name", ["subsidy", "procurement", "mandate", "levy", "export"])
def test_each_push_raises_the_domestic_share(model: LeverModel, name: str) -> None:
    """Every lever that favours domestic cards raises their share, and none brings the frontier nearer."""
    place = [lever.name for lever in LEVERS].index(name)
    plain = model.outcome(scaled(np.zeros(len(LEVERS))))
    pushed = model.outcome(scaled(np.eye(len(LEVERS))[place]))
    assert pushed.domestic > plain.domestic
    assert pushed.self_reliance >= plain.self_reliance - 1e-9


def test_cheapest_mix_reaches_its_goal(model: LeverModel) -> None:
    """A reachable goal is reached; nothing is spent when nothing is needed; an absurd goal is refused."""
    plain = model.outcome(scaled(np.zeros(len(LEVERS))))
    easy = cheapest_mix(model, Goal(survivable=0.5 * plain.survivable), generations=1)
    assert easy.public_cost <= 0.0
    with pytest.raises(NoPlan):
        cheapest_mix(model, Goal(gap_years=0.0), generations=1)


def test_trade_off_keeps_only_what_nothing_beats(model: LeverModel) -> None:
    """No mix on the frontier is at least as good as another in everything and better in something."""
    frontier = trade_off(model, count=8)
    assert len(undominated(frontier)) == len(frontier)
    assert [one.self_reliance for one in frontier] == sorted(one.self_reliance for one in frontier)


def sweep_file() -> CollectiveFile:
    """File with a grid of four runs."""
    row = SweepRow(levers={"subsidy": [0.0, 0.3]}, beliefs=["status_quo", "domestic"], seeds=1)
    return short_file(quarters=4, paths=2).model_copy(update={"sweep": row})


def test_sweep_gives_the_same_everywhere() -> None:
    """Serial and local processes give the same table, in the order of the grid."""
    file = sweep_file()
    serial = run_sweep(file, facts(), Backend.SERIAL)
    local = run_sweep(file, facts(), Backend.LOCAL, workers=2)
    assert serial == local
    assert [run.point for run in serial] == sweep_points(file)


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
def test_sweep_on_ray_is_the_same() -> None:
    """A Ray cluster gives the table of the serial run."""
    file = sweep_file()
    assert run_sweep(file, facts(), Backend.RAY, workers=2) == run_sweep(file, facts(), Backend.SERIAL)


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
def test_ray_that_is_absent_is_told() -> None:
    """Without Ray one sentence says what to install."""
    with pytest.raises(InputError, match="pip install"):
        run_sweep(sweep_file(), facts(), Backend.RAY)


def test_sweep_names_an_unknown_lever() -> None:
    """A lever that there is not is refused with the nearest name; so is a file without a grid."""
    wrong = sweep_file().model_copy(update={"sweep": SweepRow(levers={"subsidi": [0.1]})})
    with pytest.raises(InputError, match="subsidy"):
        sweep_points(wrong)
    with pytest.raises(InputError, match="sweep"):
        sweep_points(short_file())


def world() -> tuple[object, object, object, CollectivePaths]:
    """Setup, states, belief and the paths that a plan sees."""
    setup = build_setup(short_file(), facts())
    states, belief = setup.sample(4, 0), status_quo_belief(setup)
    paths = run_mean_field(setup.world, setup.start, states, belief)
    return setup, states, belief, paths_for_plan(setup, paths, states)


def test_outlook_follows_the_collective() -> None:
    """Maturity starts at the catalogue's and rises with use; an unknown ecosystem keeps the default."""
    *_, paths = world()
    chips = [facts().accelerator(name) for name in ("h20-96g", "ascend-910c", "mi308x")]
    rows = [facts().ecosystem(name) for name in ("cuda", "cann", "rocm")]
    outlook = outlook_from(paths, chips, rows, Quarter.parse("2026-Q4"), 12, load_trends())
    assert outlook.maturity[1, 0] == pytest.approx(facts().ecosystem("cann").maturity)
    assert (np.diff(outlook.maturity[1]) >= -1e-12).all()
    assert outlook.availability_factor[1, 0] == 1.0
    assert outlook.price_factor[:, 0] == pytest.approx(1.0)
    assert outlook.maturity[1, 8:] == pytest.approx(outlook.maturity[1, 7])


def test_bands_of_the_outlook_are_ordered() -> None:
    """The low world has the least maturity and capacity and the highest price of domestic parts."""
    setup = build_setup(short_file(paths=16), facts())
    states = setup.sample(16, 0)
    paths = run_mean_field(setup.world, setup.start, states, status_quo_belief(setup))
    low, high = (paths_for_plan(setup, paths, states, band) for band in ("low", "high"))
    domestic = setup.domestic
    assert (low.maturity[:, domestic] <= high.maturity[:, domestic] + 1e-12).all()
    assert (low.capacity[:, domestic] <= high.capacity[:, domestic] + 1e-12).all()
    assert (low.price[:, domestic] >= high.price[:, domestic] - 1e-12).all()


def test_joint_fixed_point_converges_to_the_stubs_answer() -> None:
    """Planners that answer maturity with a share settle where answer and world agree, and say so."""
    setup, states, belief, _ = world()

    def reply(archetype: Archetype, paths: CollectivePaths) -> np.ndarray:
        domestic = np.clip(0.5 * paths.maturity[:, 1:2] / paths.maturity[:, :1], 0.0, 1.0)
        return np.concatenate([1.0 - domestic, 0.8 * domestic, 0.2 * domestic], axis=1)

    point = joint_fixed_point(setup, states, belief, reply, rounds=12, tolerance=0.005)
    assert point.converged
    assert point.changes[-1] <= 0.005
    assert point.replies.sum(axis=2) == pytest.approx(1.0)
    answer = reply(Archetype.GIANT, point.paths)
    assert point.replies[0] == pytest.approx(answer, abs=0.02)


def test_play_that_cannot_rest_says_so() -> None:
    """A planner that always does the opposite of the average does not converge in a few rounds."""
    setup, states, belief, _ = world()
    calls = [0]

    def reply(archetype: Archetype, paths: CollectivePaths) -> np.ndarray:
        calls[0] += 1
        share = np.zeros_like(paths.maturity)
        share[:, (calls[0] // 5) % 2] = 1.0
        return share

    assert not joint_fixed_point(setup, states, belief, reply, rounds=4, tolerance=0.001).converged
