"""Further results as JSON: tipping, history, levers, sweeps, the joint fixed point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from junshi.collective.build import Setup
from junshi.collective.deep import DeepAnswer
from junshi.collective.history import HistoryFit
from junshi.collective.levers import LEVERS, LeverOutcome
from junshi.collective.sweep import SweepRun
from junshi.collective.tipping import TippingCurve


def tipping_record(curves: Sequence[TippingCurve]) -> list[dict[str, Any]]:
    """Each curve with its threshold and what it leaves behind."""
    return [
        {
            "push": curve.push,
            "strength": curve.strength.tolist(),
            "domestic_share_after": curve.share.tolist(),
            "threshold": curve.threshold,
            "remembered": curve.remembered,
            "has_tipping": curve.has_tipping,
        }
        for curve in curves
    ]


def history_record(fit: HistoryFit) -> dict[str, Any]:
    """Every figure against the forecast."""
    return {
        "fitted_until": fit.until,
        "beats_logistic_trend": fit.beats_trend,
        "parameters": {
            name: {"mean": float(draws.mean()), "sd": float(draws.std())}
            for name, draws in zip(fit.names, fit.draws.T, strict=True)
        },
        "figures": [
            {
                "period": check.figure.wanted.period,
                "metric": check.figure.wanted.metric,
                "counted": check.figure.value,
                "unit": "share" if check.figure.is_share else "thousand cards",
                "confidence": check.figure.confidence,
                "source": check.figure.source,
                "fitted": check.is_fitted,
                "q10": check.low,
                "q50": check.middle,
                "q90": check.high,
                "inside": check.is_inside,
                "logistic_trend": check.trend if check.figure.is_share else None,
            }
            for check in fit.checks
        ],
    }


def lever_record(outcome: LeverOutcome) -> dict[str, Any]:
    """One lever mix and what it brings."""
    return {
        "levers": {lever.name: float(value) for lever, value in zip(LEVERS, outcome.values, strict=True)},
        "survivable": outcome.survivable,
        "survivable_q10": outcome.survivable_low,
        "self_reliance": outcome.self_reliance,
        "gap_years": outcome.gap_years,
        "domestic_share": outcome.domestic,
        "public_cost_billion_cny_per_year": outcome.public_cost,
        "log_cost_of_organisations": outcome.private_cost,
    }


def sweep_record(runs: Sequence[SweepRun]) -> list[dict[str, Any]]:
    """One row a run."""
    return [
        dict(run.point.levers)
        | {
            "belief": run.point.belief,
            "seed": run.point.seed,
            "domestic_share": run.domestic,
            "domestic_share_q10": run.domestic_low,
            "domestic_share_q90": run.domestic_high,
            "survivable": run.survivable,
            "residual": run.residual,
        }
        for run in runs
    ]


def joint_record(setup: Setup, answer: DeepAnswer) -> dict[str, Any]:
    """Plans of the archetypes against the fast logit, and whether play came to rest."""
    names, point, calibration = setup.population.archetypes, answer.point, answer.calibration
    return {
        "converged": point.converged,
        "change": point.change,
        "gap": point.gap,
        "changes": list(point.changes),
        "reply_changes": list(point.reply_changes),
        "plan_shares": {name: point.replies[place].tolist() for place, name in enumerate(names)},
        "logit_shares": {name: answer.plain[place].tolist() for place, name in enumerate(names)},
        "calibrated_logit_shares": {name: point.logit[place].tolist() for place, name in enumerate(names)},
        "planner_domestic_log_cost": dict(zip(names, calibration.difference.tolist(), strict=True)),
        "domestic_cost_offset": dict(zip(names, calibration.offset.tolist(), strict=True)),
        "domestic_plan_less_logit": dict(zip(names, point.logit_difference.tolist(), strict=True)),
        "maturity": point.paths.maturity.tolist(),
        "price": point.paths.price.tolist(),
    }
