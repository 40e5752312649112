"""The child: `python -m server.decoder.main MEMORY`, its socket on descriptor 0.

It ends when the parent hangs up, so none outlives the service that started it.
"""

from __future__ import annotations

import socket
import sys

from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from server.decoder import confine, works
from server.decoder.wire import Broken, Channel, Json
from server.rules.errors import Refusal

MOST_ASKED = 300 * 2**20
"""Bytes of a question: the longest document and some."""
PLUGINS = (JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
"""Loaded now: once confined, this process opens no file."""


def main() -> None:
    """Answer questions until the parent hangs up."""
    channel = Channel(socket.socket(fileno=0))
    Image.preinit()
    lacking = confine.confine(memory=int(sys.argv[1]))
    channel.send({"lacking": lacking})
    while True:
        try:
            question, files = channel.receive(most=MOST_ASKED)
        except Broken:
            return
        while files:
            confine.allow_seconds(question["seconds"])
            head, body = _answer(question, bytes(files.pop(0)))
            channel.send(head, [body])


def _answer(question: Json, data: bytes) -> works.Answer:
    try:
        return works.do(question["work"], data, question["options"])
    except MemoryError:
        return {"broke": "memory"}, b""
    except Refusal as refusal:
        return {
            "refused": type(refusal).__name__,
            "detail": refusal.detail,
            "field": refusal.fields[0].name if refusal.fields else None,
        }, b""
    except Exception as error:  # a decoder's own faults are many
        return {"broke": type(error).__name__}, b""


if __name__ == "__main__":
    main()
