"""Refused: the ways a request ends without an answer, as a page or as JSON; never a traceback or somebody's data."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from ..errors import SoleusError
from ..records.store.patients import Outdated

TITLES = {
    400: "Not understood", 401: "Please log in", 403: "Not for you", 404: "Not here", 405: "Not possible here",
    409: "Changed meanwhile", 413: "Too large", 422: "Please correct", 429: "Too many", 500: "Something broke",
    503: "Busy",
}  # fmt: skip


class Refused(Exception):
    """A request that ends here."""

    status = 400
    said = "The request was not understood."

    def __init__(self, said: str | None = None) -> None:
        super().__init__(said or self.said)


class NotLoggedIn(Refused):
    """Nobody is logged in."""

    status = 401
    said = "Log in first: you were silent for a while, or have not been here yet."


class Forbidden(Refused):
    """Somebody else's page."""

    status = 403
    said = "Your role may not do this. Ask an administrator if it should."


class NotFound(Refused):
    """No such thing, or none for this visitor."""

    status = 404
    said = "There is nothing here, or it is not yours to see."


class TooMany(Refused):
    """Too many tries."""

    status = 429

    def __init__(self, seconds: int, of: str = "tries to log in") -> None:
        super().__init__(f"There were too many {of}. Try again in {_wait(seconds)}.")
        self.seconds = seconds


def _wait(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 100 else f"{round(seconds / 60)} minutes"


def add(app: FastAPI) -> None:
    """Let the application answer every kind of trouble."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SoleusError, _not_good)
    app.add_exception_handler(RequestValidationError, _not_read)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _broken)


def answer(request: Request, status: int, said: str, headers: dict[str, str] | None = None) -> Response:
    """Trouble in the form that was asked for."""
    title = TITLES.get(status, "Not done")
    if for_program(request):
        return JSONResponse({"error": {"status": status, "title": title, "message": said}}, status, headers)
    page: Response = request.app.state.show(
        request, "refused.html", {"title": title, "said": said.splitlines(), "status": status}, status_code=status
    )
    page.headers.update(headers or {})
    return page


def for_program(request: Request) -> bool:
    """Whether a program or a script reads the answer, and not a person."""
    return request.url.path.startswith("/api") or request.headers.get("accept") == "application/json"


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if isinstance(error, NotLoggedIn) and not for_program(request):
        after = f"?next={quote(request.url.path)}" if request.method == "GET" and request.url.path != "/" else ""
        return RedirectResponse(f"/login{after}", 303)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooMany) else None
    return answer(request, error.status, str(error), headers)


def _not_good(request: Request, error: Exception) -> Response:
    return answer(request, 409 if isinstance(error, Outdated) else 422, str(error))


def _not_read(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = "\n".join(f"{'.'.join(str(x) for x in each['loc'][1:])}: {each['msg']}" for each in error.errors())
    return answer(request, 422, said or "The request was not understood.")


def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said: Any = NotFound.said if error.status_code == 404 else error.detail
    return answer(request, error.status_code, str(said), dict(error.headers or {}))


def _broken(request: Request, error: Exception) -> Response:
    number = secrets.token_hex(4)
    kind = type(error).__name__
    structlog.get_logger().error("fault", number=number, path=route_of(request.scope), kind=kind, exc_info=error)
    said = (
        f"This is a fault of Soleus, not of what you entered. Nothing was changed. Its number in the log is {number}."
    )
    return answer(request, 500, said)


def route_of(scope: Any) -> str:
    """The path without ids, so that no log names a patient."""
    return str(getattr(scope.get("route"), "path", "")) or "-"
