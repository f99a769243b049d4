"""Pages: who may open which, and what stands on them."""

import re
import time

import pytest

ROLES = ("nobody", "paula", "nora", "carl", "rita", "adam")
MATRIX = {  # page: who may open it; everybody else is sent to log in, or refused
    "/ward": {"nora", "carl"},
    "/upload": {"nora", "carl"},
    "/patients/{paula}": {"nora", "carl"},
    "/patients/{paula}/live": {"nora", "carl"},
    "/patients/{paula}/enter": {"nora", "carl"},
    "/patients/{paula}/upload": {"nora", "carl"},
    "/patients/{paula}/export": {"carl"},
    "/patients/{paula}/sessions/2026-02-09": {"nora", "carl"},
    "/patients/{paula}/sessions/2026-02-09/what-if": {"nora", "carl"},
    "/patients/{paula}/sessions/2026-02-09/suggest": {"nora", "carl"},
    "/patients/{paula}/sessions/2026-02-09/letter": {"nora", "carl"},
    "/library": set(ROLES),
    "/library/experts": set(ROLES),
    "/library/target-weight": set(ROLES),
    "/library/pictures/cool-bath.svg": set(ROLES),
    "/my": {"paula"},
    "/my/export": {"paula"},
    "/my/diary": {"paula"},
    "/my/curve": {"paula"},
    "/my/messages": {"paula"},
    "/messages": {"nora", "carl"},
    "/ask": set(ROLES),
    "/urgent": set(ROLES),
    "/api/messages": {"nora", "carl", "paula"},
    "/api/patients/{paula}/diary": {"nora", "carl", "paula"},
    "/account": {"paula", "nora", "carl", "rita", "adam"},
    "/admin": {"adam"},
    "/admin/audit": {"adam"},
    "/api/me": {"paula", "nora", "carl", "rita", "adam"},
    "/api/patients": {"nora", "carl"},
    "/api/patients/{paula}/sessions/2026-02-09/advice": {"nora", "carl"},
    "/api/patients/{paula}/sessions/2026-02-09/explanation": {"nora", "carl"},
    "/api/patients/{paula}/suggestions": {"nora", "carl"},
    "/api/patients/{paula}/case": {"nora", "carl", "paula"},
    "/docs/api": set(ROLES),
    "/api/openapi.json": set(ROLES),
    "/health": set(ROLES),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_its_roles_only(either, role):
    ward = either
    visitor = ward.visitor(None if role == "nobody" else role)
    for page, allowed in MATRIX.items():
        answer = visitor.get(page.format(paula=ward.paula))
        if role in allowed:
            assert answer.status_code in (200, 202), (role, page)
        elif page.startswith("/api"):
            assert answer.status_code in (401, 403, 404), (role, page)
            assert "message" in answer.json()["error"]
        elif role == "nobody":
            assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login"), page
        else:
            assert answer.status_code == 403, (role, page)


def test_every_page_is_in_the_matrix_or_named_here(ward):
    elsewhere = {"/", "/login", "/login/sso", "/login/sso/back", "/join/{secret}", "/static", "/questions/{key}"}
    elsewhere |= {"/my/why", "/my/diary/{day}/{entry_id}", "/my/messages/{thread_id}"}  # in test_my and test_messages
    elsewhere |= {"/messages/{thread_id}", "/api/messages/{thread_id}"}
    elsewhere |= {"/patients/{patient_id}/live/stream", "/api/patients/{patient_id}/live"}  # where a session runs
    elsewhere |= {"/admin/units/{unit_id}", "/ward/stream"}  # in test_equipped and test_following
    names = {"{paula}": "{patient_id}", "2026-02-09": "{day}", "/target-weight": "/{slug}", "cool-bath.svg": "{file}"}
    known = set(elsewhere)
    for page in MATRIX:
        for example, name in names.items():
            page = page.replace(example, name)
        known.add(page)
    gets = {path for path, methods in routes(ward.app) if "GET" in methods}
    assert "/ward" in gets
    assert gets <= known, gets - known


def routes(app):
    """Every address with its methods."""
    found = []
    todo = list(app.routes)
    while todo:
        route = todo.pop()
        todo += list(getattr(getattr(route, "original_router", None), "routes", ()) or ())
        if getattr(route, "path", None) is not None:
            found.append((route.path, getattr(route, "methods", None) or {"GET"}))
    return found


def test_the_ward_shows_its_own_unit_and_who_cramped_first(ward):
    page = ward.visitor("nora").get("/ward").text
    assert "Paula Patient" in page and "Ines Invented" not in page
    assert "Why the cramp?" in page


def test_a_patient_page_tells_what_the_file_says(ward):
    page = ward.visitor("nora").get(f"/patients/{ward.paula}").text
    for said in ("62 kg", "Not known, and would help", "<svg", "cramp, left calf", "sevelamer"):
        assert said in page, said


def test_a_session_tells_why_and_what_to_change(ward, monkeypatch):
    nora = ward.visitor("nora")
    link = re.search(r'href="(/patients/\w+/sessions/[\d-]+)"', nora.get("/ward").text)[1]
    first = nora.get(link).text
    assert "data-progress" in first or "What to change" in first
    assert "Blood pressure" in first  # readings do not wait for the twin
    until = time.monotonic() + 120
    while "What to change" not in (page := nora.get(link).text):
        assert time.monotonic() < until
        time.sleep(0.5)
    for said in ("Why did the muscles cramp?", "Target weight", "63.6 kg", "The responsible clinician decides"):
        assert said in page, said
    asked, ask = [], ward.app.state.questions.ask

    def heard(key, kind, *of, **more):
        asked.append(kind)
        return ask(key, kind, *of, **more)

    monkeypatch.setattr(ward.app.state.questions, "ask", heard)
    assert "What to change" in nora.get(link).text
    assert "explain" not in asked  # what was answered is not computed again


def test_nothing_is_asked_of_other_hosts(ward):
    """No page names an address elsewhere but as the name space of a drawing."""
    nora = ward.visitor("nora")
    for page in ("/login", "/ward", f"/patients/{ward.paula}", "/upload", "/account", "/docs/api"):
        found = re.findall(r'(?:src|href|action)="(?!/(?!/)|#)([^"]*)"', nora.get(page).text)
        assert not found, (page, found)
