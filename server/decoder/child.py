"""One decoding process as its parent sees it: started, asked, killed."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from server.decoder.wire import Broken, Channel, Json
from server.rules.errors import Invalid, Refusal, TooLarge, Unavailable, UnsupportedMedia
from server.rules.images import MAX_PIXELS

logger = logging.getLogger(__name__)

START_SECONDS = 20.0
"""Reading the modules takes 0.2 s; a busy machine takes its time."""
MOST_ANSWERED = 4 * MAX_PIXELS
"""Bytes of an answer: the PNG of a TIFF can be as long as its pixels and some."""
MOST_ASKED = 10_000
"""Files that one child is given before another takes its place."""
REFUSALS: dict[str, type[Refusal]] = {
    kind.__name__: kind for kind in (Invalid, TooLarge, UnsupportedMedia)
}


@dataclass(frozen=True)
class Limits:
    """What one child may take: memory in bytes, and seconds for each file."""

    memory: int = 2**30
    seconds: int = 10


_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""All that a child gets: no credential of the service. Idle threads reserve memory that counts."""

Outcome = tuple[Json, memoryview] | Refusal


class Child:
    """A warm child. When it broke once, it is dead: there is nothing to ask it any more."""

    def __init__(self, limits: Limits) -> None:
        """Start it; raise `Unavailable` where this machine starts no more processes."""
        self.limits = limits
        self.asked = 0
        """Files that it was given."""
        self.alive = True
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours)
        command = [sys.executable, "-m", "server.decoder.main", str(limits.memory)]
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603  (our own module)
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(sys.path)},
                    start_new_session=True,  # Ctrl+C is for the parent, which then hangs up
                )
        except OSError as error:
            ours.close()
            raise Unavailable(f"No decoder can be started: {error.strerror}.") from None
        try:
            hello, _ = self._channel.receive(most=0, seconds=START_SECONDS)
        except Broken as reason:
            self.kill()
            raise Unavailable(f"The decoder did not start: {reason}.") from None
        for lacking in hello.get("lacking", ()):
            _say_once(str(lacking))

    def ask(self, work: str, files: Sequence[bytes], options: Json) -> list[Outcome]:
        """Return what became of each file, up to the one that it died of."""
        limits, done = self.limits, list[Outcome]()
        question = {"work": work, "options": options, "seconds": limits.seconds}
        self.asked += len(files)
        try:
            self._channel.send(question, files, seconds=limits.seconds)
            for _ in files:
                head, bodies = self._channel.receive(most=MOST_ANSWERED, seconds=limits.seconds)
                done.append(self._outcome(head, bodies))
        except Broken as reason:
            logger.warning("a decoder broke: %s", reason)
            self.kill()
            done.append(_too_much(limits))
        return done

    def is_running(self) -> bool:
        """Whether it is there to be asked."""
        return self.alive and self._process.poll() is None

    def kill(self) -> None:
        """End it now."""
        self.alive = False
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def _outcome(self, head: Json, bodies: Sequence[memoryview]) -> Outcome:
        """Read an answer; what a child says is as little trusted as what it was given."""
        if "broke" in head:
            logger.warning("a decoder gave up: %s", head["broke"])
            self.asked = MOST_ASKED  # what is left of its memory is not worth knowing
            return _too_much(self.limits)
        if "refused" in head:
            kind = REFUSALS.get(str(head["refused"]), Invalid)
            field = head.get("field")
            return kind(str(head.get("detail"))[:1000], field=str(field) if field else None)
        if len(bodies) != 1:
            raise Broken("no body")
        return head, bodies[0]


def _too_much(limits: Limits) -> Invalid:
    return Invalid(
        f"This cannot be decoded within {limits.memory >> 20} MiB of memory and {limits.seconds} s."
    )


@cache
def _say_once(lacking: str) -> None:
    logger.warning("this machine confines decoders without %s", lacking)
