"""What parent and child say to each other: a head in JSON, then bytes, over one socket.

A question carries any number of files, and each gets an answer of its own, in order, as soon as it
is there: so the parent knows which file a child died of. The child has read the whole question
before it answers, so neither ever waits for the other to read.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
Bytes = bytes | bytearray | memoryview

_LENGTHS = struct.Struct("<II")
BUFFER = 4 * 2**20
"""Bytes that may be on their way, where the system lets: fewer turns of both processes a mask."""
MAX_HEAD = 64 * 2**20


class Broken(Exception):
    """The other side is gone, silent for too long, or says what nobody may say."""


class Channel:
    """One end of the socket."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)

    def send(
        self, head: Json, bodies: Sequence[Bytes] = (), *, seconds: float | None = None
    ) -> None:
        """Send a head and its bytes."""
        text = json.dumps({**head, "sizes": [len(each) for each in bodies]}).encode()
        self._end.settimeout(seconds)
        try:
            self._end.sendall(_LENGTHS.pack(len(text), sum(map(len, bodies))) + text)
            for body in bodies:
                self._end.sendall(body)
        except OSError as error:
            raise Broken(str(error)) from None

    def receive(self, *, most: int, seconds: float | None = None) -> tuple[Json, list[memoryview]]:
        """Return the next head and its bytes, of which there may be so many.

        Raises:
            Broken: Also when it is not all there after so many seconds.
        """
        until = None if seconds is None else time.monotonic() + seconds
        head_size, size = _LENGTHS.unpack(self._exactly(_LENGTHS.size, until))
        if head_size > MAX_HEAD or size > most:
            raise Broken(f"{head_size} and {size} bytes")
        try:
            head: Json = json.loads(bytes(self._exactly(head_size, until)))
            sizes = [int(each) for each in head.pop("sizes")]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Broken("no head") from None
        if sum(sizes) != size or any(each < 0 for each in sizes):
            raise Broken("other sizes")
        return head, [self._exactly(each, until) for each in sizes]

    def close(self) -> None:
        """Hang up; the other side ends."""
        self._end.close()

    def _exactly(self, size: int, until: float | None) -> memoryview:
        found = memoryview(bytearray(size))
        rest = found
        while rest:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise Broken("silent for too long")
            self._end.settimeout(left)
            try:
                count = self._end.recv_into(rest)
            except OSError as error:
                raise Broken(str(error)) from None
            if count == 0:
                raise Broken("gone")
            rest = rest[count:]
        return found
