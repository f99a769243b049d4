"""One pool: phosphate's course read as studies read it, by a single pool that an endless store refills.

    V dc/dt = K_m (c_0 - c) - (K_d - Q) c,   dV/dt = -Q                                  [Agar2011]
    c = c_s + (c_0 - c_s) (1 - Q t / V_0)^(k / Q),   k = K_m + K_d - Q,   c_s = K_m c_0 / k

Here c_0 is the level before the session and K_d the dialyzer's clearance; the best pair of a fine grid is taken.
"""

import numpy as np

MOBILIZED = np.geomspace(0.02, 0.6, 121)  # L/min, tried
VOLUMES = np.geomspace(2.0, 40.0, 121)  # L, tried
LEAST_UF = 1e-5  # L/min; below it the volume stands still


def fitted(minutes: np.ndarray, c: np.ndarray, K_d: np.ndarray, uf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """K_m (L/min) and the volume at the end (L) that come closest to the samples `c` [time, patient]; [patient]."""
    Q = np.maximum(uf, LEAST_UF)
    duration, best = minutes[-1], np.full(Q.shape, np.inf)
    K_m, V = np.zeros_like(Q), np.zeros_like(Q)
    for K in MOBILIZED:
        k = K + K_d - Q
        settles = K / k
        V_0 = VOLUMES[:, None] + Q * duration
        left = 1 - Q * minutes[:, None, None] / V_0
        apart = settles + (1 - settles) * left ** (k / Q) - (c / c[0])[:, None]
        misses = (apart**2).sum(axis=0)
        which = misses.argmin(axis=0)
        least = np.take_along_axis(misses, which[None], 0)[0]
        closer = least < best
        best, K_m, V = (np.where(closer, new, old) for new, old in ((least, best), (K, K_m), (VOLUMES[which], V)))
    return K_m, V
