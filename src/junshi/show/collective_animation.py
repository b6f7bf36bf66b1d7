"""The collective quarter by quarter as one self-contained page: bars that move, a slider, a play button."""

from __future__ import annotations

import html
import json

from junshi.collective.result import CollectiveResult
from junshi.show.collective_sheets import ecosystem_names
from junshi.show.palette import FAMILIES
from junshi.text import current_language, say

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<style>
body {{ font: 15px system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
.row {{ display: grid; grid-template-columns: 11rem 1fr 4rem; gap: .6rem;
  align-items: center; margin: .4rem 0; }}
.bar {{ height: 1.3rem; background: #eee; position: relative; }}
.fill {{ position: absolute; inset: 0 auto 0 0; }}
.band {{ position: absolute; top: .45rem; height: .4rem; background: #0006; }}
output {{ font-variant-numeric: tabular-nums; text-align: right; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #ddd; }}
  .bar {{ background: #333; }} }}
</style></head><body>
<h1>{title}</h1>
<p><button id="play" type="button">▶ / ❚❚</button>
<input id="time" type="range" min="0" max="{last}" value="0" aria-label="{quarter}">
<strong id="name"></strong></p>
<h2>{shares}</h2><div id="shares"></div>
<h2>{maturity}</h2><div id="maturity"></div>
<script>
const data = {data};
const rows = {{}};
for (const group of ["shares", "maturity"]) {{
  rows[group] = data.names.map((name, k) => {{
    const row = document.createElement("div"); row.className = "row";
    const label = document.createElement("span"); label.textContent = name;
    const bar = document.createElement("div"); bar.className = "bar";
    const fill = document.createElement("div"); fill.className = "fill";
    fill.style.background = data.colours[k];
    const band = document.createElement("div"); band.className = "band";
    bar.append(fill, band);
    const out = document.createElement("output");
    row.append(label, bar, out); document.getElementById(group).append(row);
    return {{fill, band, out}};
  }});
}}
const slider = document.getElementById("time");
function show() {{
  const t = Number(slider.value);
  document.getElementById("name").textContent = data.quarters[t];
  for (const group of ["shares", "maturity"]) rows[group].forEach((row, k) => {{
    const [mean, low, high] = data[group][t][k];
    row.fill.style.width = 100 * mean + "%";
    row.band.style.left = 100 * low + "%"; row.band.style.width = 100 * (high - low) + "%";
    row.out.textContent = Math.round(100 * mean) + " %";
  }});
}}
let timer = null;
document.getElementById("play").onclick = () => {{
  if (timer) {{ clearInterval(timer); timer = null; return; }}
  timer = setInterval(() => {{
    slider.value = (Number(slider.value) + 1) % data.quarters.length; show();
  }}, 600);
}};
slider.oninput = show; show();
</script></body></html>
"""


def animation_page(result: CollectiveResult) -> str:
    """Page in the current language that needs no network."""
    names = ecosystem_names(result)

    def frames(fan: object) -> list[list[list[float]]]:
        mean, low, high = (getattr(fan, part) for part in ("mean", "low", "high"))
        return [
            [[round(float(table[t, k]), 4) for table in (mean, low, high)] for k in range(len(names))]
            for t in range(len(result.quarters))
        ]

    data = {
        "names": names,
        "quarters": list(result.quarters),
        "colours": [FAMILIES[place % len(FAMILIES)] for place in range(len(names))],
        "shares": frames(result.shares),
        "maturity": frames(result.maturity),
    }
    return _PAGE.format(
        language=current_language(),
        title=html.escape(say("collective.figure_animation")),
        quarter=html.escape(say("collective.quarter")),
        shares=html.escape(say("collective.figure_share_paths")),
        maturity=html.escape(say("collective.figure_maturity")),
        last=len(result.quarters) - 1,
        data=json.dumps(data, ensure_ascii=True).replace("<", "\\u003c"),
    )
