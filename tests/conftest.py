"""What all tests share: where the reference data lie, and repeatable random draws."""

import os
from pathlib import Path

import hypothesis
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")

hypothesis.settings.register_profile("soleus", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("soleus")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout; a test that needs it is skipped where it is not."""
    place = Path(os.environ.get("SOLEUS_SHARED", ROOT.parent / "shared"))
    if not place.is_dir():
        pytest.skip(f"no reference data at {place}; set SOLEUS_SHARED to the folder that holds them")
    return place
