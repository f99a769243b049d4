"""Messages: threads of their own, e-mails on their way, and where to tell a person that something waits."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None

MOMENT = sa.DateTime(timezone=True)
TIES = {"units": None, "patients": "CASCADE", "threads": "CASCADE", "users": "SET NULL"}


def upgrade() -> None:
    """A thread for all messages that belong together."""
    bind = op.get_bind()
    before = sa.Table("messages", sa.MetaData(), autoload_with=bind)
    rows = [dict(row) for row in bind.execute(sa.select(before).order_by(before.c.made_at)).mappings()]
    op.add_column("users", sa.Column("email", sa.String(200)))
    op.drop_table("messages")
    tables()
    fill(rows)


def column(name: str, kind: Any, nullable: bool = False) -> sa.Column[Any]:
    """A column of plain values."""
    return sa.Column(name, kind, nullable=nullable)


def ties(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    """Columns that name rows of other tables."""
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=f"fk_{table}_{name}", ondelete=TIES[other])
        for name, other in columns.items()
    ]


def tables() -> None:
    """Threads, messages, mails."""
    text, short = sa.String(200), sa.String(32)
    op.create_table(
        "threads", column("id", short), column("unit_id", short, True), column("patient_id", short, True),
        column("name", text), column("email", text, True), column("subject", text), column("urgent", sa.Boolean()),
        column("waiting", sa.Boolean()), column("closed", sa.Boolean()), column("assigned_to", short, True),
        column("seen_at", MOMENT, True), column("made_at", MOMENT), column("changed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
        *ties("threads", unit_id="units", patient_id="patients", assigned_to="users"),
    )  # fmt: skip
    op.create_table(
        "messages", column("id", short), column("thread_id", short), column("patient_id", short, True),
        column("author_id", short, True), column("name", text), column("from_team", sa.Boolean()),
        column("text", sa.Text()), column("made_at", MOMENT), sa.PrimaryKeyConstraint("id", name="pk_messages"),
        *ties("messages", thread_id="threads", patient_id="patients", author_id="users"),
    )  # fmt: skip
    op.create_table(
        "mails", column("id", short), column("thread_id", short), column("patient_id", short, True),
        column("address", text), column("subject", text), column("text", sa.Text()), column("tries", sa.Integer()),
        column("due_at", MOMENT), column("sent_at", MOMENT, True), column("wrong", text, True),
        column("made_at", MOMENT), sa.PrimaryKeyConstraint("id", name="pk_mails"),
        *ties("mails", thread_id="threads", patient_id="patients"),
    )  # fmt: skip
    for table, names in (
        ("threads", ("unit_id", "patient_id")), ("messages", ("thread_id", "patient_id")),
        ("mails", ("thread_id", "patient_id", "due_at")),
    ):  # fmt: skip
        for name in names:
            op.create_index(f"ix_{table}_{name}", table, [name])


def fill(rows: list[dict[str, Any]]) -> None:
    """Messages kept before, each in its thread; the first of a thread says whose it is."""
    found = sa.MetaData()
    found.reflect(op.get_bind(), only=["threads", "messages"])
    begun: set[str] = set()
    for row in rows:
        made: datetime = row["made_at"] if row["made_at"].tzinfo else row["made_at"].replace(tzinfo=UTC)
        name, shared = row["name"] or "", {"patient_id": row["patient_id"], "made_at": made}
        if row["thread"] not in begun:
            begun.add(row["thread"])
            about = {x: row[x] for x in ("unit_id", "email", "subject", "urgent", "closed", "assigned_to")}
            more = {"id": row["thread"], "name": name, "waiting": True, "seen_at": None, "changed_at": made}
            op.get_bind().execute(found.tables["threads"].insert().values(**about, **more, **shared))
        said = {"id": row["id"], "thread_id": row["thread"], "author_id": row["author_id"], "name": name}
        more = {"from_team": False, "text": row["text"]}
        op.get_bind().execute(found.tables["messages"].insert().values(**said, **more, **shared))
