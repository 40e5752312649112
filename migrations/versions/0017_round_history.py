"""Who did what to a round, schedules that are edited, and the moments that a fire makes up for

Revision: 0017
Before: 0016
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import re
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from server.db.base import UtcDateTime, uuid7

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_BY = re.compile(r" by ([0-9a-f]{8}-[0-9a-f-]{27})$")
_LED_TO = {
    "warming_up": "started",
    "labelling": "chosen",
    "retraining": "labelled",
    "evaluating": "retrained",
    "closed": "evaluated",
    "cancelled": "cancelled",
}

_changes = sa.table(
    "round_changes",
    sa.column("id", sa.Uuid()),
    sa.column("round_id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("act", sa.String()),
    sa.column("state", sa.String()),
    sa.column("reason", sa.String()),
    sa.column("actor_id", sa.Uuid()),
    sa.column("at", UtcDateTime(timezone=True)),
)
_rounds = sa.table(
    "rounds",
    sa.column("id", sa.Uuid()),
    sa.column("reason", sa.String()),
    sa.column("created_by", sa.Uuid()),
    sa.column("created_at", UtcDateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table("round_changes") as changes:
        # "noted": what the previous version of the code writes, which knows no acts.
        changes.add_column(_text("act", "noted"))
        changes.add_column(sa.Column("actor_id", sa.Uuid(), nullable=True))
        changes.create_foreign_key(
            op.f("fk_round_changes_actor_id_users"), "users", ["actor_id"], ["id"]
        )
    op.add_column("schedules", _number("version", "1"))
    op.add_column("schedule_fires", _number("missed", "0"))
    _tell_apart()
    _add_plans()


def downgrade() -> None:
    op.execute(sa.delete(_changes).where(_changes.c.act == "planned"))
    op.drop_column("schedule_fires", "missed")
    op.drop_column("schedules", "version")
    with op.batch_alter_table("round_changes") as changes:
        changes.drop_constraint(op.f("fk_round_changes_actor_id_users"), type_="foreignkey")
        changes.drop_column("actor_id")
        changes.drop_column("act")


def _number(name: str, default: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=False, server_default=default)


def _tell_apart() -> None:
    """Say in columns what earlier versions wrote into the reason: what was done, and by whom."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(_changes)).all():
        by = _BY.search(row.reason)
        reason = row.reason[: by.start()] if by else row.reason
        act, said = _act(row.state, reason)
        values = {"act": act, "reason": said, "actor_id": UUID(by[1]) if by else None}
        bind.execute(sa.update(_changes).where(_changes.c.id == row.id).values(**values))


def _act(state: str, reason: str) -> tuple[str, str]:
    if reason.startswith("paused: "):
        return "paused", reason.removeprefix("paused: ")
    if reason in ("resumed", "started", "cancelled"):
        return reason, ""
    if state == "acquiring":
        return "warmed_up", reason
    return _LED_TO[state], "" if reason == "closed" else reason


def _add_plans() -> None:
    """Begin every round's history with its plan."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(_rounds)).all():
        bind.execute(
            sa.insert(_changes).values(
                id=uuid7(),
                round_id=row.id,
                number=1,
                act="planned",
                state="draft",
                reason=row.reason if row.created_by is None else "",
                actor_id=row.created_by,
                at=row.created_at,
            )
        )
