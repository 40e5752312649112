"""Chained audit, and schedules with quiet hours and a share of the budget

Revision: 0006
Before: 0005
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.base import UtcDateTime, uuid7
from server.rules.audit_chain import START, digest, scope_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _chain_audit()
    op.add_column("schedules", sa.Column("used_share", sa.Float(53), nullable=True))
    op.add_column("schedules", sa.Column("quiet_since", sa.Time(), nullable=True))
    op.add_column("schedules", sa.Column("quiet_until", sa.Time(), nullable=True))


def downgrade() -> None:
    for column in ("used_share", "quiet_since", "quiet_until"):
        op.drop_column("schedules", column)
    op.drop_column("audit_entries", "number")
    op.drop_column("audit_entries", "sha256")
    op.drop_table("audit_heads")


def _chain_audit() -> None:
    """Give every act that was noted so far its place in a chain, in the order of their ids."""
    op.create_table(
        "audit_heads",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
        sa.UniqueConstraint("scope", name=op.f("uq_audit_heads_scope")),
    )
    for name, kind, empty in (("number", sa.Integer(), "0"), ("sha256", sa.String(), "")):
        column = sa.Column(name, kind, nullable=False, server_default=empty)
        op.add_column("audit_entries", column)
    connection = op.get_bind()
    ends: dict[str, tuple[int, str]] = {}
    for row in connection.execute(sa.select(_ENTRIES).order_by(_ENTRIES.c.id)).all():
        scope = scope_of(row.project_id)
        number, before = ends.get(scope, (0, START))
        sha256 = digest(
            scope=scope,
            number=number + 1,
            before=before,
            actor_id=row.actor_id,
            act=row.act,
            subject=row.subject,
            details=row.details,
            at=row.at,
        )
        ends[scope] = (number + 1, sha256)
        connection.execute(
            sa.update(_ENTRIES)
            .where(_ENTRIES.c.id == row.id)
            .values(number=number + 1, sha256=sha256)
        )
    for scope, (number, sha256) in ends.items():
        values = {"id": uuid7(), "scope": scope, "number": number, "sha256": sha256}
        connection.execute(sa.insert(_HEADS).values(**values))


_ENTRIES = sa.table(
    "audit_entries",
    sa.column("id", sa.Uuid()),
    sa.column("project_id", sa.Uuid()),
    sa.column("actor_id", sa.Uuid()),
    sa.column("act", sa.String()),
    sa.column("subject", sa.String()),
    sa.column("details", sa.JSON()),
    sa.column("at", UtcDateTime(timezone=True)),
    sa.column("number", sa.Integer()),
    sa.column("sha256", sa.String()),
)
_HEADS = sa.table(
    "audit_heads",
    sa.column("id", sa.Uuid()),
    sa.column("scope", sa.String()),
    sa.column("number", sa.Integer()),
    sa.column("sha256", sa.String()),
)
