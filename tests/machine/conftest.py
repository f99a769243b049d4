"""A fiber solved as the two differential equations it is; what the machine's formulas are held against."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp


@pytest.fixture(scope="session")
def along_the_fiber():
    """D_b by integrating both streams along the fiber from the blood inlet."""

    def solved(Q_e, Q_d, KoA, Q_f, S=1.0, Q_int=0.0):
        def slope(x, n):
            j, back = Q_f + np.pi * Q_int * np.cos(np.pi * x), Q_int * np.sin(np.pi * x)
            peclet = S * j / KoA
            b = KoA * peclet / np.expm1(peclet) if abs(peclet) > 1e-9 else KoA - S * j / 2
            flux = (b + S * j) * n[0] / (Q_e - Q_f * x - back) - b * n[1] / (Q_d + Q_f * (1 - x) - back)
            return [-flux, -flux]

        def end(n):
            return solve_ivp(slope, (0, 1), n, method="DOP853", rtol=1e-11, atol=1e-13).y[:, -1]

        one, other = end([Q_e, 0.0]), end([0.0, 1.0])
        leaving = -one[1] / other[1]  # solute in the spent bath, so that the fresh bath brings none
        return Q_e - (one[0] + leaving * other[0])

    return solved
