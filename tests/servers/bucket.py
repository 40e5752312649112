"""An S3-compatible server on this machine: moto's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from moto.server import ThreadedMotoServer


@contextmanager
def bucket_server(*buckets: str) -> Iterator[str]:
    """Give the address of a server that has these buckets."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for bucket in buckets:
            httpx2.put(f"http://{host}:{port}/{bucket}").raise_for_status()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
