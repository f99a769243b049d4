"""Attacks: what a stranger or a colleague with bad intent would try, over every form and every address there is."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from soleus.records.store import accounts, audit, diary, messages, passkeys, patients, suggestions
from soleus.records.store.audit import NOBODY, Who
from soleus.records.store.tables import Login, Patient, Unit, User, new_id
from soleus.web.doors.auth import COOKIE, FORM_COOKIE, Guard
from soleus.web.place import LARGEST, Place, SignOn, Smtp
from soleus.web.running import demo as demo_running
from soleus.web.twin.questions import Question

from .conftest import PASSWORD, Ward
from .forms import Page, pages, send
from .issuer import running
from .test_pages import routes

SCRIPTS = (
    "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>", "' onmouseover='alert(3)' x='", "javascript:alert(4)",
    "</title></textarea></script><svg onload=alert(5)>", "{{91*91*91}}${91*91*91}<%= 91*91*91 %>",
)  # fmt: skip
ORDERS = (
    "' OR '1'='1", "'; DROP TABLE users; --", '" OR ""="', "1; DELETE FROM audit", "\x00",
    "' UNION SELECT password FROM users --", "%' OR '1'='1' --", "\\'; SELECT 1 --", "nora' --", "0 OR 1=1",
    "\ud7ff\U0010ffff",
)  # fmt: skip
STARTS = {"nora": "/ward", "carl": "/ward", "sven": "/ward", "paula": "/my", "rita": "/account", "adam": "/admin"}
WITHOUT_A_FORM = {  # POST addresses that scripts and programs use, tried by tests of their own
    "/account/passkeys", "/account/passkeys/begin", "/login/passkey", "/login/passkey/begin",
}  # fmt: skip


@pytest.fixture
def still(ward):
    """A ward in which nothing waits for the twin or for guesses."""
    return stilled(ward)


def stilled(ward):
    """The twin refuses at once, so that no page waits for it; and nobody counts guesses, which are tried elsewhere."""

    def ask(key, kind, of, case, day, **more):
        question = Question(key, of, kind, {})
        question.end(None, "no twin here")
        return question

    ward.app.state.questions.ask = ward.app.state.tries.ask = ask
    ward.app.state.guard = lambda *_: None
    ward.app.state.guard.forget = lambda *_: None
    ward.app.state.watch.wake = lambda name: None
    ward.app.state.watch.heard, ward.app.state.watch.hearing.beside = Heard(), Deaf()
    ward.app.state.place = replace(ward.app.state.place, smtp=Smtp("localhost", 9, "unit@example.org"))
    demo_running.begin(ward.store, demo_running.lines())
    with ward.store.writing() as db:
        begun(db, ward)
    return ward


class Heard(dict):
    """Every line was heard already, so that nothing waits for it."""

    def get(self, name, default=0):
        return 10**9


class Deaf:
    """A watcher that reads no file."""

    def ask(self, line, say=None):
        return {"refused": "no watcher here"}

    def kill(self):
        pass

    stop = kill


def begun(db, ward):
    """Something of everything that has a form: to take it away, to answer it, to correct it, to decide it."""
    for user in accounts.users(db):
        accounts.add_token(db, user, "a program", 3)
        passkeys.add(db, user, label="a phone", credential=user.id, public_key="x", uses=0)
    paula, nora, own = (accounts.find_user(db, "paula"), accounts.find_user(db, "nora"), db.get(Patient, ward.paula))
    asked = {"subject": "A question", "text": "Is it cooler?", "urgent": False}
    messages.begin(db, Who(paula.id, "patient"), patient=own, **asked)
    visited = messages.begin(db, NOBODY, name="Vera", email="vera@example.org", **asked)
    messages.say(db, Who(nora.id, "nurse"), visited, "Yes.", name="Nora")  # its e-mail waits
    diary.add(db, own.case, own.id, date.today(), {"drinks_l": 0.2}, "08:00", new_id())
    patients.save(db, Who(paula.id, "patient"), own, own.case, own.version, "diary")
    more = {"day": date(2026, 2, 9), "changes": {"hours": 4.5}, "told": {"refused": ["no twin"]}, "text": "Longer"}
    suggestions.send(db, Who(nora.id, "nurse"), own, "Nora", **more)


def forms_of(ward, login):
    """A visitor, and each form that visitor comes to, once."""
    visitor = ward.visitor(login)
    found = {}
    for page in pages(visitor, STARTS[login]):
        for form in page.forms:
            found.setdefault((form.method, re.sub("[0-9a-f]{16}", "ID", form.action), *form.fields), form)
    return visitor, [form for form in found.values() if form.action != "/logout"]


def guests(ward):
    """The forms of somebody who has not logged in: to log in, to ask, and to make an account by a link."""
    adam = ward.visitor("adam")
    adam.get("/admin")
    link = re.search(r"/join/[\w-]+", adam.post("/admin/invitations", {"role": "researcher"}).text)[0]
    visitor = ward.visitor()
    found = [form for path in ("/login", "/ask", link) for form in Page(path, visitor.get(path).text).forms]
    return visitor, found


def everybody(ward):
    """Every visitor with every form."""
    yield guests(ward)
    for login in STARTS:
        yield forms_of(ward, login)


def attempts(form, texts):
    """A form with each text in all its fields, and with the first text in each field alone."""
    names = form.fields.keys() - {"csrf"}
    yield from (form.filled(text) for text in texts if names)
    yield from (form.filled(texts[0], name) for name in names)


def held(ward):
    """What no order hidden in a text may change: all but what a person may write at any time, the diary and today."""
    with ward.store.reading() as db:
        cases = {each.id: (each.name, older(each.case)) for each in db.query(Patient)}
        people = {each.login: (each.role, each.password, each.active) for each in db.query(User)}
    return cases, people


def older(case):
    """A case file without the diary, and without a session of today."""
    before = [session for session in case.get("sessions", []) if session["date"] != date.today().isoformat()]
    return {name: value for name, value in case.items() if name != "diary"} | {"sessions": before}


@pytest.mark.slow
def test_every_form_of_the_application_is_among_those_attacked(still):
    found = {re.sub(r"\?.*", "", form.action) for _, forms in everybody(still) for form in forms}
    posts = {path for path, methods in routes(still.app) if "POST" in methods and not path.startswith("/api")}
    missing = {path for path in posts - WITHOUT_A_FORM if not any(re.fullmatch(pattern(path), at) for at in found)}
    assert missing == {"/logout"}  # has nothing to fill in


def pattern(path):
    return re.sub(r"{\w+}", "[^/]+", path)


@pytest.mark.slow
def test_no_field_takes_orders_for_the_database(either):
    still = stilled(either)
    before = held(still)
    for visitor, forms in everybody(still):
        for form in forms:
            for told in attempts(form, ORDERS):
                answer = send(visitor, form, told)
                assert answer.status_code < 500, (form.action, told)
                assert "argon2" not in answer.text and "sqlite3" not in answer.text and "psycopg" not in answer.text
    cases, people = held(still)
    assert cases == before[0]
    assert {login: people[login] for login in before[1]} == before[1]
    assert {role for login, (role, *_) in people.items() if login not in before[1]} <= {"researcher"}  # the guest's own
    assert audit.verify(still.store).whole


@pytest.mark.slow
def test_nothing_that_is_typed_into_any_field_runs(still):
    for visitor, forms in everybody(still):
        for form in forms:
            for told in attempts(form, SCRIPTS):
                answer = send(visitor, form, told)
                assert answer.status_code < 500, (form.action, told)
                assert not Page(form.action, answer.text).runs, (form.action, told)
                assert "753571" not in answer.text, form.action  # 91 * 91 * 91
    with still.store.reading() as db:
        assert any("<script>" in unit.name for unit in db.query(Unit))  # it was kept as it was typed
    for login, start in STARTS.items():
        for page in pages(still.visitor(login), start):
            assert not page.runs, (login, page.path, page.runs)


def test_what_is_kept_of_a_session_runs_nowhere(still):
    nora = still.visitor("nora")
    there = f"/patients/{still.paula}/enter"
    (form,) = [form for form in Page(there, nora.get(there).text).forms if form.action == there]
    words = ("note", "weight_reason", "s0_where", "s0_action")
    numbers = {"pre_weight_kg": "64", "post_weight_kg": "62", "s0_minute": "100", "s0_what": "cramp"}
    told = form.fields | numbers | {"date": "2026-01-14"} | dict.fromkeys(words, SCRIPTS[0])
    answer = send(nora, form, told)
    assert answer.status_code == 303, html.unescape(answer.text)
    for page in pages(nora, answer.headers["location"]):
        assert not page.runs, (page.path, page.runs)
    assert html.escape(SCRIPTS[0][:25]) in nora.get(f"{there}?day=2026-01-14").text


# Forms and browsers


def test_a_stranger_without_our_form_changes_nothing(ward):
    """Every address that changes something, asked by a browser that never saw a page of ours."""
    tried = 0
    for path, methods in routes(ward.app):
        for method in methods & {"POST", "PUT", "PATCH", "DELETE"}:
            there = re.sub(r"{\w+}", "x", path)
            for more in ({"data": {"login": "nora", "password": PASSWORD}}, {"json": {}}, {"content": b"x"}):
                assert ward.visitor().ask(method, there, **more).status_code == 403, (method, there)
            tried += 1
    assert tried >= 18


def holding(ward, **cookies):
    """A browser with cookies that somebody else chose."""
    found = ward.visitor()
    for name, value in cookies.items():
        found.cookies.set(name, value, domain="localhost.local", path="/")
    return found


def test_a_browser_gets_a_new_secret_when_it_logs_in(ward):
    thief = ward.visitor()
    thief.get("/login")
    planted = {COOKIE: "chosen-by-the-thief", FORM_COOKIE: thief.cookies[FORM_COOKIE]}
    nora = holding(ward, **planted).login("nora")
    first = nora.cookies[COOKIE]
    assert first != "chosen-by-the-thief"
    assert holding(ward, **planted).get("/ward").status_code == 303
    assert nora.post("/login", {"login": "nora", "password": PASSWORD}).status_code == 303
    assert holding(ward, **{COOKIE: first}).get("/ward").status_code == 303  # the older one is good for nothing
    assert nora.get("/ward").status_code == 200
    with ward.store.reading() as db:
        assert db.query(Login).count() == 1


def test_logging_out_ends_every_way_back(ward):
    nora = ward.visitor("nora")
    kept, token = nora.cookies[COOKIE], nora.token
    assert nora.post("/logout").status_code == 303
    late = holding(ward, **{COOKIE: kept})
    for path in ("/ward", "/account", f"/patients/{ward.paula}"):
        assert late.get(path).status_code == 303
    assert late.get("/api/patients").status_code == 401
    assert late.ask("POST", "/account/tokens", data={"csrf": token, "label": "x"}).status_code == 403


def test_every_cookie_of_every_door_is_marked(tmp_path):
    with running() as issuer:
        sign_on = SignOn(issuer.url, "soleus", "x")
        ward = Ward(Place(tmp_path, url="https://dialysis.example", sign_on=sign_on))
        for path in ("/login", "/login/sso"):
            for cookie in ward.visitor().get(path).headers.get_list("set-cookie"):
                assert "HttpOnly" in cookie and "Secure" in cookie and "Path=/" in cookie, cookie
                assert "SameSite=strict" in cookie or cookie.startswith("__Host-soleus_sign_on="), cookie
                assert "Domain" not in cookie, cookie
        ward.close()


AFTER = (
    "//evil.example", "https:evil.example", "/\t/evil.example", "/%0d%0aset-cookie:x=1", "\\\\evil.example",
    "/\r\nlocation: https://evil.example", " //evil.example",
)  # fmt: skip


@pytest.mark.parametrize("after", AFTER)
def test_no_door_leads_elsewhere(ward, after):
    visitor = ward.visitor()
    page = visitor.get("/login", params={"next": after})
    links = [link for link in Page("/login", page.text).links if not link.startswith(("/", "#"))]
    assert not links
    answer = visitor.post("/login", {"login": "nora", "password": PASSWORD, "next": after})
    assert answer.headers["location"] in ("/ward", "/%0d%0aset-cookie:x=1")
    assert "x" not in answer.cookies


# Guessing


def test_guessing_the_own_password_is_stopped_behind_the_door_too(ward):
    """A browser left open is no way to find out the password."""
    for path, name in (("/account/password", "old"), ("/account/passkeys/begin", "password")):
        ward.app.state.guard = Guard()
        nora = ward.visitor("nora")
        headers = {"x-csrf-token": nora.token}
        codes = []
        for i in range(10):
            more = {"json": {name: f"guess {i}"}} if "passkeys" in path else {"data": {name: f"guess {i}", "new": "x"}}
            codes.append(nora.ask("POST", path, headers=headers, **more).status_code)
        assert codes == [422] * 8 + [429] * 2, path


def test_links_and_tokens_are_too_long_to_guess(ward):
    adam = ward.visitor("adam")
    adam.get("/admin")
    link = re.search(r"/join/([\w-]+)", adam.post("/admin/invitations", {"role": "researcher"}).text)[1]
    assert len(link) >= 32 and len(adam.cookies[COOKIE]) >= 43
    with ward.store.reading() as db:
        assert accounts.invitation(db, link[:-1]) is None


# What is sent


MALFORMED = (
    ("multipart/form-data", b"no boundary"), ("multipart/form-data; boundary=x", b"--x\r\nno end"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n'),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--\r\n"),
    ("multipart/form-data; boundary=" + "x" * 500, b""),
    ("application/x-www-form-urlencoded", b"file=a&file=b"), ("application/x-www-form-urlencoded", b"&" * 5000),
    ("application/x-www-form-urlencoded", b"%ff%fe=%00"), ("application/json", b"{"), ("text/plain", b"\x00\xff"),
    ("application/json", b"[" * 100_000), ("application/json", b'{"date": ' + b"9" * 5000 + b"}"), ("", b""),
)  # fmt: skip


def test_what_is_malformed_is_refused_and_no_fault(ward):
    nora = ward.visitor("nora")
    there = ("/upload", f"/patients/{ward.paula}/upload", f"/patients/{ward.paula}/enter", "/account/tokens",
             "/api/patients", f"/api/patients/{ward.paula}/sessions", "/account/passkeys", "/login")  # fmt: skip
    for path in there:
        for kind, body in MALFORMED:
            answer = nora.ask("POST", path, content=body, headers={"content-type": kind, "x-csrf-token": nora.token})
            assert 400 <= answer.status_code < 500, (path, kind, body[:40], answer.status_code)
            assert "Traceback" not in answer.text
    with ward.store.reading() as db:
        assert db.query(Patient).count() == 2 and db.get(Patient, ward.paula).version == 1


def test_many_parts_of_a_form_are_refused(ward):
    nora = ward.visitor("nora")
    many = {f"p{i}_minute": "1" for i in range(5000)} | {"version": "1", "date": "2026-01-14"}
    assert nora.post(f"/patients/{ward.paula}/enter", many).status_code in (400, 422)
    files = [("file", (f"{i}.yaml", b"x")) for i in range(2000)]
    assert nora.post("/upload", files=files).status_code in (400, 422)
    whole = b"--x\r\n" + b'Content-Disposition: form-data; name="a"\r\n\r\n' + b"x" * LARGEST
    kind = {"content-type": "multipart/form-data; boundary=x", "x-csrf-token": nora.token}
    assert nora.ask("POST", "/upload", content=whole, headers=kind).status_code == 413
