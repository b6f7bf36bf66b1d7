"""A scenario that is planned in seconds: one laboratory, two accelerators, two workloads, three quarters."""

from __future__ import annotations

from pathlib import Path

TEXT = """\
accelerators = ["h20-96g", "ascend-910c"]

[organisation]
name = "Small"
archetype = "lab"

[horizon]
start = "2027-Q1"
quarters = 3

[risk]
weight = 0.3
tail = 0.2

[budget]
per_quarter = 3e7

[site]
power_mw = 1
energy_price_per_kwh = 0.6

[engineers]
days_per_quarter = 100
cost_per_day = 4000

[supply]
demand_levels = 1

[[market]]
accelerator = "h20-96g"
price = 150_000
rental_per_hour = 7
max_order_per_quarter = 100
max_rent = 50
resale_share = 0.5
lead_time_quarters = 1

[[market]]
accelerator = "ascend-910c"
price = 150_000
rental_per_hour = 7
max_order_per_quarter = 100
max_rent = 50
resale_share = 0.4
lead_time_quarters = 1
tdp_w = 700

[[fleet]]
accelerator = "h20-96g"
units = 60

[[workload]]
id = "chat"
kind = "serve"
model = "qwen3-32b"
demand = 50_000
growth_per_year = 0.5
peak_to_mean = 1.5
unmet_cost_per_1e9 = 60_000
critical = true
runs_on = { cuda = 1 }
porting = [{ ecosystem = "cann", days = 80 }]

[[workload]]
id = "batch"
kind = "batch"
model = "qwen3-32b"
demand = 10_000
unmet_cost_per_1e9 = 9_000
runs_on = { cuda = 1 }
"""


def small_scenario(folder: Path, old: str = "", new: str = "") -> Path:
    """The file, with one part of its text replaced."""
    assert old in TEXT
    file = folder / "small.toml"
    file.write_text(TEXT.replace(old, new, 1) if old else TEXT, encoding="utf-8")
    return file
