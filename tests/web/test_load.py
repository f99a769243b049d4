"""What keeps the server quick when many look and many sessions run; bench/web.py measures how quick."""

import json
import os
import threading

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from soleus import __version__, report
from soleus.records.store import database, erasure, open_store, patients, running
from soleus.records.store.audit import CONSOLE
from soleus.records.store.tables import Patient, Treatment
from soleus.web import demo
from soleus.web.running import demo as demo_running
from soleus.web.running import watcher, watching
from soleus.web.twin import questions as asking
from soleus.web.twin import simulator
from soleus.web.twin.beside import BEHIND, Beside
from soleus.web.twin.questions import Questions

from .test_live_page import BEGUN, TOLD, Here, program, told, until

LINE = {"minute": 132.0, "rbv_pct": -7.0}


@pytest.fixture
def two(either):
    """A ward in which the sessions of two patients run."""
    either.app.state.watch.hearing.beside = Here()
    either.name = demo_running.begin(either.store, TOLD)
    with either.store.writing() as db:
        ines = db.get(Patient, either.ines)
        ines.unit_id = either.unit
        ordered = {"session": {"date": "2026-03-01", **TOLD["session"]}}
        made = running.begin(db, CONSOLE, ines, demo_running.date.today(), ordered)
        running.append(db, made.id, TOLD["lines"][:BEGUN], CONSOLE)
        made.monitor, made.shown = TOLD["monitor"], TOLD["shown"] | {"soleus": __version__}
        either.second = made.id
    return either


def asked_of(store):
    """Every statement that a database is asked from now on."""
    said = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _k, text, *more: said.append(text))
    return said


# What is read


def test_a_list_reads_no_case_file_and_no_people(two):
    nora = two.visitor("nora")
    said = asked_of(two.store)
    page = nora.get("/ward").text
    assert page.count("runs now") + page.count('class="run"') >= 2
    assert not [text for text in said if 'patients."case"' in text or "treatments.monitor" in text]
    with two.store.reading() as db:
        now = running.in_unit(db, two.unit)
    assert set(now) == {two.paula, two.ines}
    view = TOLD["shown"]["view"]
    assert now[two.paula]["minute"] == view["minute"]
    warning = view["warning"] and {name: view["warning"][name] for name in ("level", "title")}
    assert now[two.paula]["warning"] == warning


def test_a_list_says_nothing_of_a_session_that_another_version_showed(two):
    with two.store.writing() as db:
        found = db.get(Treatment, two.second)
        found.shown = found.shown | {"soleus": "0.0.0"}
        db.get(Treatment, two.name).shown = TOLD["shown"] | {
            "soleus": __version__, "view": {"minute": 140.0, "warning": {"level": "now", "title": "Cramp now"}}
        }  # fmt: skip
    with two.store.reading() as db:
        now = running.in_unit(db, two.unit)
    assert now == {two.ines: {}, two.paula: {"minute": 140.0, "warning": {"level": "now", "title": "Cramp now"}}}


def test_a_line_that_comes_reads_no_case_file_and_no_people(two):
    two.app.state.watch.close()
    ask = program(two)
    said = asked_of(two.store)
    assert ask("POST", f"/api/patients/{two.paula}/live/readings", json=[LINE]).json()["kept"] == 1
    assert not [text for text in said if 'patients."case"' in text or "treatments.monitor" in text]


def test_what_stands_of_a_session_is_told_without_its_people(two):
    names = [two.name, two.second, "nobody"]
    with two.store.writing() as db:
        running.keep(db, two.second, monitor=None)
    with two.store.reading() as db:
        assert running.standing(db, names) == {
            two.name: running.Standing(True, BEGUN, True), two.second: running.Standing(False, BEGUN, True)
        }  # fmt: skip
    with two.store.writing() as db:
        running.end(db, CONSOLE, db.get(Treatment, two.second))
        running.keep(db, two.second, shown={"number": 1})
        assert list(running.standing(db, names)) == [two.name]
        assert db.get(Treatment, two.second).shown["number"] == BEGUN  # what has ended stays as it was


def test_a_case_file_is_read_again_only_when_it_changed(ward, monkeypatch):
    read = []
    real = patients.cases.read
    monkeypatch.setattr(patients.cases, "read", lambda *told: read.append(1) or real(*told))
    nora = ward.visitor("nora")
    for _ in range(3):
        assert nora.get(f"/patients/{ward.paula}").status_code == 200
    assert len(read) == 1
    with ward.store.writing() as db:
        paula = db.get(Patient, ward.paula)
        case = paula.case | {"patient": paula.case["patient"] | {"target_weight_kg": 61.7}}
        patients.save(db, CONSOLE, paula, case, paula.version, "test")
    assert "61.7 kg" in nora.get(f"/patients/{ward.paula}").text
    erasure.erase(ward.store, CONSOLE, ward.paula)
    assert not [told for told in patients._read if told[0] == ward.paula]


def test_few_case_files_are_held(ward, monkeypatch):
    monkeypatch.setattr(patients, "KEPT", 1)
    with ward.store.reading() as db:
        for name in (ward.paula, ward.ines):
            patients.case_of(db.get(Patient, name))
    assert [told[0] for told in patients._read] == [ward.ines]


# Writers


def test_writers_of_one_process_wait_in_line(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.0)  # SQLite itself refuses at once
    store = open_store(tmp_path)
    inside, done = threading.Event(), []

    def write():
        inside.wait(10)
        with store.writing() as db:
            done.append(running.everything(db))

    second = threading.Thread(target=write)
    second.start()
    with store.writing() as db:
        running.everything(db)
        inside.set()
        second.join(0.3)
        assert second.is_alive() and not done
    second.join(10)
    assert len(done) == 1
    other = open_store(tmp_path)  # as another process
    with pytest.raises(OperationalError), store.writing() as db, other.writing() as refused:
        running.everything(db)
        running.everything(refused)
    with store.writing() as db:  # and nobody holds the turn after that
        running.everything(db)
    other.close()
    store.close()


# Hearing


def test_sessions_that_have_lines_are_heard_together_and_kept_at_once(two):
    watch = two.app.state.watch
    watch.close()
    with two.store.writing() as db:
        for name in (two.name, two.second):
            running.append(db, name, [LINE], CONSOLE)
    said = asked_of(two.store)
    assert watch.hearing.bring([two.name, two.second]) == ([], [])
    assert sum(text.startswith("UPDATE") for text in said) == 2
    assert sum(text.startswith("BEGIN IMMEDIATE") for text in said) == two.store.embedded
    with two.store.reading() as db:
        assert {name: x.number for name, x in running.standing(db, [two.name, two.second]).items()} == {
            two.name: BEGUN + 1, two.second: BEGUN + 1
        }  # fmt: skip
    assert watch.hearing.bring([two.name]) == ([], [])  # nothing new: nothing said again
    assert watch.news[two.name] == 1


class DiesOf(Here):
    """A watcher that ends whenever it hears of one session."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def ask(self, line, say=None):
        if line.get("session") == self.name:
            raise ValueError("the process ended")
        return super().ask(line, say)


def test_a_session_that_cannot_be_heard_holds_no_other_one_up(two):
    watch = two.app.state.watch
    watch.hearing.beside = DiesOf(two.second)
    with two.store.writing() as db:
        for name in (two.second, two.name):
            running.append(db, name, [LINE], CONSOLE)
    watch.wake(two.second)
    watch.wake(two.name)
    until(lambda: told(two)["number"] == BEGUN + 1)
    until(lambda: watch.failed.get(two.second) == 3)  # then it waits for its next line
    watch.hearing.beside = Here()
    watch.wake(two.second)
    until(lambda: watch.heard.get(two.second) == BEGUN + 1)
    assert not watch.failed


def test_a_screen_gets_one_reading_a_minute_and_always_the_last():
    lines = [{"minute": 130 + i / 12, "rbv_pct": -5 - i / 100} for i in range(1, 30)]
    begin = {"monitor": TOLD["monitor"], "memory": None, "lines": list(enumerate(TOLD["lines"][:BEGUN], 1))}
    asked = {"session": "s", "after": BEGUN, "lines": list(enumerate(lines, BEGUN + 1)), "begin": begin}
    view = watcher.hear(asked)["view"]
    now = watcher.SESSIONS.pop("s").monitor
    late = [pair for pair in view["read"]["rbv_pct"] if pair[0] > 130]
    assert [int(minute) for minute, _ in late] == [130, 131, 132]
    assert late[-1] == [lines[-1]["minute"], lines[-1]["rbv_pct"]]
    assert view["minute"] == lines[-1]["minute"] == now.going.minute
    assert len(now.going.log) == BEGUN + len(lines)  # belief has all of them
    assert watching.seen(now, None, [])["read"] == view["read"]


# The twin


class Held:
    """A process that computes until it is let go."""

    def __init__(self):
        self.order, self.go, self.begun = [], threading.Event(), threading.Event()

    def ask(self, asked, hear):
        self.begun.set()
        self.go.wait(10)
        self.order.append(asked["ask"])
        return {"answer": {}}

    def kill(self):
        pass

    stop = kill


def held(monkeypatch):
    process = Held()
    monkeypatch.setattr(asking, "Beside", lambda *_: process)
    return process, Questions()


def test_what_a_person_waits_for_goes_before_what_is_made_ready(monkeypatch):
    process, questions = held(monkeypatch)
    asked = [questions.ask("first", "known", "p", {}, None)]
    process.begun.wait(10)
    for kind in ("watch", "advise", "explain", "otherwise"):
        asked.append(questions.ask(kind, kind, "p", {}, None))
    process.go.set()
    assert all(each.done.wait(10) for each in asked)
    questions.close()
    assert process.order == ["known", "explain", "otherwise", "advise", "watch"]


def test_sessions_that_begin_do_not_fill_the_queue_of_people(monkeypatch):
    monkeypatch.setattr(asking, "WAITING", 2)
    monkeypatch.setattr(asking, "MANY", 3)
    process, questions = held(monkeypatch)
    questions.ask("first", "known", "p", {}, None)
    process.begun.wait(10)
    made = [questions.ask(f"w{i}", "watch", "p", {}, None) for i in range(4)]
    asked = [questions.ask(f"e{i}", "explain", "p", {}, None) for i in range(3)]
    assert [each is not None for each in made] == [True] * 3 + [False]
    assert [each is not None for each in asked] == [True] * 2 + [False]
    process.go.set()
    questions.close()


def test_long_questions_are_computed_behind_pages_and_sliders(ward):
    state = ward.app.state
    assert [each.command[-1] for each in state.questions.running] == [BEHIND]
    assert BEHIND not in state.tries.running[0].command + state.watch.hearing.beside.command


def test_a_process_that_goes_behind_is_nice():
    beside = Beside("soleus.web.twin.simulator", 60.0, BEHIND)
    assert "refused" in beside.ask({"ask": "warm", "case": {}})
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, beside.process.pid) == min(ours + simulator.NICE, 19)
    beside.stop()


def test_a_slider_works_out_only_what_moves(monkeypatch):
    worked, treated = [], []
    monkeypatch.setattr(simulator, "_known", lambda *_, kept=simulator.Known("twin", {}): kept)
    monkeypatch.setattr(report, "shown_json", lambda twin, names: worked.append(twin) or {"of": twin, "names": names})
    monkeypatch.setattr(report, "rerun", lambda twin, changes: treated.append(changes) or "changed")
    case = demo.ward()[0]
    for hours in (4.5, 5.0):
        line = {"ask": "otherwise", "case": case, "day": None, "changes": {"hours": hours}}
        told_now = simulator.answer(json.dumps(line), None)["answer"]
        assert (told_now["was"]["of"], told_now["now"]["of"]) == ("twin", "changed")
    assert worked == ["twin", "changed", "changed"] and len(treated) == 2
    assert simulator.answer(json.dumps(line | {"changes": {}}), None)["answer"]["now"]["of"] == "twin"
    assert len(worked) == 3
