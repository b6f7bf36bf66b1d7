"""Work wanted per workload and quarter: from the scenario, or from logs."""

from junshi.demand.build import build_demand
from junshi.demand.table import DemandTable

__all__ = ["DemandTable", "build_demand"]
