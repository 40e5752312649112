from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, sessionmaker

from server.rules.errors import IdempotencyMismatch, Invalid
from server.services import idempotency, users
from server.services.idempotency import StoredAnswer


@pytest.fixture
def user_id(sessions: sessionmaker[Session]) -> UUID:
    with sessions.begin() as session:
        return users.create(session, name="ann").id


def once(session: Session, user_id: UUID, request: str = "a") -> StoredAnswer | None:
    return idempotency.once(session, user_id=user_id, key="k", request_sha256=request)


def test_a_second_request_waits_for_the_first_and_gets_its_answer(
    sessions: sessionmaker[Session], user_id: UUID
) -> None:
    def repeat() -> StoredAnswer | None:
        with sessions.begin() as session:
            return once(session, user_id)

    with ThreadPoolExecutor() as pool:
        with sessions.begin() as first:
            assert once(first, user_id) is None
            second = pool.submit(repeat)
            wait([second], timeout=0.5)  # time enough to run into the constraint
            assert not second.done()
            idempotency.keep(first, user_id=user_id, key="k", status=201, body={"n": 1})
        assert second.result() == StoredAnswer(201, {"n": 1})


def test_a_refused_request_leaves_its_key_free(
    sessions: sessionmaker[Session], user_id: UUID
) -> None:
    with sessions() as session:
        once(session, user_id)
        session.rollback()
    with sessions.begin() as session:
        assert once(session, user_id, "b") is None
        idempotency.forget(session, user_id=user_id, key="k")
        assert once(session, user_id, "c") is None


def test_a_key_belongs_to_one_request_of_one_person(
    sessions: sessionmaker[Session], user_id: UUID
) -> None:
    with sessions.begin() as session:
        once(session, user_id)
        with pytest.raises(IdempotencyMismatch):
            once(session, user_id, "b")
        other = users.create(session, name="bob").id
        assert once(session, other, "b") is None


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(session: Session, key: str) -> None:
    user_id = users.create(session, name="ann").id
    with pytest.raises(Invalid):
        idempotency.once(session, user_id=user_id, key=key, request_sha256="a")
