"""Security: what every answer tells the browser, whose name may be asked for, and how much may be sent."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .place import LARGEST, Place

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
KEPT = "public, max-age=3600"  # of files that are the same for everybody
TOO_LARGE = "Too large: a request holds at most {} MB. A case file of one patient is a few kB.\n"


class Shield:
    """Around the whole application."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self.app = app
        self.place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._mark(MutableHeaders(scope=message), scope["path"])
            await send(message)

        if (hosts := self.place.hosts) and _name(asked.get("host", "")) not in hosts:
            await PlainTextResponse("Unknown host name. Set SOLEUS_URL.\n", 400)(scope, receive, marked)
            return
        body = await _whole(receive, asked)
        if body is None:
            await PlainTextResponse(TOO_LARGE.format(LARGEST / 1e6), 413)(scope, receive, marked)
            return
        await self.app(scope, _again(body, receive), marked)

    def _mark(self, headers: MutableHeaders, path: str) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        headers["Cache-Control"] = KEPT if path.startswith("/static/") else headers.get("cache-control", "no-store")
        if self.place.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"


async def _whole(receive: Receive, asked: Headers) -> bytes | None:
    """All that is sent; None when it is more than may be."""
    told = asked.get("content-length", "0")
    if not told.isdigit() or int(told) > LARGEST:
        return None
    parts, taken, more = [], 0, "content-length" in asked or "transfer-encoding" in asked
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        taken += len(parts[-1])
        if taken > LARGEST:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read once, for those inside; after it, what the connection says next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _name(host: str) -> str:
    """A host without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
