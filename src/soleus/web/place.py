"""Place: where a server runs, what it keeps where, and how long things last."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import BadRecord
from ..records.store.accounts import ADDRESS

LOCAL = ("127.0.0.1", "localhost", "::1")
IDLE = timedelta(minutes=30)  # after which a silent browser is logged out
LONGEST = timedelta(hours=12)  # a shift; then everybody logs in again
EMERGENCY = "112"  # the number to call, where nobody says another
PORTS = {"starttls": 587, "tls": 465, "none": 25}  # of mail servers, by how they are spoken to
LARGEST = 1_500_000  # bytes of a request: the largest case file, and the form around it
CLAIMS = ("email", "preferred_username")  # what of the sign-on's word may be the login of an account


@dataclass(frozen=True)
class SignOn:
    """The clinic's own single sign-on, by OpenID Connect."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str = CLAIMS[0]


@dataclass(frozen=True)
class Smtp:
    """A server that takes e-mail."""

    host: str
    port: int
    sender: str  # the address mails come from
    secure: str = "starttls"  # or "tls" from the first byte, or "none" on the same computer
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Place:
    """One installation."""

    folder: Path
    database: str | None = None  # address of another database than the file in the folder
    url: str | None = None  # how browsers reach it, where a proxy stands before it: https://dialysis.example
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    idle: timedelta = IDLE
    longest: timedelta = LONGEST
    emergency: str = EMERGENCY
    ask_unit: str | None = None  # name of the unit whose staff sees what visitors ask; none: every nurse and clinician
    smtp: Smtp | None = None
    sign_on: SignOn | None = None

    @property
    def secure(self) -> bool:
        """Whether browsers come by https, so that cookies may insist on it."""
        return bool(self.url and self.url.startswith("https://"))

    @property
    def address(self) -> str:
        """What to type into a browser."""
        if self.url:
            return self.url.rstrip("/")
        shown = "localhost" if self.host in ("0.0.0.0", "::", *LOCAL) else self.host
        return f"http://{shown}:{self.port}"

    @property
    def name(self) -> str:
        """The host in a browser's address, to which a passkey belongs."""
        return str(urlsplit(self.address).hostname)

    @property
    def origin(self) -> str:
        """The beginning of a browser's address, as it tells where an answer was made."""
        told = urlsplit(self.address)
        usual = told.port in (None, {"http": 80, "https": 443}[told.scheme])
        return f"{told.scheme}://{told.hostname}" + ("" if usual else f":{told.port}")

    @property
    def hosts(self) -> tuple[str, ...] | None:
        """Names under which browsers may ask; None where any may."""
        if self.url:
            return (str(urlsplit(self.url).hostname), *LOCAL)
        return LOCAL if self.host in LOCAL else None


def place_of(host: str, port: int, demo: bool) -> Place:
    """The place that the surroundings name.

    Raises:
        BadRecord: when an address is not one.
    """
    told = os.environ
    folder = Path(told.get("SOLEUS_DATA_DIR") or default_folder(demo)).expanduser()
    url = told.get("SOLEUS_URL") or None
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise BadRecord(f"SOLEUS_URL is {url!r}; write it as a browser does: https://dialysis.example.")
    idle = told.get("SOLEUS_IDLE_MIN", "")
    if idle and not (idle.isdigit() and 1 <= int(idle) <= 720):
        raise BadRecord(
            f"SOLEUS_IDLE_MIN is {idle!r} min; give 1 to 720, the minutes until a silent browser is closed."
        )
    return Place(
        folder=folder,
        database=told.get("SOLEUS_DATABASE_URL") or None,
        url=url,
        host=host,
        port=port,
        demo=demo,
        idle=timedelta(minutes=int(idle)) if idle else IDLE,
        emergency=_emergency(told.get("SOLEUS_EMERGENCY_NUMBER") or EMERGENCY),
        ask_unit=told.get("SOLEUS_ASK_UNIT") or None,
        smtp=_smtp(told),
        sign_on=sign_on_of(told),
    )


def _emergency(number: str) -> str:
    if not re.fullmatch(r"\+?\d[\d ]{1,18}", number):
        raise BadRecord(f"SOLEUS_EMERGENCY_NUMBER is {number!r}; write the number to dial, for example 112 or 911.")
    return number


def _smtp(told: Mapping[str, str]) -> Smtp | None:
    """The mail server, where one is named."""
    host, secure = told.get("SOLEUS_SMTP_HOST", ""), told.get("SOLEUS_SMTP_SECURITY") or "starttls"
    if not host:
        return None
    if secure not in PORTS:
        raise BadRecord(f"SOLEUS_SMTP_SECURITY is {secure!r}; it must be one of {', '.join(PORTS)}.")
    port, sender = told.get("SOLEUS_SMTP_PORT") or str(PORTS[secure]), told.get("SOLEUS_SMTP_FROM", "")
    if not (port.isdigit() and 1 <= int(port) <= 65535):
        raise BadRecord(f"SOLEUS_SMTP_PORT is {port!r}; give 1 to 65535, the port of the mail server.")
    if not ADDRESS.fullmatch(sender):
        raise BadRecord(f"SOLEUS_SMTP_FROM is {sender!r}; write the address that mails come from: unit@example.org.")
    user, password = told.get("SOLEUS_SMTP_USER", ""), told.get("SOLEUS_SMTP_PASSWORD", "")
    return Smtp(host, int(port), sender, secure, user, password)


def sign_on_of(told: Mapping[str, str]) -> SignOn | None:
    """The single sign-on that the surroundings name; None where they name none.

    Raises:
        BadRecord: when only a part is named, or its word could be changed on the way.
    """
    names = ("SOLEUS_OIDC_ISSUER", "SOLEUS_OIDC_CLIENT_ID", "SOLEUS_OIDC_CLIENT_SECRET")
    given = {name: told[name] for name in names if told.get(name)}
    if not given:
        return None
    if lacking := [name for name in names if name not in given]:
        raise BadRecord(f"single sign-on needs {' and '.join(lacking)} too. Give all three, or none.")
    issuer, client_id, client_secret = given.values()
    parts = urlsplit(issuer)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)):
        raise BadRecord(f"SOLEUS_OIDC_ISSUER is {issuer!r}; write it with https, as the sign-on itself does.")
    claim = told.get("SOLEUS_OIDC_CLAIM") or CLAIMS[0]
    if claim not in CLAIMS:
        raise BadRecord(f"SOLEUS_OIDC_CLAIM is {claim!r}; it must be one of {', '.join(CLAIMS)}.")
    return SignOn(issuer, client_id, client_secret, claim)


def default_folder(demo: bool) -> Path:
    """Where data are when nobody says: with the user's own, and a demonstration apart from them."""
    home = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return home / "soleus" / ("demo" if demo else "ward")
