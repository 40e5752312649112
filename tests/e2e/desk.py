"""The correction desk as a person's hands meet it: a page object over a browser page.

The mask's canvas carries the desk's editor as `canvas.editor`; its label map is read from there.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np
from playwright.sync_api import Page, expect

from server import codecs
from server.rules.images import VOID
from tests.e2e.host import Service, sign_in, wait_until

AHEAD = "**/items/take?prefetch=true"
"""What the desk asks for last: the item after the one that it shows."""

COLOURS = np.zeros((256, 4), dtype=np.uint8)
"""What road, sky and void look like."""
COLOURS[[0, 1, VOID]] = (0x80, 0x40, 0x80, 255), (0x46, 0x82, 0xB4, 255), (0, 0, 0, 255)

_LABELS = """() => {
  const { editor } = document.querySelector("canvas.layer-mask");
  const { width, height, labels } = editor.correction.mask;
  let text = "";
  for (const label of labels) text += String.fromCharCode(label);
  return [width, height, btoa(text)];
}"""
_SCREEN_POINT = """([x, y]) => {
  const rect = document.querySelector("canvas.layer-picture").getBoundingClientRect();
  const { width, height } = document.querySelector("canvas.layer-picture");
  return [rect.left + (x + 0.5) * rect.width / width, rect.top + (y + 0.5) * rect.height / height];
}"""
_BRUSH = "() => document.querySelector('canvas.layer-mask').editor.brushSize"
_TWO_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)
_PLACE = """() => JSON.stringify(document.querySelector("canvas.layer-mask").editor.view.current)"""
_KEPT = """async () => {
  const { replay } = await import("/editor/stroke-log.js");
  const { openStore } = await import("/state/database.js");
  const inStore = openStore("maskloop-strokes", "entries");
  const asked = await inStore("readonly", (store) => [store.getAllKeys(), store.getAll()]);
  const [keys, entries] = asked.map(({ result }) => result);
  const last = Math.max(...entries.map(({ keptAt }) => keptAt));
  const [, branch] = keys[entries.findLastIndex(({ keptAt }) => keptAt === last)] ?? [];
  const kept = replay(entries.filter((_, at) => keys[at][1] === branch))?.labels;
  const { labels } = document.querySelector("canvas.layer-mask").editor.correction.mask;
  return kept?.length === labels.length && labels.every((label, at) => label === kept[at]);
}"""
"""Whether the newest strokes in the browser's own store come to the mask in the editor."""
_PAINTED = """() => {
  const canvas = document.querySelector("canvas.layer-mask");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text);
}"""


@dataclass(frozen=True)
class Desk:
    """One open desk."""

    page: Page

    def wait(self) -> None:
        """Wait until an item is open."""
        self.page.locator("canvas.layer-mask").first.wait_for()
        expect(self.page.get_by_text("nothing changed yet")).to_be_visible()

    def wait_for_item(self) -> None:
        """Wait until an item is open, with or without work from before."""
        self.page.locator("canvas.layer-mask").first.wait_for()
        expect(self.page.locator(".phase")).to_have_count(0)

    def wait_kept(self) -> None:
        """Wait until a reload would bring all that is drawn back."""
        wait_until(self.page, lambda: bool(self.page.evaluate(_KEPT)), "the strokes are kept")

    def wait_drawn(self) -> None:
        """Wait until what has changed is on the canvases: that is the next frame's work."""
        self.page.evaluate(_TWO_FRAMES)

    def wait_still(self) -> None:
        """Wait until the picture has come to where it flies."""
        places: list[str] = []

        def is_still() -> bool:
            self.wait_drawn()
            places.append(self.page.evaluate(_PLACE))
            return len(places) > 1 and places[-1] == places[-2]

        wait_until(self.page, is_still, "the picture is still")

    def labels(self) -> codecs.Labels:
        """Return the label map as it stands in the editor."""
        width, height, text = self.page.evaluate(_LABELS)
        return np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(height, width)

    def painted(self) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """Return the RGBA bytes of the mask's canvas."""
        text = self.page.evaluate(_PAINTED)
        height, width = self.labels().shape
        return np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(height, width, 4)

    def move(self, column: int, row: int) -> None:
        """Move the pointer to the middle of an image pixel."""
        x, y = self.page.evaluate(_SCREEN_POINT, [column, row])
        self.page.mouse.move(x, y)

    def drag(self, *points: tuple[int, int]) -> None:
        """Press at the first pixel, draw through the others, release."""
        self.move(*points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.move(*point)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def brush(self, size: int) -> None:
        """Make the brush this large by its keys."""
        for _ in range(400):
            now = self.page.evaluate(_BRUSH)
            if now == size:
                return
            self.press("[" if now > size else "]")
        raise AssertionError(f"the brush does not become {size} px")


def open_desk(page: Page, service: Service, *, login: str | None = None) -> Desk:
    """Sign in, go to the desk, and wait until the next item is leased as well."""
    sign_in(page, service.url, login or service.street.login_path)
    desk = Desk(page)
    with page.expect_response(AHEAD):
        page.goto(f"{service.url}/projects/{service.street.project_id}/desk")
        desk.wait()
    return desk
