"""Whom an issuer vouches for, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import AuditEntry, Identity, User
from server.rules.errors import EmailUnverified, Unauthenticated, UnknownPerson
from server.services import identities, users
from server.services.identities import Vouched

ISSUER = "https://id.example"


def vouched(subject: str = "s-1", email: str | None = "mara@example.org") -> Vouched:
    return Vouched(issuer=ISSUER, subject=subject, email=email, display_name="Mara M.")


def login(session: Session, who: Vouched, *, sign_up: bool = False) -> User:
    return identities.login(session, who, sign_up=sign_up)[0]


def test_the_first_time_the_address_counts_and_then_the_subject(session: Session) -> None:
    mara = users.create(session, name="Mara@Example.org")
    assert login(session, vouched()) is mara
    mara.name = "mara"
    assert login(session, vouched(email=None)) is mara
    assert session.query(Identity).count() == 1
    assert session.query(AuditEntry).filter_by(act="identity.linked").count() == 1


def test_a_second_subject_with_the_same_address_is_refused_and_leaves_nothing(
    session: Session,
) -> None:
    users.create(session, name="mara@example.org")
    login(session, vouched())
    with pytest.raises(UnknownPerson, match="belongs to another account"):
        login(session, vouched("s-2"))
    assert [row.subject for row in session.query(Identity)] == ["s-1"]


def test_two_people_whose_names_differ_by_capitals_are_not_guessed_between(
    session: Session,
) -> None:
    users.create(session, name="mara@example.org")
    users.create(session, name="Mara@example.org")
    with pytest.raises(UnknownPerson):
        login(session, vouched())


def test_the_same_subject_of_another_issuer_is_another_person(session: Session) -> None:
    mara = users.create(session, name="mara@example.org")
    other = users.create(session, name="jona@example.org")
    assert login(session, vouched()) is mara
    elsewhere = Vouched("https://other.example", "s-1", "jona@example.org", None)
    assert login(session, elsewhere) is other


def test_who_is_new_comes_in_only_where_that_is_allowed(session: Session) -> None:
    with pytest.raises(UnknownPerson):
        login(session, vouched())
    with pytest.raises(EmailUnverified):
        login(session, vouched(email=None), sign_up=True)
    made = login(session, vouched(), sign_up=True)
    assert (made.name, made.display_name, made.is_admin) == ("mara@example.org", "Mara M.", False)


def test_a_disabled_account_stays_closed(session: Session) -> None:
    mara = users.create(session, name="mara@example.org")
    login(session, vouched())
    mara.disabled_at = now(session)
    session.flush()
    with pytest.raises(Unauthenticated):
        login(session, vouched())
