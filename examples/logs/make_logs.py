"""Make the two example logs: invented numbers in the formats of real logs, always the same.

Run `python examples/logs/make_logs.py` to write `jobs.csv.gz` (a GPU-cluster task list over two years) and
`serving.csv.gz` (one in a million requests of an LLM service, 2024-10 to 2026-09) beside this file.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import math
import random
from pathlib import Path

SEED = 20261124
DAY_S = 86_400.0
DAYS = 730.0
JOBS = 2_000
JOB_GROWTH_PER_YEAR = 0.6
REQUESTS = 3_000
REQUEST_GROWTH_PER_YEAR = 1.2
FIRST_REQUEST = dt.datetime(2024, 10, 1, tzinfo=dt.UTC)

JOB_COLUMNS = (
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,"
    "creation_time,deletion_time,scheduled_time"
)
REQUEST_COLUMNS = "TIMESTAMP,ContextTokens,GeneratedTokens"


def growing_moment(chance: float, growth_per_year: float) -> float:
    """Second at which a share `chance` of a stream that grows steadily has passed."""
    rate = math.log1p(growth_per_year) / 365.25
    return DAY_S * math.log1p(chance * math.expm1(rate * DAYS)) / rate


def moments(rng: random.Random, count: int, growth_per_year: float) -> list[float]:
    """Sorted seconds of events, evenly spread but for a little chance, so that small logs are smooth."""
    shares = ((number + rng.random()) / count for number in range(count))
    return sorted(growing_moment(share, growth_per_year) for share in shares)


def make_jobs(seed: int = SEED) -> str:
    """Text of the task list: a third of the tasks use a part of a GPU, one in twenty never runs."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    lines = [JOB_COLUMNS]
    for number, created in enumerate(moments(rng, JOBS, JOB_GROWTH_PER_YEAR)):
        fraction = rng.random() < 1 / 3
        gpus = 1 if fraction else rng.choice((1, 2, 4, 8))
        milli = rng.choice((250, 500)) if fraction else 1000
        service = "LS" if rng.random() < 0.6 else "BE"
        waits = rng.expovariate(1 / 600)
        hours = rng.lognormvariate(math.log(30), 0.7)
        never_runs = rng.random() < 0.05
        starts = min(created + waits, DAYS * DAY_S)
        ends = min(starts + (0.0 if never_runs else hours * 3600), DAYS * DAY_S)
        scheduled = "" if never_runs else f"{starts:.0f}"
        phase = "Pending" if never_runs else "Running" if ends == DAYS * DAY_S else "Succeeded"
        cores, memory = 8000 * gpus, 32768 * gpus
        lines.append(
            f"task-{number:04d},{cores},{memory},{gpus},{milli},,{service},{phase},{created:.0f},{ends:.0f},{scheduled}"
        )
    return "\n".join(lines) + "\n"


def make_requests(seed: int = SEED) -> str:
    """Text of the serving log: more by day than by night, long questions and shorter answers."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    lines = [REQUEST_COLUMNS]
    for moment in moments(rng, REQUESTS, REQUEST_GROWTH_PER_YEAR):
        hour = min(max(rng.gauss(14, 4), 0.0), 23.99)
        midnight = FIRST_REQUEST + dt.timedelta(days=moment // DAY_S)
        when = midnight + dt.timedelta(seconds=int(hour * 3600))
        tokens_in = max(int(rng.lognormvariate(math.log(900), 0.8)), 1)
        tokens_out = max(int(rng.lognormvariate(math.log(250), 0.6)), 1)
        lines.append(f"{when:%Y-%m-%d %H:%M:%S}.0000000,{tokens_in},{tokens_out}")
    return "\n".join([lines[0], *sorted(lines[1:])]) + "\n"


def compress(text: str) -> bytes:
    """Text as gzip without a time stamp, so that the file is the same every time."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        stream.write(text.encode())
    return packed.getvalue()


def main() -> None:
    """Write both logs."""
    folder = Path(__file__).parent
    (folder / "jobs.csv.gz").write_bytes(compress(make_jobs()))
    (folder / "serving.csv.gz").write_bytes(compress(make_requests()))


if __name__ == "__main__":
    main()
