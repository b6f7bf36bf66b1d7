"""How much a client may send and start."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MEGABYTE = 1_000_000
BODY_BYTES = 6 * MEGABYTE
"""Most bytes of a body: a scenario file of the largest size that is read, escaped in JSON."""
UPLOAD_BYTES = 64 * MEGABYTE
"""Most bytes of an uploaded log or archive."""
FORM_BYTES = MEGABYTE
"""What a form may have besides its file."""
MOST_DRAFTS, MOST_UPLOADS, MOST_RUNS = 2_000, 200, 2_000
MOST_EDITS = 500
MOST_CLIENTS = 10_000
MINUTE = 60.0


class RateLimit:
    """At most so many starts a minute for each client.

    Examples
    --------
    >>> limit = RateLimit(2, clock=lambda: 0.0)
    >>> [limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")]
    [True, True, False, True]
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._starts: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, client: str) -> bool:
        """Whether one more start is allowed now; it is counted if so."""
        now = self._clock()
        with self._lock:
            starts = self._starts.setdefault(client, deque())
            self._starts.move_to_end(client)
            while len(self._starts) > MOST_CLIENTS:
                self._starts.popitem(last=False)
            while starts and starts[0] <= now - MINUTE:
                starts.popleft()
            if len(starts) >= self._per_minute:
                return False
            starts.append(now)
            return True
