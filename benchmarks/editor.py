"""How fast the correction desk is, in a headless Chromium that draws by software.

    python -m benchmarks.editor --json docs/benchmarks/editor.json

The real desk on the real service over loopback, with pictures of 2048 x 1024 and 4096 x 4096. Brush
moves come through the browser's own input; `editor_probe.js` times what the page does with them.
`correction.events_ratio` counts the events of `editor_annotator.js`, and needs no browser.
`peer_ratio` is the lesser of the two ways in `editor_peers.js`. The figures are of the wall clock:
measure on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.desk_service import Scenes, running_service
from benchmarks.report import Figure, write_report

HERE = Path(__file__).parent
SIZES = {"2048": (2048, 1024), "4096": (4096, 4096)}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
MASK = "canvas.layer-mask"
TIMED = """(act) => {
  const { editor } = document.querySelector("canvas.layer-mask");
  const start = performance.now();
  if (act === "undo") editor.edit((correction) => correction.undo());
  else editor.edit((correction) => correction.fillRegion(300, 300, act));
  return performance.now() - start;
}"""
WAYS = {
    "brush": "by brush and eraser alone",
    "regions": "with the region tool",
    "tools": "with the region tool and the wand",
}
Figures = dict[str, Figure]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the correction desk.")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--moves", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--browser", default=shutil.which("chromium") or "chromium")
    parser.add_argument("--node", default=shutil.which("node") or "node")
    options = parser.parse_args()
    figures = measure(options.browser, moves=options.moves, repeats=options.repeats)
    figures |= corrections(options.node, items=20)
    counts = f"--moves {options.moves} --repeats {options.repeats}"
    command = f"python -m benchmarks.editor --json docs/benchmarks/editor.json {counts}"
    write_report(options.json, figures, seeds=[7], command=command)


def measure(browser_path: str, *, moves: int, repeats: int) -> Figures:
    """Open a desk for each size, and measure one after the other."""
    figures: Figures = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_service(Path(folder), SIZES, count=2 * repeats + 3) as (url, scenes),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for name in SIZES:
            page = open_desk(browser, url, scenes[name])
            figures |= brush(page, name, moves)
            figures |= steps(page, name, repeats)
            if name == "2048":
                figures |= openings(page, repeats)
                figures |= peers(page, repeats)
            page.context.close()
        browser.close()
    return figures


def open_desk(browser: Browser, url: str, scenes: Scenes) -> Page:
    """Sign in and go to the desk; wait until the item after it is there as well."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    context.add_init_script(path=HERE / "editor_probe.js")
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(url + scenes.login_path)
    page.locator("main.page").wait_for()
    page.goto(url + scenes.desk_path)
    page.locator(MASK).first.wait_for()
    page.wait_for_load_state("networkidle")
    return page


def brush(page: Page, name: str, moves: int) -> Figures:
    """One stroke in rings about the middle, move by move, with the desk's own brush."""
    box = page.locator(".stage").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.keyboard.press("2")
    page.mouse.move(*middle)
    page.mouse.down()
    for warmed in (False, True):
        page.evaluate("(isOn) => { probe.isOn = isOn; }", warmed)
        for move in range(moves if warmed else moves // 5):
            reach, turn = 150 + 100 * math.sin(move / 40), move / 15
            page.mouse.move(middle[0] + reach * math.cos(turn), middle[1] + reach * math.sin(turn))
    page.mouse.up()
    scripts = page.evaluate("probe.scripts")
    frames = page.evaluate("probe.frames")
    return {
        f"{name}.brush_js_p99_ms": quantile(scripts, 99, "ms of script for a brush move"),
        f"{name}.frame_p95_ms": quantile(frames, 95, "ms between frames while brushing"),
    }


def quantile(values: list[float], percent: int, unit: str) -> Figure:
    """One percentile; its spread is that of all values."""
    value = statistics.quantiles(values, n=100)[percent - 1]
    return Figure(value, Figure.of(values, unit).spread, len(values), unit)


def steps(page: Page, name: str, repeats: int) -> Figures:
    """The brush stroke undone, then a region filled and that undone, again and again."""
    undone, filled = [page.evaluate(TIMED, "undo")], []
    for repeat in range(repeats):
        filled.append(page.evaluate(TIMED, 3 + repeat % 2))
        undone.append(page.evaluate(TIMED, "undo"))
    return {
        f"{name}.undo_ms": Figure(max(undone), 0, len(undone), "ms, the longest"),
        f"{name}.fill_ms": Figure.of(filled, "ms for a flood fill"),
    }


def openings(page: Page, repeats: int) -> Figures:
    """From the service's answer that the last picture is skipped to the next one on the screen."""
    prefetched = [open_next(page) for _ in range(repeats)]
    page.route("**/items/take?prefetch=true", lambda route: route.abort())
    open_next(page)  # the one that was fetched ahead before
    cold = [open_next(page) for _ in range(repeats)]
    return {
        "open_prefetched_ms": Figure.of(prefetched, "ms"),
        "open_cold_ms": Figure.of(cold, "ms, its item, picture and mask asked for"),
    }


def open_next(page: Page) -> float:
    """Skip the item on screen, so that the submission's own time is not in it."""
    page.evaluate("() => { window.opening = probe.nextOpening(); }")
    page.locator(".stage").focus()
    page.keyboard.press("Shift+Enter")
    page.locator(".skip-sheet button[type=submit]").click()
    took = float(page.evaluate("() => window.opening"))
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # the picture after it is decoded
    return took


def peers(page: Page, repeats: int) -> Figures:
    """Summed time of 500 moves after 500 strokes, against the better of two plain ways."""
    page.add_script_tag(type="module", content=(HERE / "editor_peers.js").read_text())
    page.wait_for_function("() => window.comparePeers !== undefined")
    runs = [page.evaluate("() => comparePeers()") for _ in range(repeats)]
    unit = "times our time"
    ratios = {way: [run[way] / run["ours"] for run in runs] for way in ("shapes", "regions")}
    lesser = [min(pair) for pair in zip(*ratios.values(), strict=True)]
    return {
        "peer_ratio": Figure.of(lesser, f"{unit}, the lesser of two ways"),
        "peer_ratio.shapes": Figure.of(ratios["shapes"], f"{unit}, each stroke a retained shape"),
        "peer_ratio.regions": Figure.of(ratios["regions"], f"{unit}, a canvas for each region"),
    }


def corrections(node: str, *, items: int) -> Figures:
    """Input events of the scripted annotator, by each way of working, on the same masks."""
    command = [node, str(HERE / "editor_annotator.js"), str(items)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    done = json.loads(answer.stdout)
    events = {way: [item[way]["events"] for item in done] for way in WAYS}
    unit = "of the events by brush and eraser alone"
    return {
        "correction.events_ratio": _ratio(events["tools"], events["brush"], unit),
        "correction.events_ratio.without_wand": _ratio(events["regions"], events["brush"], unit),
        **{
            f"correction.events_per_item.{way}": Figure.of(counts, f"input events, {title}")
            for (way, title), counts in zip(WAYS.items(), events.values(), strict=True)
        },
    }


def _ratio(events: list[int], others: list[int], unit: str) -> Figure:
    """All events over all; the spread is that of the single items."""
    each = Figure.of([one / other for one, other in zip(events, others, strict=True)], unit)
    return Figure(sum(events) / sum(others), each.spread, each.n, unit)


if __name__ == "__main__":
    main()
