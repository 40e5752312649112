"""Every movement of every budget."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.budgets import BudgetUnit, EntryKind

_ENDS = text("kind IN ('spend', 'refund')")


class LedgerEntry(WithId, Base):
    """One movement. Rows are only ever added; a lease's reservation ends exactly once."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(kind = 'grant') = (lease_id IS NULL)", name="lease_unless_grant"),
        UniqueConstraint("lease_id", "kind"),
        Index(
            "uq_ledger_entries_lease_end",
            "lease_id",
            unique=True,
            sqlite_where=_ENDS,
            postgresql_where=_ENDS,
        ),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    unit: Mapped[BudgetUnit] = mapped_column(text_enum(BudgetUnit))
    kind: Mapped[EntryKind] = mapped_column(text_enum(EntryKind))
    amount: Mapped[int]
    lease_id: Mapped[UUID | None] = mapped_column(ForeignKey("leases.id"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
