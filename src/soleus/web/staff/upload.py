"""Upload: a new patient from a case file, or a newer file for one who is known; read whole or refused whole."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from ...case.file import LARGEST, parse
from ...errors import BadRecord, SoleusError
from ...records.store import patients
from ...records.store.patients import Outdated
from ..doors.auth import Staff, patient_for

router = APIRouter(include_in_schema=False)


@router.get("/upload")
def form(request: Request, seen_by: Staff) -> Response:
    """The form for a new patient."""
    return _page(request, None, [])


@router.get("/patients/{patient_id}/upload")
def newer(request: Request, seen_by: Staff, patient_id: str) -> Response:
    """The form for a newer case file."""
    with request.app.state.store.reading() as db:
        return _page(request, patient_for(db, seen_by, patient_id), [])


@router.post("/upload")
def add(request: Request, seen_by: Staff, file: Annotated[UploadFile, File()]) -> Response:
    """A new patient of the unit."""
    try:
        told = values_of(file.filename or "the file", file.file.read())
        with request.app.state.store.writing() as db:
            made = patients.add(db, seen_by.who, str(seen_by.user.unit_id), told)
    except SoleusError as error:
        return _page(request, None, str(error).splitlines())
    return RedirectResponse(f"/patients/{made.id}", 303)


@router.post("/patients/{patient_id}/upload")
def replace(
    request: Request,
    seen_by: Staff,
    patient_id: str,
    file: Annotated[UploadFile, File()],
    version: Annotated[int, Form()],
) -> Response:
    """A newer case file in place of the one that was seen."""
    with request.app.state.store.reading() as db:
        found = patient_for(db, seen_by, patient_id)
    try:
        told = values_of(file.filename or "the file", file.file.read())
        with request.app.state.store.writing() as db:
            patients.save(db, seen_by.who, patient_for(db, seen_by, patient_id), told, version, "file")
    except Outdated:
        raise
    except SoleusError as error:
        return _page(request, found, str(error).splitlines())
    return RedirectResponse(f"/patients/{patient_id}", 303)


def values_of(name: str, raw: bytes) -> dict[str, Any]:
    """The plain values in a YAML or JSON file.

    Raises:
        BadRecord: when it is too large, no text, or no case.
    """
    shown = "".join(c for c in name if c.isprintable())[:80]
    if len(raw) > LARGEST:
        raise BadRecord(
            f"{shown} is larger than {LARGEST / 1e6:g} MB; a case file is a few kB of text. Is it another file?"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadRecord(f"{shown} is not a text file. Write the case as YAML or JSON and save it as UTF-8.")
    if shown.lower().endswith(".json"):
        return _json(text, shown)
    return parse(text, shown).data


def _json(text: str, name: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"{name} is not JSON: {error}. Correct it there.") from None
    if not isinstance(told, dict):
        raise BadRecord(f"{name} holds no case: it should be an object with fields like patient and sessions.")
    return told


def _page(request: Request, patient: Any, wrong: list[str]) -> Response:
    told = {"patient": patient, "wrong": wrong}
    return request.app.state.show(request, "upload.html", told, status_code=422 if wrong else 200)
