"""What the market buys, as far as it was published by a day."""

from __future__ import annotations

import datetime as dt

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import MarketFigure
from junshi.errors import InputError
from junshi.insight.strategies import ALL_CUDA, ALL_DOMESTIC, HALF, Strategy, market_strategy
from junshi.units import Quarter

METRIC = "domestic share of cards shipped"


def domestic_market_share(catalogue: Catalogue, day: dt.date) -> MarketFigure:
    """Latest published domestic share of accelerator cards shipped in China, in per cent.

    Raises
    ------
    InputError : none was published by that day
    """
    known = [row for row in catalogue.market if row.metric == METRIC and row.published <= day]
    if not known:
        raise InputError("insight.no_market_share", day=day.isoformat(), metric=METRIC)
    return max(known, key=lambda row: (row.published, row.period))


def fixed_strategies(catalogue: Catalogue, start: Quarter) -> tuple[Strategy, ...]:
    """Fixed strategies beside a frontier: the pure ones, half, and the market's share at the start.

    Raises
    ------
    InputError : no share of the market was published by the start
    """
    share = domestic_market_share(catalogue, start.first_day).value / 100.0
    return ALL_CUDA, ALL_DOMESTIC, HALF, market_strategy(share)
