"""Files that a run can be taken away as."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Path as InPath

from junshi.page.api.runs import result_of, scenario_text, view_of
from junshi.page.api.state import Serving
from junshi.page.exports import purchase_list, tables_zip
from junshi.page.refusal import Refusal
from junshi.page.runs import files
from junshi.page.runs.record import Kind
from junshi.page.runs.store import Run
from junshi.show.report import report_html
from junshi.text import current_language

router = APIRouter(tags=["runs"])
RunId = Annotated[str, InPath(max_length=64)]
What = Literal["purchase-list.csv", "tables.zip", "plan.json", "report.html", "scenario.toml"]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "toml": "application/toml; charset=utf-8",
}


@router.get("/runs/{run}/export/{what}", response_class=Response, summary="A run as a file")
def export(run: RunId, what: What, serving: Serving) -> Response:
    """Give a file to keep: purchase list, tables, result, report or scenario."""
    found = serving.store.get(run)
    content = _content(found, what)
    name = f"junshi-{found.request.kind.value}-{found.request.id}-{what}"
    return Response(
        content,
        media_type=KINDS[what.rsplit(".", 1)[-1]],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _content(run: Run, what: What) -> bytes | str:
    if what == "scenario.toml":
        return scenario_text(run)
    result = result_of(run)
    if what == "plan.json":
        return (run.folder / files.RESULT).read_bytes()
    if what == "tables.zip":
        return tables_zip(run.folder, view_of(run))
    if what == "report.html":
        return report_html(run.folder, current_language())
    if run.request.kind is not Kind.PLAN:
        raise Refusal(404, "page_api.only_plans")
    return purchase_list(result)
