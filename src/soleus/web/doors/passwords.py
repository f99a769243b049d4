"""Passwords: kept by argon2 only, and never quicker to refuse for a login that does not exist."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ...errors import BadRecord

SHORTEST, LONGEST = 12, 200  # characters
HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)  # one of OWASP's choices: 46 MiB, one lane


def hash_of(password: str, login: str = "") -> str:
    """What is kept of a password.

    Raises:
        BadRecord: when it is too easy to guess, or too long to be one.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        said = f"the password has {len(password)} characters; it needs {SHORTEST} to {LONGEST}"
        raise BadRecord(f"{said}. Three or four words that nobody would put together are easy to keep in mind.")
    if login and login.lower() in password.lower() or len(set(password)) < 5:
        raise BadRecord("the password holds your login, or too few different characters. Choose another.")
    return HASHER.hash(password)


def right(kept: str | None, password: str) -> bool:
    """Whether this is the password; as slow where nothing is kept."""
    try:
        return HASHER.verify(kept or _nobodys(), password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash("of nobody")
