"""Following: the ward's list sent again when it changed, so that it follows running sessions by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from ..doors.auth import Staff, Visitor
from ..running.shown import Screen
from ..running.stream import RETRY, event, may_look
from .ward import fragment, told_of

router = APIRouter(include_in_schema=False)
STEP = 3.0  # s between two looks: a list, not a monitor
BEAT = 10.0  # s between two signs of life


@router.get("/ward/stream")
def stream(request: Request, seen_by: Staff, q: str = "", have: str = "") -> Response:
    """The list, again whenever it changes; a list that is open goes on until the end of the shift."""
    last = request.headers.get("last-event-id", have)
    return StreamingResponse(_events(request, seen_by, q, last), media_type="text/event-stream")


async def _events(request: Request, seen_by: Visitor, q: str, last: str) -> AsyncIterator[str]:
    watch, loop = request.app.state.watch, asyncio.get_running_loop()
    beat = loop.time()
    yield f"retry: {RETRY}\n\n"
    while not watch.closed:
        screen = await run_in_threadpool(_screen, request, seen_by, q)
        if screen is None:
            yield "event: ended\ndata: ended\n\n"
            return
        if screen.mark != last:
            last, beat = screen.mark, loop.time()
            yield event(screen)
        elif loop.time() - beat > BEAT:
            beat = loop.time()
            yield "event: beat\ndata: beat\n\n"
        await asyncio.sleep(STEP)


def _screen(request: Request, seen_by: Visitor, q: str) -> Screen | None:
    """The list as it is now; None for who may not look any more."""
    with request.app.state.store.reading() as db:
        stays = may_look(request, db, seen_by)
    return fragment(request, told_of(request, seen_by, q)) if stays else None
