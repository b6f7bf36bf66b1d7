"""Small worlds with known behaviour: two equal ecosystems, one kind of organisation, no supply limits."""

from __future__ import annotations

from functools import cache

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.collective.build import Setup, build_setup
from junshi.collective.schema import CollectiveFile

STATED = {"source": "made for a test", "confidence": "assumed"}


@cache
def facts() -> Catalogue:
    """Catalogue that comes with the package."""
    return load_catalogue()


def twin_table(
    *,
    precision: float = 4.0,
    learning_rate: float = 0.0,
    drift: float = 0.0,
    forgetting: float = 0.0,
    peers: float = 0.0,
    forget_rate: float = 0.0,
    domestic_gap: float = 0.5,
    quarters: int = 12,
    bins: int = 1,
    life: int = 8,
) -> dict[str, object]:
    """Table of two ecosystems that differ at most in their gap at the start, `domestic_gap` against 0.5."""

    def ecosystem(name: str, domestic: bool) -> dict[str, object]:
        return {
            "id": name,
            "name": name,
            "name_zh": name,
            "members": [name],
            "domestic": domestic,
            "gap": domestic_gap if domestic else 0.5,
            "experience": 100.0,
            "world_use": 0.0,
            "world_growth_per_year": 0.0,
            "installed": 100.0,
            "hardware": 1.0,
            "hardware_growth_per_year": 0.0,
            "price": 1.0,
            "capacity": 1e6 if domestic else 0.0,
            **STATED,
        }

    regime = {"available": 100.0, "hardware": 1.0, "price": 1.0, **STATED}
    return {
        "size": {
            "organisations": 1000,
            "quarters": quarters,
            "paths": 4,
            "seed": 1,
            "history_from": "2026-Q3",
            "start": "2026-Q4",
        },
        "ecosystem": [ecosystem("cuda", False), ecosystem("cann", True)],
        "mix": [
            {"id": "a", "name": "a", "name_zh": "a", "shares": {"cuda": 1.0}},
            {"id": "b", "name": "b", "name_zh": "b", "shares": {"cann": 1.0}},
        ],
        "archetype": [
            {
                "id": "startup",
                "organisations": 1.0,
                "spend": 1.0,
                "tail": 1.5,
                "port_cost": 0.0,
                "upkeep": 0.0,
                "risk_weight": 0.0,
                "critical_share": 0.5,
                "unmet_cost": 0.0,
                "peers": peers,
                "mandate": {},
                "domestic_start": 0.0,
                **STATED,
            }
        ],
        "choice": {
            "precision": precision,
            "life_quarters": life,
            "discount_per_year": 0.08,
            "cutoff_loss": 0.0,
            "protected_share": 0.0,
            "size_bins": bins,
            **STATED,
        },
        "experience": {
            "learning_rate": learning_rate,
            "frontier_growth_per_year": 0.3,
            "frontier_drift_per_year": drift,
            "forgetting_per_quarter": forgetting,
            "community_weight": 0.0,
            "community_decay_per_quarter": 0.0,
            "community_inflow": 0.0,
            "spillover": 0.0,
            "port_rate": 1.0,
            "forget_rate": forget_rate,
            **STATED,
        },
        "demand": {
            "cards": 100.0,
            "boom_from": "2030-Q1",
            "growth_per_quarter": 0.0,
            "slowing_per_year": 0.0,
            "least_growth": 0.0,
            **STATED,
        },
        "imports": {name: dict(regime) for name in ("open", "licensed", "restricted", "cut_off")},
        "domestic": {
            "growth": {"slow": 0.0, "base": 0.0, "fast": 0.0},
            "response": 1.0,
            "price_pressure": 0.0,
            "price_learning_rate": 0.0,
            "survival_per_quarter": 0.8,
            "diverted": 0.0,
            **STATED,
        },
        "cut_off": {
            "quarters": 8,
            "import_survival_per_quarter": 0.9,
            "rented_share": 0.3,
            "domestic_output": 0.6,
            **STATED,
        },
        "lever_cost": {
            "reference_price_cny": 100_000.0,
            "capacity_price_ratio": 3.0,
            "open_source_billion_cny_per_year": 1.0,
            **STATED,
        },
    }


def twin_file(**changes: float) -> CollectiveFile:
    """File of two equal ecosystems."""
    return CollectiveFile.model_validate(twin_table(**changes))  # type: ignore[arg-type]


def twin(**changes: float) -> Setup:
    """Setup of two equal ecosystems."""
    return build_setup(twin_file(**changes), facts())
