"""Programs: the same answer kept or not, loaded without tracing, and no harm from a spoiled or forbidden cache."""

import os
import subprocess
import sys

import jax.numpy as jnp
import numpy as np
import pytest

from soleus import parameter, programs

assert parameter  # sets double precision
X = np.linspace(0.1, 2.0, 7)


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return programs.folder()


def counted():
    """A program, and how often it was traced."""
    traced = []

    def function(x, two):
        traced.append(1)
        return jnp.sin(x) + two[0]

    return programs.Program("sine", function), traced


def run(program, x=X):
    return np.asarray(program(x, (np.array(1.0),)))


def test_the_second_process_does_not_trace(cache):
    first, traced = counted()
    assert np.allclose(run(first), np.sin(X) + 1, rtol=1e-15)
    assert np.array_equal(run(first), run(first))
    assert len(traced) == 1
    second, traced = counted()
    assert np.array_equal(run(second), run(first))
    assert not traced
    assert len(list(cache.glob("sine-*.program"))) == 1


def test_another_shape_is_another_program(cache):
    program, traced = counted()
    run(program), run(program, X[:3])
    assert len(traced) == 2
    assert len(list(cache.glob("sine-*.program"))) == 2


def test_other_sources_are_another_program(cache, monkeypatch):
    run(counted()[0])
    monkeypatch.setattr(programs, "fingerprint", lambda: "another")
    program, traced = counted()
    run(program)
    assert traced


@pytest.mark.parametrize("data", [b"", b"no program", b"\x80\x04N."])
def test_a_spoiled_file_is_written_anew(cache, data):
    run(counted()[0])
    file = next(cache.glob("sine-*.program"))
    whole = file.read_bytes()
    file.write_bytes(data)
    program, traced = counted()
    assert np.allclose(run(program), np.sin(X) + 1)
    assert traced
    assert len(file.read_bytes()) > 0.5 * len(whole)


def test_a_folder_that_cannot_be_made_costs_time_only(monkeypatch, tmp_path):
    (tmp_path / "soleus").write_text("a file in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    program, traced = counted()
    assert np.allclose(run(program), np.sin(X) + 1)
    assert traced


AGAIN = """
import jax.numpy as jnp, numpy as np
from soleus import parameter, programs
def function(x):
    for _ in range(3):
        x = jnp.cumsum(jnp.sin(x) * x[::-1] + x.sum())
    return x
print(float(np.asarray(programs.Program("again", function)(np.linspace(0.1, 2.0, 500)))[-1]))
"""


def test_a_program_out_of_jax_own_cache_still_runs(tmp_path):
    """JAX's cache hands out executables that read back without their functions: such a one must not be kept."""
    said = set()
    for own in ("first", "second", "second"):
        caches = {"JAX_COMPILATION_CACHE_DIR": str(tmp_path), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
        env = os.environ | caches | {"XDG_CACHE_HOME": str(tmp_path / own)}
        said.add(subprocess.run([sys.executable, "-c", AGAIN], env=env, check=True, capture_output=True).stdout)
    assert len(said) == 1
