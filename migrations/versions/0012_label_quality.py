"""Several labels of one image, hidden truth, and how people's labels compare

Revision: 0012
Before: 0014
Must not break the previous version of the code: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.db.base import UtcDateTime

revision = "0012"
down_revision = "0014"
branch_labels = None
depends_on = None

# Who holds or ended each item: as its newest lease says.
_TAKEN_BY = """
UPDATE items SET taken_by = COALESCE(returned_to, (
    SELECT leases.user_id FROM leases
    WHERE leases.item_id = items.id AND leases.fence = items.fence
    AND leases.state IN ('active', 'submitted', 'skipped')))
"""


def upgrade() -> None:
    with op.batch_alter_table("items") as items:
        items.add_column(_number("slot", "0"))
        items.add_column(_number("slots", "1"))
        items.add_column(_no("hidden"))
        items.add_column(sa.Column("taken_by", sa.Uuid(), nullable=True))
        items.create_foreign_key(op.f("fk_items_taken_by_users"), "users", ["taken_by"], ["id"])
        items.drop_constraint(op.f("uq_items_round_id_image_id"), type_="unique")
    op.execute(sa.text(_TAKEN_BY))
    of_image = ["round_id", "image_id"]
    _unique("uq_items_round_image_slot", "items", [*of_image, "slot"], hidden=False)
    _unique("uq_items_hidden_image_person", "items", ["image_id", "taken_by"], hidden=True)
    op.create_index("uq_items_round_image_person", "items", [*of_image, "taken_by"], unique=True)
    with op.batch_alter_table("masks") as masks:
        masks.add_column(_no("apart"))
        masks.drop_constraint(op.f("uq_masks_image_id_revision"), type_="unique")
    op.create_index("ix_masks_image_id_revision", "masks", ["image_id", "revision"])
    _unique("uq_masks_image_revision", "masks", ["image_id", "revision"], apart=False)
    _unique("uq_masks_item_revision", "masks", ["item_id", "revision"], apart=True)
    _create_truths()
    _create_truth_scores()
    _create_comparisons()


def downgrade() -> None:
    for table in ("comparisons", "truth_scores", "truths"):
        op.drop_table(table)
    for which in ("uq_masks_image", "uq_masks_item", "ix_masks_image_id"):
        op.drop_index(f"{which}_revision", "masks")
    with op.batch_alter_table("masks") as masks:
        masks.drop_column("apart")
        masks.create_unique_constraint(op.f("uq_masks_image_id_revision"), ["image_id", "revision"])
    for which in ("round_image_slot", "hidden_image_person", "round_image_person"):
        op.drop_index(f"uq_items_{which}", "items")
    with op.batch_alter_table("items") as items:
        items.drop_constraint(op.f("fk_items_taken_by_users"), type_="foreignkey")
        for column in ("taken_by", "hidden", "slots", "slot"):
            items.drop_column(column)
        items.create_unique_constraint(op.f("uq_items_round_id_image_id"), ["round_id", "image_id"])


def _number(name: str, default: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _unique(name: str, table: str, columns: list[str], **flag: bool) -> None:
    """Make an index that is unique among the rows with this flag."""
    [(column, value)] = flag.items()
    op.create_index(
        name,
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(f"{column} = {int(value)}"),
        postgresql_where=sa.text(column if value else f"NOT {column}"),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _ids(*names: str, optional: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Uuid(), nullable=optional) for name in names]


def _create_truths() -> None:
    op.create_table(
        "truths",
        *_ids("project_id", "image_id", "mask_id", "item_id", "id"),
        *_ids("marked_by", optional=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _refers("truths", "project_id", "projects"),
        _refers("truths", "image_id", "images"),
        _refers("truths", "mask_id", "masks"),
        _refers("truths", "item_id", "items"),
        _refers("truths", "marked_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_truths")),
        sa.UniqueConstraint("image_id", name=op.f("uq_truths_image_id")),
    )
    op.create_index(op.f("ix_truths_project_id"), "truths", ["project_id"])


def _create_truth_scores() -> None:
    op.create_table(
        "truth_scores",
        *_ids("project_id", "image_id", "item_id", "user_id", "id"),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.Column("by_class", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _refers("truth_scores", "project_id", "projects"),
        _refers("truth_scores", "image_id", "images"),
        _refers("truth_scores", "item_id", "items"),
        _refers("truth_scores", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_truth_scores")),
        sa.UniqueConstraint("image_id", "user_id", name=op.f("uq_truth_scores_image_id_user_id")),
    )
    op.create_index("ix_truth_scores_project_user", "truth_scores", ["project_id", "user_id"])


def _create_comparisons() -> None:
    items, users = ("first_item_id", "second_item_id"), ("first_user_id", "second_user_id")
    op.create_table(
        "comparisons",
        *_ids("project_id", "round_id", *items, *users, "id"),
        sa.Column("confusion", sa.JSON(), nullable=False),
        _refers("comparisons", "project_id", "projects"),
        _refers("comparisons", "round_id", "rounds"),
        *(_refers("comparisons", column, "items") for column in items),
        *(_refers("comparisons", column, "users") for column in users),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
        sa.UniqueConstraint(*items, name=op.f("uq_comparisons_first_item_id_second_item_id")),
    )
    op.create_index(op.f("ix_comparisons_project_id"), "comparisons", ["project_id"])
