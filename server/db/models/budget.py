"""The counters of a labelling budget."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.budgets import PROJECT, BudgetUnit


class Budget(WithId, Base):
    """One row per project, unit and holder. The database itself refuses to overspend.

    The counters always equal the sums of the ledger. A round or a person without a row has no
    limit of their own: the project's row is charged for every label.
    """

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("project_id", "unit", "holder"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
        CheckConstraint("reserved + spent <= granted", name="within_grant"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    unit: Mapped[BudgetUnit] = mapped_column(text_enum(BudgetUnit))
    holder: Mapped[str] = mapped_column(default=PROJECT)
    """`project`, `round:ID` or `person:ID`."""
    granted: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    rate: Mapped[float | None] = mapped_column(Float(53))
    """Money per unit, of the project's row."""
    currency: Mapped[str | None]
