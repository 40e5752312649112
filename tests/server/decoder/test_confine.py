"""What a confined process cannot do, tried by one that wants to."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys

import pytest

LIMITED = """
import errno, os, socket, sys
from server.decoder import confine
lacking = confine.confine(memory=2**29)
tries = {
    "file": lambda: open("/etc/passwd"),
    "socket": lambda: socket.socket(),
    "socket in another's place": lambda: (os.close(0), socket.socket()),
    "program": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(os.getppid(), 0),
    "memory": lambda: bytearray(2**29),
}
for name, attempt in tries.items():
    try:
        attempt()
        print("DID", name)
    except (OSError, MemoryError) as refused:
        print(type(refused).__name__, name)
print(lacking)
sys.stdout.flush()
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
    )


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="only there the kernel filters calls",
)
def test_no_file_no_network_no_program_no_memory() -> None:
    done = run(LIMITED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "OSError file",
        "PermissionError socket",
        "PermissionError socket in another's place",
        "PermissionError program",
        "PermissionError signal",
        "MemoryError memory",
        "[]",
    ]


def test_time_is_given_for_each_file_anew() -> None:
    code = """
import time
from server.decoder import confine
for _ in range(2):
    confine.allow_seconds(1)
    until = time.process_time() + 0.7
    while time.process_time() < until:
        pass
print("both", flush=True)
confine.allow_seconds(1)
while True:
    pass
"""
    done = run(code)
    assert done.stdout == "both\n"
    assert done.returncode == -signal.SIGXCPU


def test_a_machine_without_such_limits_says_so() -> None:
    code = """
import platform, sys
sys.modules["resource"] = None
platform.machine = lambda: "other"
from server.decoder import confine
confine.allow_seconds(1)
print(confine.confine(memory=2**29))
"""
    assert run(code).stdout == "['limits of memory, time and files', 'a filter of system calls']\n"
