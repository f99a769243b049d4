"""Spam: what tells a person from a program on a form that is open to everybody; no puzzles, nothing asked elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ...errors import BadRecord
from ..refused import TooMany

QUICKEST, LONGEST = 3, 12 * 3600  # s that a person needs for the form, and after which it is too old
BY_ADDRESS, BY_ALL = parse("5/hour"), parse("120/hour")  # messages, from one address, and in all
QUICK = "That was very quick. If you are a person, send it once more."
OLD = "The form was open for very long. Look over what you wrote, and send it once more."
FILLED = "A field that people do not see was filled in, as programs do. It is empty again: send it once more."


def stamp(key: bytes) -> str:
    """When a form was shown, signed so that nobody can make it older."""
    at = str(int(time.time()))
    return f"{at}.{_mark(at, key)}"


def _mark(at: str, key: bytes) -> str:
    return hmac.new(key, f"shown {at}".encode(), hashlib.sha256).hexdigest()


def refuse(shown: str, trap: str, key: bytes) -> None:
    """Refuse what a program sent, in words that help a person who did.

    Args:
        shown: the stamp of the form.
        trap: what stands in the field that nobody sees.
        key: with which stamps are signed.

    Raises:
        BadRecord: for a trap that was filled, or a form sent too soon or too late.
    """
    at, _, mark = shown.partition(".")
    if trap:
        raise BadRecord(FILLED)
    if not (at.isascii() and at.isdigit() and hmac.compare_digest(mark.encode(), _mark(at, key).encode())):
        raise BadRecord(OLD)
    age = time.time() - int(at)
    if age < QUICKEST:
        raise BadRecord(QUICK)
    if age > LONGEST:
        raise BadRecord(OLD)


class Counted:
    """Counts messages of visitors, and refuses the next one when there were too many."""

    def __init__(self) -> None:
        self.limiter = MovingWindowRateLimiter(MemoryStorage())

    def __call__(self, address: str) -> None:
        """Count one message from an address."""
        for limit, name in ((BY_ADDRESS, network(address)), (BY_ALL, "all")):
            if not self.limiter.hit(limit, name):
                reset = self.limiter.get_window_stats(limit, name).reset_time
                raise TooMany(max(1, int(reset - time.time()) + 1), "messages from here")


def network(address: str) -> str:
    """Whose address it is: of IPv6 a household has many, which count as one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
