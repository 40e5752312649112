"""Counts of acts that all processes of a service share, kept by the broker.

People label without a broker (docs/decisions/0024): what asks it waits a fifth of a second at
most, and after one failure nobody asks it for a while.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock
from urllib.parse import urlsplit

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from server.rules.rates import Rate

logger = logging.getLogger(__name__)

SECONDS = 0.2
"""For an answer: the next room, not the next continent."""
AWAY_SECONDS = 5.0
"""After a failure the broker is left alone for so long; then one caller looks again."""
SHARED_SCHEMES = frozenset({"redis", "rediss"})
"""Not the embedded mode's private socket: one process serves there, and its own count is enough."""
PREFIX = "maskloop:limits"


class BrokerCounts:
    """Two numbers per caller: this window's acts, and those of the one before in proportion."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._storage = RedisStorage(
            url,
            key_prefix=PREFIX,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]
        )
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._clock = clock
        self._lock = Lock()
        self._away_until: float | None = None

    def wait(self, rate: Rate, caller: str) -> float | None:
        """Count one act; return the seconds until it is allowed, None while the broker is away."""
        if not self._may_ask():
            return None
        item = RateLimitItemPerSecond(rate.most, rate.seconds, namespace=rate.name)
        try:
            wait = self._asked(item, caller)
        except (RedisError, OSError) as error:
            self._failed(error)
            return None
        self._away_until = None
        return wait

    def _asked(self, item: RateLimitItem, caller: str) -> float:
        if self._limiter.hit(item, caller):
            return 0
        # Another process may have used up what became free meanwhile: never 0 here.
        return max(1, self._limiter.get_window_stats(item, caller).reset_time - time.time())

    def _may_ask(self) -> bool:
        with self._lock:
            if self._away_until is None:
                return True
            if self._clock() < self._away_until:
                return False
            self._away_until = self._clock() + AWAY_SECONDS  # only this caller looks
            return True

    def _failed(self, error: Exception) -> None:
        with self._lock:
            if self._away_until is None:
                logger.warning("limits are counted per process, the broker is away: %s", error)
            self._away_until = self._clock() + AWAY_SECONDS


def open_shared_counts(broker_url: str | None) -> BrokerCounts | None:
    """Return the counts of a broker that several processes may use; None: there is none."""
    if broker_url is None or urlsplit(broker_url).scheme not in SHARED_SCHEMES:
        return None
    return BrokerCounts(broker_url)
