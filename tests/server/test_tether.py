"""Children end with whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from server.tether import tethered
from tests.servers.workers import command_of, descendants, eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's own")

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(1000)"]
PARENT = f"""
import subprocess
from server.tether import tethered
subprocess.run(tethered({SLEEP!r}))
"""


def test_a_killed_parent_takes_its_child_with_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT])
    eventually(
        lambda: any("sleep(1000)" in command_of(pid) for pid in descendants(parent.pid)),
        "the child sleeps",
    )
    children = descendants(parent.pid)
    parent.kill()
    parent.wait()
    eventually(lambda: not any(command_of(pid) for pid in children), "the child is gone")


def test_a_parent_that_died_before_is_noticed() -> None:
    command = tethered(SLEEP)
    command[3] = str(os.getpid() + 1)
    assert subprocess.run(command, timeout=60, check=False).returncode == -signal.SIGKILL
