"""The web application under load: `python -m bench.web`.

The real server is started with a ward of invented people, in a process of its own. Fifty sessions run: at each chair a
machine sends a line every few seconds, and a screen follows. At the same time fifty nurses go through the ward as staff
do. Printed are how long pages take, and how long a line takes from the machine to the screen: the median and the
slowest twentieth. At the end the server is killed while lines come, and every line that it acknowledged is looked for
in the database. Machines and browsers run on the same computer, so what they take is taken from the server.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from . import ward as wards
from .browsing import Person, Times, asked_once, logged_in
from .streaming import Machine, begin

PEOPLE, SESSIONS, SECONDS = 50, 50, 120.0
EVERY_S = 5.0  # between two lines of one machine; most send every ten to sixty seconds
SETTLE_S = 120.0  # that the server may take to take up all sessions after its start
QUIET_S = 5.0  # from then until the load is measured
START_S = 60.0  # that the server may take to start
PAGE_S, SCREEN_S = 0.3, 1.0  # our bars for the slowest twentieth
AFTER_S = 3.0  # that machines go on sending until the server is killed
ANSWERS = ("explain", "advise")
say = Console(stderr=True).print


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The real command on a ward; gives its address and its process. It is killed at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from soleus.cli import main; import sys; sys.exit(main())"
    command = [sys.executable, "-c", code, "serve", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = psutil.Popen(command, env=os.environ | {"SOLEUS_DATA_DIR": str(folder)}, **quiet)
    url = f"http://localhost:{port}"
    try:
        until = time.monotonic() + START_S
        while not _well(url):
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield url, process
    finally:
        beside = process.children()
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        psutil.wait_procs(beside, 30)  # they end by themselves, as their input does


def _well(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


class Load:
    """Everybody at once, for some time."""

    def __init__(self, url: str, process: psutil.Process, ward: wards.Ward, every: float):
        self.process = process
        say(f"{len(ward.nurses)} people log in ...")
        self.clients = [logged_in(url, login, wards.PASSWORD) for login in ward.nurses]
        say("waiting for the twin's first answer ...")
        asked_once(self.clients[0], ward.patients[0])
        sessions = wards.same_answers(ward, ANSWERS)
        self.people = [Person(each, ward.patients, sessions, i) for i, each in enumerate(self.clients)]
        self.machines = []
        for i, patient in enumerate(ward.patients):
            screen = self.clients[i % len(self.clients)]
            self.machines.append(Machine(url, patient, ward.secret, screen, wards.MINUTE, every, i))

    def run(self, seconds: float) -> None:
        """All of it; machines go on until the server is dead."""
        begun = time.monotonic()
        self.threads = begin(self.machines, begun + SETTLE_S + seconds + 10 * AFTER_S)
        while not all(each.seen for each in self.machines) and time.monotonic() < begun + SETTLE_S:
            time.sleep(0.1)
        self.taken_up = time.monotonic() - begun
        time.sleep(QUIET_S)
        for each in self.machines:
            each.since = len(each.sent)
        self.before = work(self.process)
        until = time.monotonic() + seconds
        browsing = [threading.Thread(target=each.browse, args=(until,), daemon=True) for each in self.people]
        for thread in browsing:
            thread.start()
        for thread in browsing:
            thread.join()
        self.over, self.broken = time.perf_counter() - AFTER_S, sum(each.broken for each in self.machines)
        self.spent = {name: (x - self.before.get(name, 0.0)) / seconds for name, x in work(self.process).items()}

    def pages(self) -> Times:
        """Seconds of every page, by kind."""
        kinds = {kind for person in self.people for kind in person.took}
        return {kind: [x for person in self.people for x in person.took.get(kind, [])] for kind in sorted(kinds)}

    def lines(self) -> Times:
        """Seconds of every line until it was acknowledged, and until it was on the screen."""
        return {
            "acknowledged": [x for each in self.machines for x in each.took[each.since :]],
            "reading to screen": [x for each in self.machines for x in each.waits],
        }


def shown(told: Times, title: str, bar: float, judged: str) -> Table:
    """Median and slowest twentieth by kind; `judged` is held against the bar, s."""
    table = Table("", "number", "p50", "p95", "slowest", "bar for p95", title=title)
    for name, times in told.items():
        if not times:
            continue
        slow = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        met = f"{bar:g} s: {'met' if slow <= bar else 'NOT MET'}" if name == judged else ""
        numbers = (statistics.median(times), slow, max(times))
        table.add_row(name, str(len(times)), *(f"{1000 * x:.0f} ms" for x in numbers), met)
    return table


def work(process: psutil.Process) -> dict[str, float]:
    """Seconds of computing so far: of the server, of the processes beside it, and of this bench."""
    told = {"bench": sum(psutil.Process().cpu_times()[:2]), "server": sum(process.cpu_times()[:2])}
    for each in process.children():
        name = next((part for part in each.cmdline() if part.startswith("soleus.")), "other").rpartition(".")[2]
        told[name] = told.get(name, 0.0) + sum(each.cpu_times()[:2])
    return told


def lost(load: Load, ward: wards.Ward) -> str:
    """Whether every line that was acknowledged is there; asked when the server is dead."""
    there = wards.kept_of(ward)
    sent = sum(len(each.sent) for each in load.machines)
    unanswered = sent - sum(len(each.took) for each in load.machines)
    kept = sum(len(each.kept) for each in load.machines)
    missing = sum(len(set(each.kept) - there[each.patient]) for each in load.machines)
    refused = sum(each.refused for each in load.machines)
    verdict = "met" if not missing and not refused else "NOT MET"
    return (
        f"Lines sent {sent}: acknowledged {kept}, refused {refused}, {unanswered} not answered any more as the server "
        f"was killed. Of those acknowledged {missing} are missing in the database. Bar, nothing lost: {verdict}."
    )


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=PEOPLE)
    asked.add_argument("--sessions", type=int, default=SESSIONS)
    asked.add_argument("--seconds", type=float, default=SECONDS)
    asked.add_argument("--every", type=float, default=EVERY_S, help="s between two lines of one machine")
    given = asked.parse_args()
    tell = Console(width=110).print
    with tempfile.TemporaryDirectory() as folder:
        ward = wards.make(Path(folder), given.sessions, given.people)
        with server(ward.folder) as (url, process):
            load = Load(url, process, ward, given.every)
            say(f"{given.sessions} sessions stream, {given.people} people browse, for {given.seconds:g} s ...")
            load.run(given.seconds)
            pages, lines = load.pages(), load.lines()
            time.sleep(AFTER_S)  # machines are still sending
        for thread in load.threads:
            thread.join(30)
        title = f"{given.people} people browsing for {given.seconds:g} s while {given.sessions} sessions stream"
        tell(shown(pages | {"all pages": sum(pages.values(), [])}, title, PAGE_S, "all pages"))
        title = f"{given.sessions} sessions, each a line every {given.every:g} s and a screen that follows"
        tell(shown(lines, title, SCREEN_S, "reading to screen"))
        tell(lost(load, ward))
        tell(f"What-if pages without figures yet: {sum(each.unanswered for each in load.people)}.")
        unseen = sum(each.unseen for each in load.machines)
        alive = sum(each.sent[-1] >= load.over for each in load.machines)
        tell(
            f"Machines that sent to the end: {alive} of {len(load.machines)}; connections broken before: {load.broken}."
        )
        tell(f"Lines not on a screen when the server was killed: {unseen}.")
        tell(f"After its start the server had all sessions on the screens again within {load.taken_up:.1f} s.")
        tell("Computing, of one core: " + ", ".join(f"{name} {x:.0%}" for name, x in load.spent.items()))
        tell(f"{os.cpu_count()} cores; load average {os.getloadavg()[0]:.1f} at the end.")


if __name__ == "__main__":
    sys.exit(main())
