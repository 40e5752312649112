"""How often one caller may ask.

Processes that share a broker count together. Each has a count of its own as well, which decides
while the broker is away: a bucket of acts per caller, filled at a steady rate.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from server.api.shared_counts import open_shared_counts
from server.rules.errors import TooMany
from server.rules.rates import HOUR, Rate
from server.settings import Settings

LOGINS_PER_MINUTE = 10
"""Passwords that may be tried for one name."""
SIGN_INS_PER_MINUTE = 60
"""Passwords and sign-ins at the issuer from one address; a team may share one."""
MOST_CALLERS = 10_000
"""Callers that are remembered; whoever has been silent longest is forgotten, with a full bucket."""


class SharedCounts(Protocol):
    """A count that several processes share."""

    def wait(self, rate: Rate, caller: str) -> float | None:
        """Count one act; return the seconds until it is allowed, None where nobody can say."""


class Throttle:
    """Lets each caller begin so many acts, all of them at once if need be."""

    def __init__(
        self,
        rate: Rate,
        *,
        shared: SharedCounts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rate = rate
        self._shared = shared
        self._clock = clock
        self._lock = Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Caller -> (acts left, when that was so)."""

    def enter(self, caller: object) -> None:
        """Count one act, or raise `TooMany` with the seconds until the next one is allowed."""
        if not self.rate.most:
            return
        wait = self._shared.wait(self.rate, str(caller)) if self._shared else None
        if wait is None:
            wait = self._own_wait(str(caller))
        if wait > 0:
            raise TooMany(f"{self.rate} are allowed", wait=math.ceil(wait))

    def _own_wait(self, caller: str) -> float:
        most, moment = float(self.rate.most), self._clock()
        per_second = most / self.rate.seconds
        with self._lock:
            left, since = self._buckets.pop(caller, (most, moment))
            left = min(most, left + (moment - since) * per_second)
            allowed = left >= 1
            self._buckets[caller] = (left - 1 if allowed else left, moment)
            while len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
        return 0 if allowed else (1 - left) / per_second


@dataclass
class Throttles:
    """What is limited: of a person, a name or a network address."""

    requests: Throttle
    submissions: Throttle
    imports: Throttle
    logins: Throttle
    sign_ins: Throttle


def open_throttles(settings: Settings) -> Throttles:
    """Return the limits that the settings name, shared by way of a broker that others use."""
    shared = open_shared_counts(settings.broker_url)

    def throttle(rate: Rate) -> Throttle:
        return Throttle(rate, shared=shared)

    return Throttles(
        requests=throttle(Rate("requests", settings.requests_per_minute)),
        submissions=throttle(Rate("submissions", settings.submissions_per_minute)),
        imports=throttle(Rate("imports", settings.imports_per_hour, HOUR)),
        logins=throttle(Rate("passwords", LOGINS_PER_MINUTE)),
        sign_ins=throttle(Rate("sign-ins", SIGN_INS_PER_MINUTE)),
    )
