"""An image whose file rots or goes is left out, and the round goes on."""

import pytest
from sqlalchemy import select as rows

from server.db.models import Image, Item, Job, Score
from server.rules.images import Split
from server.rules.jobs import JobKind
from tests.worker.jobs.test_select import Selector, selector
from worker.jobs import acquire, select
from worker.jobs.unreadable import LeftOut

__all__ = ["selector"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def damage(selector: Selector, name: str, how: str) -> str:
    """Do this to the image's file on the disk; return the file's hash."""
    with selector.resources.sessions() as session:
        sha256 = session.scalars(rows(Image.sha256).where(Image.name == name)).one()
    path = selector.world.blobs.local_path(sha256)
    if how == "gone":
        path.unlink()
    elif how == "cut off":
        path.write_bytes(path.read_bytes()[:200])
    else:  # another whole picture: nothing but its hash tells
        path.write_bytes(path.read_bytes() + b"\0")
    return sha256


@pytest.mark.parametrize("how", ["gone", "cut off", "another"])
def test_a_rotten_file_costs_an_attempt_and_not_the_round(selector: Selector, how: str) -> None:
    with selector.resources.sessions() as session:
        [name] = session.scalars(
            rows(Image.name).where(Image.split == Split.POOL).order_by(Image.name).limit(1)
        )
    damage(selector, name, how)
    selector.start(k=2, strategy="entropy")
    with pytest.raises(LeftOut, match=f"{name} is left out from now on"):
        selector.work(JobKind.ACQUIRE, acquire.run)
    selector.again(JobKind.ACQUIRE, acquire.run)
    selector.work(JobKind.SELECT, select.run)
    with selector.resources.sessions() as session:
        assert session.query(Item).count() == 2
        assert session.query(Score).count() == 4
        image = session.scalars(rows(Image).where(Image.name == name)).one()
        assert image.quarantine_reason
        acquired = session.scalars(rows(Job).where(Job.kind == JobKind.ACQUIRE)).one()
        assert acquired.max_attempts > acquired.attempt + 3, "the attempt does not count"


def test_what_rots_after_its_score_is_not_chosen(selector: Selector) -> None:
    selector.start(k=5, strategy="entropy")
    selector.work(JobKind.ACQUIRE, acquire.run)
    damage(selector, "pool-003", "cut off")
    with pytest.raises(LeftOut):
        selector.work(JobKind.SELECT, select.run)
    selector.again(JobKind.SELECT, select.run)
    with selector.resources.sessions() as session:
        chosen = session.scalars(rows(Image.name).join(Item, Item.image_id == Image.id)).all()
    assert len(chosen) == 4
    assert "pool-003" not in chosen
