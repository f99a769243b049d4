"""Ground: units, people, their cases and what they write, logins, and the audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None

ROLES = "role IN ('patient', 'nurse', 'clinician', 'researcher', 'admin')"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """All tables of the first version."""
    people()
    doors()
    sessions()
    words()
    audit()


def ident(length: int = 32) -> sa.Column[Any]:
    """The column that names a row."""
    return sa.Column("id", sa.String(length), nullable=False)


def told(name: str, kind: Any, nullable: bool = False) -> sa.Column[Any]:
    """A column of plain values."""
    return sa.Column(name, kind, nullable=nullable)


def of(table: str, column: str, other: str, then: str | None = None) -> sa.ForeignKeyConstraint:
    """A row names a row of another table."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete=then)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """What makes a row one of its kind."""
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=f"pk_{table}")


def index(table: str, *columns: str) -> None:
    """What is looked up often."""
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def people() -> None:
    """Units, patients, users."""
    op.create_table(
        "units", ident(), told("name", sa.String(120)), told("equipment", sa.JSON()), told("made_at", MOMENT),
        key("units"), sa.UniqueConstraint("name", name="uq_units_name"),
    )  # fmt: skip
    op.create_table(
        "patients", ident(), told("unit_id", sa.String(32)), told("name", sa.String(200)), told("case", sa.JSON()),
        told("summary", sa.JSON()), told("version", sa.Integer()), told("made_at", MOMENT), told("changed_at", MOMENT),
        key("patients"), of("patients", "unit_id", "units"),
    )  # fmt: skip
    index("patients", "unit_id")
    op.create_table(
        "users", ident(), told("login", sa.String(200)), told("name", sa.String(200)), told("role", sa.String(20)),
        told("unit_id", sa.String(32), True), told("patient_id", sa.String(32), True),
        told("password", sa.String(300)), told("active", sa.Boolean()), told("made_at", MOMENT),
        key("users"), sa.CheckConstraint(ROLES, name=op.f("ck_users_role")),
        sa.UniqueConstraint("login", name="uq_users_login"),
        of("users", "unit_id", "units"), of("users", "patient_id", "patients", "CASCADE"),
    )  # fmt: skip
    index("users", "patient_id")


def doors() -> None:
    """Browsers, programs and links that let somebody in; all kept as hashes."""
    op.create_table(
        "logins", ident(64), told("user_id", sa.String(32)), told("csrf", sa.String(64)), told("made_at", MOMENT),
        told("seen_at", MOMENT), key("logins"), of("logins", "user_id", "users", "CASCADE"),
    )  # fmt: skip
    op.create_table(
        "tokens", ident(64), told("user_id", sa.String(32)), told("label", sa.String(120)), told("made_at", MOMENT),
        told("expires_at", MOMENT), key("tokens"), of("tokens", "user_id", "users", "CASCADE"),
    )  # fmt: skip
    op.create_table(
        "invitations", ident(64), told("role", sa.String(20)), told("unit_id", sa.String(32), True),
        told("patient_id", sa.String(32), True), told("made_by", sa.String(32), True), told("made_at", MOMENT),
        told("expires_at", MOMENT), told("used_at", MOMENT, True),
        key("invitations"), sa.CheckConstraint(ROLES, name=op.f("ck_invitations_role")),
        of("invitations", "unit_id", "units"), of("invitations", "patient_id", "patients", "CASCADE"),
    )  # fmt: skip
    index("logins", "user_id")
    index("tokens", "user_id")
    index("invitations", "patient_id")


def sessions() -> None:
    """Running sessions, their numbers, and what the twin answered."""
    state = sa.CheckConstraint("state IN ('running', 'ended')", name=op.f("ck_treatments_state"))
    op.create_table(
        "treatments", ident(), told("patient_id", sa.String(32)), told("day", sa.Date()), told("state", sa.String(20)),
        told("ordered", sa.JSON()), told("started_at", MOMENT), told("ended_at", MOMENT, True),
        key("treatments"), state, of("treatments", "patient_id", "patients", "CASCADE"),
    )  # fmt: skip
    op.create_table(
        "readings", told("treatment_id", sa.String(32)), told("kind", sa.String(40)), told("second", sa.Integer()),
        told("value", sa.Double()), told("source", sa.String(40)), told("received_at", MOMENT),
        key("readings", "treatment_id", "kind", "second"),
        of("readings", "treatment_id", "treatments", "CASCADE"),
    )  # fmt: skip
    op.create_table(
        "answers", ident(64), told("patient_id", sa.String(32)), told("kind", sa.String(40)), told("body", sa.JSON()),
        told("made_at", MOMENT), key("answers"), of("answers", "patient_id", "patients", "CASCADE"),
    )  # fmt: skip
    index("treatments", "patient_id")
    index("answers", "patient_id")


def words() -> None:
    """The diary, and messages."""
    op.create_table(
        "diary", ident(), told("patient_id", sa.String(32)), told("day", sa.Date()), told("entry", sa.JSON()),
        told("changed_at", MOMENT), key("diary"), of("diary", "patient_id", "patients", "CASCADE"),
        sa.UniqueConstraint("patient_id", "day", name="uq_diary_patient_id"),
    )  # fmt: skip
    op.create_table(
        "messages", ident(), told("thread", sa.String(32)), told("unit_id", sa.String(32), True),
        told("patient_id", sa.String(32), True), told("author_id", sa.String(32), True),
        told("name", sa.String(200), True), told("email", sa.String(200), True), told("subject", sa.String(200)),
        told("text", sa.Text()), told("urgent", sa.Boolean()), told("assigned_to", sa.String(32), True),
        told("closed", sa.Boolean()), told("made_at", MOMENT),
        key("messages"), of("messages", "unit_id", "units"), of("messages", "patient_id", "patients", "CASCADE"),
        of("messages", "author_id", "users", "SET NULL"), of("messages", "assigned_to", "users", "SET NULL"),
    )  # fmt: skip
    index("diary", "patient_id")
    index("messages", "patient_id", "thread")


def audit() -> None:
    """Lines that the database itself refuses to change."""
    op.create_table(
        "audit", told("seq", sa.Integer()), told("at", MOMENT), told("actor", sa.String(40)),
        told("role", sa.String(20)), told("action", sa.String(40)), told("subject", sa.String(80)),
        told("detail", sa.JSON()), told("previous", sa.String(64)), told("mark", sa.String(64)), key("audit", "seq"),
    )  # fmt: skip
    index("audit", "actor", "subject")
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            refused = "SELECT RAISE(ABORT, 'the audit is only added to');"
            op.execute(f"CREATE TRIGGER audit_no_{deed.lower()} BEFORE {deed} ON audit BEGIN {refused} END")
        return
    refused = "BEGIN RAISE EXCEPTION 'the audit is only added to'; END"
    op.execute(f"CREATE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ {refused} $$")
    op.execute(
        "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()"
    )
