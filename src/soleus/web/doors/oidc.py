"""OIDC: what the clinic's single sign-on says of somebody, asked of it and believed only when it is proven.

The only requests that Soleus makes of another computer: to the issuer the administrator set, and to no host but that
one. Nothing is remembered between two logins, so a key that the issuer withdrew is good for nothing at once.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ..place import SignOn
from ..refused import Refused

PATIENCE = 5.0  # s that the issuer has for each answer
APART = 60  # s that two clocks may differ
SIGNED = ["RS256", "PS256", "ES256"]  # by the issuer's own key; never "none", nor by a secret that we hold too
FOUND = "/.well-known/openid-configuration"
PATHS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Silent(Refused):
    """The issuer does not answer as it should."""

    status = 503
    said = "The clinic's sign-on does not answer as it should. Log in with the password, and tell an administrator."


class NotProven(Refused):
    """What came back does not prove who somebody is."""

    status = 401
    said = "The clinic's sign-on did not prove who you are. Begin anew, or log in with the password."


def question() -> dict[str, str]:
    """What only this try to log in can answer."""
    return {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}


def address(sign_on: SignOn, back: str, asked: dict[str, str]) -> str:
    """Where a browser goes to say who it is.

    Raises:
        Silent: when the issuer does not tell.
    """
    digest = hashlib.sha256(asked["verifier"].encode()).digest()
    told = {
        "response_type": "code", "client_id": sign_on.client_id, "redirect_uri": back, "scope": "openid email profile",
        "state": asked["state"], "nonce": asked["nonce"], "code_challenge_method": "S256",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    }  # fmt: skip
    where = _about(sign_on)["authorization_endpoint"]
    return f"{where}{'&' if '?' in where else '?'}{urlencode(told)}"


def proven(sign_on: SignOn, back: str, code: str, asked: dict[str, str]) -> dict[str, Any]:
    """What the issuer says of who came back with this code.

    Raises:
        Silent: when the issuer does not answer as it should.
        NotProven: when the code, or the word of the issuer, is not good.
    """
    about = _about(sign_on)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": asked["verifier"]}
    token = _ask("POST", about["token_endpoint"], data=form, auth=(sign_on.client_id, sign_on.client_secret))
    keys = _ask("GET", about["jwks_uri"])
    must = jwt.JWTClaimsRegistry(
        leeway=APART, iss=_must(about["issuer"]), aud=_must(sign_on.client_id), nonce=_must(asked["nonce"]),
        exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
    )  # fmt: skip
    try:
        claims = jwt.decode(str(token.get("id_token", "")), _keys(keys), algorithms=SIGNED).claims
        must.validate(claims)
        if claims.get("azp", sign_on.client_id) != sign_on.client_id:
            raise ValueError("made for another client")
    except (JoseError, ValueError, TypeError, KeyError) as error:
        structlog.get_logger().warning("sign-on refused", kind=type(error).__name__)
        raise NotProven from None
    return claims


def _must(value: str) -> Any:
    return {"essential": True, "value": value}


def _keys(told: dict[str, Any]) -> KeySet:
    """The issuer's keys for signing; others that it may show are not looked at."""
    usable = [key for key in told["keys"] if key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"]
    return KeySet.import_key_set({"keys": usable})


def _about(sign_on: SignOn) -> dict[str, Any]:
    """The issuer's own description, which must name itself and no other host."""
    told = _ask("GET", sign_on.issuer.rstrip("/") + FOUND)
    same = str(told.get("issuer", "")).rstrip("/") == sign_on.issuer.rstrip("/")
    if not same or any(_host(told.get(name)) != _host(sign_on.issuer) for name in PATHS):
        structlog.get_logger().error("sign-on", kind="names another issuer or host")
        raise Silent
    return told


def _host(address: Any) -> str:
    """Scheme, host and port; nothing of what is no address."""
    try:
        told = urlsplit(str(address))
    except ValueError:
        return ""
    return f"{told.scheme}://{told.netloc}"


def _ask(method: str, url: str, **more: Any) -> dict[str, Any]:
    try:
        answer = httpx.request(method, url, timeout=PATIENCE, **more)
        told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        structlog.get_logger().error("sign-on", kind=type(error).__name__)
        raise Silent from None
    if answer.status_code in (400, 401) and method == "POST":
        raise NotProven  # the code was used, or is somebody else's
    if answer.status_code != 200 or not isinstance(told, dict):
        structlog.get_logger().error("sign-on", kind="status", status=answer.status_code)
        raise Silent
    return told
