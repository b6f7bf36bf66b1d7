"""From the file, the catalogue and the supply chain to the arrays of a run: the only assembler."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.cut_off import need_growth
from junshi.collective.experience import exponent
from junshi.collective.past_imports import past_imports
from junshi.collective.population import Population, build_population
from junshi.collective.schema import CollectiveFile, RegimeRow
from junshi.collective.schema import Path as LeverPath
from junshi.collective.world import LEVELS, Start, World
from junshi.scenario.schema import Supply
from junshi.supply.build import build_chain
from junshi.supply.chain import MarkovChain
from junshi.supply.history import Spell
from junshi.supply.sample import sample_paths
from junshi.terms import Ramp, Regime
from junshi.units import QUARTERS_PER_YEAR, Quarter

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NO_LIMIT = 1e12
COMMUNITY_WHEN_OPEN = 2.0
"""An open stack doubles what its community adds; assumed."""

SPILLOVER_WHEN_OPEN = 0.4
"""Share of domestic use that counts for other domestic stacks when sources are open; assumed."""


@dataclass(frozen=True)
class Setup:
    """All that a run needs.

    Attributes
    ----------
    file : the population's file
    population : classes
    world, start : what the kernels read
    chain : supply chain, its states are those of `states`
    history : supply state of each quarter of the past, shape [past quarter]
    quarters : names of past and future quarters
    """

    file: CollectiveFile
    population: Population
    world: World
    start: Start
    chain: MarkovChain
    history: IntArray
    quarters: tuple[str, ...]

    @property
    def past(self) -> int:
        """Number of quarters before the first one shown."""
        return len(self.history)

    @property
    def ecosystems(self) -> tuple[str, ...]:
        """Names of the ecosystems."""
        return tuple(row.id for row in self.file.ecosystem)

    @property
    def mixes(self) -> tuple[str, ...]:
        """Names of the mixes."""
        return tuple(row.id for row in self.file.mix)

    @property
    def domestic(self) -> NDArray[np.bool_]:
        """Which ecosystems are domestic."""
        return np.array([row.domestic for row in self.file.ecosystem])

    def sample(self, paths: int, seed: int) -> IntArray:
        """Supply states, shape [path, quarter]: the past as it was, the future drawn from the chain."""
        rng = np.random.default_rng(seed)
        future = len(self.quarters) - self.past
        if self.past == 0:
            return sample_paths(self.chain, future, paths, rng)
        last = replace(self.chain, initial=int(self.history[-1]))
        drawn = sample_paths(last, future + 1, paths, rng)[:, 1:]
        return np.concatenate([np.tile(self.history, (paths, 1)), drawn], axis=1)


def build_setup(file: CollectiveFile, catalogue: Catalogue, as_of: dt.date | None = None) -> Setup:
    """Arrays of one run; `as_of` hides later supply events from the chain, not from the past regimes.

    Raises
    ------
    InputError : an ecosystem of the file that the catalogue does not know
    """
    chain, estimate = build_chain(Supply(as_of=as_of), catalogue)
    spells = estimate.history.joint if as_of is None else build_chain(Supply(), catalogue)[1].history.joint
    first, start = Quarter.parse(file.size.history_from), Quarter.parse(file.size.start)
    past = start - first
    total = past + file.size.quarters
    quarters = tuple(str(first + step) for step in range(total))
    population = build_population(file)
    history = past_states(spells, chain, quarters[:past])
    return Setup(
        file=file,
        population=population,
        world=build_world(file, catalogue, population, chain, quarters, history),
        start=build_start(file, population),
        chain=chain,
        history=history,
        quarters=quarters,
    )


def past_states(spells: tuple[Spell, ...], chain: MarkovChain, quarters: tuple[str, ...]) -> IntArray:
    """Supply state of each past quarter: the regime that held on most of its days, at the base ramp."""
    states = []
    for name in quarters:
        quarter = Quarter.parse(name)
        days = dict.fromkeys(Regime, 0)
        for spell in spells:
            end = spell.end if spell.ended_by is not None else dt.date.max
            days[spell.regime] += max(
                0, (min(end, (quarter + 1).first_day) - max(spell.start, quarter.first_day)).days
            )
        regime = max(days, key=lambda name: days[name])
        states.append(
            next(
                place
                for place, state in enumerate(chain.states)
                if state.regime is regime and state.ramp is Ramp.BASE
            )
        )
    return np.array(states, dtype=np.int64)


def lever_path(path: LeverPath, quarters: tuple[str, ...], neutral: float) -> FloatArray:
    """Value in each quarter: the latest one set, the neutral one before."""
    values = np.full(len(quarters), neutral)
    for name in sorted(path):
        begins = max(0, Quarter.parse(name) - Quarter.parse(quarters[0])) if quarters else 0
        values[begins:] = path[name]
    return values


def build_world(
    file: CollectiveFile,
    catalogue: Catalogue,
    population: Population,
    chain: MarkovChain,
    quarters: tuple[str, ...],
    history: IntArray,
) -> World:
    """Arrays that the kernels read."""
    rows = file.ecosystem
    choice, experience, domestic, lever = (
        file.choice,
        file.experience,
        file.domestic,
        file.lever,
    )
    is_domestic = np.array([row.domestic for row in rows])
    names = [row.id for row in rows]
    years = np.arange(len(quarters)) / QUARTERS_PER_YEAR
    archetypes = [file.archetype[index] for index in population.archetype]
    regimes = [file.imports[state.regime] for state in chain.states]
    ones = np.ones(len(chain.states))
    weights = (1.0 + choice.discount_per_year) ** (-np.arange(choice.life_quarters) / QUARTERS_PER_YEAR)
    weights /= weights.sum()
    opened = np.minimum(lever_path(lever.open_source, quarters, 0.0), 1.0)
    growth = np.array([domestic.growth[state.ramp] for state in chain.states])
    available = np.array([row.available for row in regimes])
    import_work, import_price = _past_factors(catalogue, chain, quarters, history, regimes)
    return World(
        mix=np.array([[mix.shares.get(name, 0.0) for name in names] for mix in file.mix]),
        domestic=is_domestic.astype(float),
        levels=own_levels(len(rows)),
        archetype=population.archetype,
        rank=ranks(file, population),
        demand_share=population.demand,
        peers=np.array([row.peers for row in archetypes]),
        risk=np.array([row.risk_weight for row in archetypes]),
        unmet=np.array([row.unmet_cost for row in archetypes]),
        upkeep=np.array([row.upkeep for row in archetypes]),
        critical=np.array([row.critical_share for row in archetypes]),
        domestic_cost=np.array([row.domestic_cost for row in archetypes]),
        port_cost=_port_cost(file, population, len(rows)),
        mandate=_mandate(file, population, quarters),
        precision=choice.precision,
        cutoff_loss=choice.cutoff_loss,
        protected_share=choice.protected_share,
        weights=weights,
        fresh=_member_mean(file, catalogue, "fresh_ratio"),
        season=_member_mean(file, catalogue, "seasoning_rate_per_quarter"),
        port_rate=experience.port_rate,
        forget_rate=experience.forget_rate,
        learning_b=exponent(experience.learning_rate),
        gap=np.array([row.gap for row in rows]),
        reference=np.array([row.experience for row in rows]),
        drift=experience.frontier_drift_per_year / QUARTERS_PER_YEAR,
        forgetting=experience.forgetting_per_quarter,
        world_use=np.array([row.world_use * (1.0 + row.world_growth_per_year) ** years for row in rows]),
        spillover=experience.spillover + opened * max(0.0, SPILLOVER_WHEN_OPEN - experience.spillover),
        community_weight=experience.community_weight * (1.0 + opened * (COMMUNITY_WHEN_OPEN - 1.0)),
        community_decay=experience.community_decay_per_quarter,
        community_inflow=experience.community_inflow,
        hardware=np.array([row.hardware * (1.0 + row.hardware_growth_per_year) ** years for row in rows])
        * np.where(is_domestic[:, None], 1.0, import_work),
        hardware_state=np.where(is_domestic[:, None], ones, np.array([row.hardware for row in regimes])),
        price=np.array([row.price for row in rows]),
        price_path=np.where(is_domestic[:, None], 1.0, import_price),
        price_state=np.where(is_domestic[:, None], ones, np.array([row.price for row in regimes])),
        price_pressure=domestic.price_pressure,
        price_b=exponent(domestic.price_learning_rate),
        growth=growth[:, None] * lever_path(lever.fab, quarters, 1.0),
        response=domestic.response,
        memory_limit=lever_path(lever.hbm, quarters, NO_LIMIT),
        import_limit=available[:, None] * lever_path(lever.export, quarters, 1.0),
        diverted=domestic.diverted,
        survival=domestic.survival_per_quarter,
        wanted=cards_wanted(file, quarters),
        need_growth=need_growth(
            cards_wanted(file, _longer(quarters, file.cut_off.quarters)),
            domestic.survival_per_quarter,
            file.cut_off.quarters,
        ),
        cut_quarters=file.cut_off.quarters,
        cut_survival=file.cut_off.import_survival_per_quarter,
        cut_rented=file.cut_off.rented_share,
        cut_output=file.cut_off.domestic_output,
        cut_share=cut_share(chain, weights),
        subsidy=np.minimum(lever_path(lever.subsidy, quarters, 0.0), 0.95),
        levy=lever_path(lever.levy, quarters, 0.0),
        procurement=lever_path(lever.procurement, quarters, 0.0),
    )


def _longer(quarters: tuple[str, ...], more: int) -> tuple[str, ...]:
    """Names of the quarters and of so many after them."""
    first = Quarter.parse(quarters[0])
    return tuple(str(first + step) for step in range(len(quarters) + more))


def _past_factors(
    catalogue: Catalogue,
    chain: MarkovChain,
    quarters: tuple[str, ...],
    history: IntArray,
    regimes: list[RegimeRow],
) -> tuple[FloatArray, FloatArray]:
    """Factors on the regime's work and price of imports in past quarters without licences, [quarter]."""
    work, price = np.ones(len(quarters)), np.ones(len(quarters))
    works, prices = past_imports(catalogue, quarters[: len(history)])
    for place, state in enumerate(history):
        free = chain.states[state].regime in (Regime.OPEN, Regime.RESTRICTED)
        if free and not np.isnan(works[place]):
            work[place] = works[place] / regimes[state].hardware
            price[place] = prices[place] / regimes[state].price
    return work, price


def own_levels(ecosystems: int) -> IntArray:
    """Level on each ecosystem of each own state, [state, ecosystem]: digits in base 3."""
    states = np.arange(LEVELS**ecosystems)
    return np.stack([states // LEVELS**place % LEVELS for place in range(ecosystems)], axis=1).astype(
        np.int64
    )


def cards_wanted(file: CollectiveFile, quarters: tuple[str, ...]) -> FloatArray:
    """Thousand cards wanted in each quarter: constant, then growth that slows."""
    row = file.demand
    begins = Quarter.parse(row.boom_from)
    wanted, level, rate = [], row.cards, row.growth_per_quarter
    for name in quarters:
        if Quarter.parse(name) >= begins:
            level *= 1.0 + max(rate, row.least_growth)
            rate *= (1.0 - row.slowing_per_year) ** (1.0 / QUARTERS_PER_YEAR)
        wanted.append(level)
    return np.array(wanted)


def cut_share(chain: MarkovChain, weights: FloatArray) -> FloatArray:
    """Discounted share of a card's life that will be spent in a cut-off, from each supply state."""
    is_cut = np.array([float(state.regime is Regime.CUT_OFF) for state in chain.states])
    share, ahead = np.zeros(len(is_cut)), is_cut
    for weight in weights:
        share = share + weight * ahead
        ahead = chain.transition @ ahead
    return np.asarray(share)


def ranks(file: CollectiveFile, population: Population) -> IntArray:
    """Order of service of each class; 0 is served first."""
    if file.rationing == "state_first":
        first = [population.archetypes[place] == "state-centre" for place in population.archetype]
    elif file.rationing == "early_first":
        first = [population.archetypes[place] == "vanguard" for place in population.archetype]
    elif file.rationing == "largest_first":
        first = [population.archetypes[place] == "giant" for place in population.archetype]
    else:
        return np.zeros(population.classes, dtype=np.int64)
    return np.where(first, 0, 1).astype(np.int64)


def _port_cost(file: CollectiveFile, population: Population, ecosystems: int) -> FloatArray:
    """A code base grows with the square root of size, so a port weighs less on a large organisation."""
    costs = np.array([row.port_cost for row in file.archetype])[population.archetype]
    mean = population.by_archetype(population.demand) / population.by_archetype(population.count)
    relative = mean[population.archetype] / population.size
    return np.tile((costs * np.sqrt(relative) / file.choice.life_quarters**0.5)[:, None], (1, ecosystems))


def _mandate(file: CollectiveFile, population: Population, quarters: tuple[str, ...]) -> FloatArray:
    """Mandated domestic share, [class, quarter]: the archetype's own, replaced or raised by the levers."""
    paths = []
    for row in file.archetype:
        path = file.lever.mandate_by.get(row.id, {})
        own = lever_path(row.mandate, quarters, 0.0)
        replaced = lever_path(path, quarters, -1.0)
        paths.append(np.where(replaced >= 0, replaced, own))
    raised = np.array(paths) + lever_path(file.lever.mandate, quarters, 0.0)
    return np.asarray(np.clip(raised, 0.0, 1.0)[population.archetype])


def _member_mean(file: CollectiveFile, catalogue: Catalogue, column: str) -> FloatArray:
    """Mean over the catalogue ecosystems that act as one."""
    return np.array(
        [
            np.mean([float(getattr(catalogue.ecosystem(name), column)) for name in row.members])
            for row in file.ecosystem
        ]
    )


def build_start(file: CollectiveFile, population: Population) -> Start:
    """State when the history starts: imports tuned everywhere, domestic ports where the file says so."""
    rows = file.ecosystem
    imported = [place for place, row in enumerate(rows) if not row.domestic]
    domestic = [place for place, row in enumerate(rows) if row.domestic]
    tuned = sum((LEVELS - 1) * LEVELS**place for place in imported)
    own = np.zeros((population.classes, LEVELS ** len(rows)))
    started = np.array([row.domestic_start for row in file.archetype])[population.archetype]
    own[:, tuned] = 1.0 - (started if domestic else 0.0)
    for place in domestic:
        own[:, tuned + LEVELS**place] += started / len(domestic)
    installed = np.array([row.installed for row in rows])
    return Start(
        own=own,
        experience=np.array([row.experience for row in rows]),
        installed=installed,
        output=np.maximum(installed, 1.0),
        capacity=np.array([row.capacity for row in rows]),
        community=np.zeros(len(rows)),
    )
