"""Projects: how many bytes their images have

Revision: 0018
Before: 0017
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "projects",
        sa.Column("image_bytes", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.execute(
        "UPDATE projects SET image_bytes = (SELECT coalesce(sum(CAST(images.bytes AS BIGINT)), 0)"
        " FROM images WHERE images.project_id = projects.id)"
    )


def downgrade() -> None:
    op.drop_column("projects", "image_bytes")
