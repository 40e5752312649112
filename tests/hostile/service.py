"""A real service in a process of its own, and what a request costs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from server.settings import Settings
from server.tether import tethered

MOST_SECONDS = 2.0
MOST_GROWTH = 200 * 2**20
START_SECONDS = 60.0
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Watched:
    """The process of the service; its decoders count as it."""

    def __init__(self, pid: int, url: str) -> None:
        self.pid, self.url = pid, url
        self.before = 0

    def seconds(self) -> float:
        """Return what the service has computed so far."""
        own = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = sum(map(int, own[11:15]))  # its own, and those of children that have ended
        for child in self._children():
            ticks += sum(map(int, child.rpartition(")")[2].split()[11:15]))
        return ticks * TICK

    def rest(self) -> None:
        """Note what it holds now: growth counts from here."""
        self.before = self.resident()
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")  # its peak is what it has now

    def growth(self) -> int:
        """Return by how much it is larger now, or was at its peak; the decoders as they are now."""
        peak = _kilobytes(self.pid, "VmHWM") - _kilobytes(self.pid, "VmRSS")
        return self.resident() + peak - self.before

    def resident(self) -> int:
        """Return what it and its decoders hold."""
        pids = [self.pid, *(int(each.split()[0]) for each in self._children())]
        return sum(_kilobytes(pid, "VmRSS") for pid in pids)

    def _children(self) -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                stat = path.read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == self.pid:
                found.append(stat)
        return found


def _kilobytes(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(name))


@contextmanager
def service(settings: Settings, application: str = "server.app:create_app") -> Iterator[Watched]:
    """Run the web process of a service; give it once it answers."""
    command = [sys.executable, "-m", "uvicorn", "--factory", application, "--port", "0"]
    log = settings.data / "api.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            tethered([*command, "--no-access-log"]),
            env={**os.environ, **settings.as_environment()},
            stderr=file,
        )
    try:
        yield Watched(process.pid, _address(process, log))
    finally:
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        said = log.read_text()
        if "running on " in said:
            return said.split("running on ")[1].split()[0]
        time.sleep(0.05)
    raise RuntimeError(f"the service did not start: {log.read_text()}")


@dataclass(frozen=True)
class Sent:
    """An answer, and what it took."""

    status: int
    type: str
    fields: tuple[str, ...]
    computed: float
    waited: float

    def complaints(self) -> Iterator[str]:
        """Say what is wrong with it, whatever was sent."""
        if self.status >= 500:
            yield f"answered {self.status}"
        if self.computed > MOST_SECONDS:
            yield f"computed for {self.computed:.1f} s"
        # Where more wants to run than there are cores, a clock says nothing of the service.
        if self.waited > MOST_SECONDS and os.getloadavg()[0] <= (os.cpu_count() or 1):
            yield f"took {self.waited:.1f} s"


def send(watched: Watched, request: Callable[[], httpx2.Response]) -> tuple[httpx2.Response, Sent]:
    """Send a request and measure it."""
    computed, began = watched.seconds(), time.monotonic()
    answer = request()
    waited = time.monotonic() - began
    problem = answer.json() if answer.is_error else {}
    fields = tuple(each["name"] for each in problem.get("fields", ()))
    kind = str(problem.get("type", ""))
    return answer, Sent(answer.status_code, kind, fields, watched.seconds() - computed, waited)
