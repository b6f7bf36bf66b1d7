"""What a run shows, as one plain object a language: the page draws it, the report prints it.

`write_view` puts `view/en.json` and `view/zh.json` into the folder of a run, so that nothing has to be solved
again to show it. Each kind of run has its builder in a module of its own: `plan.plan_view`,
`insight.report_view`, `collective.collective_view`, `scan.scan_view`, `demand.demand_view`; they are not
imported here, since some take a second to load.
"""

from junshi.show.view.files import both_languages, read_view, read_views, write_view
from junshi.show.view.model import OriginRow, Section, View, ViewFigure

__all__ = [
    "OriginRow",
    "Section",
    "View",
    "ViewFigure",
    "both_languages",
    "read_view",
    "read_views",
    "write_view",
]
