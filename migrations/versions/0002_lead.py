"""The lead's desk: forecasts

Revision: 0002
Before: 0001
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _forecasts()


def downgrade() -> None:
    op.drop_table("forecasts")


def _forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("split", sa.String(32), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("low", sa.Float(53), nullable=False),
        sa.Column("middle", sa.Float(53), nullable=False),
        sa.Column("high", sa.Float(53), nullable=False),
        sa.Column("plateau", sa.Float(53), nullable=False),
        sa.Column("minutes", sa.Float(53), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer_model_id", sa.Uuid(), nullable=True),
        sa.Column("answer_labels", sa.Integer(), nullable=True),
        sa.Column("answer_low", sa.Float(53), nullable=True),
        sa.Column("answer_middle", sa.Float(53), nullable=True),
        sa.Column("answer_high", sa.Float(53), nullable=True),
        sa.Column("answer_score", sa.Float(53), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_model_id"], ["models.id"], name=op.f("fk_forecasts_answer_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_forecasts_model_id_models")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_forecasts_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecasts")),
        sa.UniqueConstraint("model_id", name=op.f("uq_forecasts_model_id")),
    )
    op.create_index("ix_forecasts_project_id_id", "forecasts", ["project_id", "id"])
