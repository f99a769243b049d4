"""Machines that send the lines of running sessions, and screens that show them."""

import re
import threading
import time
from collections.abc import Sequence
from random import Random

import httpx

CUFF_MIN = 10.0  # min between two pressures; every line has the blood volume
SHOWN = re.compile(r"<dt>Blood volume</dt><dd>−?([\d.]+)")
CYCLE = (60, 63, 58, 61, 65, 57, 62, 59, 64, 56)  # blood volume in 0.1 %, so that each of ten lines looks different
PATIENCE_S = 60.0
TRIES = 3  # to send a line, until the server counts as dead


class Machine:
    """The machine at one chair, and the screen of its session."""

    def __init__(self, url: str, patient: str, secret: str, client: httpx.Client, begins: float, every: float, i: int):
        headers = {"Authorization": f"Bearer {secret}"}
        self.feed = httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_S)
        self.patient, self.screen = patient, client
        self.begins = begins  # min of the session at which it begins to send
        self.every = every  # s between two lines
        self.chance = Random(i)
        self.sent: list[float] = []  # s, when each line was sent
        self.kept: list[float] = []  # min of every line that was answered to be kept
        self.refused = 0
        self.seen: list[float] = []  # s, when each line was on the screen
        self.took: list[float] = []  # s, of each answer
        self.broken = 0  # connections that broke while a line was sent
        self.since = 0  # lines sent before, which are not counted

    def send(self, until: float) -> None:
        """A line every some seconds, until it is over or the server dies."""
        time.sleep(self.chance.uniform(0, self.every))  # nobody begins together
        due, cuff = time.monotonic(), self.begins + self.chance.uniform(0, CUFF_MIN)
        while time.monotonic() < until:
            minute = round(self.begins + (len(self.sent) + 1) * self.every / 60, 4)
            line = {"minute": minute, "rbv_pct": -CYCLE[len(self.sent) % len(CYCLE)] / 10}
            if minute >= cuff:
                cuff += CUFF_MIN
                line |= {
                    "systolic_mmhg": self.chance.randrange(108, 120),
                    "diastolic_mmhg": self.chance.randrange(62, 70),
                }
            begun = time.perf_counter()
            self.sent.append(begun)
            answer = self._put(line)
            if answer is None:
                return  # the server is dead
            self.took.append(time.perf_counter() - begun)
            if answer.status_code == 200 and answer.json()["kept"] + answer.json()["repeated"] == 1:
                self.kept.append(minute)
            else:
                self.refused += 1
            due += self.every
            time.sleep(max(0.0, due - time.monotonic()))

    def _put(self, line: dict[str, float]) -> httpx.Response | None:
        """Send a line, again where the connection broke; the same line twice is one. None when the server is dead."""
        for _ in range(TRIES):
            try:
                return self.feed.post(f"/api/patients/{self.patient}/live/readings", json=line)
            except httpx.TransportError:
                self.broken += 1
        return None

    def watch(self) -> None:
        """Follow the screen until the server ends it."""
        try:
            with self.screen.stream("GET", f"/patients/{self.patient}/live/stream", timeout=PATIENCE_S) as told:
                for line in told.iter_lines():
                    if found := SHOWN.search(line):
                        self._saw(round(10 * float(found[1])), time.perf_counter())
        except httpx.TransportError:
            pass

    def _saw(self, tenths: int, at: float) -> None:
        """A blood volume is on the screen: so are the lines before it."""
        for number in range(len(self.seen), min(len(self.sent), len(self.seen) + len(CYCLE))):
            if CYCLE[number % len(CYCLE)] == tenths:
                self.seen += [at] * (number + 1 - len(self.seen))
                return

    @property
    def waits(self) -> list[float]:
        """Seconds from sent to shown, of every line that was shown."""
        return [at - sent for sent, at in zip(self.sent, self.seen, strict=False)][self.since :]

    @property
    def unseen(self) -> int:
        """Lines acknowledged by now that were not on the screen yet."""
        return max(0, len(self.took) - len(self.seen))


def begin(machines: Sequence[Machine], until: float) -> list[threading.Thread]:
    """All of them."""
    threads = [threading.Thread(target=each.watch, daemon=True) for each in machines]
    threads += [threading.Thread(target=each.send, args=(until,), daemon=True) for each in machines]
    for thread in threads:
        thread.start()
    return threads
