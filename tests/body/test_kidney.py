"""What is left of the kidney: quiet when gone, more urine when wet."""

from dataclasses import replace

import numpy as np
import pytest

from soleus.body import kidney
from soleus.body.kidney import Kidney

SOME = replace(Kidney(), urine=0.0005, gfr=0.004)


def test_no_kidney_gives_nothing():
    seen = kidney.look(18.0, 15.0, Kidney())
    assert (seen.urine, seen.sodium, seen.K_urea) == (0, 0, 0)


def test_dry_weight_gives_the_stated_urine():
    seen = kidney.look(15.0, 15.0, SOME)
    assert seen.urine == pytest.approx(SOME.urine, rel=0.01)
    assert seen.sodium == pytest.approx(seen.urine * SOME.c_Na)
    assert seen.K_urea == pytest.approx(SOME.urea_share * SOME.gfr)


def test_overload_raises_it_and_dehydration_dries_it_up():
    V_e = np.linspace(8.0, 20.0, 60)
    urine = kidney.look(V_e, 15.0, SOME).urine
    assert np.all(np.diff(urine) > 0)
    assert np.all(urine > 0)
    assert urine[0] < 0.02 * SOME.urine
    assert kidney.look(15.0 * 1.1, 15.0, SOME).urine == pytest.approx(SOME.urine * (1 + 0.1 * SOME.k), rel=0.01)
