"""A slower machine than this one, to find the tests that only a quick one passes.

    MASKLOOP_BROWSER_SLOWDOWN=6 MASKLOOP_SERVER_DELAY=0.4 pytest tests/e2e

Pages get that fraction of the processor, and each answer of the service, the pages' own files
apart, comes up to so many seconds late: another time for each, so that answers overtake.
"""

from __future__ import annotations

import asyncio
import os
import random

from playwright.sync_api import Browser, BrowserContext, Page
from starlette.types import ASGIApp, Receive, Scope, Send

SLOWDOWN = float(os.environ.get("MASKLOOP_BROWSER_SLOWDOWN", "1"))
DELAY = float(os.environ.get("MASKLOOP_SERVER_DELAY", "0"))


def slow_down(browser: Browser) -> None:
    """Slow every page of the browser that is opened from now on."""
    if SLOWDOWN > 1:
        browser.on("context", lambda context: context.on("page", _throttle))


def _throttle(page: Page) -> None:
    context: BrowserContext = page.context
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})


def late(app: ASGIApp) -> ASGIApp:
    """Have the service answer late."""
    if DELAY <= 0:
        return app
    chance = random.Random(0)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await asyncio.sleep(chance.uniform(0, DELAY))
        await app(scope, receive, send)

    return answer
