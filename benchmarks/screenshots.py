"""Pictures of every page, and those of the README.

    python -m benchmarks.screenshots --out pictures
    python -m benchmarks.screenshots --out docs --readme

An installation is filled with weeks of work on drawn streets and served over loopback; headless
Chromium visits each of `tests.e2e.sights` at the sizes, themes and languages asked for.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from PIL import Image as Picture
from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright

from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.host import TIMEOUT_MS, Host
from tests.e2e.lived_in import LivedIn, live_in
from tests.e2e.sights import ANNOTATOR, LEAD, REVIEWER, SIGHTS, STAY_OPEN, Sight, look_at, places
from tests.servers.browser import FLAGS, find_browser
from tests.servers.queue import RecordingQueue
from worker.context import Resources


@dataclass(frozen=True)
class Look:
    """How a browser shows the pages."""

    size: str
    theme: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.size}-{self.theme}-{self.language}"


SIZES = ("1440x900", "1280x720")
THEMES = ("dark", "light")
SCENE = 432, 768
"""Height and width of the drawn streets."""
README = {"desk": "desk", "desk-keys": "keys", "review-remark": "review", "overview": "project"}
"""The sights that README shows, and the names of their files."""
README_LOOK = Look("1280x720", "dark", "en")
README_COLOURS = 96
"""Of a palette: fine for drawn streets, and below 250 KB for each picture."""
SETTLE_MS = 500
"""Until pictures and lists that fill themselves later are there."""
States = dict[str, StorageState]


@dataclass(frozen=True)
class Town:
    """Where the filled installation answers, and what is in it."""

    url: str
    found: LivedIn

    def login(self, person: str) -> str:
        return self.url + self.found.logins[person]


def main() -> None:
    parser = argparse.ArgumentParser(description="Take pictures of the pages.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[], help="Names of sights.")
    parser.add_argument("--sizes", nargs="*", default=SIZES)
    parser.add_argument("--themes", nargs="*", default=THEMES)
    parser.add_argument("--languages", nargs="*", default=["en"])
    parser.add_argument("--readme", action="store_true", help="README's pictures alone.")
    parser.add_argument("--whole", action="store_true", help="The whole page, not what is in view.")
    parser.add_argument("--browser", default=find_browser() or "chromium")
    options = parser.parse_args()
    with filled() as town, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=FLAGS)
        camera = Camera(browser, town, sign_in(browser, town), whole=options.whole)
        options.out.mkdir(parents=True, exist_ok=True)
        for sight, look, path in wanted(options):
            camera.take(sight, look, path)
            if options.readme:
                shrink(path)
        browser.close()


def wanted(options: argparse.Namespace) -> Iterator[tuple[Sight, Look, Path]]:
    """Return what to look at, how, and into which file."""
    if options.readme:
        for sight in SIGHTS:
            if sight.name in README:
                yield sight, README_LOOK, options.out / f"{README[sight.name]}.png"
        return
    for each in product(options.sizes, options.themes, options.languages):
        look = Look(*each)
        for sight in SIGHTS:
            if not options.only or sight.name in options.only:
                yield sight, look, options.out / f"{sight.name}-{look.name}.png"


def shrink(path: Path) -> None:
    """Write the picture with a palette."""
    with Picture.open(path) as picture:
        picture.convert("RGB").quantize(README_COLOURS, dither=Picture.Dither.NONE).save(
            path, optimize=True
        )


@contextmanager
def filled() -> Iterator[Town]:
    """Serve an installation after weeks of work; it is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        settings = Settings(
            data=folder / "data",
            database_url=f"sqlite:///{folder / 'pages.sqlite3'}",
            import_roots=(folder,),
        )
        engine = make_engine(settings.sql_url)
        upgrade(engine)
        queue = RecordingQueue()
        resources = Resources(
            settings, make_sessions(engine), LocalBlobs(settings.blob_folder), queue
        )
        found = live_in(resources, queue, folder, SCENE)
        host = Host(settings, queue)
        yield Town(f"http://127.0.0.1:{host.port}", found)
        host.stop()
        engine.dispose()


def sign_in(browser: Browser, town: Town) -> States:
    """Sign everyone in, once; return each one's cookies."""
    states: States = {}
    for person in (LEAD, REVIEWER, ANNOTATOR):
        context = browser.new_context()
        page = context.new_page()
        page.goto(town.login(person))
        page.locator("main.page").wait_for(timeout=TIMEOUT_MS)
        states[person] = context.storage_state()
        context.close()
    return states


@dataclass(frozen=True)
class Camera:
    """A browser in a filled installation, everyone in it signed in."""

    browser: Browser
    town: Town
    states: States
    whole: bool
    """Whether pictures are of whole pages, not of what is in view."""

    def take(self, sight: Sight, look: Look, path: Path) -> None:
        """Take one picture, in a browser profile of its own."""
        context = context_of(self.browser, self.states[sight.person], look)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        address = sight.address.format(**places(self.town.found))
        look_at(page, self.town.url + address, sight)
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=path, full_page=self.whole)
        context.close()


def context_of(browser: Browser, state: StorageState, look: Look) -> BrowserContext:
    width, height = map(int, look.size.split("x"))
    context = browser.new_context(
        storage_state=state,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        service_workers="block",
    )
    context.add_init_script(STAY_OPEN)
    context.add_init_script(
        f"localStorage.setItem('maskloop.theme', '{look.theme}');"
        f"localStorage.setItem('maskloop.language', '{look.language}')"
    )
    return context


if __name__ == "__main__":
    main()
