from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session, sessionmaker

from server.db.models import AuditEntry, AuditHead
from server.rules.audit_chain import digest
from server.services import audit
from tests.rows import new_project


@pytest.fixture
def project_id(session: Session) -> UUID:
    """A project in which five things were done, beside one in another and one in none."""
    project_id = new_project(session).id
    other = new_project(session).id
    for number in range(5):
        note(session, project_id, images=number)
    note(session, other)
    note(session, None)
    return project_id


def note(session: Session, project_id: UUID | None, **details: Any) -> None:
    audit.note(
        session, "budget.granted", project_id=project_id, actor_id=None, subject="s", **details
    )


def entry(project_id: UUID, number: int) -> tuple[Any, ...]:
    return (AuditEntry.project_id == project_id, AuditEntry.number == number)


def test_an_untouched_chain_is_whole(session: Session, project_id: UUID) -> None:
    assert audit.check(session, project_id) == audit.ChainCheck(5, None, None)
    assert all(each.broken_at is None for _, each in audit.check_all(session))
    assert len(audit.check_all(session)) == 3


@pytest.mark.parametrize(
    "values", [{"details": {"images": 99}}, {"act": "budget.taken"}, {"subject": "t"}]
)
def test_one_changed_row_breaks_it_there(
    session: Session, project_id: UUID, values: dict[str, Any]
) -> None:
    session.execute(update(AuditEntry).where(*entry(project_id, 3)).values(**values))
    found = audit.check(session, project_id)
    assert (found.broken_at, found.reason) == (3, "entry 3 is not as it was written")


def test_a_forger_who_writes_the_hash_anew_is_found_at_the_next_row(
    session: Session, project_id: UUID
) -> None:
    forged = session.query(AuditEntry).filter(*entry(project_id, 3)).one()
    before = session.query(AuditEntry).filter(*entry(project_id, 2)).one().sha256
    forged.details = {"images": 99}
    forged.sha256 = digest(
        scope=str(project_id),
        number=3,
        before=before,
        actor_id=None,
        act=forged.act,
        subject=forged.subject,
        details=forged.details,
        at=forged.at,
    )
    session.flush()
    assert audit.check(session, project_id).broken_at == 4


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_removed_row_is_missed_even_at_the_end(
    session: Session, project_id: UUID, number: int
) -> None:
    session.execute(delete(AuditEntry).where(*entry(project_id, number)))
    assert audit.check(session, project_id).broken_at == number


def test_a_chain_cut_off_with_its_end_moved_back_is_shorter_than_any_copy_of_it(
    session: Session, project_id: UUID
) -> None:
    """The chain alone cannot know; whoever kept the last hash can."""
    kept = session.query(AuditHead).filter_by(scope=str(project_id)).one().sha256
    note(session, project_id)
    assert audit.check(session, project_id).entries == 6
    assert session.query(AuditHead).filter_by(scope=str(project_id)).one().sha256 != kept


def test_acts_at_the_same_time_stand_one_behind_the_other(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        project_id = new_project(session).id

    def act(number: int) -> None:
        with sessions.begin() as session:
            note(session, project_id, number=number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(12)))
    with sessions() as session:
        assert audit.check(session, project_id) == audit.ChainCheck(12, None, None)
