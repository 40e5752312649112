"""Every movement of every budget."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.budgets import PROJECT, BudgetUnit, EntryKind

_BY_LEASE = "(kind IN ('reserve', 'spend', 'refund')) = (lease_id IS NOT NULL)"
_ENDS = text("kind IN ('spend', 'refund')")


class LedgerEntry(WithId, Base):
    """One movement. Rows are only ever added; a lease's reservation ends exactly once."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND closes >= 0", name="amounts_not_negative"),
        CheckConstraint(_BY_LEASE, name="lease_if_by_lease"),
        UniqueConstraint("lease_id", "unit", "holder", "kind"),
        Index(
            "uq_ledger_entries_lease_end",
            "lease_id",
            "unit",
            "holder",
            unique=True,
            sqlite_where=_ENDS,
            postgresql_where=_ENDS,
        ),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    unit: Mapped[BudgetUnit] = mapped_column(text_enum(BudgetUnit))
    holder: Mapped[str] = mapped_column(default=PROJECT)
    """Whose counters moved: `project`, `round:ID` or `person:ID`."""
    kind: Mapped[EntryKind] = mapped_column(text_enum(EntryKind))
    amount: Mapped[int] = mapped_column(BigInteger)
    closes: Mapped[int] = mapped_column(BigInteger, default=0)
    """How much of the lease's reservation a spend or refund ends."""
    lease_id: Mapped[UUID | None] = mapped_column(ForeignKey("leases.id"))
    image_id: Mapped[UUID | None] = mapped_column(ForeignKey("images.id"))
    """The validation image that was charged."""
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
