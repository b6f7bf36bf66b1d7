"""Views of the collective, scans and demand, until show.view has them."""

from __future__ import annotations

from typing import Any

from junshi.show import view
from junshi.show.view import View
from junshi.text import current_language


def _view(name: str) -> Any:
    def build(*arguments: Any) -> Any:
        make = getattr(view, f"{name}_view", None)
        return View(name, current_language(), name, (), ()) if make is None else make(*arguments)

    return build


collective_view, scan_view, demand_view = map(_view, ("collective", "scan", "demand"))
