"""A few warm children for all threads of a process."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from server.decoder.child import MOST_ASKED, Child, Limits, Outcome
from server.decoder.wire import Json
from server.rules.errors import Unavailable

CHILDREN = max(2, os.cpu_count() or 1)
PATIENCE = 30.0
"""Seconds to wait for a child while others keep all of them busy."""


class Pool:
    """Starts children when they are needed, and keeps them."""

    def __init__(self, size: int = CHILDREN, limits: Limits = Limits()) -> None:  # noqa: B008
        self._limits = limits
        self._places = threading.BoundedSemaphore(size)
        self._idle: list[Child] = []

    def ask(self, work: str, files: Sequence[bytes], options: Json) -> list[Outcome]:
        """Return what became of each file: a child that dies of one takes no other with it."""
        done: list[Outcome] = []
        while len(done) < len(files):
            with self._child() as child:
                done += child.ask(work, files[len(done) :], options)
        return done

    def close(self) -> None:
        """End all children that nobody asks right now."""
        while child := self._last_idle():
            child.kill()

    @contextmanager
    def _child(self) -> Iterator[Child]:
        """Lend a warm child, the last used first, or a new one."""
        if not self._places.acquire(timeout=PATIENCE):
            raise Unavailable("All decoders are busy; try again.")
        try:
            child = self._warm() or Child(self._limits)
            try:
                yield child
            finally:
                if child.asked < MOST_ASKED and child.is_running():
                    self._idle.append(child)
                else:
                    child.kill()
        finally:
            self._places.release()

    def _warm(self) -> Child | None:
        while child := self._last_idle():
            if child.is_running():
                return child
            child.kill()
        return None

    def _last_idle(self) -> Child | None:
        try:
            return self._idle.pop()
        except IndexError:  # another thread was faster
            return None


_lock = threading.Lock()
_pools: dict[int, Pool] = {}


def shared() -> Pool:
    """Return this process's pool; a fork of it has its own."""
    with _lock:
        pool = _pools.get(os.getpid())
        if pool is None:
            _pools.clear()
            pool = _pools[os.getpid()] = Pool()
            atexit.register(pool.close)
        return pool
