"""Logs: one JSON object a line, on standard error; paths without ids, and never what anybody wrote or has."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .refused import route_of


def start(level: int = logging.INFO) -> None:
    """From now on log this way."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _places_only(_: Any, __: str, told: Any) -> Any:
    """Of an error keep where it happened; its words could hold what somebody entered."""
    if isinstance(error := told.pop("exc_info", None), BaseException):
        places, trace = [], error.__traceback__
        while trace is not None:
            places.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
            trace = trace.tb_next
        told["places"] = places[-8:]
    return told


class Timed:
    """Logs each request: what kind, how it ended, how long it took."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"].startswith(("/static/", "/health")):
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            took, path = round(1000 * (time.perf_counter() - begun)), route_of(scope)
            structlog.get_logger().info("request", method=scope["method"], path=path, status=status, ms=took)
