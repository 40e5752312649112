"""Reviews, people's preferences, and the confusion of a submission

Revision: 0003
Before: 0002
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("mask_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("approved", "returned", "fixed", name="verdict", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_reviews_item_id_items")),
        sa.ForeignKeyConstraint(["mask_id"], ["masks.id"], name=op.f("fk_reviews_mask_id_masks")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["users.id"], name=op.f("fk_reviews_reviewer_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_item_id"), "reviews", ["item_id"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_preferences_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preferences")),
        sa.UniqueConstraint("user_id", name=op.f("uq_preferences_user_id")),
    )
    with op.batch_alter_table("items") as items:
        items.add_column(sa.Column("returned_to", sa.Uuid(), nullable=True))
        items.add_column(sa.Column("approved_at", UtcDateTime(timezone=True), nullable=True))
        items.create_foreign_key(
            op.f("fk_items_returned_to_users"), "users", ["returned_to"], ["id"]
        )
    with op.batch_alter_table("masks") as masks:
        masks.add_column(sa.Column("confusion", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("masks") as masks:
        masks.drop_column("confusion")
    with op.batch_alter_table("items") as items:
        items.drop_constraint(op.f("fk_items_returned_to_users"), type_="foreignkey")
        items.drop_column("approved_at")
        items.drop_column("returned_to")
    op.drop_table("preferences")
    op.drop_index(op.f("ix_reviews_item_id"), table_name="reviews")
    op.drop_table("reviews")
