"""Indexes by which a sweep finds out whether a row names a blob

Revision: 0015
Before: 0012
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("images", "masks", "image_predictions")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_sha256"), table, ["sha256"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_sha256"), table)
