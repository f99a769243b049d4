"""A twin to watch, built once."""

from pathlib import Path

import pytest

from soleus import case, live
from soleus.live import people

ROOT = Path(__file__).parent.parent.parent
FEW = {"people": 64, "kept": 12}


@pytest.fixture(scope="session")
def told():
    """The case of the calf cramps, as its session went."""
    return case.load(ROOT / "examples" / "calf-cramps.yaml")


@pytest.fixture(scope="session")
def twin(told):
    """Its twin before that session."""
    return live.twin_before(told, told.session(), **FEW)


@pytest.fixture(scope="session")
def who(twin):
    """The people of the twin."""
    return people.of(twin)


@pytest.fixture
def monitor(twin):
    """A session that begins."""
    return live.Monitor(twin)
