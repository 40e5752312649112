"""Brings a database to the newest schema."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, which needs no file beside the package."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade in one transaction; an advisory lock keeps two starters from colliding."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # The number is arbitrary and ours alone; the lock ends with the transaction.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(748231905)")
        command.upgrade(alembic_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base": no tables)."""
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), revision)
