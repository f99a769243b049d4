"""Run: a plan becomes a file, on this computer's cores or on those of a Dask cluster; the rows are the same.

Chunks need nothing of each other, so whatever stops a run loses at most those that were being lived; asked again, the
run goes on. On a cluster a worker that dies loses its chunks too, and others live them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .. import solve
from .plan import Plan

AHEAD = 3  # chunks on their way for each worker, so that none waits and no more are held
ATTEMPTS = 5  # to live one chunk, when workers die
PATIENCE = 30.0  # s to reach the cluster

Progress = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Made:
    """What a run did."""

    lived: int  # chunks, this time
    chunks: int  # in all
    seconds: float
    patient_weeks: int  # this time


def make(plan: Plan, out: Path, progress: Progress | None = None, cluster: str | None = None) -> Made:
    """Live the plan and write it to a file, or carry on with what is there.

    Args:
        plan: who and how long.
        out: the file; one row a session.
        progress: told chunks done, chunks in all, and patient-weeks a second.
        cluster: address of a Dask scheduler; by default this computer's own cores.

    Raises:
        BadRecord: if another cohort stands there.
        NotConverged: if a patient leaves the numbers.
        OSError: if the file cannot be written or the cluster not be reached.
    """
    from . import file

    begun, plan = time.monotonic(), plan.checked()
    if file.made(plan, out):
        return Made(0, plan.chunks, 0.0, 0)
    parts = file.Parts(plan, out)
    parts.begin()
    todo = parts.missing()
    lived = 0

    def done(number: int, data: bytes) -> None:
        nonlocal lived
        parts.write(number, data)
        lived += plan.size(number) * plan.weeks
        if progress:
            progress(plan.chunks - len(parts.missing()), plan.chunks, lived / (time.monotonic() - begun))

    if progress:
        progress(plan.chunks - len(todo), plan.chunks, 0.0)
    (_here if cluster is None else _there(cluster))(plan, todo, done)
    parts.join()
    return Made(len(todo), plan.chunks, time.monotonic() - begun, lived)


def part(plan: Plan, number: int) -> bytes:
    """One chunk as the bytes of a Parquet file; what a worker is asked for."""
    from . import crowd, file

    crowd.prepare()
    return file.as_bytes(file.chunk(plan, number))


def _here(plan: Plan, todo: list[int], done: Callable[[int, bytes], None]) -> None:
    """On this computer: as many chunks at a time as cores, so that none waits for another's bookkeeping."""
    waiting = iter(todo)
    pool = ThreadPoolExecutor(solve.THREADS)
    try:
        running: dict[Future[bytes], int] = {pool.submit(part, plan, k): k for k in islice(waiting, solve.THREADS)}
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done(running.pop(future), future.result())
                running |= {pool.submit(part, plan, k): k for k in islice(waiting, 1)}
    finally:
        pool.shutdown(cancel_futures=True)


def _there(address: str) -> Callable[[Plan, list[int], Callable[[int, bytes], None]], None]:
    """On a cluster; who has no `distributed` is told how to get it."""

    def run(plan: Plan, todo: list[int], done: Callable[[int, bytes], None]) -> None:
        from distributed import Client, as_completed

        with Client(address, timeout=PATIENCE) as client:
            waiting = iter(todo)
            workers = max(len(client.scheduler_info()["workers"]), 1)

            def submit(k: int) -> Any:
                return client.submit(part, plan, k, retries=ATTEMPTS, pure=False)

            running = {submit(k): k for k in islice(waiting, AHEAD * workers)}
            queue = as_completed(list(running))
            for future in queue:
                done(running.pop(future), future.result())
                for k in islice(waiting, 1):
                    another = submit(k)
                    running[another] = k
                    queue.add(another)

    return run
