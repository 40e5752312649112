"""How often one caller may ask: a bucket of requests per caller, filled at a steady rate.

Each process counts for itself: the limit guards a process from one caller's loop, it is no quota.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from server.rules.errors import TooMany

MOST_CALLERS = 10_000
"""Callers that are remembered; whoever has been silent longest is forgotten, with a full bucket."""


class Throttle:
    """Lets each caller begin `per_minute` acts a minute, all of them at once if need be."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._lock = Lock()
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        """Caller -> (acts left, when that was so)."""

    def enter(self, caller: Hashable) -> None:
        """Count one act, or raise `TooMany` with the seconds until the next one is allowed."""
        if not self.per_minute:
            return
        rate, moment = self.per_minute / 60, self._clock()
        with self._lock:
            left, since = self._buckets.pop(caller, (float(self.per_minute), moment))
            left = min(float(self.per_minute), left + (moment - since) * rate)
            allowed = left >= 1
            self._buckets[caller] = (left - 1 if allowed else left, moment)
            while len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
        if not allowed:
            raise TooMany(per_minute=self.per_minute, wait=math.ceil((1 - left) / rate))
