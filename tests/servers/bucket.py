"""An S3-compatible server on this machine: moto's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import obstore
from moto.server import ThreadedMotoServer
from obstore.store import S3Store


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


def bucket(endpoint: str, name: str) -> S3Store:
    """Open a bucket to write to; all servers of this process have the same buckets."""
    return S3Store(
        name,
        endpoint=endpoint,
        region="us-east-1",
        access_key_id="id",
        secret_access_key="secret",
        client_options={"allow_http": True},
    )


def put_folder(store: S3Store, folder: Path, prefix: str) -> None:
    """Put a folder's files into a bucket, below a prefix."""
    for path in folder.rglob("*"):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            obstore.put(store, f"{prefix}/{name}", path.read_bytes())
