"""What the market buys, as far as it was published by a day."""

from __future__ import annotations

import datetime as dt

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import MarketFigure
from junshi.errors import InputError

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
