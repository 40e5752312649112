"""Uploads, and the indexes that lists of images go along

Revision: 0004
Before: 0003
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_uploads_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_uploads_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_project_id"), "uploads", ["project_id"])
    op.create_index("ix_images_project_name", "images", ["project_id", "name", "id"])
    op.create_index("ix_images_domain_name", "images", ["domain_id", "name", "id"])
    op.create_index("ix_images_group_name", "images", ["group_id", "name", "id"])
    op.create_index("ix_scores_round_score_image", "scores", ["round_id", "score", "image_id"])


def downgrade() -> None:
    op.drop_index("ix_scores_round_score_image", table_name="scores")
    op.drop_index("ix_images_group_name", table_name="images")
    op.drop_index("ix_images_domain_name", table_name="images")
    op.drop_index("ix_images_project_name", table_name="images")
    op.drop_index(op.f("ix_uploads_project_id"), table_name="uploads")
    op.drop_table("uploads")
