"""How much of its peak a chip reaches: log-linear efficiencies with a posterior, borrowed within families.

Each coefficient of the model (`HEADS`) is

    log coefficient = sum over named effects of weight * effect

Effects that all chips share (a constant, the ridge, the number format, mixtures of experts) have wide
priors; effects of one ecosystem, vendor, accelerator or engine have priors around zero, so a chip without
measurements borrows from its ecosystem, an ecosystem without measurements from all, and the prior variance
of the effects that were never seen widens the interval. This is partial pooling, Gelman and Hill 2007,
ch. 12; the fit is in `calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.schema import Accelerator
from junshi.throughput.chips import Chips
from junshi.throughput.work import Work

Array = NDArray[np.float64]

HEADS = (
    "train",  # share of peak FLOP/s in training
    "prompt",  # share of peak FLOP/s when reading prompts
    "decode",  # share of peak FLOP/s in decode steps
    "bandwidth",  # share of peak memory bandwidth when decode steps read weights
    "cache",  # share of peak memory bandwidth when attention reads the cache
    "launch",  # seconds per layer and micro-batch pass of training that nothing hides
    "step",  # seconds per decode step, whatever the model: scheduling on the host
    "layer",  # seconds per layer and step of inference that nothing hides
    "reduce",  # seconds of one all-reduce or all-to-all, whatever its size
    "draft",  # cost of one draft of speculation, as a share of the decode step
    "start",  # decode steps that pass before the first token is seen, beside the prompt itself
    "bunched",  # share of the other requests of a closed loop whose prompts come at the same time
    "sequence",  # seconds per sequence and step: sampling, scheduling, detokenising
    "exposed",  # share of communication that training does not hide
)
RIDGE_16 = 989e12 / 3.35e12
"""FLOP per byte of the H100 SXM in 16 bits: the chip that ridge effects are measured from."""

REFERENCE_YEAR = 2025.5
"""Software of the middle of 2025: where the year effect is zero."""


@dataclass(frozen=True)
class Traits:
    """What the efficiency of one case may depend on.

    Attributes
    ----------
    ecosystem, accelerator, engine : names; engine empty when not known (planning)
    number_format : as in `chips.BYTES`
    mixture : routed experts
    latent : latent attention (MLA)
    lora : frozen weights in training
    ridge : FLOP per byte of the chip in the number format used
    ridge_16 : the same in 16-bit arithmetic
    year : of the software, with fraction
    width : hidden size over 4096; of an expert: its matrix over 7168 x 2048
    sample : kind and model of work given by operations and bytes of a sample, such as `vision/resnet-50`;
        empty for language models
    """

    ecosystem: str
    accelerator: str
    engine: str
    number_format: str
    mixture: bool
    latent: bool
    lora: bool
    ridge: float
    ridge_16: float
    year: float
    width: float
    sample: str = ""


def traits_of(
    chip: Accelerator,
    rate: Chips,
    number_format: str,
    work: Work,
    year: float,
    engine: str = "",
    lora: bool = False,
    sample: str = "",
) -> Traits:
    """What the efficiency of a chip on a model depends on."""
    mixture = bool(work.is_mixture)
    expert = float(work.expert_params) / max(float(work.layers), 1.0)
    width = np.sqrt(expert / (3 * 7168 * 2048)) if mixture else float(work.hidden) / 4096
    return Traits(
        ecosystem=chip.ecosystem,
        accelerator=chip.id,
        engine=engine,
        number_format=number_format,
        mixture=mixture,
        latent=bool(work.attention_flop_decode > work.attention_flop),
        lora=lora,
        ridge=float(rate.flops / rate.bandwidth),
        ridge_16=float(rate.flops_16 / rate.bandwidth),
        year=year,
        width=1.0 if sample else float(width),
        sample=sample,
    )


def effects(traits: Traits) -> dict[str, dict[str, float]]:
    """Weights of the named effects, head → effect → weight."""
    ridge = float(np.log(traits.ridge_16 / RIDGE_16))
    mixture = float(traits.mixture)
    eight = float(traits.number_format in ("fp8", "int8"))
    four = float(traits.number_format in ("fp4", "w4a8"))
    weights_only = float(traits.number_format in ("w4", "w8", "w4f8"))
    years = min(traits.year, REFERENCE_YEAR + 1.0) - REFERENCE_YEAR
    width = float(np.log(traits.width))
    train = {
        "train": 1.0,
        "ridge": ridge,
        "train.eight_bit": eight,
        "train.four_bit": four,
        "train.mixture": mixture,
        "train.lora": float(traits.lora),
        "train.year": years,
        "train.width": width,
    }
    infer = {
        "ridge": ridge,
        "infer.eight_bit": eight,
        "infer.four_bit": four,
        "infer.weights_only": weights_only,
    }
    infer |= {"infer.year": years, f"infer[{traits.ecosystem} unpacked]": weights_only}
    if traits.sample:
        own = _sample_effects(traits.sample)
        train, infer = train | own | {"train.year": 0.0}, infer | own
    bandwidth = {"bandwidth": 1.0, "bandwidth.mixture": mixture, "bandwidth.packed": weights_only + four}
    bandwidth |= {"bandwidth.ridge": ridge}
    if traits.sample:
        bandwidth = {"traffic": 1.0}
    whole = {
        "train": train | _groups(traits, "train"),
        "prompt": infer
        | {"prompt": 1.0, "prompt.mixture": mixture, "prompt.latent": float(traits.latent)}
        | _groups(traits, "infer"),
        "decode": infer | {"decode": 1.0, "decode.mixture": mixture} | _groups(traits, "infer"),
        "bandwidth": bandwidth | ({} if traits.sample else _groups(traits, "bandwidth")),
        "launch": {"launch": 1.0, "launch.mixture": mixture, "launch.sample": float(bool(traits.sample))},
        "cache": {"cache": 1.0, "bandwidth.ridge": ridge, "cache.latent": float(traits.latent)}
        | _groups(traits, "bandwidth"),
        "step": {"step": 1.0, "step.year": years, f"step[{traits.ecosystem}]": 1.0}
        | ({f"step[engine {traits.engine}]": 1.0} if traits.engine else {}),
        "layer": {"layer": 1.0, "layer.mixture": mixture, "layer.year": years} | _groups(traits, "layer"),
        "reduce": {"reduce": 1.0, "reduce.year": years, f"reduce[{traits.ecosystem}]": 1.0},
        "draft": {"draft": 1.0, f"draft[{traits.ecosystem}]": 1.0},
        "start": {"start": 1.0, f"start[{traits.ecosystem}]": 1.0}
        | ({f"start[engine {traits.engine}]": 1.0} if traits.engine else {}),
        "bunched": {"bunched": 1.0},
        "sequence": {"sequence": 1.0} | _groups(traits, "layer"),
        "exposed": {"exposed": 1.0, f"exposed[{traits.ecosystem}]": 1.0},
    }
    for head, sign in _SITE_SIGNS.items():
        whole[head] = whole[head] | {site_effect(traits, head in _TRAIN_HEADS): sign}
    return whole


def _sample_effects(sample: str) -> dict[str, float]:
    """Effects of work that is not a language model: all of it, its kind, its model."""
    return {"sample": 1.0, f"sample[{sample.partition('/')[0]}]": 1.0, f"sample[{sample}]": 1.0}


_TRAIN_HEADS = ("train", "launch")
_SITE_SIGNS = {
    "train": 1.0,
    "launch": -1.0,
    "prompt": 1.0,
    "decode": 1.0,
    "bandwidth": 1.0,
    "cache": 1.0,
    "step": -1.0,
    "layer": -1.0,
    "reduce": -1.0,
    "sequence": -1.0,
}
"""How one factor on the speed of a user's own site acts on the heads: all work faster, all waits shorter."""

SITE_SPREAD = 0.3
"""Deviation of a site's own factor before its first measurement: the scatter between published sources."""

SITE_SCATTER = 0.2
"""Scatter that is left where the site's own factor is known."""


def source_effect(publisher: str, group: str) -> str:
    """Name of the factor of one publisher's measurements of one group over the model; plans do not use it."""
    return f"source[{publisher} {group}]"


def site_effect(traits: Traits, training: bool) -> str:
    """Name of the factor of a user's own site on one accelerator; only overlays know it."""
    return f"site[{traits.accelerator} {'train' if training else 'infer'}]"


def _groups(traits: Traits, head: str) -> dict[str, float]:
    """Effects of the family of a case: ecosystem, accelerator, engine."""
    names = {f"{head}[{traits.ecosystem}]": 1.0, f"{head}[{traits.ecosystem}/{traits.accelerator}]": 1.0}
    if traits.engine:
        names[f"{head}[engine {traits.engine}]"] = 1.0
    return names


SHARED: dict[str, tuple[float, float]] = {
    "train": (np.log(0.42), 0.3),
    "ridge": (-0.3, 0.15),
    "train.eight_bit": (-0.3, 0.2),
    "train.four_bit": (-0.6, 0.3),
    "train.mixture": (-0.5, 0.3),
    "train.lora": (0.0, 0.2),
    "train.year": (0.05, 0.05),
    "train.width": (0.1, 0.1),
    "prompt": (np.log(0.55), 0.3),
    "decode": (np.log(0.5), 0.3),
    "infer.eight_bit": (-0.2, 0.2),
    "infer.four_bit": (-0.4, 0.3),
    "infer.weights_only": (-0.1, 0.2),
    "prompt.mixture": (-0.5, 0.3),
    "prompt.latent": (-0.2, 0.2),
    "decode.mixture": (-0.5, 0.3),
    "infer.year": (0.05, 0.05),
    "bandwidth": (np.log(0.75), 0.2),
    "bandwidth.mixture": (-0.2, 0.2),
    "bandwidth.packed": (-0.1, 0.2),
    "bandwidth.ridge": (0.15, 0.1),
    "launch": (np.log(40e-6), 0.6),
    "launch.mixture": (0.7, 0.4),
    "cache": (np.log(0.65), 0.25),
    "cache.latent": (0.0, 0.3),
    "draft": (np.log(0.1), 0.5),
    "step": (np.log(1e-3), 0.6),
    "step.year": (-0.3, 0.2),
    "layer": (np.log(40e-6), 0.5),
    "layer.mixture": (0.5, 0.4),
    "layer.year": (-0.2, 0.2),
    "reduce": (np.log(12e-6), 0.5),
    "reduce.year": (-0.2, 0.2),
    "start": (np.log(8.0), 0.5),
    "bunched": (np.log(0.3), 0.5),
    "sequence": (np.log(15e-6), 0.6),
    "exposed": (np.log(0.4), 0.4),
    "sample": (-0.4, 0.3),
    "traffic": (np.log(0.6), 0.25),
    "launch.sample": (-0.5, 0.6),
}
_SPREAD = {
    "train": 0.2,
    "infer": 0.2,
    "bandwidth": 0.15,
    "step": 0.4,
    "layer": 0.3,
    "reduce": 0.4,
    "draft": 0.4,
    "start": 0.8,
    "exposed": 0.3,
    "sample": 0.3,
}
_SPREAD_ACCELERATOR = 0.6
_SPREAD_ENGINE = 0.8


def prior(name: str) -> tuple[float, float]:
    """Mean and standard deviation of an effect before any measurement, in logs.

    Shared effects from the literature cited in `docs/throughput.md`; effects of a family around zero, an
    accelerator within its ecosystem closer than an ecosystem among all.
    """
    if name in SHARED:
        return SHARED[name]
    if name.startswith(("site[", "source[")):
        return 0.0, 0.0
    head, _, group = name.partition("[")
    spread = _SPREAD[head]
    if group.endswith("unpacked]"):
        return 0.0, 2 * spread
    if "/" in group:
        return 0.0, spread * _SPREAD_ACCELERATOR
    if group.startswith("engine "):
        return 0.0, spread * _SPREAD_ENGINE
    return 0.0, spread


@dataclass(frozen=True)
class Coefficients:
    """Values of the heads, arrays of one shape; see `HEADS`."""

    train: Array
    prompt: Array
    decode: Array
    bandwidth: Array
    cache: Array
    launch: Array
    step: Array
    layer: Array
    reduce: Array
    draft: Array
    start: Array
    bunched: Array
    sequence: Array
    exposed: Array

    @classmethod
    def of(cls, logs: Mapping[str, Array]) -> Coefficients:
        """From logs by head; shares of a peak stay below their ceiling by a rounded corner."""
        values = {head: np.exp(log) for head, log in logs.items()}
        for head, ceiling in CEILINGS.items():
            values[head] = _capped(values[head], ceiling)
        return cls(**values)

    def take(self, index: NDArray[np.intp]) -> Coefficients:
        """Rows `index` of arrays."""
        return Coefficients(**{head: getattr(self, head)[index] for head in HEADS})


CEILINGS = {"train": 0.8, "prompt": 1.0, "decode": 1.0, "bandwidth": 1.0, "cache": 1.0}
"""Most of a peak that is believed. Training: the highest published share of a whole step is 0.66, so what the
ridge effect extrapolates to chips with little compute for their bandwidth stops at 0.8 (assumed)."""


def _capped(share: Array, ceiling: float) -> Array:
    """A share that approaches its ceiling and never passes it: x / (1 + (x / c)^8)^(1/8)."""
    return np.asarray(share / (1 + (share / ceiling) ** 8) ** 0.125)


@dataclass(frozen=True)
class Posterior:
    """Effects after the measurements.

    Attributes
    ----------
    names : effects seen in the measurements and shared ones
    mean, covariance : of the effects, logs, shapes `[effect]` and `[effect, effect]`
    scatter : standard deviation of the log ratio of one published measurement to the model with its effects
        known, by group (`train`, `prefill`, `decode`, `serve`); `train.within` and so on for a row
        of a source whose own effect is known
    """

    names: tuple[str, ...]
    mean: Array
    covariance: Array
    scatter: dict[str, float]

    def logs(self, cases: Sequence[Traits]) -> dict[str, Array]:
        """Log coefficients, head → shape `[len(cases)]`; effects never seen count with their prior mean."""
        index = {name: position for position, name in enumerate(self.names)}
        logs = {head: np.zeros(len(cases)) for head in HEADS}
        for row, case in enumerate(cases):
            for head, weights in effects(case).items():
                logs[head][row] = sum(
                    weight * (self.mean[index[name]] if name in index else prior(name)[0])
                    for name, weight in weights.items()
                )
        return logs

    def offsets(self, sources: Sequence[str]) -> Array:
        """Mean of the source effect of each case, log; 0 for a source never seen."""
        known = {n: float(m) for n, m in zip(self.names, self.mean, strict=True) if n.startswith("source[")}
        return np.array([known.get(source, 0.0) for source in sources], dtype=np.float64)

    def coefficients(self, cases: Sequence[Traits]) -> Coefficients:
        """Likely coefficients of the cases."""
        return Coefficients.of(self.logs(cases))

    def spread(
        self,
        cases: Sequence[Traits],
        slopes: Mapping[str, Array],
        kinds: Sequence[str],
        sources: Sequence[str] | None = None,
    ) -> Array:
        """Standard deviation of the log of a throughput, shape `[len(cases)]`.

        Parameters
        ----------
        cases : traits
        slopes : head → d log throughput / d log coefficient, shape `[len(cases)]`
        kinds : keys of `scatter`
        sources : name of the source effect of each case (`source_effect`); None = a source never seen
        """
        index = {name: position for position, name in enumerate(self.names)}
        variance = np.zeros(len(cases))
        for row, case in enumerate(cases):
            known = np.zeros(len(self.names))
            unseen: dict[str, float] = {}
            for head, weights in effects(case).items():
                slope = float(slopes[head][row])
                for name, weight in weights.items():
                    if name in index:
                        known[index[name]] += slope * weight
                    else:
                        unseen[name] = unseen.get(name, 0.0) + slope * weight
            fresh = sum((weight * prior(name)[1]) ** 2 for name, weight in unseen.items())
            scatter = self.scatter[kinds[row]]
            if sources is not None and sources[row] in index:
                known[index[sources[row]]] += 1.0
                scatter = self.scatter[f"{kinds[row]}.within"]
            if site_effect(case, float(slopes["train"][row]) != 0.0) in index:
                scatter = min(scatter, SITE_SCATTER)
            variance[row] = known @ self.covariance @ known + fresh + scatter**2
        return np.sqrt(variance)


DEFAULT_SCATTER = {"train": 0.2, "prefill": 0.25, "decode": 0.25, "serve": 0.25, "sample": 0.35}
DEFAULT_SCATTER |= {"train.within": 0.15, "prefill.within": 0.25, "decode.within": 0.2, "serve.within": 0.2}
DEFAULT_SCATTER |= {"sample.within": 0.2}


def before_measurements() -> Posterior:
    """Posterior of no measurements: the prior."""
    names = tuple(SHARED)
    means, deviations = zip(*(prior(name) for name in names), strict=True)
    return Posterior(names, np.array(means), np.diag(np.square(deviations)), dict(DEFAULT_SCATTER))
