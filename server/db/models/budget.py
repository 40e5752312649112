"""The counters of a project's labelling budget."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.budgets import BudgetUnit


class Budget(WithId, Base):
    """One row per project and unit. The database itself refuses to overspend.

    The counters always equal the sums of the ledger.
    """

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("project_id", "unit"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
        CheckConstraint("reserved + spent <= granted", name="within_grant"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    unit: Mapped[BudgetUnit] = mapped_column(text_enum(BudgetUnit))
    granted: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
