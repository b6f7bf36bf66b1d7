"""A quarter after the other, along many paths of supply at once: by classes, or organisation by organisation.

Both runs share every step but one: the run by classes moves the distribution of own states within each
class (the mean-field limit, exact for infinitely many organisations); the agent run draws each
organisation's choice and move from the same odds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.collective.choice import continuation, level_moves, log_costs, mix_costs, mix_odds
from junshi.collective.compiled import compiled, on_all_cores
from junshi.collective.cut_off import kept_after_cut_off
from junshi.collective.experience import maturity_at
from junshi.collective.market import divert, grown_capacity, pressed_price, serve
from junshi.collective.world import LEVELS, Now, Paths, Start, World

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.uint8]
WordArray = NDArray[np.uint32]
SmallArray = NDArray[np.int32]

CUT_OFF_QUARTERS = 4
"""Self-reliance asks what domestic cards alone do so many quarters after a total cut-off."""

FILL_MEMORY = 0.7
"""Weight of earlier quarters in the fill that organisations expect; without it orders swing."""

BLOCK = 1024
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_S32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def empty_paths(paths: int, quarters: int, classes: int, mixes: int, ecosystems: int) -> Paths:
    """Room for what a run records."""

    def room() -> FloatArray:
        return np.zeros((paths, quarters, ecosystems))

    return Paths(
        served=room(),
        ordered=room(),
        maturity=room(),
        price=room(),
        capacity=room(),
        gained=room(),
        installed=room(),
        fill=np.zeros((paths, quarters, classes, ecosystems)),
        mixes=np.zeros((paths, quarters, classes, mixes)),
        cost=np.zeros((paths, quarters, classes)),
        afterwards=np.zeros((paths, quarters)),
        ported=np.zeros((paths, quarters, classes)),
        kept=np.zeros((paths, quarters, classes)),
    )


@compiled()
def _limits(world: World, t: int, state: int, capacity: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Cards left for organisations, cards bought publicly, [ecosystem], and the room that memory leaves."""
    ecosystems = capacity.shape[0]
    limit, public = np.empty(ecosystems), np.zeros(ecosystems)
    total = (capacity * world.domestic).sum()
    room = min(1.0, world.memory_limit[t] / max(total, 1e-12))
    for e in range(ecosystems):
        if world.domestic[e] > 0.5:
            public[e] = min(world.procurement[t] * capacity[e] / max(total, 1e-12), capacity[e] * room)
            limit[e] = capacity[e] * room - public[e]
        else:
            limit[e] = world.import_limit[state, t] * world.wanted[t]
    return limit, public, room


@compiled()
def _learn(
    world: World,
    out: Paths,
    p: int,
    t: int,
    use: FloatArray,
    shares: FloatArray,
    experience: FloatArray,
    community: FloatArray,
) -> None:
    """Experience and community a quarter later, changed in place."""
    ecosystems = use.shape[0]
    domestic_use = 0.0
    for e in range(ecosystems):
        if world.domestic[e] > 0.5:
            domestic_use += use[e]
    for e in range(ecosystems):
        gained = use[e] * (1.0 + world.community_weight[t] * community[e])
        if world.domestic[e] > 0.5:
            gained += world.spillover[t] * (domestic_use - use[e])
        out.gained[p, t, e] = gained
        experience[e] = experience[e] * (1.0 - world.forgetting) + gained + world.world_use[e, t]
        grown = community[e] * (1.0 - world.community_decay) + world.community_inflow * shares[e]
        community[e] = min(grown, 1.0)


@compiled()
def settle_quarter(
    world: World,
    out: Paths,
    p: int,
    t: int,
    state: int,
    chosen: FloatArray,
    now: Now,
) -> None:
    """From the mixes chosen to deliveries, prices, capacity and experience; changes the state in place.

    `chosen` is the share of all cards wanted that each class wants through each mix, [class, mix].
    """
    classes = chosen.shape[0]
    ecosystems = world.mix.shape[1]
    experience, installed, output, capacity, community, price, shares, fill, held, first_output = now
    wanted = world.wanted[t]
    ordered = wanted * (chosen @ world.mix)
    limit, public, room = _limits(world, t, state, capacity)
    served = serve(ordered, limit, world.rank)
    for c in range(classes):
        for e in range(ecosystems):
            part = served[c, e] / ordered[c, e] if ordered[c, e] > 1e-12 else 1.0
            out.fill[p, t, c, e] = part
            fill[c, e] = FILL_MEMORY * fill[c, e] + (1.0 - FILL_MEMORY) * part
    extra = divert(ordered, served, limit, world.diverted)
    total_ordered = ordered.sum()
    work, critical_work, domestic_work = 0.0, 0.0, 0.0
    for c in range(classes):
        critical_work += world.demand_share[c] * world.critical[c]
    use, productives = np.empty(ecosystems), np.empty(ecosystems)
    for e in range(ecosystems):
        for c in range(classes):
            held[c, e] = world.survival * held[c, e] + served[c, e] + extra[c, e]
        delivered = served[:, e].sum() + extra[:, e].sum() + public[e]
        asked = ordered[:, e].sum() + public[e]
        out.served[p, t, e] = delivered
        out.ordered[p, t, e] = asked
        out.price[p, t, e] = price[e] * world.price_state[e, state] * world.price_path[e, t]
        out.capacity[p, t, e] = limit[e] + public[e]
        maturity = maturity_at(
            experience[e], t, world.gap[e], world.reference[e], world.learning_b, world.drift
        )
        out.maturity[p, t, e] = maturity
        productive = world.hardware[e, t] * maturity
        productives[e] = productive
        installed[e] = world.survival * installed[e] + delivered
        out.installed[p, t, e] = installed[e]
        work += installed[e] * productive
        kept = installed[e] * world.survival**CUT_OFF_QUARTERS * productive
        if world.domestic[e] > 0.5:
            domestic_work += kept
            for ahead in range(CUT_OFF_QUARTERS):
                domestic_work += limit[e] * world.survival**ahead * productive
        use[e] = installed[e] / 4.0
        shares[e] = ordered[:, e].sum() / max(total_ordered, 1e-12)
        if world.domestic[e] > 0.5:
            output[e] += delivered
            load = asked / max(capacity[e] * room, 1e-12)
            price[e] = pressed_price(
                world.price[e], output[e], first_output[e], world.price_b, load, world.price_pressure
            )
            capacity[e] = grown_capacity(capacity[e], asked, world.growth[state, t], world.response)
    out.kept[p, t] = kept_after_cut_off(world, t, held, out.ported[p, t], productives, limit + public)
    out.afterwards[p, t] = domestic_work / max(critical_work * work, 1e-12)
    _learn(world, out, p, t, use, shares, experience, community)


@compiled()
def begun(world: World, start: Start) -> Now:
    """State of a path before its first quarter."""
    return Now(
        start.experience.copy(),
        start.installed.copy(),
        start.output.copy(),
        start.capacity.copy(),
        start.community.copy(),
        world.price.copy(),
        start.installed / start.installed.sum(),
        np.ones((start.own.shape[0], world.mix.shape[1])),
        np.outer(world.demand_share, start.installed),
        start.output,
    )


@compiled()
def current_costs(world: World, t: int, state: int, now: Now, belief: FloatArray) -> FloatArray:
    """Log-cost of each mix in one quarter, [class, own state, mix]."""
    costs = log_costs(world, t, state, now.experience, now.price, belief)
    return mix_costs(world, state, costs, now.fill, now.shares)


@compiled()
def _replace_odds(given: FloatArray, odds: FloatArray) -> None:
    """Put given odds in place of chosen ones, for every own state of a class."""
    for c in range(odds.shape[0]):
        if not np.isnan(given[c, 0]):
            for s in range(odds.shape[1]):
                for m in range(odds.shape[2]):
                    odds[c, s, m] = given[c, m]


@compiled()
def _choose(
    world: World,
    out: Paths,
    p: int,
    t: int,
    own: FloatArray,
    odds: FloatArray,
    costs: FloatArray,
    chosen: FloatArray,
) -> None:
    """Shares of the mixes from the distribution of own states; records them, their cost and the ports."""
    classes, own_states, mixes = odds.shape
    ecosystems = world.mix.shape[1]
    for c in range(classes):
        mean = 0.0
        for m in range(mixes):
            share = 0.0
            for s in range(own_states):
                share += own[c, s] * odds[c, s, m]
                mean += own[c, s] * odds[c, s, m] * costs[c, s, m]
            out.mixes[p, t, c, m] = share
            chosen[c, m] = world.demand_share[c] * share
        out.cost[p, t, c] = mean
        ported = 0.0
        for s in range(own_states):
            for e in range(ecosystems):
                if world.domestic[e] > 0.5 and world.levels[s, e] > 0:
                    ported += own[c, s]
                    break
        out.ported[p, t, c] = ported


def run_classes(
    world: World,
    start: Start,
    states: IntArray,
    belief: FloatArray,
    ahead: FloatArray,
    given: FloatArray,
    out: Paths,
    costs_out: FloatArray,
) -> None:
    """Mean-field run along each path of supply states [path, quarter]; fills `out`.

    Parameters
    ----------
    belief : experience that organisations expect this population to add, [quarter, ecosystem]
    ahead : discounted value of own states a quarter later, [quarter, supply state, class, own state]; of
        length 0 when organisations look at each purchase alone
    given : odds of each mix that replace the choice, [quarter, class, mix]; NaN = free; of length 0 for none
    costs_out : records log-costs, [path, quarter, class, own state, mix], unless its first axis is 0
    """

    def some(begin: int, end: int) -> None:
        paths_by_classes(world, start, states, belief, ahead, given, out, costs_out, begin, end)

    on_all_cores(some, states.shape[0])


@compiled()
def paths_by_classes(
    world: World,
    start: Start,
    states: IntArray,
    belief: FloatArray,
    ahead: FloatArray,
    given: FloatArray,
    out: Paths,
    costs_out: FloatArray,
    begin: int,
    end: int,
) -> None:
    """Some of the paths of `run_classes`."""
    for p in range(begin, end):
        own = start.own.copy()
        now = begun(world, start)
        chosen = np.empty((start.own.shape[0], world.mix.shape[0]))
        for t in range(states.shape[1]):
            state = states[p, t]
            costs = current_costs(world, t, state, now, belief)
            if costs_out.shape[0] > 0:
                costs_out[p, t] = costs
            if ahead.shape[0] > 0:
                led = continuation(world, ahead[t, state], level_moves(world, now.fill))
                odds = mix_odds(world, t, costs - led)
            else:
                odds = mix_odds(world, t, costs)
            if given.shape[0] > 0:
                _replace_odds(given[t], odds)
            _choose(world, out, p, t, own, odds, costs, chosen)
            settle_quarter(world, out, p, t, state, chosen, now)
            own = moved_own(world, own, odds, level_moves(world, out.fill[p, t]))


@compiled()
def moved_own(world: World, own: FloatArray, odds: FloatArray, moves: FloatArray) -> FloatArray:
    """Distribution of own states a quarter later."""
    classes, own_states, mixes, ecosystems = moves.shape
    later = np.zeros_like(own)
    for c in range(classes):
        for s in range(own_states):
            if own[c, s] <= 0.0:
                continue
            for m in range(mixes):
                flow = own[c, s] * odds[c, s, m]
                stay = 1.0
                weight = 1
                for e in range(ecosystems):
                    moved = moves[c, s, m, e]
                    if moved > 0.0:
                        step = weight if world.mix[m, e] > 0.0 else -weight
                        later[c, s + step] += flow * moved
                        stay -= moved
                    weight *= LEVELS
                later[c, s] += flow * stay
    return later


@compiled()
def _alias(
    odds: FloatArray,
    targets: IntArray,
    slots: int,
    keep: WordArray,
    following: SmallArray,
    base: int,
    scaled: FloatArray,
    other: IntArray,
    done: ByteArray,
) -> None:
    """Walker's alias table of one distribution over `targets`, from row `base` on.

    A slot drawn at random keeps its own target while the other random bits stay below `keep`. The last three
    arrays, [slot], are room to work in: making them anew for each table takes longer than filling it.
    """
    count = odds.shape[0]
    full = 2.0**30 if slots == 4 else 2.0**29
    for k in range(slots):
        scaled[k] = odds[k] * slots if k < count else 0.0
        other[k] = k
        done[k] = 0
    for _ in range(slots):
        small, large = -1, -1
        for k in range(slots):
            if done[k] == 0:
                if scaled[k] < 1.0:
                    if small < 0:
                        small = k
                elif large < 0:
                    large = k
        if small < 0 or large < 0:
            break
        other[small] = large
        done[small] = 1
        keep[base + small] = np.uint32(np.round(scaled[small] * full))
        scaled[large] -= 1.0 - scaled[small]
    for k in range(slots):
        if done[k] == 0:
            keep[base + k] = np.uint32(full)
        following[2 * (base + k)] = targets[min(k, count - 1)]
        following[2 * (base + k) + 1] = targets[min(other[k], count - 1)]


@compiled(inline=True)
def hashed(value: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: 64 well-mixed bits of a counter."""
    value = (value ^ (value >> _S30)) * _MIX_1
    value = (value ^ (value >> _S27)) * _MIX_2
    return value ^ (value >> _S31)


@compiled()
def _one_class(
    first: int,
    last: int,
    size: NDArray[np.float32],
    own: ByteArray,
    previous: ByteArray,
    key: np.uint64,
    slots: int,
    mixes: int,
    move_keep: WordArray,
    move_next: SmallArray,
    choice_keep: WordArray,
    choice_next: SmallArray,
    sums: FloatArray,
) -> None:
    """Move and choose for the organisations of one class; adds their sizes to `sums` by mix.

    The move of the last quarter is drawn when its deliveries are known, that is: now, with the low half of
    the random bits; the choice with the high half.
    """
    mask = np.uint32(slots - 1)
    shift = np.uint32(2) if slots == 4 else np.uint32(3)
    rows = mixes + 1
    states = np.empty(BLOCK, dtype=np.int32)
    picks = np.empty(BLOCK, dtype=np.int32)
    for begin in range(first, last, BLOCK):
        count = min(BLOCK, last - begin)
        for i in range(count):
            bits = hashed(key + np.uint64(begin + i) * _GOLDEN)
            low = np.uint32(bits)
            slot = np.int32(low & mask)
            row = np.int32(own[begin + i]) * rows + np.int32(previous[begin + i])
            place = row * slots + slot
            goes = np.int32(np.uint32(low >> shift) >= move_keep[place])
            states[i] = move_next[2 * place + goes]
            high = np.uint32(bits >> _S32)
            choice_slot = np.int32(high & mask)
            spot = states[i] * slots + choice_slot
            takes = np.int32(np.uint32(high >> shift) >= choice_keep[spot])
            picks[i] = choice_next[2 * spot + takes]
        for i in range(count):
            own[begin + i] = np.uint8(states[i])
            previous[begin + i] = np.uint8(picks[i])
            sums[picks[i]] += size[begin + i]


@compiled()
def _record_mixes(world: World, out: Paths, p: int, t: int, chosen: FloatArray) -> None:
    """Record the shares of the mixes within each class."""
    for c in range(chosen.shape[0]):
        for m in range(chosen.shape[1]):
            out.mixes[p, t, c, m] = chosen[c, m] / world.demand_share[c]


def run_agents(
    world: World,
    start: Start,
    states: IntArray,
    belief: FloatArray,
    ahead: FloatArray,
    first: IntArray,
    size: NDArray[np.float32],
    seed: int,
    out: Paths,
) -> None:
    """Agent run along each path: every organisation draws its own choice and move each quarter.

    Parameters
    ----------
    first : index of the first organisation of each class, and the total, [class + 1]
    size : share of all cards wanted by each organisation
    seed : with path, quarter and organisation, the only source of chance; the number of threads has none
    """

    def some(begin: int, end: int) -> None:
        _paths_by_organisations(world, start, states, belief, ahead, first, size, seed, out, begin, end)

    on_all_cores(some, states.shape[0])


@compiled()
def _paths_by_organisations(
    world: World,
    start: Start,
    states: IntArray,
    belief: FloatArray,
    ahead: FloatArray,
    first: IntArray,
    size: NDArray[np.float32],
    seed: int,
    out: Paths,
    begin: int,
    end: int,
) -> None:
    """Some of the paths of `run_agents`."""
    for p in range(begin, end):
        classes, own_states = start.own.shape
        mixes, ecosystems = world.mix.shape
        slots = 4 if max(mixes, ecosystems + 1) <= 4 else 8
        now = begun(world, start)
        chosen = np.zeros((classes, mixes))
        own = np.empty(size.shape[0], dtype=np.uint8)
        previous = np.full(size.shape[0], mixes, dtype=np.uint8)
        for c in range(classes):
            _place(start.own[c], own, first[c], first[c + 1])
        choice_keep = np.zeros(own_states * slots, dtype=np.uint32)
        choice_next = np.zeros(2 * own_states * slots, dtype=np.int32)
        move_keep = np.zeros(own_states * (mixes + 1) * slots, dtype=np.uint32)
        move_next = np.zeros(2 * own_states * (mixes + 1) * slots, dtype=np.int32)
        sums = np.zeros(mixes)
        moves = np.zeros((classes, own_states, mixes, ecosystems))
        for t in range(states.shape[1]):
            state = states[p, t]
            costs = current_costs(world, t, state, now, belief)
            if ahead.shape[0] > 0:
                led = continuation(world, ahead[t, state], level_moves(world, now.fill))
                costs = costs - led
            odds = mix_odds(world, t, costs)
            counter = np.uint64(seed) * np.uint64(1_000_003) + np.uint64(p) * np.uint64(1_000) + np.uint64(t)
            key = hashed(counter * _GOLDEN + _MIX_2)
            for c in range(classes):
                _choice_table(odds[c], slots, choice_keep, choice_next)
                if c == 0 or world.rank[c] != world.rank[c - 1]:
                    # Deliveries are pro rata within a rank, so its classes move alike.
                    _move_table(world, moves[c], slots, move_keep, move_next)
                sums[:] = 0.0
                _one_class(
                    first[c],
                    first[c + 1],
                    size,
                    own,
                    previous,
                    key,
                    slots,
                    mixes,
                    move_keep,
                    move_next,
                    choice_keep,
                    choice_next,
                    sums,
                )
                for m in range(mixes):
                    chosen[c, m] = sums[m]
            _record_mixes(world, out, p, t, chosen)
            settle_quarter(world, out, p, t, state, chosen, now)
            moves = level_moves(world, out.fill[p, t])


@compiled()
def _place(odds: FloatArray, own: ByteArray, first: int, last: int) -> None:
    """Own states of a class's organisations in the given shares, spread evenly over the sizes."""
    states = odds.shape[0]
    owed = np.zeros(states)
    for i in range(first, last):
        best = 0
        for s in range(states):
            owed[s] += odds[s]
            if owed[s] > owed[best]:
                best = s
        owed[best] -= 1.0
        own[i] = np.uint8(best)


@compiled()
def _choice_table(odds: FloatArray, slots: int, keep: WordArray, following: SmallArray) -> None:
    """Alias tables of the mix that is chosen, for each own state of a class."""
    own_states, mixes = odds.shape
    target = np.arange(mixes)
    scaled, other, done = np.empty(slots), np.empty(slots, dtype=np.int64), np.empty(slots, dtype=np.uint8)
    for s in range(own_states):
        _alias(odds[s], target, slots, keep, following, s * slots, scaled, other, done)


@compiled()
def _move_table(world: World, moves: FloatArray, slots: int, keep: WordArray, following: SmallArray) -> None:
    """Alias tables of the own state after a quarter, for each own state and mix; none chosen = no move."""
    own_states, mixes, ecosystems = moves.shape
    odds = np.zeros(ecosystems + 1)
    target = np.zeros(ecosystems + 1, dtype=np.int64)
    scaled, other, done = np.empty(slots), np.empty(slots, dtype=np.int64), np.empty(slots, dtype=np.uint8)
    for s in range(own_states):
        for m in range(mixes + 1):
            odds[:] = 0.0
            odds[0] = 1.0
            target[:] = s
            if m < mixes:
                weight = 1
                for e in range(ecosystems):
                    if moves[s, m, e] > 0.0:
                        odds[e + 1] = moves[s, m, e]
                        odds[0] -= moves[s, m, e]
                        target[e + 1] = s + (weight if world.mix[m, e] > 0.0 else -weight)
                    weight *= LEVELS
                odds[0] = max(odds[0], 0.0)
            place = (s * (mixes + 1) + m) * slots
            _alias(odds, target, slots, keep, following, place, scaled, other, done)
