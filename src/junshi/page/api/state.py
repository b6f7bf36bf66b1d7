"""What the routes share: the stores of one server, found through the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from junshi.page.drafts import Drafts
from junshi.page.limits import RateLimit
from junshi.page.runs.pool import Pool
from junshi.page.runs.store import Store
from junshi.page.settings import PageSettings
from junshi.page.uploads import Uploads


@dataclass(frozen=True)
class Served:
    """Everything that one server keeps."""

    settings: PageSettings
    store: Store
    pool: Pool
    drafts: Drafts
    uploads: Uploads
    starts: RateLimit

    @classmethod
    def of(cls, settings: PageSettings) -> Served:
        """Stores below the folder of the settings."""
        store = Store(settings.runs)
        return cls(
            settings,
            store,
            Pool(store, settings.at_once, settings.waiting),
            Drafts(settings.runs),
            Uploads(settings.runs),
            RateLimit(settings.starts_per_minute),
        )


def _served(request: Request) -> Served:
    found: Served = request.app.state.served
    return found


Serving = Annotated[Served, Depends(_served)]
