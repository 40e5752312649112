"""Who owns the data folder gets in: by a token, and by a link that works once."""

from __future__ import annotations

import pytest

from server.commands import local_access
from server.db.engine import make_engine, make_sessions, reading
from server.rules.errors import Unauthenticated
from server.services import access, users
from server.services.unit_of_work import transaction
from server.settings import Settings


def test_the_token_acts_for_the_one_admin(settings: Settings) -> None:
    first, second = local_access.admin_token(settings), local_access.admin_token(settings)

    engine = make_engine(settings.sql_url)
    with reading(make_sessions(engine)) as session:
        principals = [access.by_token(session, secret) for secret in (first, second)]
    engine.dispose()
    assert first != second
    assert {principal.user.name for principal in principals} == {"admin"}
    assert all(principal.user.is_admin for principal in principals)


def test_the_link_signs_in_once(settings: Settings) -> None:
    page, _, secret = local_access.login_path(settings).partition("#")

    engine = make_engine(settings.sql_url)
    sessions = make_sessions(engine)
    with transaction(sessions) as session:
        user, _cookie, _expires_at = users.login(session, secret)
    with pytest.raises(Unauthenticated), transaction(sessions) as session:
        users.login(session, secret)
    engine.dispose()
    assert page == "/login"
    assert user.is_admin
