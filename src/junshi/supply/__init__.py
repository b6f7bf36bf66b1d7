"""The uncertain world: dated events, a Markov chain estimated from them, and what its states do."""

from junshi.supply.build import build_supply
from junshi.supply.chain import MarkovChain, SupplyEffects, SupplyState
from junshi.supply.estimate import SupplyEstimate, estimate_supply
from junshi.supply.sample import sample_paths, stationary_distribution

__all__ = [
    "MarkovChain",
    "SupplyEffects",
    "SupplyEstimate",
    "SupplyState",
    "build_supply",
    "estimate_supply",
    "sample_paths",
    "stationary_distribution",
]
