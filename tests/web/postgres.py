"""A real PostgreSQL for tests: made in a folder of its own, reached by a socket, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

NONE = "no initdb on the PATH or under /usr/lib/postgresql: install postgresql"
PATIENCE_S = "300"  # that a busy machine may take to start it


def programs():
    """The folder of initdb, or None."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def running():
    """A server; gives what makes the address of a database in it."""
    place = Path(tempfile.mkdtemp(prefix="soleus-pg-", dir="/tmp"))
    bins, more = programs(), {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            user = pwd.getpwnam("nobody")
        os.chown(place, user.pw_uid, user.pw_gid)
        more = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place, **more}
    made = ["-D", place / "data", "-U", "soleus", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run([bins / "initdb", *made], check=True, **quiet)
    options = f"-k {place} -c listen_addresses='' -c fsync=off -c shared_buffers=16MB"
    control = [bins / "pg_ctl", "-D", place / "data", "-w", "-t", PATIENCE_S, "-o", options, "-l", place / "log"]
    subprocess.run([*control, "start"], check=True, **quiet)
    try:
        yield lambda name: f"postgresql+psycopg://soleus@/{name}?host={place}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(place, ignore_errors=True)
