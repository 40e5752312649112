"""What helps to correct an item: superpixels, the second-best class and how likely it is

Revision: 0014
Before: 0013
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AIDS = ("second_sha256", "chances_sha256", "superpixels_sha256")


def upgrade() -> None:
    for name in AIDS:
        op.add_column("items", sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    for name in reversed(AIDS):
        op.drop_column("items", name)
