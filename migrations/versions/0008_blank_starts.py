"""Items that people begin without the model's mask

Revision: 0008
Before: 0007
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    blank = sa.Column("blank", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("items", blank)


def downgrade() -> None:
    op.drop_column("items", "blank")
