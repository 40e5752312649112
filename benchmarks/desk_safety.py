"""What the correction desk loses: to kills, ten minutes offline, and whatever ends in the midst.

    python -m benchmarks.desk_safety --json docs/benchmarks/desk_safety.json

The real desk in headless Chromium on the real service over loopback. Chromium is killed (SIGKILL,
all of its processes) in the midst of a stroke at seeded random moments, and the desk opened again:
`kill.lost_s` is from the newest mask that the desk had shown and shows again to the kill.

Two people go offline for `--offline-seconds` of real time, draw, and submit all that is in their
hands; their leases run out meanwhile, so that the first who is back may be given an image that the
other has drawn on: that one's submission is late, is kept as a draft, and says so. A session is
revoked, the service stopped, a lease ended, each before a submission. A mask has arrived where the
service has it pixel for pixel, once. What people must be told at each moment is looked for on the
page; the run fails where it is not there.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from benchmarks.report import Figure, write_report
from server import codecs
from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.settings import Settings
from tests.e2e.desk import Desk, open_desk
from tests.e2e.faults import (
    count_lost,
    draw_at_random,
    late_drafts_of,
    lose_lease,
    masks_of,
    missing_of,
    second_person,
    submit_while_away,
    submit_without_lease,
    submit_without_session,
)
from tests.e2e.host import TIMEOUT_MS, Service, serving
from tests.e2e.kills import Kills
from tests.servers.browser import FLAGS, find_browser
from tests.servers.queue import RecordingQueue

SEED = 5
LEAST_STROKE, MOST_STROKE = 1.0, 4.0
"""Seconds of drawing before a kill."""
ON_ITS_WAY = re.compile("kept here, offline|sending")
PEOPLE = 2
EACH = 2
"""Items that one person holds: the one on screen and the one fetched ahead."""
FAULTS: dict[str, Callable[[Page, Service, Desk], codecs.Labels]] = {
    "session_revoked": submit_without_session,
    "service_restarted": submit_while_away,
    "lease_expired": submit_without_lease,
}
Figures = dict[str, Figure]


def main() -> None:
    parser = argparse.ArgumentParser(description="See what the correction desk loses.")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--offline-seconds", type=float, default=600)
    parser.add_argument("--browser", default=find_browser() or "chromium")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        figures = measure(
            playwright,
            options.browser,
            kills=options.kills,
            offline_seconds=options.offline_seconds,
        )
    command = "python -m benchmarks.desk_safety --json docs/benchmarks/desk_safety.json"
    form = f"--kills {options.kills} --offline-seconds {options.offline_seconds:g}"
    write_report(options.json, figures, seeds=[SEED], command=f"{command} {form}")


def measure(
    playwright: Playwright, browser_path: str, *, kills: int, offline_seconds: float
) -> Figures:
    """Do all of it, each on a service of its own."""
    figures = killed(playwright, browser_path, count=kills)
    browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
    figures |= offline(browser, seconds=offline_seconds)
    for name, submit in FAULTS.items():
        figures |= fault(browser, name, submit)
    browser.close()
    return figures


@contextmanager
def fresh_service(*, pool: int) -> Iterator[tuple[Service, Path]]:
    """A service with so many items, and a folder beside it; both are gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        database_url = f"sqlite:///{folder / 'desk.sqlite3'}"
        settings = Settings(data=folder / "data", database_url=database_url)
        engine = make_engine(settings.sql_url)
        upgrade(engine)
        with serving(settings, make_sessions(engine), RecordingQueue(), pool=pool) as service:
            yield service, folder
        engine.dispose()


def killed(playwright: Playwright, browser_path: str, *, count: int) -> Figures:
    """Kill the browser in the midst of a stroke, again and again on one image."""
    moments = random.Random(SEED)
    lost: list[float | None] = []
    with fresh_service(pool=3) as (service, folder):
        kills = Kills(playwright, browser_path, service, folder / "profile")
        for _ in range(count):
            kills.kill(moments.uniform(LEAST_STROKE, MOST_STROKE))
            lost.append(kills.lost())
    known = [each for each in lost if each is not None]
    unit = "s of strokes lost to a kill"
    return {
        "kill.lost_s": Figure.of(known, unit),
        "kill.lost_s.most": Figure(max(known, default=0), 0, len(known), f"{unit}, the most"),
        "kill.canvas_unknown": count_of(
            len(lost) - len(known), count, "reopened canvases that had never been shown"
        ),
    }


def offline(browser: Browser, *, seconds: float) -> Figures:
    """Two people draw and submit all they have while the service cannot be reached."""
    with fresh_service(pool=PEOPLE * EACH + PEOPLE) as (service, _):
        desks = [open_desk(new_page(browser), service)]
        desks += [second_person(new_page(browser), service, "kim")]
        for desk in desks:
            desk.page.wait_for_load_state("networkidle")
            desk.page.context.set_offline(True)
        drawn: list[codecs.Labels] = []
        strokes = 0
        for number in range(1, EACH + 1):
            strokes += draw_for(desks, seconds / EACH, seed=number)
            drawn += [desk.labels().copy() for desk in desks]
            for desk in desks:
                submit_offline(desk, number)
        assert masks_of(service) == []
        lose_lease(service)
        told_late = sum(come_back(desk) for desk in desks)
        late = missing_of([labels for _, labels in masks_of(service)], drawn)
        lost = missing_of(late_drafts_of(service), late)
        assert told_late == len(late) - len(lost)
        for desk in desks:
            desk.page.context.close()
    return {
        "offline.seconds": Figure(seconds, 0, len(desks), "s offline, for each person"),
        "offline.strokes": Figure(strokes, 0, len(desks), "strokes meanwhile"),
        "offline.kept_as_drafts": count_of(
            len(late) - len(lost), len(drawn), "came after their image was given on; kept as drafts"
        ),
        "offline.submissions_lost": count_of(
            len(lost), len(drawn), "submissions neither accepted nor kept as drafts"
        ),
    }


def draw_for(desks: list[Desk], seconds: float, *, seed: int) -> int:
    """Draw, a stroke a second on each desk in turn; the state of saving is seen all the while."""
    chance = random.Random(seed)
    until = time.monotonic() + seconds
    strokes = 0
    while strokes < len(desks) or time.monotonic() < until:
        for desk in desks:
            draw_at_random(desk, chance)
            expect(desk.page.locator(".save-mark").last).to_contain_text("kept here")
            strokes += 1
        desks[0].page.wait_for_timeout(1000)
    return strokes


def submit_offline(desk: Desk, number: int) -> None:
    """Submit; the queue and what comes next are in sight."""
    desk.press("Control+Enter")
    noun = "submission" if number == 1 else "submissions"
    expect(desk.page.get_by_text(f"{number} {noun} kept here, offline")).to_be_visible()
    if number < EACH:
        desk.wait_for_item()
    else:
        expect(desk.page.get_by_role("heading", name="The service is away")).to_be_visible()


def come_back(desk: Desk) -> int:
    """Be online again: all is sent, and there is something to do; return how many are told late."""
    desk.page.context.set_offline(False)
    expect(desk.page.get_by_text(ON_ITS_WAY)).to_have_count(0)
    desk.wait_for_item()
    return desk.page.locator(".outbox-row").get_by_text("came too late: somebody else").count()


def fault(
    browser: Browser, name: str, submit: Callable[[Page, Service, Desk], codecs.Labels]
) -> Figures:
    """One submission with something that ends before it."""
    with fresh_service(pool=3) as (service, _):
        page = new_page(browser)
        desk = open_desk(page, service)
        lost = count_lost(service, submit(page, service, desk))
        page.context.close()
    return {f"{name}.submissions_lost": count_of(lost, 1, "submissions lost")}


def new_page(browser: Browser) -> Page:
    """A page in a browser profile of its own."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(TIMEOUT_MS)
    return page


def count_of(value: float, of: int, unit: str) -> Figure:
    """A count, out of how many."""
    return Figure(value, 0, of, unit)


if __name__ == "__main__":
    main()
