"""Soleus beside other solvers, in one run on one machine: `python -m bench`.

The work is 48 hours of drawn people: a 4-hour session with stepped ultrafiltration, then 44 hours at home. All restart
at every switch. Peers run one after the other on what JAX or Python gives them; their time is halved, as if both cores
were theirs. Errors are the largest of any state and person after session or gap, as a share of that state's mean.
"""

import resource
import sys
from collections.abc import Callable

import diffrax
import numpy as np
from rich.console import Console
from rich.table import Table

from soleus import cohort, schedule, session, solve
from soleus.body.body import Patient
from soleus.prescription import Prescription

from . import peers
from .answers import answers
from .clock import median
from .peers import Peer
from .work import Cycle, cycle, error, soleus, truth

PEOPLE, FEW = 128, 4
BARS = {"records": 150.0, "Python": 30.0, "Kvaerno5": 20.0, "Tsit5": 6.0}  # times as fast, DESIGN
COUNTERFACTUALS_MS, WEEKS_PER_S = 40.0, 1000.0
SIZES = (100, 1000, 10000)
say = Console(stderr=True).print


def ours(c: Cycle) -> float:
    """Seconds for 48 hours of one patient."""
    return median(lambda: soleus(c)) / c.n


def against(seconds: float, c: Cycle) -> Table:
    """Every peer beside us."""
    say("making the reference ...")
    t = truth(c)
    table = Table("solver", "µs per 48 h and patient", "times ours", "bar", "error", title="The same work")
    table.add_row("Soleus", f"{1e6 * seconds:.0f}", "1", "", f"{error(soleus(c), t):.0e}")
    runs: list[Callable[[], Peer]] = [
        lambda: peers.scipy_records(c, t, 2),
        lambda: peers.scipy_flat(c, t, FEW),
        lambda: peers.vmapped("diffrax Kvaerno5, vmapped", diffrax.Kvaerno5(), c, t),
        lambda: peers.vmapped("diffrax Tsit5, vmapped", diffrax.Tsit5(), c, t),
    ]
    for run in runs:
        say("running a peer ...")
        peer = run()
        ratio = peer.seconds / seconds
        bar = next((value for word, value in BARS.items() if word in peer.name), None)
        met = "" if bar is None else f"{bar:.0f}: {'met' if ratio >= bar else 'NOT MET'}"
        table.add_row(peer.name, f"{1e6 * peer.seconds:.0f}", f"{ratio:.0f}", met, f"{peer.error:.0e}")
    table.caption = f"Our largest error at any step: {t.every_step:.0e}. Two references apart by {t.references:.0e}."
    return table


def alone() -> Table:
    """Ourselves: counterfactuals, throughput, growth, threads, memory."""
    table = Table("what", "measured", "bar", title="Ourselves")
    n = 256
    patient, orders = cohort.alike(Patient(), n), [Prescription(uf=2.0 + i / n) for i in range(n)]
    start = schedule.above_dry(patient, np.full(n, 2.5))
    ms = 1000 * median(lambda: session.simulate(patient, start, orders), 5)
    met = "met" if ms <= COUNTERFACTUALS_MS else "NOT MET"
    table.add_row("256 counterfactuals of one session", f"{ms:.0f} ms", f"{COUNTERFACTUALS_MS:.0f} ms: {met}")
    table.add_row("sessions/s, every step kept", f"{1000 * n / ms:.0f}", "")
    for size in SIZES:
        say(f"timing {size} people ...")
        c = cycle(size)
        day2 = median(lambda c=c: soleus(c), 1 if size > 1000 else 3)
        weeks = size / (3 * day2)  # three such cycles a week, gaps of 44 h
        met = "met" if weeks >= WEEKS_PER_S else "NOT MET"
        table.add_row(f"patient-weeks/s, {size} people", f"{weeks:.0f}", f"{WEEKS_PER_S:.0f}: {met}")
    c = cycle(512)
    two = median(lambda: soleus(c))
    threads, solve.THREADS = solve.THREADS, 1
    solve.pool.cache_clear()
    one = median(lambda: soleus(c))
    solve.THREADS = threads
    solve.pool.cache_clear()
    table.add_row("one thread over all threads", f"{one / two:.2f} times as long", "")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table.add_row("largest memory", f"{memory:.0f} MB", "")
    return table


def main() -> None:
    """Print all tables."""
    console = Console()
    console.print(alone())
    say("asking for answers ...")
    console.print(answers())
    c = cycle(PEOPLE)
    console.print(against(ours(c), c))


if __name__ == "__main__":
    sys.exit(main())
