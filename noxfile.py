"""The tasks of Soleus, one command each: `nox` alone checks and tests; `nox -s NAME` runs one; `nox -l` lists them.

They run in the environment that nox itself is installed in, so nothing is installed twice.
"""

import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["check", "test"]

PYTHON = sys.executable
SOLEUS = str(Path(PYTHON).with_name("soleus"))


@nox.session
def check(session: nox.Session) -> None:
    """Lint, format, types and layers."""
    session.run(PYTHON, "-m", "ruff", "check", ".")
    session.run(PYTHON, "-m", "ruff", "format", "--check", ".")
    session.run(PYTHON, "-m", "mypy")
    session.run(PYTHON, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())")


@nox.session
def test(session: nox.Session) -> None:
    """All tests, on every core; give pytest's own arguments after `--`."""
    session.run(PYTHON, "-m", "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadscope", *session.posargs)


@nox.session
def studies(session: nox.Session) -> None:
    """Run the published studies and print measured against simulated."""
    session.run(SOLEUS, "validate", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Time Soleus against other solvers; needs the extra `bench`."""
    session.run(PYTHON, "-m", "bench", *session.posargs)


@nox.session
def glossary(session: nox.Session) -> None:
    """Write GLOSSARY.md again from the metadata of parameters and quantities."""
    session.run(PYTHON, "docs/glossary.py")


@nox.session
def lock(session: nox.Session) -> None:
    """Write requirements.lock again from pyproject.toml; needs uv on the PATH."""
    options = ["--all-extras", "--no-emit-project", "--no-header", "--no-annotate", "--quiet"]
    session.run("uv", "export", *options, "--output-file", "requirements.lock", external=True)
