"""People who browse a ward: look at a page, think a while, go on; what a page follows is followed meanwhile."""

import re
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from random import Random

import httpx

THINKING_S = (0.5, 3.0)  # between two pages of one person
TWIN_S = 240.0  # that a first answer of the twin may take on a new machine
PATIENCE_S = 60.0
OFTEN = {  # how often each kind of page is chosen
    "/ward": 3, "patient": 3, "session": 2, "enter": 1, "what-if": 1, "slider": 2, "live": 3, "/messages": 1,
    "/library": 1, "/library/target-weight": 1,
}  # fmt: skip
SLIDERS = (("hours", 2.0, 8.0, 0.25), ("sodium_mmol_l", 130, 145, 1), ("temperature_c", 34.5, 38.0, 0.1))
FOLLOWED = re.compile(r'<div data-live="(/[^"]+)"')
Times = dict[str, list[float]]


def logged_in(url: str, login: str, password: str) -> httpx.Client:
    """A nurse's browser."""
    client = httpx.Client(base_url=url, timeout=PATIENCE_S)
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert token is not None
    client.post("/login", data={"csrf": token[1], "login": login, "password": password})
    assert client.get("/account").status_code == 200, login
    return client


def asked_once(client: httpx.Client, patient: str) -> None:
    """Have the twin answer about the last session of a patient, as on a ward where somebody looked before."""
    page = client.get(f"/patients/{patient}").text
    there = re.search(rf"/patients/{patient}/sessions/[\d-]+", page)
    assert there is not None
    for path, said in ((there[0], "What to change"), (f"{there[0]}/what-if", 'class="charts"')):
        until = time.monotonic() + TWIN_S
        while said not in client.get(path).text or "data-progress" in client.get(path).text:
            assert time.monotonic() < until, path
            time.sleep(0.5)


class Person:
    """One of them."""

    def __init__(self, client: httpx.Client, patients: Sequence[str], sessions: Sequence[tuple[str, str]], seed: int):
        self.client, self.patients, self.sessions = client, patients, sessions
        self.chance = Random(seed)
        self.took: Times = defaultdict(list)  # s, by kind of page
        self.unanswered = 0  # sliders that showed that they wait, not what follows

    def browse(self, until: float) -> None:
        """Until it is over."""
        time.sleep(self.chance.uniform(0, THINKING_S[1]))  # nobody begins together
        while time.monotonic() < until:
            kind = self.chance.choices(list(OFTEN), list(OFTEN.values()))[0]
            begun = time.perf_counter()
            answer = self.client.get(self.path(kind))
            took = time.perf_counter() - begun
            self.took[kind if answer.status_code == 200 else f"refused: {answer.status_code}"].append(took)
            if kind in ("what-if", "slider") and "data-progress" in answer.text:
                self.unanswered += 1
            self.think(answer.text, self.chance.uniform(*THINKING_S))

    def path(self, kind: str) -> str:
        """A page of this kind."""
        patient = self.chance.choice(self.patients)
        here, day = self.chance.choice(self.sessions)
        session = f"/patients/{here}/sessions/{day}"
        first, first_day = self.sessions[0]
        tried = f"/patients/{first}/sessions/{first_day}/what-if"
        return {
            "patient": f"/patients/{patient}", "enter": f"/patients/{patient}/enter", "session": session,
            "live": f"/patients/{patient}/live", "what-if": tried, "slider": f"{tried}?{self.set_otherwise()}&part=1",
        }.get(kind, kind)  # fmt: skip

    def set_otherwise(self) -> str:
        """A place of the sliders that hardly anybody tried before."""
        chosen = [(name, self.chance.randrange(round((high - low) / step) + 1) * step + low)
                  for name, low, high, step in SLIDERS]  # fmt: skip
        return "&".join(f"{name}={value:.2f}" for name, value in chosen)

    def think(self, page: str, seconds: float) -> None:
        """A while; a page that follows something follows it, as a browser does."""
        until = time.monotonic() + seconds
        if found := FOLLOWED.search(page):
            with suppress(httpx.TransportError), self.client.stream("GET", found[1], timeout=seconds) as told:
                for _ in told.iter_lines():
                    if time.monotonic() > until:
                        return
        time.sleep(max(0.0, until - time.monotonic()))
