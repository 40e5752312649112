"""A browser that is killed in the midst of a stroke, and what the desk has afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import BrowserContext, Page, Playwright

from server import codecs
from tests.e2e.desk import Desk, open_desk
from tests.e2e.host import TIMEOUT_MS, Service
from tests.e2e.street import HEIGHT, WIDTH
from tests.servers.browser import FLAGS

LEAST_CHANGING = 0.5
"""This share of moves, or more, changes pixels; a line over its own class changes none."""


@contextmanager
def killable(
    playwright: Playwright, browser_path: str, folder: Path
) -> Iterator[tuple[BrowserContext, subprocess.Popen[bytes]]]:
    """A browser in a process group of its own, with its profile in `folder`."""
    port_file = folder / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    command = [browser_path, *FLAGS, f"--user-data-dir={folder}", "--remote-debugging-port=0"]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        port = wait_for_port(port_file)
        connected = playwright.chromium.connect_over_cdp(
            f"http://127.0.0.1:{port}", timeout=TIMEOUT_MS
        )
        yield connected.contexts[0], process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End all of its processes at once, as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_port(file: Path) -> str:
    """Return the port that the browser has chosen, from where it writes it down."""
    until = time.monotonic() + TIMEOUT_MS / 1000
    while not (file.exists() and "\n" in file.read_text()):
        assert time.monotonic() < until, "the browser did not start"
        time.sleep(0.05)
    return file.read_text().split()[0]


def reopen(page: Page, service: Service) -> Desk:
    """Open the desk on the item that is still leased, with what was kept of it."""
    page.goto(service.desk)
    desk = Desk(page)
    desk.wait_for_item()
    return desk


def draw_until(
    desk: Desk, seconds: float, chance: random.Random
) -> list[tuple[float, codecs.Labels]]:
    """Press and draw criss-cross; return the mask after each move, with the time before it.

    The stroke does not end. Lines of one pixel, each to another place, go on changing pixels:
    masks that are equal would hide what is lost.
    """
    states = [(time.monotonic(), desk.labels())]
    desk.move(WIDTH // 2, HEIGHT // 2)
    desk.page.mouse.down()
    end = states[0][0] + seconds
    while (now := time.monotonic()) < end:
        desk.move(chance.randrange(WIDTH - 5), chance.randrange(HEIGHT))
        states.append((now, desk.labels()))
    changed = sum((a != b).any() for (_, a), (_, b) in pairwise(states))
    assert changed >= LEAST_CHANGING * (len(states) - 1), f"{changed} of {len(states)} changed"
    return states


@dataclass
class Kills:
    """One person's image, drawn on in browsers that are killed one after the other."""

    playwright: Playwright
    browser_path: str
    service: Service
    folder: Path
    """The browsers' one profile."""
    cookies: list[Any] = field(default_factory=list)
    """A session's cookie is not written to the disk at once."""
    states: list[tuple[float, codecs.Labels]] = field(default_factory=list)
    killed_at: float = 0
    kills: int = 0

    def kill(self, seconds: float) -> None:
        """Draw for so long on what is there, and kill the browser with the button down."""
        with killable(self.playwright, self.browser_path, self.folder) as (context, process):
            desk = self._open(context)
            desk.press("12"[self.kills % 2])
            desk.brush(1)
            self.states = draw_until(desk, seconds, random.Random(self.kills))
            self.killed_at = time.monotonic()
            kill_group(process)
        self.kills += 1

    def lost(self) -> float | None:
        """Open the desk again; return the seconds lost, None where it shows what never was."""
        with killable(self.playwright, self.browser_path, self.folder) as (context, _):
            labels = self._open(context).labels()
        found = [at for at, state in self.states if np.array_equal(state, labels)]
        return self.killed_at - found[-1] if found else None

    @property
    def longest_move(self) -> float:
        """The most seconds between two moves: a browser that stands still keeps nothing."""
        times = [*(at for at, _ in self.states), self.killed_at]
        return max(after - before for before, after in pairwise(times))

    def _open(self, context: BrowserContext) -> Desk:
        context.set_default_timeout(TIMEOUT_MS)
        context.add_cookies(self.cookies)
        page = context.new_page()
        if self.kills > 0:
            return reopen(page, self.service)
        desk = open_desk(page, self.service)
        self.cookies = list(context.cookies())
        return desk
