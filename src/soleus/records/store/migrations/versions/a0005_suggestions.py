"""Suggestions: a treatment that somebody of the team suggests, what the twin expects of it, and who decided."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0005", "0004", None, None

MOMENT = sa.DateTime(timezone=True)
STATES = "state IN ('open', 'accepted', 'declined')"


def upgrade() -> None:
    """One table."""
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("patient_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(32)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.String(32)),
        sa.Column("decider", sa.String(200)),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_at", MOMENT),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sa.CheckConstraint(STATES, name=op.f("ck_suggestions_state")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_suggestions_patient_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_suggestions_author_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name="fk_suggestions_decided_by", ondelete="SET NULL"),
    )
    op.create_index("ix_suggestions_patient_id", "suggestions", ["patient_id"])
