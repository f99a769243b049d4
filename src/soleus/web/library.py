"""Library: the articles, open to everybody; for a patient, those about the own causes first."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..errors import BadRecord
from ..knowledge import library as shelves
from ..knowledge import markup
from ..knowledge.article import Article
from ..knowledge.claims import GRADES
from ..records.store import answers
from .doors.auth import visitor
from .refused import NotFound

router = APIRouter(include_in_schema=False)
LONGEST = 300  # characters of a question


@router.get("/library")
def front(request: Request, q: str = "") -> Response:
    """All shelves, what people in a hurry look for, and what was found for some words."""
    told = {
        "q": q[:LONGEST],
        "hits": shelves.search(q[:LONGEST]) if q.strip() else [],
        "quick": shelves.quick_links(),
        "shelves": shelves.tree(),
        "own": reading_for(_explained(request)),
    }
    return request.app.state.show(request, "library.html", told)


def reading_for(body: dict[str, Any] | None) -> list[Article]:
    """What a person should read first, by an explanation of the own session."""
    shares = shares_of(body)
    found = [
        article for cause in sorted(shares, key=lambda c: -shares[c]) for article in shelves.about_cause(cause)[:1]
    ]
    return list(dict.fromkeys(article for article in found if article.front.readers == "everybody"))[:3]


def _explained(request: Request) -> dict[str, Any] | None:
    """What was explained last to the patient who asks."""
    found = visitor(request)
    if found is None or found.user.patient_id is None:
        return None
    with request.app.state.store.reading() as db:
        return answers.latest(db, found.user.patient_id, "explain")


def shares_of(body: dict[str, Any] | None) -> dict[str, float]:
    """The shares of the causes that an explanation found to raise the risk."""
    causes = (body or {}).get("why", {}).get("causes", [])
    return {cause["id"]: cause["share"] for cause in causes if cause["share"] > 0}


@router.get("/library/experts")
def experts(request: Request) -> Response:
    """Who can help with what, and official bodies by name."""
    told = {"experts": shelves.experts(), "resources": shelves.resources()}
    return request.app.state.show(request, "experts.html", told)


@router.get("/library/pictures/{file}")
def picture(file: str) -> Response:
    """A picture of an article."""
    try:
        raw = shelves.picture(file)
    except BadRecord:
        raise NotFound from None
    return Response(raw, media_type="image/svg+xml")


@router.get("/library/{slug}")
def article(request: Request, slug: str) -> Response:
    """One article, in plain words first."""
    try:
        one = shelves.article(slug)
    except BadRecord as error:
        raise NotFound(str(error)) from None
    told: dict[str, Any] = {
        "article": one,
        "crumbs": shelves.breadcrumbs(one),
        "plain": markup.html(one.plain),
        "professional": markup.html(one.professional),
        "related": shelves.related(slug, shares_of(_explained(request))),
        "experts": shelves.experts_for(*one.front.causes, *one.front.symptoms)[:3],
        "grades": GRADES,
    }
    return request.app.state.show(request, "article.html", told)
