"""Brings a database to the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine


class BrokenReferences(Exception):
    """A migration would leave rows that refer to nothing; nothing was changed."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, which needs no file beside the package."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade in one transaction; an advisory lock keeps two starters from colliding."""
    with _altering(engine) as connection:
        if connection.dialect.name == "postgresql":
            # The number is arbitrary and ours alone; the lock ends with the transaction.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(748231905)")
        command.upgrade(alembic_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base": no tables)."""
    with _altering(engine) as connection:
        command.downgrade(alembic_config(connection), revision)


@contextmanager
def _altering(engine: Engine) -> Iterator[Connection]:
    """Give one transaction in which a referenced table may be altered.

    SQLite alters a table by a copy that takes its place. Other tables' rows refer to nothing while
    the old one is away, so references are looked at once, before the commit.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")  # inside a transaction it would do nothing
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise BrokenReferences(f"Rows refer to rows that are gone: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
