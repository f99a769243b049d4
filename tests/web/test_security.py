"""Security: what must not work does not, and says why without telling anything."""

import html
import json
import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from soleus.records.store import accounts, audit
from soleus.records.store.tables import Login, Patient, User, now
from soleus.web import demo, logs
from soleus.web.doors import auth, tries
from soleus.web.place import LARGEST, Place
from soleus.web.refused import TooMany

from .conftest import PASSWORD, Ward
from .test_pages import routes

XSS = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>{{7*7}}"
INJECTIONS = (
    "' OR '1'='1", "'; DROP TABLE users; --", '" OR 1=1 --', "nora' --", "\\'; SELECT 1 --", "%' OR '1'='1", "\x00",
)  # fmt: skip


# Headers


def test_every_answer_carries_the_headers(ward):
    visitor = ward.visitor("nora")
    for page in ("/login", "/ward", "/nowhere", "/static/soleus.css", "/api/patients", "/health", "/docs/api"):
        told = visitor.get(page).headers
        policy = dict(part.split(" ", 1) for part in told["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert {policy[f"{what}-src"] for what in ("script", "style", "connect", "img")} == {"'self'"}
        assert "unsafe" not in told["content-security-policy"]
        assert told["x-content-type-options"] == "nosniff"
        assert told["cache-control"] == ("public, max-age=3600" if page.startswith("/static") else "no-store")
        assert "server" not in told


def test_pages_hold_no_inline_script_or_style(ward):
    nora = ward.visitor("nora")
    for page in ("/ward", f"/patients/{ward.paula}", f"/patients/{ward.paula}/enter", "/account", "/upload"):
        text = nora.get(page).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", text), page


def test_cookies_are_for_the_browser_alone(tmp_path):
    ward = Ward(Place(tmp_path, url="https://dialysis.example"))
    visitor = ward.visitor()
    first = visitor.get("/login", headers={"host": "dialysis.example"})
    assert "max-age=31536000" in first.headers["strict-transport-security"]
    answer = visitor.ask("POST", "/login", data={"csrf": visitor.token, "login": "nora", "password": PASSWORD},
                         headers={"cookie": first.headers["set-cookie"].split(";")[0]})  # fmt: skip
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if "soleus=" in c]
    for mark in ("__Host-soleus=", "Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert mark in cookie
    assert visitor.get("/login", headers={"host": "evil.example"}).status_code == 400
    ward.close()


# Logging in


def test_wrong_password_and_unknown_login_are_told_apart_from_nothing(ward):
    visitor = ward.visitor()
    visitor.get("/login")
    answers = [visitor.post("/login", {"login": name, "password": "not the right one"}) for name in ("nora", "noone")]
    pages = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert pages[0] == pages[1]


def test_guessing_is_stopped_and_another_account_still_opens(ward):
    visitor = ward.visitor()
    visitor.get("/login")
    codes = [visitor.post("/login", {"login": "nora", "password": f"guess {i}"}).status_code for i in range(10)]
    assert codes == [401] * 8 + [429] * 2
    stopped = visitor.post("/login", {"login": "nora", "password": PASSWORD})
    assert stopped.status_code == 429  # the right one too, so that a guess tells nothing
    assert int(stopped.headers["retry-after"]) > 60
    assert ward.visitor().login("carl")


def test_guessing_over_many_accounts_is_stopped(ward):
    visitor = ward.visitor()
    visitor.get("/login")
    codes = {visitor.post("/login", {"login": f"n{i}", "password": "x"}).status_code for i in range(45)}
    assert codes == {401, 429}


def test_right_logins_from_one_address_do_not_count(ward):
    clear, guard = [], ward.app.state.guard
    for _ in range(60):  # a shift that begins, behind one address
        guard("10.0.0.1", "nora")
        guard.forget("10.0.0.1", "nora")
    for i in range(40):
        guard("10.0.0.1", f"n{i}")
        clear.append(i)
    with pytest.raises(TooMany):
        guard("10.0.0.1", "carl")
    assert len(clear) == 40
    for _ in range(3):
        ward.visitor("nora")
    assert not ward.app.state.guard.by_place.of["127.0.0.1"]


def test_tries_are_forgotten_after_their_time(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(tries.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(tries, "MANY", 3)
    counted = tries.Tries(2, 60.0)
    assert [counted.count("a") for _ in range(3)] == [0.0, 0.0, 60.0]
    clock[0] = 161.0
    assert counted.count("a") == 0.0
    for name in "bcdef":
        counted.count(name)
    clock[0] = 300.0
    counted.count("g")
    assert list(counted.of) == ["g"]


def test_a_closed_account_does_not_open_and_its_browsers_are_out(ward):
    nora, adam = ward.visitor("nora"), ward.visitor("adam")
    who = user_id(ward, "nora")
    adam.get("/admin")
    assert adam.post(f"/admin/users/{who}/close").status_code == 303
    assert nora.get("/ward").status_code == 303
    again = ward.visitor()
    again.get("/login")
    assert again.post("/login", {"login": "nora", "password": PASSWORD}).status_code == 401
    adam.post(f"/admin/users/{who}/open")
    assert ward.visitor("nora").get("/ward").status_code == 200


def user_id(ward, login):
    with ward.store.reading() as db:
        return accounts.find_user(db, login).id


def test_a_silent_browser_is_logged_out(ward):
    nora = ward.visitor("nora")
    assert nora.get("/ward").status_code == 200
    with ward.store.writing() as db:
        for login in db.query(Login):
            login.seen_at = now() - ward.app.state.place.idle - timedelta(seconds=1)
    assert nora.get("/ward").headers["location"] == "/login?next=/ward"
    assert nora.get("/api/patients").status_code == 401


def test_who_stays_busy_is_not_logged_out_but_at_the_end_of_the_shift(ward):
    nora = ward.visitor("nora")
    with ward.store.writing() as db:
        for login in db.query(Login):
            login.seen_at = now() - timedelta(minutes=20)
    assert nora.get("/ward").status_code == 200
    with ward.store.writing() as db:
        (login,) = db.query(Login)
        assert now() - login.seen_at < timedelta(minutes=1)
        login.made_at = now() - ward.app.state.place.longest - timedelta(seconds=1)
    assert nora.get("/ward").status_code == 303


def test_logging_out_ends_it_for_a_stolen_cookie_too(ward):
    nora = ward.visitor("nora")
    thief = ward.visitor()
    thief.cookies.update(nora.cookies)
    assert thief.get("/ward").status_code == 200
    assert nora.post("/logout").status_code == 303
    assert thief.get("/ward").status_code == 303


def test_a_new_password_logs_everybody_out(ward):
    one, two = ward.visitor("nora"), ward.visitor("nora")
    wrong = one.post("/account/password", {"old": "not it", "new": "another good pass phrase"})
    assert wrong.status_code == 422
    short = one.post("/account/password", {"old": PASSWORD, "new": "short"})
    assert "12 to 200" in short.text
    assert one.post("/account/password", {"old": PASSWORD, "new": "another good pass phrase"}).status_code == 303
    assert two.get("/ward").status_code == 303
    assert ward.visitor().login("nora", "another good pass phrase")


@pytest.mark.parametrize("after", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_login_never_leads_elsewhere(ward, after):
    visitor = ward.visitor()
    visitor.get("/login", params={"next": after})
    answer = visitor.post("/login", {"login": "nora", "password": PASSWORD, "next": after})
    assert answer.headers["location"] == "/ward"


def test_a_cookie_is_kept_as_a_hash_only(ward):
    nora = ward.visitor("nora")
    secret = nora.cookies[auth.COOKIE]
    with ward.store.reading() as db:
        assert [login.id for login in db.query(Login)] == [accounts.hashed(secret)]


def test_an_invitation_is_good_once_and_for_its_role(ward):
    adam = ward.visitor("adam")
    adam.get("/admin")
    page = adam.post("/admin/invitations", {"role": "nurse", "unit": ward.unit}).text
    link = re.search(r"/join/[\w-]+", page)[0]
    guest = ward.visitor()
    guest.get(link)
    made = {"login": "New@Example.org", "name": XSS, "password": "a password for newcomers", "role": "admin"}
    assert guest.post(link, made | {"password": "short"}).status_code == 422
    assert guest.post(link, made).status_code == 303
    assert guest.post(link, made).status_code == 404
    with ward.store.reading() as db:
        user = accounts.find_user(db, "new@example.org")
        assert (user.role, user.unit_id) == ("nurse", ward.unit)
    assert ward.visitor().login("new@example.org", "a password for newcomers").get("/ward").status_code == 200


# Forms


def test_no_change_is_made_without_the_token_of_a_form(ward):
    """Every address that changes something, with a cookie that is good and no token, or a wrong one."""
    adam, nora = ward.visitor("adam"), ward.visitor("nora")
    tried = 0
    for path, methods in routes(ward.app):
        for method in methods & {"POST", "PUT", "PATCH", "DELETE"}:
            named = {"patient_id": ward.paula, "user_id": "x", "deed": "close", "secret": "x", "day": "2026-01-01"}
            there = path.format(**named, thread_id="x", entry_id="x", unit_id="x", suggestion_id="x")
            for visitor in (adam, nora):
                for data in ({}, {"csrf": "wrong"}, {"csrf": ""}):
                    assert visitor.ask(method, there, data=data).status_code == 403, (method, there)
                assert visitor.ask(method, there, json={}).status_code == 403, (method, there)
            tried += 1
    assert tried >= 14


def test_a_form_from_another_site_is_refused_even_with_the_token(ward):
    nora = ward.visitor("nora")
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"},
                    {"sec-fetch-site": "same-site"}):  # fmt: skip
        assert nora.post("/logout", headers=headers).status_code == 403
    ours = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert nora.post("/logout", headers=ours).status_code == 303


def test_the_token_of_another_browser_is_refused(ward):
    nora, carl = ward.visitor("nora"), ward.visitor("carl")
    assert nora.post("/logout", {"csrf": carl.token}).status_code == 403
    stranger = ward.visitor()
    stranger.get("/login")
    assert stranger.post("/login", {"csrf": nora.token, "login": "nora", "password": PASSWORD}).status_code == 403


# Whose patient


def test_no_address_opens_another_units_patient(ward):
    """Every address that names a patient, asked by people of the other unit and by another patient."""
    sven, ines = ward.visitor("sven"), ward.visitor("ines")
    tried = 0
    for path, methods in routes(ward.app):
        if "{patient_id}" not in path:
            continue
        there = path.format(patient_id=ward.paula, day="2026-02-09", entry_id="x", suggestion_id="x")
        for method in methods - {"HEAD", "OPTIONS"}:
            for visitor in (sven, ines):
                more = {"headers": {"x-csrf-token": visitor.token}}
                if there.startswith("/api"):
                    body = {"version": 1, "case": ward.case()} if there.endswith("/case") else {"date": "2026-03-01"}
                    body = {"version": 1, "fields": {"salt": "much"}} if there.endswith("/x") else body
                    if "/suggestions" in there:
                        body = {"changes": {"hours": 4.5}, "text": "x", "accept": True, "reason": "x"}
                    more |= {"json": body} if method != "GET" else {}
                elif method == "POST":
                    more |= {"data": {"csrf": visitor.token, "version": "1", "date": "2026-03-01"}}
                    if there.endswith("/upload"):
                        more["files"] = {"file": ("case.json", json.dumps(ward.case()))}
                seen = "?version=1" if method == "DELETE" else ""
                answer = visitor.ask(method, there + seen, **more)
                assert answer.status_code in (403, 404), (method, there, answer.status_code)
                assert "Paula" not in answer.text
                tried += 1
    assert tried >= 20
    with ward.store.reading() as db:
        assert db.get(Patient, ward.paula).version == 1


def test_a_patient_that_is_not_there_answers_like_one_of_another_unit(ward):
    sven = ward.visitor("sven")
    there, nowhere = sven.get(f"/patients/{ward.paula}"), sven.get("/patients/0123456789abcdef")
    assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)


def test_a_patient_sees_the_own_export_only(ward):
    paula = ward.visitor("paula")
    told = paula.get("/my/export").json()
    assert told["patient"]["id"] == ward.paula
    assert "Ines" not in json.dumps(told)


# What is typed


def fields():
    """Every text a case file takes, filled with what must be escaped."""
    told = demo.ward()[0]
    told["patient"] |= {"name": XSS, "conditions": [XSS]}
    told |= {"question": XSS, "note": XSS}
    told["sessions"][-1]["note"] = XSS
    told["sessions"][-1]["symptoms"] = [{"minute": 100, "what": "cramp", "where": XSS, "severity": 5, "action": XSS}]
    told["drugs"] = [{"name": XSS, "note": XSS}]
    return told


def test_what_is_typed_is_shown_and_never_run(ward):
    nora = ward.visitor("nora")
    answer = nora.post("/upload", files={"file": ("case.json", json.dumps(fields()))})
    assert answer.status_code == 303, answer.text
    there = answer.headers["location"]
    day = fields()["sessions"][-1]["date"]
    pages = ("/ward", f"/ward?q={XSS}", there, f"{there}/sessions/{day}", f"{there}/enter?day={day}", f"{there}/upload")
    for page in pages:
        text = nora.get(page).text
        assert "<img src=x" not in text and "<script>alert" not in text, page
        assert html.escape("<script>alert(1)") in text, page
        assert "7*7" in text and ">49" not in text, page


def test_what_is_typed_by_an_administrator_is_escaped_too(ward):
    adam = ward.visitor("adam")
    adam.get("/admin")
    adam.post("/admin/units", {"name": XSS})
    for page in ("/admin", f"/admin/audit?subject={XSS}"):
        text = adam.get(page).text
        assert "<img src=x" not in text and html.escape("<img src=x") in text, page
    label = ward.visitor("nora")
    label.post("/account/tokens", {"label": XSS, "days": "3"})
    assert "<img src=x" not in label.get("/account").text


def test_words_of_sql_are_words(either):
    visitor, nora, adam = either.visitor(), either.visitor("nora"), either.visitor("adam")
    visitor.get("/login")
    adam.get("/admin")
    for text in INJECTIONS:
        assert visitor.post("/login", {"login": text, "password": text}).status_code in (401, 422), text
        assert "Paula" not in nora.get("/ward", params={"q": text}).text
        name = quote(text, safe="")
        for page in (f"/patients/{name}", f"/patients/{name}/enter", f"/join/{name}", f"/questions/{name}"):
            assert nora.get(page).status_code in (404, 422), page
        assert adam.get("/admin/audit", params={"subject": text}).status_code in (200, 422)
        assert adam.post("/admin/erase", {"patient": text, "name": text}).status_code in (404, 422)
    with either.store.reading() as db:
        assert db.query(User).count() == 7
    assert audit.verify(either.store).whole


# Files


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("case.yaml", b"", "empty"),
        ("case.yaml", b"\x89PNG\r\n\x00\x00", "not a text file"),
        ("case.yaml", b"\xff\xfe\x00x", "not a text file"),
        ("case.yaml", b"a: &a [1]\nb: *a\n", "more than plain values"),
        ("case.yaml", b"!!python/object/apply:os.system ['true']", "more than plain values"),
        ("case.yaml", b"[" * 5000, "deep"),
        ("case.json", b"[" * 100000, "not JSON"),
        ("case.json", b"{", "not JSON"),
        ("case.json", b"[]", "holds no case"),
        ("case.json", b'{"patient": {"sex": "F", "age_y": NaN}}', "age_y"),
        ("case.json", b'{"patient": {"sex": "X", "age_y": 6000}}', "age_y"),
        ("../../etc/passwd.yaml", b"patient: 1\nsessions: 2\n", "patient"),
        ("case.yaml", b"x" * 1_000_001, "larger than"),
    ],
)
def test_a_file_that_is_no_case_is_refused_with_a_reason_and_nothing_is_kept(ward, name, content, said):
    nora = ward.visitor("nora")
    answer = nora.post("/upload", files={"file": (name, content)})
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    with ward.store.reading() as db:
        assert db.query(Patient).count() == 2
    newer = nora.post(f"/patients/{ward.paula}/upload", {"version": "1"}, files={"file": (name, content)})
    assert newer.status_code == 422
    with ward.store.reading() as db:
        assert db.get(Patient, ward.paula).version == 1


def test_every_problem_of_a_file_is_named(ward):
    told = ward.case()
    told["patient"]["target_weight_kg"] = 620
    told["sessions"][0]["uf_l"] = "three"
    answer = ward.visitor("nora").post("/upload", files={"file": ("case.json", json.dumps(told))})
    for said in ("target_weight_kg", "620", "uf_l"):
        assert said in html.unescape(answer.text)


@pytest.mark.parametrize("told", [True, False])
def test_more_than_may_be_sent_is_refused_before_it_is_read(ward, told):
    nora = ward.visitor("nora")

    async def endless():
        for _ in range(40):
            yield b"x" * 50_000

    body = b"x" * (LARGEST + 1) if told else endless()
    headers = {"content-type": "application/json", "x-csrf-token": nora.token}
    answer = nora.ask("POST", "/api/patients", content=body, headers=headers)
    assert answer.status_code == 413
    assert "MB" in answer.text


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999"])
def test_a_length_that_is_none_is_refused(ward, length):
    answer = ward.visitor().ask("POST", "/login", headers={"content-length": length}, content=b"x")
    assert answer.status_code == 413


# Programs


def test_a_program_asks_with_a_token_and_stops_when_it_ends(ward):
    nora = ward.visitor("nora")
    page = nora.post("/account/tokens", {"label": "feed", "days": "3"}).text
    secret = re.search(r"soleus_[\w-]{20,}", page)[0]
    assert secret not in nora.get("/account").text
    bearer = {"headers": {"authorization": f"Bearer {secret}"}}
    program = ward.visitor()
    assert program.get("/api/me", **bearer).json()["role"] == "nurse"
    assert program.ask("POST", "/api/patients", json=ward.case(), **bearer).status_code == 201
    assert program.get("/api/me", headers={"authorization": "Bearer soleus_guess"}).status_code == 401
    nora.get("/account")
    nora.post("/account/tokens/end")
    assert program.get("/api/me", **bearer).status_code == 401


def test_a_fault_of_ours_tells_nothing_and_the_log_says_where(ward, capsys):
    logs.start()
    visitor = ward.visitor()
    visitor.get("/login")
    ward.app.state.guard = None  # so that logging in breaks
    answer = visitor.post("/login", {"login": "findable@example.org", "password": "findable too"})
    assert answer.status_code == 500
    assert "Traceback" not in answer.text and "NoneType" not in answer.text
    number = re.search(r"Its number in the log is (\w{8})", answer.text)[1]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (fault,) = [line for line in lines if line["event"] == "fault"]
    assert (fault["number"], fault["kind"], fault["path"]) == (number, "TypeError", "/login")
    assert any("doors/login.py" in place for place in fault["places"])
    assert "findable" not in json.dumps(lines)


def test_the_log_names_nobody(ward, capsys):
    logs.start()
    nora = ward.visitor("nora")
    nora.get(f"/patients/{ward.paula}")
    nora.get("/ward?q=Paula")
    nora.get("/patients/Findable")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {"/ward", "/patients/{patient_id}", "/login"} <= {line["path"] for line in lines}
    for word in ("Paula", "nora", "Findable", ward.paula, PASSWORD):
        assert word not in json.dumps(lines), word
