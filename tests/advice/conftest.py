"""First aid in two examples: a cramp at minute 200, and a fall of pressure at minute 152."""

import pytest

from soleus import case, fit
from soleus.advice import rescue as aid
from soleus.advice.rescue import Now, as_of, rescue


@pytest.fixture(scope="module")
def calf(root):
    """The first example."""
    return case.load(root / "examples" / "calf-cramps.yaml")


@pytest.fixture(scope="module")
def at_200(calf):
    """The first example at minute 200: twin, and first aid."""
    known, here, about = as_of(calf, aid.running(calf), 200.0, 8.0, None, Now())
    twin = fit.fit(known, here, people=64, kept=12)
    return twin, rescue(twin, 200.0, 8.0, about)


@pytest.fixture(scope="module")
def fell(root):
    """The pressure fall at minute 152."""
    told = case.load(root / "examples" / "pressure-fall.yaml")
    known, here, about = as_of(told, aid.running(told), 152.0, None, None, Now())
    return rescue(fit.fit(known, here, people=64, kept=12), 152.0, None, about)
