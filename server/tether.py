"""Ties a child to its parent's life: `python -S tether.py PARENT_PID SIGNAL COMMAND...`.

Run as a file and without site packages, so that it costs milliseconds. The kernel sends SIGNAL
when the *thread* that started this process ends: start tethered children from a main thread.
"""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tether(parent: int, number: int) -> None:
    """Have the kernel send signal `number` to this process when `parent` dies (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was told to watch it
        os.kill(os.getpid(), number)


def tethered(command: list[str], death: signal.Signals = signal.SIGKILL) -> list[str]:
    """Return the command line that runs `command` tied to the calling process."""
    return [sys.executable, "-S", __file__, str(os.getpid()), str(int(death)), *command]


if __name__ == "__main__":
    tether(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606  (the command is the supervisor's own)
