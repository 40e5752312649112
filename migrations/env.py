"""Runs migrations on the connection that the caller gives, or on the URL of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from server.db import models  # noqa: F401  (fills the metadata)
from server.db.base import Base
from server.db.engine import make_engine
from server.settings import Settings


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters by copy
        compare_type=True,
        user_module_prefix="",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = make_engine(Settings().sql_url)
    with engine.begin() as connection:
        _run(connection)
