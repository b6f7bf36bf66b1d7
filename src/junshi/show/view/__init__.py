"""What a run shows, as one plain object a language: the page draws it, the report prints it.

`write_view` puts `view/en.json` and `view/zh.json` into the folder of a run, so that nothing has to be solved
again to show it. `view.collective`, `view.scan` and `view.demand` stand apart, since they import what takes a
second to load.
"""

from junshi.show.view.files import both_languages, read_view, read_views, write_view
from junshi.show.view.insight import report_view
from junshi.show.view.model import OriginRow, Section, View, ViewFigure
from junshi.show.view.plan import plan_view

__all__ = [
    "OriginRow",
    "Section",
    "View",
    "ViewFigure",
    "both_languages",
    "plan_view",
    "read_view",
    "read_views",
    "report_view",
    "write_view",
]
