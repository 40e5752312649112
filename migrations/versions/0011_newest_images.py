"""Lists of images, newest first, go along an index

Revision: 0011
Before: 0010
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_images_project_newest", "images", ["project_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_images_project_newest", "images")
