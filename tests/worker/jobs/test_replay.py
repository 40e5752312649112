"""A replay makes the selection again, byte for byte, and says where it is another one."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select as rows

from server.db.models import Image, Round
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.services import images, replays
from tests.worker.jobs.test_select import Selector, picture
from tests.worker.jobs.test_select import selector as selector
from worker.jobs import replay
from worker.jobs.replay import CannotReplay

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def replayed(selector: Selector, round_id: UUID) -> dict[str, Any]:
    with selector.resources.sessions.begin() as session:
        replays.request(session, round_id, actor_id=None)
    return selector.work(JobKind.REPLAY, replay.run)


@pytest.mark.parametrize(
    ("strategy", "config"),
    [
        ("entropy", {"validation_labels": 1, "regions": 2}),
        ("random", {"group_quota": "equal"}),
        ("core_set", {"group_quota": "none"}),
        ("bald", {}),
    ],
)
def test_the_same_bytes(selector: Selector, strategy: str, config: dict[str, Any]) -> None:
    with selector.resources.sessions.begin() as other:
        pool = other.scalars(rows(Image.id).where(Image.split == Split.POOL)).all()
        images.put_in_group(other, selector.world.project_id, pool[:2], "north")
    round_id = selector.select(k=3, strategy=strategy, **config)
    # What has happened since changes nothing: a label, and another group.
    selector.label("pool-002")
    with selector.resources.sessions.begin() as other:
        images.put_in_group(other, selector.world.project_id, pool[:2], None)

    found = replayed(selector, round_id)

    assert found["equal"], found["differences"]
    assert found["sha256"] == found["replayed_sha256"]
    assert (found["candidates"], found["differences"]) == (5, [])


def test_another_selection_is_told_in_words(selector: Selector) -> None:
    round_id = selector.select(k=2, strategy="entropy")
    with selector.resources.sessions.begin() as other:
        image = other.scalars(rows(Image).where(Image.name == "pool-001")).one()
        image.sha256 = selector.resources.blobs.put(picture(9))
        round_ = other.get_one(Round, round_id)
        round_.config = {"group_quota": "none"}

    found = replayed(selector, round_id)

    assert not found["equal"]
    assert found["differences"][0] == "the round's settings: changed since the selection"
    assert any(each.startswith("pool-001: scored") for each in found["differences"])


def test_an_image_that_is_gone_is_named(selector: Selector) -> None:
    round_id = selector.select(k=2, strategy="entropy")
    with selector.resources.sessions.begin() as other:
        image = other.scalars(rows(Image).where(Image.name == "pool-003")).one()
        image.quarantine_reason = "unreadable"

    with pytest.raises(CannotReplay, match=r"1 of the 5 candidates .*: pool-003"):
        replayed(selector, round_id)
