"""Store: migrations, the audit's chain, export and erasure, backups; on SQLite and on a real PostgreSQL."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from soleus.errors import BadRecord
from soleus.records.store import accounts, audit, backup, erasure, mails, open_store, patients, sealed
from soleus.records.store.audit import CONSOLE, Who
from soleus.records.store.database import FILE, connect, migrate, revision
from soleus.records.store.tables import (
    Answer,
    Day,
    Login,
    Message,
    Noted,
    Patient,
    Reading,
    Row,
    Suggestion,
    Thread,
    Treatment,
    User,
    now,
)
from soleus.web import demo

PHRASE = "a phrase that nobody would guess"


def filled(store):
    """A unit with a patient of whom there is a row in every table; gives the patient's id."""
    told = demo.ward()[0]
    told["patient"]["name"] = "Zacharias Findable"
    told["note"] = "Findable told of a cramp"
    with store.writing() as db:
        unit = accounts.add_unit(db, CONSOLE, "North")
        patient = patients.add(db, CONSOLE, unit.id, told)
        made = {"login": "findable@example.org", "name": "Zacharias Findable", "role": "patient", "password": "-"}
        user = accounts.add_user(db, CONSOLE, **made, unit=None, patient=patient.id)
        accounts.open_login(db, user)
        accounts.add_token(db, user, "Findable's scale", 30)
        accounts.invite(db, CONSOLE, role="patient", patient=patient.id)
        treatment = Treatment(patient_id=patient.id, day=now().date(), ordered={"note": "Findable"})
        db.add(treatment)
        db.flush()
        db.add(Reading(treatment_id=treatment.id, number=1, line={"systolic_mmhg": 131.25}, mark="-", source="x"))
        db.add(Day(patient_id=patient.id, day=now().date(), entry={"note": "Findable drank"}))
        thread = Thread(patient_id=patient.id, subject="Findable asks", name="Findable")
        db.add(thread)
        db.flush()
        db.add(Message(thread_id=thread.id, patient_id=patient.id, text="Findable writes", name="Findable"))
        mails.put(db, thread, "findable@example.org", "Findable asks", "Findable writes")
        more = {"day": now().date(), "changes": {"hours": 4.5}, "told": {"refused": ["Findable"]}, "role": "nurse"}
        db.add(Suggestion(patient_id=patient.id, text="Findable cramps", name="Nora", **more))
        db.add(Answer(id="f" * 64, patient_id=patient.id, kind="explain", body={"who": "Findable"}))
    return patient.id


def test_migrations_make_what_the_tables_say(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


def test_a_database_is_opened_again_as_it_was(place):
    first = open_store(place.folder, place.database)
    who, at = filled(first), revision(first.engine)
    first.close()
    again = open_store(place.folder, place.database)
    with again.reading() as db:
        assert db.get(Patient, who).name == "Zacharias Findable"
    assert (again.keys, revision(again.engine)) == (first.keys, at)
    again.close()


def test_messages_of_the_first_version_come_into_threads(place):
    place.folder.mkdir()
    engine = connect(place.database or f"sqlite:///{place.folder / FILE}")
    migrate(engine, "0001")
    at = "2026-03-04 05:06:07+00:00"
    asked = "INSERT INTO messages (id, thread, name, subject, text, urgent, closed, made_at) VALUES "
    with engine.execution_options(writing=True).begin() as connection:
        for name, thread, more in (("m1", "t1", "7"), ("m2", "t1", "8"), ("m3", "t2", "9")):
            when = at.replace("07+", f"0{more}+")
            connection.execute(text(f"{asked} ('{name}', '{thread}', 'Vera', 'S', 'T{more}', true, false, '{when}')"))
    engine.dispose()
    store = open_store(place.folder, place.database)
    with store.reading() as db:
        assert [(m.id, m.thread_id, m.text) for m in db.scalars(select(Message).order_by(Message.id))] == [
            ("m1", "t1", "T7"), ("m2", "t1", "T8"), ("m3", "t2", "T9"),
        ]  # fmt: skip
        first = db.get(Thread, "t1")
        assert (first.name, first.urgent, first.made_at) == ("Vera", True, datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    store.close()


def test_a_database_of_a_newer_version_is_refused(place):
    store = open_store(place.folder, place.database)
    with store.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(BadRecord, match="newer"):
        open_store(place.folder, place.database)


@pytest.mark.parametrize("url", ["postgresql+psycopg://x@127.0.0.1:1/none", "nonsense", "oracle://x"])
def test_a_database_that_cannot_be_reached_is_said(tmp_path, url):
    with pytest.raises(BadRecord, match="database"):
        open_store(tmp_path / "data", url)


def test_what_fails_in_the_middle_leaves_nothing(store):
    filled(store)
    with store.reading() as db:
        before = audit.verify(store).lines
    with pytest.raises(BadRecord), store.writing() as db:
        accounts.add_unit(db, CONSOLE, "South")
        accounts.add_unit(db, CONSOLE, "South")
    with store.reading() as db:
        assert [unit.name for unit in accounts.units(db)] == ["North"]
    assert audit.verify(store).lines == before


def test_two_who_change_one_patient_do_not_overwrite_each_other(store):
    who = filled(store)
    with store.reading() as db:
        one, two = db.get(Patient, who), db.get(Patient, who)
    with store.writing() as db:
        patients.save(db, CONSOLE, db.get(Patient, who), one.case, one.version, "test")
    with pytest.raises(patients.Outdated), store.writing() as db:
        patients.save(db, CONSOLE, db.get(Patient, who), two.case, two.version, "test")


def test_a_moment_without_a_zone_is_refused(store):
    with pytest.raises(Exception, match="time zone"), store.writing() as db:
        user = User(login="x", name="x", role="admin", password="-", made_at=datetime(2026, 1, 1))
        db.add(user)


def test_moments_come_back_in_utc(store):
    elsewhere = datetime.fromisoformat("2026-03-29T02:30:00+05:30")
    with store.writing() as db:
        user = User(login="x", name="x", role="admin", password="-", made_at=elsewhere)
        db.add(user)
    with store.reading() as db:
        assert db.get(User, user.id).made_at == elsewhere
        assert db.get(User, user.id).made_at.tzinfo == UTC


# The audit


def test_the_chain_is_whole_after_many_writers(store):
    """Eight threads add lines at once; nothing is lost, and nobody's line has another's number."""

    def add(name):
        for i in range(10):
            with store.writing() as db:
                audit.note(db, Who(name, "nurse"), "seen", f"patient:{i}", i=i)

    threads = [threading.Thread(target=add, args=(f"n{k}",)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = audit.verify(store)
    assert (found.whole, found.lines) == (True, 80)


@pytest.mark.parametrize("order", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_a_line(store, order):
    filled(store)
    with pytest.raises(DBAPIError, match="only added to"), store.writing() as db:
        db.execute(text(order))


def unlocked(store, *orders):
    """Change the audit as somebody can who owns the database."""
    with store.writing() as db:
        if store.embedded:
            for deed in ("update", "delete"):
                db.execute(text(f"DROP TRIGGER audit_no_{deed}"))
        else:
            db.execute(text("DROP TRIGGER audit_unchanged ON audit"))
        for order in orders:
            db.execute(text(order))


@pytest.mark.parametrize(
    ("orders", "why"),
    [
        (["UPDATE audit SET actor = 'somebody' WHERE seq = 3"], "line 3 was changed"),
        (["UPDATE audit SET detail = '{}' WHERE seq = 2"], "line 2 was changed"),
        (["UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1"], "line 1 was changed"),
        (["DELETE FROM audit WHERE seq = 4"], "line 4 is missing"),
        (["DELETE FROM audit WHERE seq >= 4"], "cut off"),
        (["DELETE FROM audit"], "cut off"),
        (["UPDATE audit SET seq = 99 WHERE seq = 3"], "line 3 is missing"),
        (["UPDATE audit SET mark = '0' WHERE seq = 5"], "line 5 was changed"),
    ],
)
def test_tampering_is_seen(store, orders, why):
    filled(store)
    audit.anchor(store)
    assert audit.verify(store).whole
    unlocked(store, *orders)
    found = audit.verify(store)
    assert not found.whole
    assert why in found.why


def test_a_chain_made_anew_without_the_key_is_seen(store):
    """Who owns the database but not the key makes every line again; the marks do not fit."""
    filled(store)
    with store.reading() as db:
        lines = list(db.scalars(select(Noted).order_by(Noted.seq)))
    previous, orders = audit.START, []
    for line in lines:
        line.actor, line.previous = "nobody", previous
        line.mark = previous = audit.mark_of(line, b"a guess at the key")
        orders.append(
            f"UPDATE audit SET actor='nobody', previous='{line.previous}', mark='{line.mark}' WHERE seq={line.seq}"
        )
    unlocked(store, *orders)
    assert "line 1 was changed" in audit.verify(store).why


def test_the_audit_holds_nothing_of_the_person(store):
    filled(store)
    with store.reading() as db:
        told = json.dumps([erasure.plain(line) for line in db.scalars(select(Noted))])
    assert "indable" not in told


# Export and erasure


def test_an_export_holds_all_that_is_kept_but_no_secret(store):
    who = filled(store)
    with store.writing() as db:
        told = erasure.export(db, CONSOLE, db.get(Patient, who))
    assert told["patient"]["case"]["note"] == "Findable told of a cramp"
    for table in ("treatments", "diary", "messages", "suggestions", "answers", "invitations", "users", "readings"):
        assert told[table], table
    assert "password" not in told["users"][0]
    json.dumps(told)


def test_every_table_that_names_a_patient_is_erased_and_exported():
    naming = {table.name for table in Row.metadata.sorted_tables if "patient_id" in table.c}
    assert naming == {kind.__tablename__ for kind in erasure.ABOUT}


def test_erasure_leaves_nothing_of_the_person(store):
    who = filled(store)
    erasure.erase(store, CONSOLE, who)
    with store.reading() as db:
        for table in Row.metadata.sorted_tables:
            rows = [dict(row) for row in db.execute(select(table)).mappings()]
            assert "indable" not in json.dumps(rows, default=str), table.name
        assert db.get(Patient, who) is None
        assert not list(db.scalars(select(Login)))
    assert audit.verify(store).whole
    if store.embedded:
        for file in store.folder.iterdir():
            assert b"indable" not in file.read_bytes(), file.name


# Backups


def test_a_backup_comes_back_as_it_was(place, tmp_path, postgres):
    """From either database to the other kind."""
    store = open_store(place.folder, place.database)
    who = filled(store)
    file, other = tmp_path / "kept.soleus", tmp_path / "other"
    rows = backup.write(store, file, PHRASE)
    assert b"indable" not in file.read_bytes()
    assert oct(file.stat().st_mode)[-3:] == "600"
    url = postgres() if store.embedded else None
    assert backup.read(other, url, file, PHRASE) == rows
    again = open_store(other, url)
    with store.reading() as one, again.reading() as two:
        for kind in (Patient, User, Treatment, Reading, Day, Message, Suggestion, Answer, Noted):
            key = [column.name for column in kind.__table__.primary_key]
            were, are = ([erasure.plain(row) for row in db.scalars(select(kind))] for db in (one, two))
            assert sorted(were, key=lambda r: [r[k] for k in key]) == sorted(are, key=lambda r: [r[k] for k in key])
        assert not list(two.scalars(select(Login)))
        assert two.get(Patient, who).case == one.get(Patient, who).case
    assert audit.verify(again).whole
    assert audit.verify(again).head == audit.verify(store).head
    store.close()
    again.close()


@pytest.fixture
def kept(tmp_path):
    """A backup of a small ward."""
    store = open_store(tmp_path / "ward")
    filled(store)
    backup.write(store, tmp_path / "kept.soleus", PHRASE)
    store.close()
    return tmp_path / "kept.soleus"


def test_a_wrong_passphrase_keeps_nothing(kept, tmp_path):
    with pytest.raises(BadRecord, match="passphrase is not right"):
        backup.read(tmp_path / "new", None, kept, "another phrase altogether")
    assert not (tmp_path / "new" / "keys.json").exists()
    assert backup.read(tmp_path / "new", None, kept, PHRASE) > 0


@pytest.mark.parametrize("place", [10, 24, 40, -1])
def test_a_changed_backup_does_not_open(kept, tmp_path, place):
    raw = bytearray(kept.read_bytes())
    raw[place] ^= 1
    kept.write_bytes(bytes(raw))
    with pytest.raises(BadRecord):
        backup.read(tmp_path / "new", None, kept, PHRASE)


def test_a_backup_is_never_put_over_a_ward_nor_over_another_backup(kept, tmp_path):
    with pytest.raises(BadRecord, match="holds a ward already"):
        backup.read(tmp_path / "ward", None, kept, PHRASE)
    store = open_store(tmp_path / "ward")
    with pytest.raises(BadRecord, match="there already"):
        backup.write(store, kept, PHRASE)
    store.close()


@pytest.mark.parametrize("size", [0, 1, sealed.PIECE - 1, sealed.PIECE, sealed.PIECE + 1, 3 * sealed.PIECE])
def test_a_sealed_file_cut_anywhere_does_not_open(tmp_path, size):
    file, told = tmp_path / "x", os.urandom(size)
    with file.open("wb") as out:
        sealed.seal([told[: size // 3], told[size // 3 :]], out, PHRASE)
    with file.open("rb") as back:
        assert b"".join(sealed.unseal(back, PHRASE)) == told
    raw = file.read_bytes()
    step = sealed.PIECE + sealed.TAG
    head = len(raw) - size - sealed.TAG * max(1, -(-size // sealed.PIECE))
    for length in {len(raw) - 1, len(raw) - sealed.TAG, head + step, head + 2 * step} & set(range(len(raw))):
        file.write_bytes(raw[:length])
        with pytest.raises(BadRecord), file.open("rb") as back:
            list(sealed.unseal(back, PHRASE))


# Power


WRITER = """
import sys
from pathlib import Path
from soleus.records.store import open_store
from soleus.records.store.audit import Who, note
store = open_store(Path(sys.argv[1]))
i = 0
while True:
    with store.writing() as db:
        note(db, Who("w", "nurse"), "seen", f"patient:{i}", filler="x" * 5000)
    i += 1
    print(i, flush=True)
"""


@pytest.mark.parametrize("after", [3, 40])
def test_what_was_committed_survives_a_kill_in_the_middle_of_writing(tmp_path, after):
    process = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True)
    with process:
        told = 0
        for line in process.stdout:
            told = int(line)
            if told >= after:
                process.send_signal(signal.SIGKILL)
                break
        told = max([told, *(int(line) for line in process.stdout)])
    store = open_store(tmp_path)
    found = audit.verify(store)
    assert found.whole
    assert told <= found.lines <= told + 1
    assert erasure.well(store)
    store.close()


def test_old_and_silent_logins_are_dropped(store):
    who = filled(store)
    with store.writing() as db:
        login = db.scalars(select(Login)).one()
        login.seen_at = now() - timedelta(minutes=31)
    with store.writing() as db:
        accounts.drop_idle(db, timedelta(minutes=30), timedelta(hours=12))
    with store.reading() as db:
        assert not list(db.scalars(select(Login)))
        assert db.get(Patient, who)


def test_the_file_is_a_strict_and_durable_one(tmp_path):
    store = open_store(tmp_path)
    with store.engine.connect() as connection:
        rules = ("journal_mode", "synchronous")
        asked = {rule: connection.exec_driver_sql(f"PRAGMA {rule}").scalar() for rule in rules}
        with pytest.raises(DBAPIError, match="FOREIGN KEY"):
            connection.exec_driver_sql("INSERT INTO logins VALUES ('a', 'nobody', 'c', '2026-01-01', '2026-01-01')")
    assert asked == {"journal_mode": "wal", "synchronous": 2}
    assert sqlite3.sqlite_version_info >= (3, 35)
    store.close()
