"""Clock: seconds that work takes."""

from collections.abc import Callable
from time import perf_counter

import numpy as np


def median(work: Callable[[], object], tries: int = 3) -> float:
    """Seconds, the median of some tries after one that compiles."""
    work()
    times = []
    for _ in range(tries):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return float(np.median(times))
