"""Schema: what the description of the API allows, and what it does not, is sent to it; every answer is one it names."""

import re
from contextlib import asynccontextmanager

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from soleus.records.store import accounts, audit
from soleus.records.store.tables import Patient
from soleus.web.twin.questions import Question

EXAMPLES = 20  # of each address, kind of data and patient: the whole stays under a minute
JUDGED = (
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance,
)  # fmt: skip
HOST = {"Host": "localhost"}  # any other is refused
SAME = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.fixture
def api(ward):
    """The description of the API, and how a program of a nurse asks it; the twin refuses at once."""

    def ask(key, kind, of, case, day, **more):
        question = Question(key, of, kind, {})
        question.end(None, "no twin here")
        return question

    @asynccontextmanager
    async def stays(app):
        yield

    ward.app.state.questions.ask = ask
    ward.app.router.lifespan_context = stays  # the library would open and close it for every request
    with ward.store.writing() as db:
        token = accounts.add_token(db, accounts.find_user(db, "nora"), "schema", 3)
    ward.headers = HOST | {"Authorization": f"Bearer {token}"}
    return schemathesis.openapi.from_asgi("/api/openapi.json", ward.app, headers=HOST)


def test_every_answer_is_one_that_the_description_names(api, ward):
    addresses = [found.ok() for found in api.get_all_operations()]
    assert len(addresses) >= 8
    for address in addresses:
        takes = "{day}" in address.path or address.method != "get"  # any text is a name; what takes no more takes all
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if takes else (GenerationMode.POSITIVE,)
        names = ({}, {"patient_id": ward.paula, "day": "2026-02-09"}) if "{" in address.path else ({},)
        for mode in modes:
            for known in names:
                tried(address, mode, known, ward.headers)
    with ward.store.reading() as db:
        assert db.get(Patient, ward.paula).version == 1
    assert audit.verify(ward.store).whole


def tried(address, mode, known, headers):
    """One address with data of one mode, for made-up names or for those of somebody who is there."""

    @SAME
    @given(case=address.as_strategy(generation_mode=mode))
    def sent(case):
        names = {name: value for name, value in known.items() if name in (case.path_parameters or {})}
        case.path_parameters = (case.path_parameters or {}) | names
        case.call_and_validate(headers=headers, checks=JUDGED)

    sent()


def test_what_is_right_is_kept_and_described_so(api, ward):
    whole = ward.case()
    session = {"date": "2026-03-01", "pre_weight_kg": 64.0, "post_weight_kg": 62.0, "uf_l": 2.0}
    for path, method, status, body in (
        ("/api/patients", "POST", 201, whole), ("/api/patients/{patient_id}/sessions", "POST", 201, session),
        ("/api/patients/{patient_id}/case", "PUT", 200, {"version": 2, "case": whole}),
        ("/api/patients/{patient_id}/case", "PUT", 409, {"version": 2, "case": whole}),
        ("/api/patients/{patient_id}/case", "GET", 200, None), ("/api/patients", "GET", 200, None),
        ("/api/me", "GET", 200, None),
    ):  # fmt: skip
        more = {} if body is None else {"body": body, "media_type": "application/json"}
        case = api[path][method].Case(path_parameters={"patient_id": ward.paula}, **more)
        answer = case.call_and_validate(headers=ward.headers, checks=JUDGED)
        assert answer.status_code == status, answer.text


def test_nobody_learns_anything_without_a_token(api):
    for found in api.get_all_operations():
        address = found.ok()
        body = {"body": {}, "media_type": "application/json"} if address.method != "get" else {}
        names = dict.fromkeys(re.findall(r"{(\w+)}", address.path), "2026-02-09")
        answer = address.Case(path_parameters=names, **body).call_and_validate(headers=HOST, checks=JUDGED)
        assert answer.status_code == (401 if address.method == "get" else 403), address.path
