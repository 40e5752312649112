"""People whom an OpenID Connect issuer vouches for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Identity, User
from server.rules.errors import EmailUnverified, Invalid, Unauthenticated, UnknownPerson
from server.services import audit, users
from server.services.users import SignedIn

LONGEST = 64
"""Characters of a name here, as for people whom an admin adds."""


@dataclass(frozen=True)
class Vouched:
    """What an issuer says of a person, its signature checked."""

    issuer: str
    subject: str
    email: str | None
    """None: there is none, or the issuer has not verified it."""
    display_name: str | None


def login(session: Session, vouched: Vouched, *, sign_up: bool) -> SignedIn:
    """Sign a person in: by the subject, the first time by the verified address.

    Args:
        sign_up: Whether somebody who is new here is added.

    Raises:
        EmailUnverified: The person is new and has no verified address.
        UnknownPerson: Nobody here has this address, or who has it is someone else by now.
        Unauthenticated: The account is disabled.
    """
    user = _known(session, vouched) or _link(session, vouched, sign_up=sign_up)
    if user.disabled_at is not None:
        raise Unauthenticated("This account is disabled.")
    return users.begin_session(session, user, moment=now(session))


def _known(session: Session, vouched: Vouched) -> User | None:
    return session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == vouched.issuer, Identity.subject == vouched.subject)
    )


def _link(session: Session, vouched: Vouched, *, sign_up: bool) -> User:
    if vouched.email is None:
        raise EmailUnverified("You are new here, and your address is not verified.")
    # Beyond ASCII two addresses may become one in lower case, and one person another.
    if not vouched.email.isascii() or "@" not in vouched.email:
        raise UnknownPerson("People are found by plain addresses of ASCII characters.")
    user = _by_address(session, vouched.email)
    if user is None and sign_up:
        user = _new(session, vouched.email, vouched.display_name)
    if user is None:
        raise UnknownPerson("Nobody here has your address; an admin can add you by it.")
    made = Identity(
        user_id=user.id,
        issuer=vouched.issuer,
        subject=vouched.subject,
        created_at=now(session),
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        # Addresses are given to other people; accounts are not.
        raise UnknownPerson("This address belongs to another account of the issuer.") from None
    audit.note(session, "identity.linked", project_id=None, actor_id=user.id, subject=user.id)
    return user


def _by_address(session: Session, email: str) -> User | None:
    """Return the one person whose name is the address, however it is capitalised."""
    found = session.scalars(
        select(User).where(func.lower(User.name) == email.lower()).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def _new(session: Session, email: str, display_name: str | None) -> User:
    if len(email) > LONGEST:
        raise Invalid(f"An address has at most {LONGEST} characters.", field="email")
    shown = (display_name or email)[:LONGEST]
    return users.create(session, name=email.lower(), display_name=shown)
