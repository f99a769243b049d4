"""What all tests share: where the reference data lie, JAX's compilation cache, and repeatable random draws."""

import os
import tempfile
from pathlib import Path

import hypothesis
import pytest

# Before anything imports JAX: programs compiled by one run are reused by the next.
_cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
if not os.access(_cache if _cache.exists() else _cache.parent, os.W_OK):
    _cache = Path(tempfile.gettempdir())
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_cache / "soleus" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.5")
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
