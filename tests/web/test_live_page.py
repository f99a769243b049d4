"""The running session on the screen: begun, fed, watched, ended; kept whatever dies; seen by its own unit alone."""

import asyncio
import copy
import json
import os
import re
import signal
import threading
import time

import httpx
import pytest
from sqlalchemy import select

from soleus.errors import BadRecord
from soleus.records.store import accounts, audit, open_store, patients, running
from soleus.records.store.audit import CONSOLE
from soleus.records.store.tables import Noted, Patient, Reading, Treatment
from soleus.web import demo
from soleus.web.running import demo as demo_running
from soleus.web.running import ending, stream, watcher
from soleus.web.running import shown as live_shown
from soleus.web.twin.beside import Beside

from .test_serve import Server

TOLD = demo_running.lines()
BEGUN = TOLD["shown"]["number"]
HONEST = "That no alarm sounds does not mean all is well"


class Here:
    """The watcher without a process of its own, so that tests need not wait for one."""

    def __init__(self):
        self.asked = []

    def ask(self, line, say=None):
        self.asked.append(line["ask"])
        return json.loads(json.dumps(watcher.answer(json.dumps(line), say)))

    def kill(self):
        pass

    def stop(self):
        watcher.SESSIONS.clear()


@pytest.fixture
def run(either):
    """A ward in which Paula's session runs since some time."""
    either.app.state.watch.hearing.beside = Here()
    either.name = demo_running.begin(either.store, TOLD)
    either.live = f"/patients/{either.paula}/live"
    either.api = f"/api/patients/{either.paula}/live"
    yield either


def program(ward, login="nora"):
    """A program of somebody, which asks with a token."""
    visitor = ward.visitor(login)
    page = visitor.post("/account/tokens", {"label": "feed", "days": "30"})
    secret = re.search(r"soleus_[\w-]+", page.text)[0]

    def ask(method, path, **more):
        return ward.visitor().ask(method, path, headers={"Authorization": f"Bearer {secret}"}, **more)

    return ask


def until(check, longest=30.0):
    """Wait until something holds."""
    begun = time.monotonic()
    while not (found := check()):
        assert time.monotonic() - begun < longest
        time.sleep(0.02)
    return found


def numbers(ward):
    with ward.store.reading() as db:
        return [number for number, _ in running.lines(db, ward.name)]


def told(ward):
    with ward.store.reading() as db:
        return copy.deepcopy(db.get(Treatment, ward.name).shown)


# The page


def test_the_page_shows_what_is_known_and_what_silence_means(run):
    nora = run.visitor("nora")
    assert "The session runs now" in nora.get(f"/patients/{run.paula}").text
    page = nora.get(run.live).text
    assert HONEST in page
    assert "Systolic pressure" in page and "Chance by then" in page and "<svg" in page
    assert 'aria-live="assertive"' in page
    assert re.search(r"Said at minute \d+: the chance was \d+% then; by the twin this would leave \d+%\.", page)
    assert not re.search(r"<script(?! src)|style=|onclick", page)
    row = nora.get("/ward").text
    assert "running now" in row and f'href="{run.live}"' in row


@pytest.mark.parametrize("who", ["sven", "paula", "rita", "adam", None])
def test_nobody_else_sees_or_changes_it(run, who):
    visitor = run.visitor(who)
    for path in (run.live, f"{run.live}/stream", run.api):
        assert visitor.get(path).status_code in (303, 401, 403, 404), path
    for path in (run.live, f"{run.live}/line", f"{run.live}/end", f"{run.live}/upload"):
        assert visitor.post(path, {"event": "stretched"}).status_code in (303, 401, 403, 404, 422), path
    assert visitor.ask("POST", f"{run.api}/readings", json=[]).status_code in (401, 403, 404)
    assert numbers(run) == list(range(1, BEGUN + 1))
    if who == "sven":
        assert visitor.get(run.live).status_code == 404


def test_a_button_without_the_token_of_the_form_does_nothing(run):
    nora = run.visitor("nora")
    nora.token = "x"
    assert nora.post(f"{run.live}/line", {"event": "stretched"}).status_code == 403
    assert len(numbers(run)) == BEGUN


def test_a_severe_cramp_brings_first_aid_up_to_stopping_and_what_was_done_is_ticked(run):
    nora = run.visitor("nora")
    nora.get(run.live)
    answer = nora.post(f"{run.live}/line", {"event": "cramp", "severity": "8", "where": "left calf", "ago": "0"})
    assert answer.status_code == 303
    until(lambda: told(run)["number"] == BEGUN + 1)
    page = nora.get(run.live).text
    assert 'class="warn urgent"' in page or 'class="warn now"' in page
    assert "STOP ULTRAFILTRATION" in page and "END THE TREATMENT" in page
    assert "cramp, 8 of 10, left calf" in page
    nora.post(f"{run.live}/line", {"event": "uf stopped"})
    nora.post(f"{run.live}/line", {"event": "stretched"})
    until(lambda: told(run)["number"] == BEGUN + 3)
    page = nora.get(run.live).text
    assert page.count(">done</b>") >= 2
    nora.post(f"{run.live}/line", {"event": "chest pain"})
    until(lambda: told(run)["number"] == BEGUN + 4)
    page = nora.get(run.live).text
    assert "Danger" in page and "CALL THE DOCTOR NOW" in page
    assert "Chest pain" in page


def test_every_button_makes_a_line_that_counts(run):
    nora = run.visitor("nora")
    page = nora.get(run.live).text
    events = set(re.findall(r'name="event" value="([^"]+)"', page))
    assert {"cramp", "dizziness", "saline", "uf stopped", "legs raised", "stretched", "chest pain"} <= events
    amounts = {"saline": "200", "uf rate": "0,4", "bath temperature": "36.0"}
    for i, event in enumerate(sorted(events - {"treatment stopped"})):
        more = {"amount": amounts[event]} if event in amounts else {}
        assert nora.post(f"{run.live}/line", {"event": event, "ago": str(i), **more}).status_code == 303, event
    until(lambda: told(run)["number"] == numbers(run)[-1])
    said = " ".join(entry["text"] for entry in told(run)["view"]["log"])
    assert all(event in said for event in events - {"treatment stopped"})
    wrong = nora.post(f"{run.live}/line", {"systolic_mmhg": "high"})
    assert wrong.status_code == 422 and "systolic_mmhg is &#39;high&#39;" in wrong.text


# The feed


def test_a_program_sends_lines_late_twice_and_wrong_and_is_told(run):
    ask = program(run)
    many = [
        {"minute": 132, "systolic_mmhg": 109, "diastolic_mmhg": 66},
        {"minute": 134, "rbv_pct": -7.5},
        {"systolic_mmhg": 120},
        {"minute": 133, "systolic_mmhg": 16.5},
        {"minute": 131, "rbv_pct": "-7.1"},
    ]
    first = ask("POST", f"{run.api}/readings", json=many).json()
    assert (first["kept"], first["repeated"], first["heard"]) == (4, 0, True)
    assert list(first["refused"]) == ["3"] and "needs its minute" in first["refused"]["3"]
    assert "is it in kPa" in first["notes"]["4"][0]
    assert "came late" in first["notes"]["5"][0]
    again = ask("POST", f"{run.api}/readings", json=many).json()
    assert (again["kept"], again["repeated"]) == (0, 4)
    one = ask("POST", f"{run.api}/readings", json={"minute": 136, "rbv_pct": -7.6}).json()
    assert one["kept"] == 1
    now = ask("GET", run.api).json()
    assert now["number"] == BEGUN + 5 and now["view"]["minute"] == 136
    assert len(now["view"]["forecast"]["cramp"]["low"]) == len(now["view"]["forecast"]["minutes"])


def test_the_order_of_arrival_does_not_matter(run):
    rows = [
        {"minute": 132.0, "rbv_pct": -7.0},
        {"minute": 134.0, "systolic_mmhg": 111.0},
        {"minute": 136.0, "rbv_pct": -7.4},
    ]
    seen = []
    for order in (rows, rows[::-1]):
        run.name = demo_running.begin(run.store, TOLD)
        with run.store.writing() as db:
            running.append(db, run.name, order, CONSOLE)
        run.app.state.watch.wake(run.name)
        until(lambda: told(run)["number"] == BEGUN + 3)
        seen.append(told(run)["view"]["forecast"])
    for name in ("systolic", "rbv", "cramp"):
        assert seen[0][name]["middle"] == pytest.approx(seen[1][name]["middle"], abs=1e-3)


def test_a_file_of_readings_is_read_or_refused_by_name(run):
    nora = run.visitor("nora")
    nora.get(run.live)
    good = "minute;systolic_mmhg;event\n140;112;\n142;;stretched\n"
    assert nora.post(f"{run.live}/upload", {"speed": "0"}, files={"file": ("a.csv", good)}).status_code == 303
    until(lambda: told(run)["number"] == BEGUN + 2)
    bad = nora.post(f"{run.live}/upload", files={"file": ("b.csv", "minute,sistolic\n1,2\n")})
    assert bad.status_code == 422 and "did you mean systolic_mmhg" in bad.text
    bad = nora.post(f"{run.live}/upload", files={"file": ("b.csv", "minute,rbv_pct\n,2\n")})
    assert bad.status_code == 422 and "line 1" in bad.text
    fast = "minute,rbv_pct\n144,-7.5\n145,-7.6\n"
    nora.post(f"{run.live}/upload", {"speed": "3600"}, files={"file": ("c.csv", fast)})
    until(lambda: told(run)["number"] == BEGUN + 4)


# What dies


def test_lines_are_kept_before_they_are_heard_and_a_new_server_goes_on(run):
    watch = run.app.state.watch
    watch.close()  # nobody hears any more
    ask = program(run)
    answer = ask("POST", f"{run.api}/readings", json=[{"minute": 138, "rbv_pct": -7.7}]).json()
    assert (answer["kept"], answer["heard"]) == (1, False)
    assert told(run)["number"] == BEGUN
    again = type(watch)(run.store, run.app.state.questions)
    again.hearing.beside = Here()
    again.resume()
    until(lambda: told(run)["number"] == BEGUN + 1)
    assert told(run)["view"]["minute"] == 138
    again.close()


class Dies(Here):
    """A watcher that stops in the middle, once."""

    def ask(self, line, say=None):
        if line["ask"] == "hear" and "died" not in self.asked:
            self.asked.append("died")
            watcher.SESSIONS.clear()
            raise ValueError("the process ended")
        return super().ask(line, say)


def test_a_watcher_that_dies_is_begun_again_from_what_was_kept(run):
    run.app.state.watch.hearing.beside = Dies()
    before = [alert["text"] for alert in told(run)["memory"]["alerts"]]
    with run.store.writing() as db:
        running.append(db, run.name, TOLD["lines"][BEGUN : BEGUN + 12], CONSOLE)
    run.app.state.watch.wake(run.name)
    until(lambda: told(run)["number"] == BEGUN + 12)
    after = [alert["text"] for alert in told(run)["memory"]["alerts"]]
    assert after[: len(before)] == before and len(after) > len(before)


def test_people_of_another_version_are_asked_of_the_twin_again(run):
    with run.store.writing() as db:
        found = db.get(Treatment, run.name)
        people = found.monitor["people"] | {"patient": {"another": 1.0}}
        found.monitor = found.monitor | {"people": people}
        running.append(db, run.name, [{"minute": 140.0, "rbv_pct": -7.0}], CONSOLE)
    asked = []
    run.app.state.questions.ask = lambda *given, **more: asked.append(given)
    run.app.state.watch.wake(run.name)
    run.app.state.watch.wake(run.name)
    until(lambda: asked)
    assert asked[0][1] == "watch"


# The stream


def read_stream(ward, nora, headers, events):
    """The first events of the stream, as text."""

    async def once():
        request = httpx.Request("GET", f"http://localhost{ward.live}/stream")
        scope = {
            "type": "http", "method": "GET", "path": request.url.path, "query_string": b"", "http_version": "1.1",
            "raw_path": b"", "scheme": "http", "root_path": "", "server": ("localhost", 80), "client": ("x", 1),
            "headers": [(b"host", b"localhost"), *headers,
                        (b"cookie", "; ".join(f"{k}={v}" for k, v in nora.cookies.items()).encode())],
        }  # fmt: skip
        told, enough = [], asyncio.Event()

        async def receive():
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            told.append(message)
            if b"".join(m.get("body", b"") for m in told).count(b"\n\n") >= events:
                enough.set()

        await asyncio.wait_for(ward.app(scope, receive, send), 20)
        return told[0], b"".join(m.get("body", b"") for m in told).decode()

    return asyncio.run(once())


def test_the_stream_gives_the_screen_once_and_again_when_it_changes(run, monkeypatch):
    monkeypatch.setattr(stream, "BEAT", 0.3)
    nora = run.visitor("nora")
    head, text = read_stream(run, nora, [], 3)
    assert dict(head["headers"])[b"content-type"].startswith(b"text/event-stream")
    assert text.startswith("retry: ") and "event: screen" in text and HONEST in text and "event: beat" in text
    mark = re.search(r"^id: (\w+)$", text, re.M)[1]
    _, text = read_stream(run, nora, [(b"last-event-id", mark.encode())], 2)
    assert "event: screen" not in text and "event: beat" in text  # nothing is sent twice
    with run.store.writing() as db:
        running.append(db, run.name, [{"minute": 150.0, "systolic_mmhg": 108.0}], CONSOLE)
    run.app.state.watch.wake(run.name)
    until(lambda: told(run)["number"] == BEGUN + 1)
    _, text = read_stream(run, nora, [(b"last-event-id", mark.encode())], 2)
    assert "event: screen" in text and "Minute <b>150</b>" in text


def test_the_stream_ends_with_the_session_and_with_the_login(run):
    nora = run.visitor("nora")
    nora.get(run.live)
    with run.store.writing() as db:
        running.end(db, CONSOLE, db.get(Treatment, run.name))
    assert nora.get(f"{run.live}/stream").status_code == 404


# Begin and end


def test_a_nurse_begins_and_ends_and_the_session_joins_the_case(either):
    ward, watch = either, either.app.state.watch
    watch.hearing.beside = Here()
    case_asked = []
    ward.app.state.questions.ask = lambda key, kind, of, case, day, **more: case_asked.append(case)
    nora, live = ward.visitor("nora"), f"/patients/{ward.paula}/live"
    assert "Begin to watch" in nora.get(live).text
    bad = nora.post(live, {"pre_weight_kg": "900", "uf_l": "3"})
    assert bad.status_code == 422 and "pre_weight_kg" in bad.text
    assert nora.post(live, {"pre_weight_kg": "64,9", "uf_l": "3.1", "minute": "20"}).status_code == 303
    page = nora.get(live).text
    assert "The twin gets ready" in page and "Until then nothing is watched" in page
    until(lambda: case_asked)
    assert case_asked[0]["sessions"][-1]["pre_weight_kg"] == 64.9
    assert nora.post(live, {"pre_weight_kg": "64.9", "uf_l": "3"}).status_code == 422  # one at a time
    nora.get(live)
    nora.post(f"{live}/line", {"systolic_mmhg": "131", "diastolic_mmhg": "74"})
    nora.post(f"{live}/line", {"event": "cramp", "severity": "5", "where": "foot"})
    nora.post(f"{live}/line", {"event": "saline", "amount": "200"})
    nora.post(f"{live}/line", {"event": "stretched"})
    ended = nora.post(f"{live}/end", {"post_weight_kg": "62.1", "keep": "yes"})
    assert ended.status_code == 303 and "/sessions/" in ended.headers["location"]
    with ward.store.reading() as db:
        patient = db.get(Patient, ward.paula)
        session = patient.case["sessions"][-1]
        deeds = [line.action for line in db.scalars(select(Noted).where(Noted.subject == f"patient:{ward.paula}"))]
    assert session["post_weight_kg"] == 62.1 and session["given"][0]["amount_ml"] == 200
    assert session["pressures"][0]["systolic_mmhg"] == 131
    assert session["pressures"][0]["minute"] == pytest.approx(20, abs=1)
    assert session["symptoms"][0]["where"] == "foot" and "stretched" in session["note"]
    assert {"watch begun", "watch seen", "line entered", "watch ended"} <= set(deeds)
    assert audit.verify(ward.store).whole
    assert "Begin to watch" in nora.get(live).text


def test_a_program_begins_a_session(either):
    either.app.state.watch.hearing.beside = Here()
    either.app.state.questions.ask = lambda *given, **more: None
    ask, api = program(either), f"/api/patients/{either.paula}/live"
    assert ask("GET", api).status_code == 404
    made = ask("POST", api, json={"pre_weight_kg": 64.5, "uf_l": 2.8})
    assert made.status_code == 201 and made.json()["view"] is None
    kept = ask("POST", f"{api}/readings", json=[{"minute": 0, "systolic_mmhg": 140}]).json()
    assert (kept["kept"], kept["heard"]) == (1, False)
    assert ask("POST", api, json={"pre_weight_kg": 64.5}).status_code == 422


def test_it_is_described_for_programs(ward):
    about = ward.visitor().get("/api/openapi.json").json()["paths"]
    assert "post" in about["/api/patients/{patient_id}/live/readings"]
    assert {"get", "post"} <= set(about["/api/patients/{patient_id}/live"])


def test_erasing_a_person_leaves_no_line(run):
    adam = run.visitor("adam")
    adam.get("/admin")
    assert adam.post("/admin/erase", {"patient": run.paula, "name": "Paula Patient"}).status_code == 303
    with run.store.reading() as db:
        assert not list(db.scalars(select(Treatment))) and not list(db.scalars(select(Reading)))


# Small parts


def test_a_line_is_the_same_however_it_is_written():
    one = running.plain({"minute": "30", "systolic_mmhg": "141.0", "event": " "})
    assert one == {"minute": 30.0, "systolic_mmhg": 141.0}
    assert running.mark_of(one) == running.mark_of(running.plain({"systolic_mmhg": 141, "minute": 30.0}))
    for bad in ({"systolic_mmhg": 1}, {"minute": "soon", "rbv_pct": 1}, {"minute": 3}):
        with pytest.raises(BadRecord, match="minute"):
            running.plain(bad)


def test_two_readings_of_one_minute_are_one_in_the_case():
    treatment = Treatment(ordered={"session": {"date": "2026-03-01"}})
    lines = [
        (1, {"minute": 5.0, "rbv_pct": -1.0}),
        (2, {"minute": 5.0, "rbv_pct": -1.2}),
        (3, {"minute": 9.0, "uf_l": 0.4}),
    ]
    made = ending.session_of(treatment, lines, None)
    assert made["blood_volume"] == [{"minute": 5.0, "rbv_pct": -1.2}] and made["uf_l"] == 0.4
    with pytest.raises(BadRecord, match="already"):
        ending.joined({"sessions": [made]}, made)


def test_the_screen_says_little_once_treatment_has_ended():
    view = TOLD["shown"]["view"] | {"over": True}
    assert [tile.name for tile in live_shown.tiles(view)] == ["Systolic pressure", "Blood volume"]
    assert len(live_shown.charts(view)) == 2


@pytest.mark.slow
def test_a_server_killed_while_lines_come_keeps_every_line_it_acknowledged(tmp_path):
    server = Server(tmp_path / "d")
    server.stop()
    store = open_store(tmp_path / "d")
    with store.writing() as db:
        unit = accounts.add_unit(db, CONSOLE, "North").id
        paula = patients.add(db, CONSOLE, unit, demo.ward()[0])
        nora = {"login": "nora", "name": "Nora", "role": "nurse", "password": "-"}
        secret = accounts.add_token(db, accounts.add_user(db, CONSOLE, **nora, unit=unit, patient=None), "feed", 1)
    name = demo_running.begin(store, TOLD)
    server, said = Server(tmp_path / "d"), []
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {secret}"}, timeout=30) as feed:
        try:
            for i in range(400):
                line = {"minute": 131 + i / 10, "rbv_pct": -7.5}
                assert feed.post(f"/api/patients/{paula.id}/live/readings", json=line).json()["kept"] == 1
                said.append(line["minute"])
                if i == 8:
                    threading.Timer(0.3, os.killpg, (server.process.pid, signal.SIGKILL)).start()
        except httpx.TransportError:
            pass
    server.ended()
    with store.reading() as db:
        kept = [line["minute"] for _, line in running.lines(db, name, BEGUN)]
    assert len(said) > 8 and kept[: len(said)] == said
    again = Server(tmp_path / "d")  # and it hears by itself what was kept
    until(lambda: running_number(store, name) == BEGUN + len(kept), 90)
    again.stop()
    store.close()


def running_number(store, name):
    with store.reading() as db:
        return db.get(Treatment, name).shown["number"]


@pytest.mark.slow
def test_the_watcher_is_a_process_and_one_that_breaks_is_started_again():
    beside = Beside("soleus.web.running.watcher", 60.0)
    begin = {"monitor": TOLD["monitor"], "memory": TOLD["shown"]["memory"], "lines": []}
    asked = {"ask": "hear", "session": "s", "after": 0, "lines": [[1, {"minute": 3.0, "rbv_pct": -0.2}]]}
    assert beside.ask(asked)["answer"] == {"unknown": True}
    assert beside.ask(asked | {"begin": begin})["answer"]["number"] == 1
    beside.kill()
    with pytest.raises((OSError, ValueError)):
        beside.ask(asked)
        beside.ask({"ask": "nothing"})
    assert beside.ask(asked)["answer"] == {"unknown": True}
    beside.stop()
