"""Budgets in several units and of several holders

Revision: 0005
Before: 0004
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Constraint

from server.db.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _remake("budgets", _budgets, {"holder": "'project'"})
    _remake(
        "ledger_entries",
        _ledger_entries,
        {
            "holder": "'project'",
            "closes": "CASE WHEN kind IN ('spend', 'refund') THEN amount ELSE 0 END",
        },
    )


def downgrade() -> None:
    # What the previous version knows: images of the project, moved by its four kinds of entry.
    known = "unit = 'images' AND holder = 'project'"
    kinds = " AND kind IN ('grant', 'reserve', 'spend', 'refund')"
    _remake("ledger_entries", _ledger_entries_0001, {}, only=known + kinds)
    _remake("budgets", _budgets_0001, {}, only=known)


def _remake(
    table: str, create: Callable[[], None], computed: dict[str, str], *, only: str = "1 = 1"
) -> None:
    """Make a table anew and copy its rows: SQLite alters no constraint. Nothing refers to it."""
    kept = sa.table(f"{table}_kept")
    op.execute(sa.text(f"CREATE TABLE {kept.name} AS SELECT * FROM {table} WHERE {only}"))  # noqa: S608
    had = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    op.drop_table(table)
    create()
    has = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    columns = sorted(has & had)
    into = ", ".join([*columns, *computed])
    values = ", ".join([*columns, *computed.values()])
    op.execute(sa.text(f"INSERT INTO {table} ({into}) SELECT {values} FROM {kept.name}"))  # noqa: S608
    op.drop_table(kept.name)


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Float(53), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_budget_rules(),
        sa.UniqueConstraint(
            "project_id", "unit", "holder", name=op.f("uq_budgets_project_id_unit_holder")
        ),
    )


def _budgets_0001() -> None:
    op.create_table(
        "budgets",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_budget_rules(),
        sa.UniqueConstraint("project_id", "unit", name=op.f("uq_budgets_project_id_unit")),
    )


def _budget_rules() -> tuple[Constraint, ...]:
    return (
        sa.CheckConstraint("reserved + spent <= granted", name=op.f("ck_budgets_within_grant")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_budgets_reserved_not_negative")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_budgets_spent_not_negative")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_budgets_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
    )


def _ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("closes", sa.BigInteger(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=True),
        sa.Column("image_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('reserve', 'spend', 'refund')) = (lease_id IS NOT NULL)",
            name=op.f("ck_ledger_entries_lease_if_by_lease"),
        ),
        sa.CheckConstraint(
            "amount >= 0 AND closes >= 0", name=op.f("ck_ledger_entries_amounts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_ledger_entries_image_id_images")
        ),
        *_ledger_rules(),
        sa.UniqueConstraint(
            "lease_id",
            "unit",
            "holder",
            "kind",
            name=op.f("uq_ledger_entries_lease_id_unit_holder_kind"),
        ),
    )
    _index_ledger("lease_id", "unit", "holder")


def _ledger_entries_0001() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'grant') = (lease_id IS NULL)",
            name=op.f("ck_ledger_entries_lease_unless_grant"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_entries_amount_positive")),
        *_ledger_rules(),
        sa.UniqueConstraint("lease_id", "kind", name=op.f("uq_ledger_entries_lease_id_kind")),
    )
    _index_ledger("lease_id")


def _ledger_rules() -> tuple[Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_ledger_entries_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["lease_id"], ["leases.id"], name=op.f("fk_ledger_entries_lease_id_leases")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_ledger_entries_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )


def _index_ledger(*ends_by: str) -> None:
    op.create_index(op.f("ix_ledger_entries_project_id"), "ledger_entries", ["project_id"])
    ends = sa.text("kind IN ('spend', 'refund')")
    op.create_index(
        "uq_ledger_entries_lease_end",
        "ledger_entries",
        list(ends_by),
        unique=True,
        sqlite_where=ends,
        postgresql_where=ends,
    )
