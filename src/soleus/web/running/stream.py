"""Stream: a running session sent to a screen as it changes, as server-sent events.

The id of an event is a mark of what it shows, so a screen that was away gets what it missed, and nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import and_, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from ...records.store import running
from ...records.store.tables import Login, Treatment, User, now
from ..doors.auth import Staff, Visitor
from .page import runs_for
from .shown import Screen, fragment

router = APIRouter(include_in_schema=False)
STEP = 0.15  # s between two looks whether there is something new
BEAT = 10.0  # s between two signs of life
RETRY = 2000  # ms after which a browser that lost the server asks again


@router.get("/patients/{patient_id}/live/stream")
def stream(request: Request, seen_by: Staff, patient_id: str, have: str = "") -> Response:
    """The screen, again whenever it changes."""
    with request.app.state.store.reading() as db:
        name = runs_for(db, seen_by, patient_id)
    last = request.headers.get("last-event-id", have)
    return StreamingResponse(_events(request, seen_by, name, last), media_type="text/event-stream")


async def _events(request: Request, seen_by: Visitor, name: str, last: str) -> AsyncIterator[str]:
    watch, loop = request.app.state.watch, asyncio.get_running_loop()
    version, beat = -1, loop.time()
    yield f"retry: {RETRY}\n\n"
    while not watch.closed:
        if watch.news.get(name, 0) != version or loop.time() - beat > BEAT:
            new, version, beat = watch.news.get(name, 0) != version, watch.news.get(name, 0), loop.time()
            screen = await run_in_threadpool(_screen, request, seen_by, name)
            if screen is None:
                yield "event: ended\ndata: ended\n\n"
                return
            if screen.mark != last:
                last = screen.mark
                yield event(screen)
            elif not new:
                yield "event: beat\ndata: beat\n\n"
        await asyncio.sleep(STEP)


def event(screen: Screen) -> str:
    """A screen as one event."""
    data = "".join(f"data: {line}\n" for line in screen.html.splitlines() if line.strip())
    return f"id: {screen.mark}\nevent: screen\n{data}\n"


def _screen(request: Request, seen_by: Visitor, name: str) -> Screen | None:
    """What is to be seen now; None where it ended, or who looks has left or may not look any more.

    A silent browser goes on showing it, until the end of the shift; a click then asks to log in again.
    """
    with request.app.state.store.reading() as db:
        found = db.get(Treatment, name)
        if found is None or found.state != "running" or not may_look(request, db, seen_by):
            return None
        last = running.last_came(db, name)
    return fragment(request, found, last)


def may_look(request: Request, db: Session, seen_by: Visitor) -> bool:
    """Whether somebody who looked before may still: in the same unit, and logged in for less than a shift."""
    chosen = select(User.unit_id).where(User.id == seen_by.user.id, User.active)
    if seen_by.csrf:
        since = now() - request.app.state.place.longest
        mine = (Login.user_id == User.id, Login.csrf == seen_by.csrf, Login.made_at >= since)
        chosen = chosen.join(Login, and_(*mine))
    return db.execute(chosen).first() == (seen_by.user.unit_id,)
