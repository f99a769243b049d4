"""App: the web application put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from .. import __version__
from ..records.store import Store, open_store
from ..records.store.audit import anchor
from . import api, library, refused
from .doors import account, login, passkeys, sign_on
from .doors.auth import FORM_COOKIE, Guard, form_secret, form_token, ours, visitor
from .logs import Timed
from .messages import api as api_messages
from .messages import ask_us, inbox, talk
from .messages.post import Post
from .messages.spam import Counted
from .my import api as api_diary
from .my import diary
from .my import page as my
from .office import admin, equipped, rights
from .place import Place
from .running import api as live_api
from .running import demo as demo_running
from .running import page as live
from .running import stream
from .running.playing import Playing
from .running.watch import Watch
from .security import Shield
from .staff import api as api_suggested
from .staff import entry, following, otherwise, patient, session, suggested, upload, ward
from .twin.beside import BEHIND
from .twin.questions import Questions

HERE = Path(__file__).parent
DISCLAIMER = (
    "Soleus is not a medical device. It is a model for study and discussion: what is done for a patient is for the "
    "responsible clinician to decide."
)
FORM_LASTS = 24 * 3600  # s that a form may stay open before somebody who is not logged in sends it
ABOUT = "Why the muscles of a person on dialysis cramp. Not a medical device."


def create(place: Place, store: Store | None = None) -> FastAPI:
    """The application of a place.

    Raises:
        BadRecord: when its database cannot be opened.
    """
    app = FastAPI(
        title="Soleus", version=__version__, description=ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", dependencies=[Depends(ours)], lifespan=_life,
    )  # fmt: skip
    app.state.place = place
    app.state.store = store or open_store(place.folder, place.database)
    app.state.questions = Questions(BEHIND)
    app.state.tries = Questions()  # of sliders, which must not wait behind longer ones
    app.state.watch = Watch(app.state.store, app.state.questions)
    app.state.playing = Playing(app.state.store, app.state.watch)
    app.state.guard = Guard()
    app.state.asked = Counted()
    app.state.post = Post(app.state.store, place)
    app.state.show = shower(place)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for part in (
        login, passkeys, sign_on, ward, following, patient, session, otherwise, suggested, entry, upload, live, stream,
        my, diary, talk, inbox, ask_us, library, rights, account, admin, equipped, api, live_api, api_diary,
        api_messages, api_suggested,
    ):  # fmt: skip
        app.include_router(part.router)
    refused.add(app)
    app.add_middleware(Timed)
    app.add_middleware(Shield, place=place)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    structlog.get_logger().info("start", demo=app.state.place.demo)
    app.state.post.start()
    app.state.watch.resume()
    if app.state.place.demo:
        demo_running.start(app.state.store, app.state.playing)
    yield
    await run_in_threadpool(app.state.post.close)
    app.state.playing.close()
    app.state.watch.close()
    app.state.questions.close()
    app.state.tries.close()
    anchor(app.state.store)
    app.state.store.close()
    structlog.get_logger().info("stop")


def shower(place: Place) -> Callable[..., Response]:
    """What fills a template; everything in it is escaped."""
    words = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,  # no page looks whether its files changed
    )  # fmt: skip
    marks = {file.name: sha256(file.read_bytes()).hexdigest()[:10] for file in (HERE / "static").iterdir()}
    words.globals |= {
        "static": lambda name: f"/static/{name}?{marks[name]}",
        "demo": place.demo, "release": __version__, "disclaimer": DISCLAIMER, "homes": login.HOMES,
        "emergency": place.emergency,
    }  # fmt: skip
    words.filters |= {
        "day": day,
        "percent": percent,
        "signed": signed,
        "number": number,
        "moment": moment,
        "clock": clock,
    }

    def show(request: Request, template: str, told: dict[str, Any], status_code: int = 200) -> Response:
        found, secret = visitor(request), form_secret(request)
        about = {
            "user": found.user if found else None,
            "csrf": found.csrf if found else form_token(request, secret),
            "path": request.url.path,
        }
        page = HTMLResponse(words.get_template(template).render(about | told), status_code)
        if found is None:
            page.set_cookie(
                FORM_COOKIE, secret, max_age=FORM_LASTS, httponly=True, samesite="strict", secure=place.secure, path="/"
            )
        return page

    return show


def day(value: str | date | None) -> str:
    """A date as people read it: Mon 9 Feb 2026."""
    if not value:
        return "not known"
    told = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{told:%a} {told.day} {told:%b %Y}"


def moment(value: datetime) -> str:
    """A moment, in UTC."""
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"


def clock(value: datetime) -> str:
    """A moment as people on the spot read it, by the clock of this computer."""
    here = value.astimezone()
    return f"{day(here.date())}, {here:%H:%M}"


def percent(share: float) -> str:
    """A share without false precision."""
    return "<1%" if 0 < abs(share) < 0.005 else f"{100 * share:.0f}%".replace("-0%", "0%")


def signed(share: float) -> str:
    """A share with its sign."""
    return f"{100 * share:+.0f}%".replace("-", "−") if abs(share) >= 0.005 else "0%"


def number(value: float | None, digits: int = 1) -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")
