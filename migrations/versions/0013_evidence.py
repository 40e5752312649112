"""Calibration and worst images of an evaluation, and figures to compare a project with

Revision: 0013
Before: 0011
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.base import UtcDateTime

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evaluations", sa.Column("calibration", sa.JSON(), nullable=True))
    op.add_column("evaluations", sa.Column("worst", sa.JSON(), nullable=True))
    op.create_table(
        "reference_figures",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("miou", sa.Float(53), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_reference_figures_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_reference_figures_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_figures")),
        sa.UniqueConstraint(
            "project_id", "kind", name=op.f("uq_reference_figures_project_id_kind")
        ),
    )


def downgrade() -> None:
    op.drop_table("reference_figures")
    op.drop_column("evaluations", "worst")
    op.drop_column("evaluations", "calibration")
