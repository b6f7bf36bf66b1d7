"""The collective organisation by organisation: speed, linearity, and the same model written with Mesa 3.

Mesa is not needed to run Junshi; without it only our rows are measured. Both run the same world on the same
path of supply from the same odds; the domestic share of the last quarter must agree within sampling error.
CPU seconds, since the machine may be shared; one thread per path. Wall time as well: Mesa runs on one core,
ours on as many as there are paths, so on a quiet machine the wall-time ratio is what a user gains.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from benchmarks.registry import Row, Subject
from junshi.catalogue.load import load_catalogue
from junshi.collective.build import Setup, build_setup
from junshi.collective.choice import level_moves, mix_odds
from junshi.collective.dynamics import begun, current_costs, empty_paths, settle_quarter
from junshi.collective.population import Organisations, draw_organisations
from junshi.collective.read import default_file
from junshi.collective.run import (
    domestic_share,
    run_mean_field,
    run_organisations,
    status_quo_belief,
    warm_up,
)
from junshi.collective.world import LEVELS, Paths

PATHS = 2
REPEATED = 20
MESA_ORGANISATIONS = 10_000
LARGEST = 1_000_000


Result = TypeVar("Result")


def _cpu(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of all threads, finer than the 10 ms of `os.times`, and the result."""
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result


def _setup() -> Setup:
    setup = build_setup(default_file(), load_catalogue())
    warm_up(setup)
    return setup


def scaling() -> list[Row]:
    """Organisation-quarters per second at growing numbers, and the difference from the mean-field limit."""
    setup = _setup()
    states, belief = setup.sample(PATHS, 1), status_quo_belief(setup)
    limit = domestic_share(setup, run_mean_field(setup.world, setup.start, states, belief))
    rows: list[Row] = []
    for count in (10_000, 100_000, LARGEST):
        organisations = draw_organisations(setup.population, count)
        seconds, (paths, wall_speed) = _cpu(
            lambda people=organisations: run_organisations(
                setup.world, setup.start, states, belief, people, 1
            )
        )
        steps = count * states.size
        rows.append(
            {
                "organisations": count,
                "M steps per CPU s": steps / seconds / 1e6,
                "M steps per wall s": wall_speed / 1e6,
                "ns per step": 1e9 * seconds / steps,
                "largest difference": float(np.abs(domestic_share(setup, paths) - limit).max()),
            }
        )
    return rows


def against_mesa() -> list[Row]:
    """The same model by Mesa and by us, same number of organisations and quarters, and ours at 10⁶.

    Our paths fill all cores; Mesa steps its agents on one. The wall-time ratio is of the same run.
    """
    setup = _setup()
    states, belief = setup.sample(1, 1), status_quo_belief(setup)
    limit = domestic_share(setup, run_mean_field(setup.world, setup.start, states, belief))[0, -1]
    rows: list[Row] = []
    speeds, wall_speeds = {}, {}
    for count, copies in ((MESA_ORGANISATIONS, REPEATED), (LARGEST, PATHS)):
        organisations = draw_organisations(setup.population, count)
        same = np.repeat(states, copies, axis=0)
        seconds, (paths, wall_speeds[count]) = _cpu(
            lambda people=organisations, same=same: run_organisations(
                setup.world, setup.start, same, belief, people, 1
            )
        )
        speeds[count] = count * same.size / seconds
        shares = domestic_share(setup, paths)[:, -1]
        row = dict(_row("junshi", count, speeds[count], wall_speeds[count], float(shares.mean()), limit))
        row["standard deviation"] = float(shares.std())
        rows.append(row)
    if importlib.util.find_spec("mesa") is None:
        return rows
    organisations = draw_organisations(setup.population, MESA_ORGANISATIONS)
    wall = time.perf_counter()
    seconds, share = _cpu(lambda: mesa_share(setup, states[0], belief, organisations))
    wall = time.perf_counter() - wall
    steps = MESA_ORGANISATIONS * states.size
    row = dict(_row("mesa 3", MESA_ORGANISATIONS, steps / seconds, steps / wall, share, limit))
    for name, count in (("same N", MESA_ORGANISATIONS), ("ours at 1e6", LARGEST)):
        row[f"times mesa, {name}, CPU"] = speeds[count] * seconds / steps
        row[f"times mesa, {name}, wall on {os.cpu_count()} cores"] = wall_speeds[count] * wall / steps
    return [*rows, row]


def _row(name: str, count: int, speed: float, wall_speed: float, share: float, limit: float) -> Row:
    return {
        "by": name,
        "organisations": count,
        "M steps per CPU s": speed / 1e6,
        "M steps per wall s": wall_speed / 1e6,
        "domestic share at the end": share,
        "mean-field limit": limit,
    }


def mesa_share(setup: Setup, states: Any, belief: Any, organisations: Organisations) -> float:
    """Domestic share at the end of a run in which every organisation is a Mesa agent."""
    import mesa

    world, start = setup.world, setup.start
    classes, ecosystems = setup.population.classes, world.mix.shape[1]
    place = [LEVELS**e for e in range(ecosystems)]
    uses = [[share > 0 for share in row] for row in world.mix]

    class Organisation(mesa.Agent):  # type: ignore[misc]
        """One organisation: its class, size, own state and last mix."""

        def __init__(self, model: Any, group: int, size: float, own: int) -> None:
            super().__init__(model)
            self.group, self.size, self.own, self.previous = group, size, own, -1

        def step(self) -> None:
            """Move by what last quarter's delivery brought, then choose."""
            draw = self.model.random.random
            if self.previous >= 0:
                left = draw()
                for e, odds in enumerate(self.model.moves[self.group][self.own][self.previous]):
                    if left < odds:
                        self.own += place[e] if uses[self.previous][e] else -place[e]
                        break
                    left -= odds
            left = draw()
            mix = 0
            for mix, odds in enumerate(self.model.odds[self.group][self.own]):  # noqa: B007 - last one wins
                if left < odds:
                    break
                left -= odds
            self.previous = mix
            self.model.chosen[self.group][mix] += self.size

    class Market(mesa.Model):  # type: ignore[misc]
        """World around the agents: the same steps as the compiled run."""

        def __init__(self) -> None:
            super().__init__(seed=3)
            rng = np.random.default_rng(3)
            for group in range(classes):
                sizes = organisations.size[organisations.first[group] : organisations.first[group + 1]]
                owns = rng.choice(len(start.own[group]), size=len(sizes), p=start.own[group])
                Organisation.create_agents(
                    self, len(sizes), group, [float(size) for size in sizes], [int(own) for own in owns]
                )
            self.out: Paths = empty_paths(1, len(states), classes, world.mix.shape[0], ecosystems)
            self.now = begun(world, start)
            self.moves: list[Any] = []

        def quarter(self, t: int, state: int) -> None:
            """One quarter."""
            costs = current_costs(world, t, state, self.now, belief)
            self.odds = mix_odds(world, t, costs).tolist()
            self.chosen = np.zeros((classes, world.mix.shape[0])).tolist()
            self.agents.do("step")
            settle_quarter(world, self.out, 0, t, state, np.array(self.chosen), self.now)
            self.moves = level_moves(world, self.out.fill[0, t]).tolist()

    market = Market()
    for t, state in enumerate(states):
        market.quarter(t, int(state))
    return float(domestic_share(setup, market.out)[0, -1])


SUBJECT = Subject(
    "collective",
    "how many organisation-quarters per second, and how many times Mesa 3",
    {"scaling": scaling, "mesa": against_mesa},
)
