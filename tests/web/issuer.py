"""A small OpenID provider for tests, over real HTTP on this computer; a test may let it lie."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "soleus", "only the clinic and Soleus know"


class Issuer:
    """What it says of whoever comes: `person`; and what a test changes of its word."""

    def __init__(self):
        self.key, self.other = RSAKey.generate_key(2048), ECKey.generate_key("P-256")
        self.key.ensure_kid()
        self.person = {"sub": "248289", "email": "nora@clinic.example", "email_verified": True}
        self.about, self.claims, self.lost = {}, {}, ()  # what it says otherwise, and what it leaves out
        self.sign = None  # signs the word instead of its own key
        self.codes, self.asked, self.broken = {}, [], False
        self.url = ""

    def description(self):
        """Where everything is."""
        names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.url} | {name: self.url + path for name, path in names.items()} | self.about

    def let_in(self, told):
        """The person has logged in here; gives where the browser goes back to."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = told
        return f"{told['redirect_uri']}?{urlencode({'code': code, 'state': told['state']})}"

    def word(self, form, login):
        """The id token for a code, once; None when anything is not as it was."""
        told = self.codes.pop(form.get("code"), None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        expected = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
        if told is None or login != expected or form["redirect_uri"] != told["redirect_uri"]:
            return None
        if told["code_challenge_method"] != "S256" or digest.rstrip(b"=").decode() != told["code_challenge"]:
            return None
        at = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": told["nonce"]} | self.person
        claims = {name: value for name, value in (claims | self.claims).items() if name not in self.lost}
        return self.sign(claims) if self.sign else jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def keys(self):
        """The public halves; one is for another use and of a kind that nobody reads."""
        return {"keys": [*KeySet([self.key]).as_dict(private=False)["keys"], {"kty": "moon", "use": "enc"}]}


class Door(BaseHTTPRequestHandler):
    """One request to the provider."""

    def do_GET(self):
        there, issuer = urlsplit(self.path), self.server.issuer
        issuer.asked.append(there.path)
        if there.path == "/authorize":
            told = {name: values[0] for name, values in parse_qs(there.query).items()}
            self.send_response(302)
            self.send_header("Location", issuer.let_in(told))
            self.end_headers()
            return
        pages = {"/.well-known/openid-configuration": issuer.description, "/keys": issuer.keys}
        self._tell(pages[there.path]())

    def do_POST(self):
        issuer = self.server.issuer
        issuer.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        word = issuer.word(form, self.headers.get("Authorization"))
        if word is None:
            self._tell({"error": "invalid_grant"}, 400)
        else:
            self._tell({"access_token": "not used", "token_type": "Bearer", "id_token": word})

    def _tell(self, told, status=200):
        self.send_response(500 if self.server.issuer.broken else status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"<html>" if self.server.issuer.broken else json.dumps(told).encode())

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def running():
    """The provider on a port of its own."""
    issuer = Issuer()
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.issuer = issuer
        issuer.url = f"http://localhost:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()
