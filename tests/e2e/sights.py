"""Every page of the web UI in each state worth a look: for axe, and for pictures.

`test_axe` holds the list against the router: an address without a sight fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, Route, expect

from tests.e2e.desk import Desk
from tests.e2e.lived_in import LivedIn

LEAD, REVIEWER, ANNOTATOR = "lead", "reviewer", "annotator"
ROWS = "main.page tbody tr"
CARD = "main.page .card"
EMPTY = "main.page .empty"
STAY_OPEN = "window.close = () => {}"
"""For a browser that looks at pages which close themselves."""
KERB = 40, 110
"""A pixel of every picture."""
CANVAS = "canvas.layer-mask"


@dataclass(frozen=True)
class Sight:
    """One page in one state."""

    name: str
    address: str
    """With the names of `places` in braces."""
    ready: str
    """What is on the page only once it is whole."""
    act: Callable[[Page], None] | None = None
    """What leads from there to the state."""
    person: str = LEAD


def places(found: LivedIn) -> dict[str, object]:
    """Return what the braces of addresses stand for."""
    facts = found.facts
    return {
        "project": facts.project_id,
        "empty": found.empty_project,
        "image": found.image,
        "closed_round": facts.rounds[3],
        "open_round": facts.rounds[4],
        "model": found.model,
        "import": found.import_job,
        "failed_job": found.failed_job,
        "running_job": found.running_job,
        "training": found.training,
    }


def look_at(page: Page, address: str, sight: Sight) -> None:
    """Go to the page, wait until it is whole, and do what leads to the state."""
    page.goto(address)
    page.locator(sight.ready).first.wait_for()
    if sight.act is not None:
        sight.act(page)


def press(*keys: str, shows: str) -> Callable[[Page], None]:
    """Press keys at the desk until something shows."""

    def act(page: Page) -> None:
        Desk(page).wait_for_item()
        for key in keys:
            page.keyboard.press(key)
        page.locator(shows).first.wait_for()

    return act


def show_uncertainty(page: Page) -> None:
    """Lay over the picture where the model is unsure, once that is there."""
    Desk(page).wait_for_item()
    page.get_by_label("Uncertainty").check()
    page.locator("canvas.layer-heat").wait_for()


def click(name: str, *, shows: str = "dialog[open]") -> Callable[[Page], None]:
    """Press the first button of that name, or one whose name begins so."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        page.locator(shows).first.wait_for()

    return act


def pin_a_remark(page: Page) -> None:
    """Put a remark on the picture at the review desk."""
    desk = Desk(page)
    desk.wait_for_item()
    page.get_by_role("button", name="Pin a remark").click()
    desk.move(*KERB)
    page.mouse.down()
    page.mouse.up()
    page.get_by_role("textbox", name="Remark 1").fill("The kerb goes on to here")
    desk.move(0, 0)


def lose_session(page: Page) -> None:
    """Have the service no longer know who asks."""
    page.context.clear_cookies()
    page.get_by_role("link", name="Model 1").click()
    page.locator(".overlay-card").wait_for()


def refuse(page: Page) -> None:
    """Open the page anew while the service answers with an error."""

    def answer(route: Route) -> None:
        route.fulfill(status=500, json={"title": "Internal error", "status": 500})

    page.route("**/api/v1/projects/*/models*", answer)
    page.reload()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute("**/api/v1/projects/*/models*")


SIGHTS = [
    Sight("projects", "/", ROWS),
    Sight("overview", "/projects/{project}", ".worst img"),
    Sight(
        "overview-validation",
        "/projects/{project}",
        ".worst img",
        click("validation", shows=".headline:has-text('validation images')"),
    ),
    Sight("overview-empty", "/projects/{empty}", CARD),
    Sight("images", "/projects/{project}/images", ".tile img"),
    Sight("images-empty", "/projects/{empty}/images", EMPTY),
    Sight("image", "/images/{image}", ".history-lines"),
    Sight("data", "/projects/{project}/data", ".drop-box"),
    Sight("data-empty", "/projects/{empty}/data", CARD),
    Sight("import", "/imports/{import}", ROWS),
    Sight("rounds", "/projects/{project}/rounds", ROWS),
    Sight("rounds-empty", "/projects/{empty}/rounds", EMPTY),
    Sight("round", "/rounds/{closed_round}", ".timeline"),
    Sight("round-open", "/rounds/{open_round}", ".timeline"),
    Sight("report", "/rounds/{closed_round}/report", ".report img"),
    Sight("budget", "/projects/{project}/budget", ".shared-bar"),
    Sight("budget-empty", "/projects/{empty}/budget", CARD),
    Sight("people", "/projects/{project}/people", ROWS),
    Sight("people-invite", "/projects/{project}/people", ROWS, click("Invite")),
    Sight("models", "/projects/{project}/models", ROWS),
    Sight("models-empty", "/projects/{empty}/models", EMPTY),
    Sight("models-failed", "/projects/{empty}/models", EMPTY, refuse),
    Sight("model", "/models/{model}", CARD),
    Sight("schedules", "/projects/{project}/schedules", ROWS, click("Log", shows=".below tbody")),
    Sight("schedules-new", "/projects/{project}/schedules", ROWS, click("New schedule")),
    Sight("schedules-empty", "/projects/{empty}/schedules", EMPTY),
    Sight("jobs", "/projects/{project}/jobs", ROWS),
    Sight("jobs-empty", "/projects/{empty}/jobs", EMPTY),
    Sight("job-failed", "/jobs/{failed_job}", CARD),
    Sight("job-running", "/jobs/{running_job}", CARD),
    Sight("job-training", "/jobs/{training}", ".curve canvas"),
    Sight("audit", "/projects/{project}/audit", ROWS),
    Sight("audit-empty", "/projects/{empty}/audit", EMPTY),
    Sight(
        "settings",
        "/projects/{project}/settings",
        ".class-rows input",
        click("Deliveries", shows=".deliveries li"),
    ),
    Sight("settings-empty", "/projects/{empty}/settings", CARD),
    Sight("users", "/users", ROWS),
    Sight("tour", "/tour", CANVAS),
    Sight("signed-in", "/signed-in", ".login-card .button"),
    Sight("nowhere", "/nowhere", EMPTY),
    Sight("projects-annotator", "/projects", ROWS, person=ANNOTATOR),
    Sight("overview-annotator", "/projects/{project}", CARD, person=ANNOTATOR),
    Sight("people-annotator", "/projects/{project}/people", ROWS, person=ANNOTATOR),
    Sight("desk", "/projects/{project}/desk", CANVAS, person=ANNOTATOR),
    Sight(
        "desk-uncertainty",
        "/projects/{project}/desk",
        CANVAS,
        show_uncertainty,
        person=ANNOTATOR,
    ),
    Sight(
        "desk-keys",
        "/projects/{project}/desk",
        CANVAS,
        press("Shift+Slash", shows=".key-sheet"),
        person=ANNOTATOR,
    ),
    Sight(
        "desk-skip",
        "/projects/{project}/desk",
        CANVAS,
        press("Shift+Enter", shows=".skip-sheet"),
        person=ANNOTATOR,
    ),
    Sight("desk-idle", "/projects/{empty}/desk", ".phase"),
    Sight("review", "/projects/{project}/review", CANVAS, person=REVIEWER),
    Sight(
        "review-remark",
        "/projects/{project}/review",
        CANVAS,
        pin_a_remark,
        person=REVIEWER,
    ),
    Sight("signed-out", "/projects/{project}/models", ROWS, lose_session, person=REVIEWER),
]
