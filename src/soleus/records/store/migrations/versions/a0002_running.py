"""Running: a session that is watched keeps its lines whole, what its monitor needs, and what the screen says."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing wrote readings before, so their table is made anew."""
    with op.batch_alter_table("treatments") as treatments:
        treatments.add_column(sa.Column("monitor", sa.JSON(), nullable=True))
        treatments.add_column(sa.Column("shown", sa.JSON(), nullable=True))
    op.drop_table("readings")
    op.create_table(
        "readings",
        sa.Column("treatment_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("line", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("treatment_id", "number", name="pk_readings"),
        sa.UniqueConstraint("treatment_id", "mark", name="uq_readings_treatment_id"),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["treatments.id"], name="fk_readings_treatment_id", ondelete="CASCADE"
        ),
    )
