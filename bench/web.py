"""The web application under load: `python -m bench.web`.

The real server is started with its demonstration ward, in a process of its own. Fifty people log in and go through the
ward as staff do: look at a page, think a while, go on. Printed is how long pages take, the median and the slowest
twentieth, by kind of page. What the twin computes is asked for once before, as it is on a ward where it was looked at.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import httpx
from rich.console import Console
from rich.table import Table

from soleus.web import demo

PEOPLE, SECONDS = 50, 60
THINKING_S = (0.5, 3.0)  # between two pages of one person
START_S, TWIN_S = 60, 240  # that the server, and a first answer of the twin on a new machine, may take
PAGE_S = 0.5  # our own bar for the slowest twentieth of all pages
KINDS = ((r"[0-9a-f]{16}", "{patient}"), (r"\d{4}-\d{2}-\d{2}", "{day}"))
say = Console(stderr=True).print


@contextmanager
def server(folder: str) -> Iterator[str]:
    """The real command with a demonstration ward; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from soleus.cli import main; import sys; sys.exit(main())"
    command = [sys.executable, "-c", code, "serve", "--demo", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=os.environ | {"SOLEUS_DATA_DIR": folder}, **quiet)
    url = f"http://localhost:{port}"
    try:
        until = time.monotonic() + START_S
        while not _well(url):
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _well(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def logged_in(url: str, number: int) -> httpx.Client:
    """A nurse's browser, with an address of its own: tries to log in are counted by address."""
    nurse = next(each for each in demo.ACCOUNTS if each.role == "nurse")
    door = httpx.HTTPTransport(local_address=f"127.0.0.{2 + number}")
    client = httpx.Client(base_url=url, timeout=30, transport=door)
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert token is not None
    client.post("/login", data={"csrf": token[1], "login": nurse.login, "password": nurse.password})
    assert client.get("/ward").status_code == 200
    return client


def ways(client: httpx.Client) -> list[str]:
    """The pages that staff go through; the twin's answers on them are there when this returns."""
    told = client.get("/api/patients").json()
    found = ["/ward", "/library", "/library/target-weight"]
    for each in told:
        found += [f"/patients/{each['id']}", f"/patients/{each['id']}/enter"]
    there = re.search(r'href="(/patients/\w+/sessions/[\d-]+)"', client.get("/ward").text)
    assert there is not None
    until = time.monotonic() + TWIN_S
    while "What to change" not in client.get(there[1]).text and time.monotonic() < until:
        time.sleep(0.5)
    return [*found, *[there[1]] * len(told)]


def browse(client: httpx.Client, pages: list[str], seed: int, until: float, told: dict[str, list[float]]) -> None:
    """One person, until it is over."""
    chance = Random(seed)
    time.sleep(chance.uniform(0, THINKING_S[1]))  # nobody begins together
    while time.monotonic() < until:
        page = chance.choice(pages)
        begun = time.perf_counter()
        good = client.get(page).status_code == 200
        told[kind(page) if good else "refused or broken"].append(time.perf_counter() - begun)
        time.sleep(chance.uniform(*THINKING_S))


def kind(page: str) -> str:
    """A page without whom it is about."""
    for pattern, name in KINDS:
        page = re.sub(pattern, name, page)
    return page


def browsing(url: str, people: int, seconds: float) -> dict[str, list[float]]:
    """Seconds of every page, by kind."""
    say(f"{people} people log in ...")
    clients = [logged_in(url, i) for i in range(people)]
    say("waiting for the twin's first answer ...")
    pages = ways(clients[0])
    say(f"browsing for {seconds:g} s ...")
    told: dict[str, list[float]] = defaultdict(list)
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=browse, args=(client, pages, i, until, told)) for i, client in enumerate(clients)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()
    return told


def streaming(url: str, sessions: int, seconds: float) -> dict[str, list[float]]:
    """Seconds from a reading sent to the page that shows it, of running sessions; the live feed is not served yet."""
    del url, sessions, seconds
    return {}


def shown(told: dict[str, list[float]], title: str) -> Table:
    """Median and slowest twentieth by kind, and of all."""
    table = Table("page", "asked", "p50", "p95", "bar", title=title)
    rows = {**dict(sorted(told.items())), "all": [each for times in told.values() for each in times]}
    for name, times in rows.items():
        slow = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        met = f"{PAGE_S:g} s: {'met' if slow <= PAGE_S else 'NOT MET'}" if name == "all" else ""
        table.add_row(name, str(len(times)), f"{1000 * statistics.median(times):.0f} ms", f"{1000 * slow:.0f} ms", met)
    return table


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=PEOPLE)
    asked.add_argument("--seconds", type=float, default=SECONDS)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(folder) as url:
        told = browsing(url, given.people, given.seconds)
        Console().print(shown(told, f"{given.people} people browsing for {given.seconds:g} s"))
        if live := streaming(url, given.people, given.seconds):
            Console().print(shown(live, f"{given.people} sessions streaming"))


if __name__ == "__main__":
    sys.exit(main())
