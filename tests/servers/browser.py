"""The machine's Chromium, for tests and for benchmarks."""

from __future__ import annotations

import os
import shutil

BROWSER = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_browser() -> str | None:
    """Return the machine's Chromium, or the one named in MASKLOOP_CHROMIUM."""
    names = (os.environ.get("MASKLOOP_CHROMIUM", ""), *BROWSER)
    return next((found for name in names if (found := shutil.which(name))), None)
