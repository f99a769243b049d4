"""Story: a browser goes through the pages of a real server as a person would, with scripts and without."""

import os
import re
from contextlib import closing
from pathlib import Path

import pytest

from soleus.web import demo

from .test_serve import Server

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import sync_playwright  # noqa: E402

pytestmark = pytest.mark.slow
CHROMIUM = Path(os.environ.get("SOLEUS_CHROMIUM", "/usr/bin/chromium"))
ROOT = Path(__file__).parent.parent.parent
AXE = [Path(os.environ.get("SOLEUS_AXE", "")), ROOT / "node_modules" / "axe-core" / "axe.min.js"]
PATIENCE = 240_000  # ms: the twin compiles on a new machine
WIDTHS = (390, 768, 1440)


@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: install Debian's chromium, or set SOLEUS_CHROMIUM")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request, tmp_path_factory):
    more = {}
    if request.param == "postgres":
        more["SOLEUS_DATABASE_URL"] = request.getfixturevalue("postgres")()
    found = Server(tmp_path_factory.mktemp("story") / "d", "--demo", **more)
    yield found
    found.stop()


class Person:
    """Somebody before a screen, who counts clicks; whatever the browser complains of is kept."""

    def __init__(self, chromium, server, **more):
        self.context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}} | more)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.clicks, self.complaints, self.asked = 0, [], []
        self.page.on("console", lambda told: self._heard(told))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.url = server.url
        self.page.goto(f"{self.url}/")

    def _heard(self, told):
        if told.type in ("error", "warning"):
            self.complaints.append(told.text)

    def click(self, what):
        self.clicks += 1
        self.page.click(what)
        return self

    def close(self):
        self.context.close()


@pytest.fixture
def person(chromium, server):
    made = []

    def come(**more):
        made.append(Person(chromium, server, **more))
        return made[-1]

    yield come
    for each in made:
        each.close()


def test_from_the_first_page_to_what_to_change_in_four_clicks(person):
    me = person()
    me.click("button:has-text('Nurse')").click("tr:has-text('Paula Patient') >> text=Why the cramp?")
    me.page.wait_for_selector("h2#why")
    assert me.page.inner_text("h1") == "Why did the muscles cramp?"
    assert "target weight" in me.page.inner_text(".answer >> nth=0")
    me.click("nav[aria-label='On this page'] >> text=What to change")
    assert me.clicks <= 4
    assert me.page.evaluate("document.querySelector('#change').getBoundingClientRect().top") < 300
    me.page.wait_for_selector("[data-show]:not([hidden]), ol.options, #nothing")
    if me.page.query_selector("ol.options, #nothing") is None:
        me.page.click("[data-show]")
        me.page.wait_for_selector("ol.options, #nothing")
    if me.page.query_selector("#nothing"):  # then it is said what holds it back, and what would be right
        assert "Nothing within the limits" in me.page.inner_text("#nothing")
        assert "Target weight" in me.page.inner_text("#nothing ~ table")
    else:
        first = me.page.inner_text("ol.options > li >> nth=0")
        assert "target weight" in first.lower() and "Check first" in first and "Decides:" in first
    assert not me.complaints
    assert all(url.startswith(me.url) for url in me.asked)


def test_sliders_show_what_follows(person):
    me = person()
    me.click("button:has-text('Nurse')").click("tr:has-text('Paula Patient') >> text=Why the cramp?")
    me.page.wait_for_selector("h2#why")
    me.click("text=What if?")
    me.page.wait_for_selector("#result svg")
    before = me.page.inner_text("#result")
    with me.page.expect_response(lambda answer: "part=1" in answer.url):
        me.page.focus("#hours")
        me.page.keyboard.press("ArrowRight")
    me.page.wait_for_function("before => document.querySelector('#result').innerText !== before", arg=before)
    assert "hours=4.25" in me.page.url
    assert not me.complaints


def test_a_nurse_enters_a_session_by_keyboard_alone(person):
    me = person()
    me.click("button:has-text('Nurse')").click("a:has-text('Paula Patient')")
    me.click("text=Enter a session")
    me.page.wait_for_url("**/enter")
    me.page.wait_for_load_state()
    me.page.keyboard.press("Tab")
    assert me.page.inner_text(":focus") == "Skip to the content"
    me.page.fill("#date", "2026-01-14")
    me.page.focus("#start")
    for text in ("07:30", "", "64,4", "62", "2.6"):
        me.page.keyboard.type(text)
        me.page.keyboard.press("Tab")
    for name, text in (("s0_minute", "201"), ("s0_where", "left calf")):
        me.page.fill(f"[name={name}]", text)
    me.page.select_option("[name=s0_what]", "cramp")
    me.page.focus("[name=s0_where]")
    me.page.keyboard.press("Enter")
    me.page.wait_for_url("**/sessions/2026-01-14")
    assert "201 min: cramp, left calf" in me.page.inner_text("main")


def test_a_treatment_that_was_tried_is_suggested_and_decided(person):
    nora = person()
    nora.click("button:has-text('Nurse')").click("tr:has-text('Paula Patient') >> text=Why the cramp?")
    nora.page.wait_for_selector("h2#why")
    nora.page.goto(f"{nora.page.url}/what-if?hours=4.5&potassium_mmol_l=1")
    nora.click("text=Suggest it").page.wait_for_selector("#text")
    said = nora.page.inner_text("main")
    assert "4 → 4.5 h" in said and "Breaks a limit" in said and "A clinician of the unit decides" in said
    nora.page.fill("#text", "The cramps come late; longer would be gentler.")
    nora.click("text=Send as a suggestion").page.wait_for_selector("#suggestions")
    assert nora.page.query_selector("text=Accept") is None
    there = nora.page.url.partition("#")[0]
    carl = person()
    carl.click("button:has-text('Clinician')").click("tr:has-text('Paula Patient') >> text=open suggestion")
    carl.page.wait_for_url(f"{there}*")
    carl.page.fill("textarea[name=reason]", "Longer yes, potassium no.")
    carl.click("button:has-text('Decline')").page.wait_for_selector("text=Declined by Carl")
    nora.page.goto(there)
    assert "Longer yes, potassium no." in nora.page.inner_text("main")
    assert not nora.complaints and not carl.complaints


def at_the_sliders(nora, asked=""):
    """The nurse at the sliders of Paula's last session."""
    nora.click("button:has-text('Nurse')").click("tr:has-text('Paula Patient') >> text=Why the cramp?")
    nora.page.wait_for_selector("h2#why")
    nora.page.goto(f"{nora.page.url}/what-if{asked}")


WAITING = '<p class="waiting" data-progress="/questions/slow"><span class="spin"></span><span data-said></span></p>'
DONE = {"content_type": "text/event-stream", "body": "event: done\ndata:\n\n"}


def still_waiting(route):
    """The sliders before the twin has answered."""
    body = re.sub('(?s)(<section id="result"[^>]*>).*?(</section>)', rf"\1{WAITING}\2", route.fetch().text())
    route.fulfill(body=body, content_type="text/html")


def test_a_question_that_the_server_forgot_is_asked_again(person):
    """The server was started anew while the page waited: nobody has to know."""
    nora = person()
    nora.page.route("**/what-if?hours=4.25", still_waiting)
    with nora.page.expect_response("**/questions/slow") as refused:
        at_the_sliders(nora, "?hours=4.25")
    assert refused.value.status == 404
    nora.page.wait_for_selector("#result svg")


def test_an_answer_that_comes_does_not_undo_a_click(person):
    """The sliders' answer arrives while the next page is on its way: the click counts."""
    nora, asked, sent = person(), [], []
    nora.page.route("**/what-if?hours=4.75", still_waiting)
    nora.page.route("**/questions/slow", lambda route: asked.append(route))
    nora.page.route("**/suggest?*", lambda route: sent.append(route))
    at_the_sliders(nora, "?hours=4.75")
    nora.page.click("text=Suggest it", no_wait_after=True)
    for _ in range(PATIENCE // 50):
        if asked and sent:
            break
        nora.page.wait_for_timeout(50)
    asked[0].fulfill(**DONE)
    nora.page.wait_for_timeout(1000)
    nora.page.unroute("**/suggest?*")  # that page waits for the twin and loads itself again
    sent[0].continue_()
    nora.page.wait_for_selector("h1:has-text('Suggest this treatment')")
    assert "4 → 4.75 h" in nora.page.inner_text("main") and not nora.complaints


def test_a_slider_that_nobody_moved_changes_nothing(person):
    """Also where the session was set between its steps: 2.63 L."""
    nora = person()
    nora.click("button:has-text('Nurse')").click("a:has-text('Paula Patient')").click("text=Enter a session")
    entered = {"date": "2026-01-16", "start": "07:30", "pre_weight_kg": "64.4", "post_weight_kg": "62", "uf_l": "2.63"}
    for name, text in entered.items():
        nora.page.fill(f"[name={name}]", text)
    nora.click("text=Keep it, and ask why").page.wait_for_url("**/sessions/2026-01-16")
    nora.page.goto(f"{nora.page.url}/what-if?hours=4.5")
    assert nora.page.input_value("#uf_l") == "2.63"
    nora.click("text=Suggest it").page.wait_for_selector("h2#otherwise")
    set_otherwise = nora.page.inner_text("section[aria-labelledby=otherwise]")
    assert "4 → 4.5 h" in set_otherwise and "Fluid taken off" not in set_otherwise


def test_a_cramp_in_a_running_session_is_met_and_the_ward_follows(person):
    ward = person()
    ward.click("button:has-text('Clinician')").page.wait_for_selector("tr:has-text('Paula Patient') a.run")
    ward.page.focus("tr:has-text('Paula Patient') a.run")
    before = ward.page.inner_text("tr:has-text('Paula Patient') a.run")
    nora = person()
    nora.click("button:has-text('Nurse')").click("tr:has-text('Paula Patient') a.run").page.wait_for_selector("#hands")
    nora.page.select_option("#where", "left calf")
    nora.click("button:has-text('Severe, 8')").page.wait_for_selector("ol.log li:has-text('cramp')")
    nora.page.wait_for_selector(".warn.now, .warn.urgent")
    assert "left calf" in nora.page.inner_text("ol.log") and nora.page.query_selector("ol.aid") is not None
    changed = "([row, before]) => document.querySelector(row).innerText !== before"
    ward.page.wait_for_function(changed, arg=["tr a.run", before])
    assert ward.page.evaluate("document.activeElement.className") == "run"  # who was there is not thrown about
    assert not nora.complaints and not ward.complaints


def test_a_question_is_answered_and_read(person):
    paula = person(viewport={"width": 390, "height": 844})
    paula.click("button:has-text('Patient')")
    paula.page.goto(f"{paula.url}/my/messages")
    paula.page.fill("#subject", "My shoes")
    paula.page.fill("#text", "May I keep them on?")
    paula.click("main button:has-text('Send')").page.wait_for_url("**/my/messages/*")
    asked = paula.page.url
    nora = person(java_script_enabled=False)
    nora.click("button:has-text('Nurse')").click("nav >> text=Messages").click("text=My shoes")
    nora.page.fill("#text", "Yes, you may.")
    nora.click("button:has-text('Send and close')")
    assert nora.page.url.endswith("/messages")
    paula.page.goto(f"{paula.url}/my")
    assert "answered you" in paula.page.inner_text("main")
    paula.page.goto(asked)
    assert "Yes, you may." in paula.page.inner_text("main")


def test_what_is_not_for_a_role_stays_shut(person):
    shut = {"Patient": ("/ward", "/messages", "/admin", "/upload"), "Researcher": ("/ward", "/my", "/admin/audit"),
            "Nurse": ("/admin", "/my", "/my/diary"), "Admin": ("/ward", "/my", "/messages")}  # fmt: skip
    guest = person()
    for path in ("/ward", "/my", "/admin", "/messages"):
        guest.page.goto(guest.url + path)
        assert guest.page.url.startswith(guest.url + "/login"), path
    nora = person()
    nora.click("button:has-text('Nurse')")
    patient = nora.page.get_attribute("a:has-text('Paula Patient')", "href")
    for role, paths in shut.items():
        me = person()
        me.click(f"button:has-text('{role}')").page.wait_for_selector("text=Log out")
        for path in (*paths, *(() if role == "Nurse" else (patient, f"{patient}/live"))):
            answer = me.page.goto(me.url + path)
            assert answer.status == 403 and "Not for you" in me.page.inner_text("main"), (role, path)
        me.close()


def test_a_mistake_is_shown_and_read_first(person):
    me = person()
    me.click("button:has-text('Nurse')").click("a:has-text('Paula Patient')").click("text=Enter a session")
    me.page.fill("#pre_weight_kg", "sixty")
    me.page.click("text=Keep it, and ask why")
    me.page.wait_for_selector("#wrong:focus")
    assert "which is no number" in me.page.inner_text("#wrong")
    assert me.page.input_value("#pre_weight_kg") == "sixty"


def test_all_of_it_works_without_scripts(person):
    me = person(java_script_enabled=False)
    me.click("button:has-text('Clinician')").click("tr:has-text('Paula Patient') >> text=Why the cramp?")
    me.page.wait_for_selector("h2#why")  # the page loads itself again until the twin has answered
    me.page.goto(f"{me.url}/library")
    me.page.fill("#q", "calf goes hard")
    me.click("button:has-text('Search')").click("ol.shelf a >> nth=0")
    assert "In plain words" in me.page.inner_text("main")
    found = me.page.url
    me.click("section[aria-labelledby='next'] a >> nth=0")
    assert "/library/" in me.page.url and me.page.url != found
    me.click("text=Log out")
    assert me.page.url.endswith("/login")


def test_each_role_lands_on_its_own_page(person):
    for role, path in (("Nurse", "/ward"), ("Clinician", "/ward"), ("Patient", "/my"), ("Admin", "/admin"),
                       ("Researcher", "/account")):  # fmt: skip
        me = person()
        me.click(f"button:has-text('{role}')")
        assert me.page.url == me.url + path, role
        assert not me.complaints, role
        me.close()


def test_pages_fit_every_width_and_both_lights(person):
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            me = person(viewport={"width": width, "height": 900}, color_scheme=scheme)
            me.click("button:has-text('Nurse')")
            pages = [me.page.url, *links(me)]
            for page in pages:
                me.page.goto(page)
                wide = me.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, (width, page)
            me.close()


def links(me):
    """A page of each kind."""
    patient = me.page.get_attribute("a:has-text('Paula Patient')", "href")
    more = ("/upload", "/account", "/library", "/library/target-weight", "/library/experts", "/docs/api")
    return [me.url + path for path in (patient, f"{patient}/enter", f"{patient}/live", *more)]


def test_a_passkey_is_made_and_logs_in(person):
    me = person()
    keys = me.context.new_cdp_session(me.page)
    keys.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    device = keys.send("WebAuthn.addVirtualAuthenticator", {"options": kind | more})["authenticatorId"]
    me.click("button:has-text('Clinician')")
    me.page.goto(f"{me.url}/account")
    me.page.fill("#device", "<b>my phone</b>")
    me.page.fill("#proof", next(each.password for each in demo.ACCOUNTS if each.role == "clinician"))
    me.click("text=Add a passkey")
    me.page.wait_for_selector("text=<b>my phone</b>, not used yet")
    for uses in (2, 3):
        me.click("text=Log out").click("text=Log in with a passkey")
        me.page.wait_for_url("**/ward")
        (held,) = keys.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
        assert held["signCount"] == uses and held["rpId"] == "localhost"
    assert not me.complaints
    copy = held | {"signCount": 0}  # somebody else's copy, which has counted less
    keys.send("WebAuthn.removeCredential", {"authenticatorId": device, "credentialId": held["credentialId"]})
    keys.send("WebAuthn.addCredential", {"authenticatorId": device, "credential": copy})
    me.click("text=Log out").click("text=Log in with a passkey")
    me.page.wait_for_selector("text=This passkey does not log anybody in here")
    keys.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    me.click("text=Log in with a passkey")
    me.page.wait_for_selector("text=No passkey was used")
    me.click("button:has-text('Clinician')")
    me.page.goto(f"{me.url}/account")
    me.click("[aria-label='Remove <b>my phone</b>']")
    me.page.wait_for_selector("text=There is none. Adding one needs a browser with scripts.")


def test_axe_finds_nothing_on_any_page(person):
    axe = next((path for path in AXE if path.is_file()), None)
    if axe is None:
        pytest.skip("no axe-core: npm install --no-save axe-core, or set SOLEUS_AXE to axe.min.js")
    found = {}
    for scheme in ("light", "dark"):
        me = person(bypass_csp=True, color_scheme=scheme)
        pages = [me.url + "/login"]
        me.click("button:has-text('Nurse')")
        session = me.page.get_attribute("tr:has-text('Paula Patient') >> text=Why the cramp?", "href")
        more = (session, f"{session}/what-if?hours=4.5", f"{session}/suggest?hours=4.5", "/messages")
        pages += [me.page.url, *links(me), *(me.url + path for path in more)]
        me.page.goto(me.url + session)
        me.page.wait_for_selector("h2#why")
        me.page.goto(f"{me.url}/messages")
        pages.append(me.url + me.page.get_attribute("table a", "href"))
        found |= faults(me, axe, pages[1:], scheme)
        me.close()
        admin = person(bypass_csp=True, color_scheme=scheme)
        found |= faults(admin, axe, [admin.url + path for path in ("/ask", "/urgent", "/login")], scheme)
        admin.click("button:has-text('Admin')")
        found |= faults(admin, axe, [admin.url + "/admin", admin.url + "/admin/audit"], scheme)
        admin.close()
        patient = person(bypass_csp=True, color_scheme=scheme, viewport={"width": 390, "height": 844})
        patient.click("button:has-text('Patient')")
        pages = ("/my", "/my/diary", "/my/messages", "/my/curve", "/my/why")
        found |= faults(patient, axe, [patient.url + path for path in pages], scheme)
        patient.close()
    assert not found


def faults(me, axe, pages, scheme):
    """What axe finds, by page."""
    found = {}
    for page in pages:
        me.page.goto(page)
        me.page.wait_for_selector("[data-progress]:not([data-stay])", state="detached")
        me.page.wait_for_load_state()
        me.page.add_script_tag(path=str(axe))
        told = me.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for fault in told["violations"]:
            where = [node["html"][:120] for node in fault["nodes"][:3]]
            found[f"{scheme} {re.sub(r'[0-9a-f]{16}', 'ID', page)} {fault['id']}"] = where
    return found


def test_the_letter_is_a_pdf(server):
    nurse = next(each for each in demo.ACCOUNTS if each.role == "nurse")
    with closing(server.login(nurse)) as nora:
        patient = next(p for p in nora.get("/api/patients").json() if p["name"] == "Paula Patient")
        there = f"/patients/{patient['id']}/sessions/{patient['summary']['cramp_day']}/letter?whom=patient"
        answer = nora.get(there)
        key = re.search(r'data-progress="([^"]+)"', answer.text)
        if key:
            nora.get(key[1], timeout=240)
            answer = nora.get(there)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_patient_writes_and_asks_on_a_phone_without_scripts(person):
    me = person(java_script_enabled=False, viewport={"width": 390, "height": 844})
    me.click("button:has-text('Patient')")
    assert "to drink" in me.page.inner_text("main")
    me.click("button:has-text('Glass')")
    assert "Drank 200 mL" in me.page.inner_text("main")
    me.click("#cramp summary").click("#cramp .pick:has-text('Left calf')").click("#cramp .ten .pick >> nth=7")
    me.click("text=Keep this cramp")
    assert "Call 112" in me.page.inner_text("main") and "Stretch it" in me.page.inner_text("main")
    me.page.goto(f"{me.url}/my/messages")
    me.page.fill("#text", "Is the bath cooler now?")
    me.click("button:has-text('Send')")
    assert "Sent." in me.page.inner_text("main")
    assert not me.complaints


def test_pages_of_patients_fit_a_phone_and_an_old_finger(person):
    me = person(viewport={"width": 390, "height": 844})
    me.click("button:has-text('Patient')")
    for path in ("/my", "/my/diary", "/my/messages", "/my/curve", "/ask", "/urgent"):
        me.page.goto(me.url + path)
        assert me.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        small = me.page.evaluate(
            "[...document.querySelectorAll('main button, main .button, main .pick, main .doors a, main summary')]"
            ".map(e => [e.innerText, e.getBoundingClientRect()]).filter(([, r]) => r.height && r.height < 44)"
        )
        assert not small, (path, small)
