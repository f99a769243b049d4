"""Sign-on: a real provider on this computer says who somebody is; only its proven word opens an account."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from soleus.errors import BadRecord
from soleus.records.store import accounts
from soleus.records.store.audit import CONSOLE
from soleus.records.store.tables import Noted, User
from soleus.web.place import Place, SignOn, sign_on_of

from .conftest import HASH, Ward
from .issuer import CLIENT, SECRET, running

BACK = "http://localhost:8000/login/sso/back"


@pytest.fixture
def issuer():
    with running() as found:
        yield found


def joined(issuer, folder, **more):
    """A ward that knows this provider, and a nurse whose login is an address."""
    ward = Ward(Place(folder, sign_on=SignOn(issuer.url, CLIENT, SECRET, **more)))
    with ward.store.writing() as db:
        made = {"login": "nora@clinic.example", "name": "Nora by address", "role": "nurse", "password": HASH}
        accounts.add_user(db, CONSOLE, **made, unit=ward.unit)
    return ward


@pytest.fixture
def ward(issuer, tmp_path):
    made = joined(issuer, tmp_path / "data")
    yield made
    made.close()


def left(visitor, after=""):
    """Where the browser is sent to."""
    answer = visitor.get("/login/sso", params={"next": after})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def returned(there):
    """Where the provider sends it back to."""
    found = httpx.get(there).headers["location"]
    assert found.startswith(BACK)
    return found.removeprefix("http://localhost:8000")


def signed_on(visitor, after=""):
    return visitor.get(returned(left(visitor, after)))


def test_the_clinics_sign_on_opens_the_account_of_that_address(ward, issuer):
    nora = ward.visitor()
    page = nora.get("/login").text
    assert 'href="/login/sso"' in page and "Log in with localhost" in page
    answer = signed_on(nora, "/upload")
    assert (answer.status_code, answer.headers["location"]) == (303, "/upload")
    assert nora.get("/api/me").json()["name"] == "Nora by address"
    assert {"/keys", "/token"} <= set(issuer.asked)
    with ward.store.reading() as db:
        assert [line.detail["by"] for line in db.query(Noted) if line.action == "logged in"] == ["sign-on"]
    assert not any(ward.app.state.guard.by_place.of.values())  # who came in is not counted against the address


def test_what_is_asked_holds_state_nonce_and_proof(ward):
    visitor = ward.visitor()
    one, two = (parse_qs(urlsplit(left(visitor)).query) for _ in range(2))
    assert one["code_challenge_method"] == ["S256"] and one["response_type"] == ["code"]
    assert one["redirect_uri"] == [BACK] and "openid" in one["scope"][0].split()
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name][0]) >= 43 and one[name] != two[name]
    assert SECRET not in str(one)


def test_the_login_of_an_account_may_be_the_name_that_the_clinic_prefers(issuer, tmp_path):
    ward = joined(issuer, tmp_path, claim="preferred_username")
    issuer.person |= {"preferred_username": "Carl", "email": "nora@clinic.example"}
    visitor = ward.visitor()
    assert signed_on(visitor).headers["location"] == "/ward"
    assert visitor.get("/api/me").json()["name"] == "Carl"
    ward.close()


STRANGERS = (
    {"email": "stranger@clinic.example"}, {"email_verified": False}, {"email_verified": "true"}, {"email": ["x"]},
    {"email": " nora@clinic.example"}, {"email": "' OR '1'='1"}, {"email": None},
)  # fmt: skip


def test_who_has_no_account_gets_none(ward, issuer):
    known = issuer.person
    for person in STRANGERS:
        issuer.person = known | person
        visitor = ward.visitor()
        answer = signed_on(visitor)
        assert answer.status_code == 401 and "Ask an administrator" in answer.text, person
        assert visitor.get("/api/me").status_code == 401
    with ward.store.reading() as db:
        assert db.query(User).count() == 8
        assert "login refused" in [line.action for line in db.query(Noted)]


def test_a_letter_that_looks_alike_is_another_login(issuer, tmp_path):
    ward = joined(issuer, tmp_path, claim="preferred_username")
    with ward.store.writing() as db:
        accounts.add_user(db, CONSOLE, login="kim", name="Kim", role="admin", password=HASH, unit=None)
    issuer.person |= {"preferred_username": "\u212aim"}  # the Kelvin sign, whose small letter is a k
    assert signed_on(ward.visitor()).status_code == 401
    issuer.person |= {"preferred_username": "KIM"}
    assert signed_on(ward.visitor()).status_code == 303
    ward.close()


def test_a_closed_account_stays_closed(ward):
    with ward.store.writing() as db:
        accounts.set_active(db, CONSOLE, accounts.find_user(db, "nora@clinic.example"), False)
    assert signed_on(ward.visitor()).status_code == 401


WORDS = (  # what the word says otherwise, and what it leaves out
    ({"iss": "https://evil.example"}, ()), ({"aud": "another"}, ()), ({"nonce": "of another login"}, ()),
    ({"aud": ["another", CLIENT], "azp": "another"}, ()), ({"exp": int(time.time()) - 3600}, ()), ({"exp": "soon"}, ()),
    ({"iat": int(time.time()) + 3600}, ()), *(({}, (name,)) for name in ("exp", "nonce", "iss", "aud", "sub", "iat")),
)  # fmt: skip


def test_a_word_that_is_not_for_us_now_opens_nothing(ward, issuer):
    for issuer.claims, issuer.lost in WORDS:
        visitor = ward.visitor()
        answer = signed_on(visitor)
        assert answer.status_code == 401 and "did not prove who you are" in answer.text, (issuer.claims, issuer.lost)
        assert visitor.get("/api/me").status_code == 401


def unsigned(issuer):
    return lambda claims: jwt.encode({"alg": "none"}, claims, OctKey.generate_key(), algorithms=["none"])


def by_our_secret(issuer):
    key = OctKey.import_key(SECRET.ljust(40))
    return lambda claims: jwt.encode({"alg": "HS256", "kid": issuer.key.kid}, claims, key)


def by_the_public_half(issuer):
    """What everybody has, taken for a secret; the library would not even make it."""

    def word(claims):
        parts = b".".join(packed(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
        mark = hmac.new(issuer.key.as_pem(private=False), parts, hashlib.sha256).digest()
        return (parts + b"." + packed(mark)).decode()

    return word


def packed(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def by_another_key(issuer):
    return lambda claims: jwt.encode({"alg": "ES256", "kid": issuer.key.kid}, claims, issuer.other)


def by_a_key_it_brings(issuer):
    head = {"alg": "ES256", "jwk": issuer.other.as_dict(private=False)}
    return lambda claims: jwt.encode(head, claims, issuer.other)


def changed(issuer):
    def word(claims):
        head, _, mark = jwt.encode({"alg": "RS256", "kid": issuer.key.kid}, claims, issuer.key).split(".")
        other = jwt.encode({"alg": "RS256"}, claims | {"email": "adam"}, issuer.key).split(".")[1]
        return f"{head}.{other}.{mark}"

    return word


FORGERS = (
    unsigned, by_our_secret, by_the_public_half, by_another_key, by_a_key_it_brings, changed,
    lambda issuer: lambda claims: "no.word", lambda issuer: lambda claims: "",
)  # fmt: skip


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_word_that_the_issuer_did_not_sign_opens_nothing(ward, issuer):
    for forger in FORGERS:
        issuer.sign = forger(issuer)
        visitor = ward.visitor()
        assert signed_on(visitor).status_code == 401, forger
        assert visitor.get("/api/me").status_code == 401


def test_an_answer_counts_once_for_the_browser_that_asked(ward):
    visitor, thief = ward.visitor(), ward.visitor()
    there = returned(left(visitor))
    assert thief.get(there).status_code == 401  # never asked
    left(thief)
    assert thief.get(there).status_code == 401  # asked something else
    code = parse_qs(urlsplit(there).query)["code"][0]
    assert visitor.get(there).status_code == 303
    assert visitor.get(there).status_code == 401
    other = ward.visitor()
    state = parse_qs(urlsplit(left(other)).query)["state"][0]
    assert other.get("/login/sso/back", params={"code": code, "state": state}).status_code == 401


def test_coming_back_with_nothing_opens_nothing(ward):
    for told in ("", "?code=x", "?state=x", "?error=access_denied", "?code=x&state=ä", f"?code={'x' * 5000}&state=x"):
        visitor = ward.visitor()
        left(visitor)
        assert visitor.get(f"/login/sso/back{told}").status_code in (401, 422)
        assert visitor.get("/api/me").status_code == 401


def test_only_the_host_that_was_set_is_asked(ward, issuer):
    evil = "https://evil.example/"
    for issuer.about in (
        {"issuer": evil}, {"token_endpoint": evil}, {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": evil}, {"jwks_uri": 7}, {"jwks_uri": "http://[::1"},
    ):  # fmt: skip
        answer = ward.visitor().get("/login/sso")
        assert answer.status_code == 503 and "Log in with the password" in answer.text
        assert set(issuer.asked) == {"/.well-known/openid-configuration"}


def test_an_issuer_that_is_down_is_said_and_the_password_still_opens(ward, issuer):
    visitor = ward.visitor()
    there = returned(left(visitor))
    issuer.broken = True
    assert visitor.get(there).status_code == 503
    assert visitor.get("/login/sso").status_code == 503
    assert ward.visitor("nora").get("/ward").status_code == 200


def test_it_never_leads_elsewhere(ward):
    for after in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert signed_on(ward.visitor(), after).headers["location"] == "/ward"


def test_where_none_is_set_there_is_none(tmp_path):
    ward = Ward(Place(tmp_path))
    visitor = ward.visitor()
    assert "/login/sso" not in visitor.get("/login").text
    assert visitor.get("/login/sso").status_code == visitor.get("/login/sso/back").status_code == 404
    ward.close()


HERE = "https://id.clinic.example"
ALL = {"SOLEUS_OIDC_ISSUER": HERE, "SOLEUS_OIDC_CLIENT_ID": "s", "SOLEUS_OIDC_CLIENT_SECRET": "t"}


def test_the_settings_are_read_and_the_secret_is_not_shown():
    assert sign_on_of({}) is None
    found = sign_on_of(ALL | {"SOLEUS_OIDC_CLAIM": "preferred_username"})
    assert (found.issuer, found.client_secret, found.claim) == (HERE, "t", "preferred_username")
    assert "'t'" not in repr(found)


@pytest.mark.parametrize(
    ("told", "said"),
    [({"SOLEUS_OIDC_CLIENT_SECRET": ""}, "CLIENT_SECRET"),
     ({"SOLEUS_OIDC_ISSUER": "http://id.clinic.example"}, "https"),
     ({"SOLEUS_OIDC_ISSUER": "id.clinic.example"}, "https"), ({"SOLEUS_OIDC_CLAIM": "role"}, "preferred_username")],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(told, said):
    with pytest.raises(BadRecord, match=said):
        sign_on_of(ALL | told)
