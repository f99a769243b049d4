"""Live: a running session, watched: what the readings say, what comes within the hour, and when to say so."""

from .ahead import Band, Forecast, floor
from .alert import Alert, Memory
from .feed import Feed, Replay, of_csv
from .monitor import Monitor, Update
from .people import People, twin_before, unseen
from .reading import Did, Reading, reading

__all__ = [
    "Alert", "Band", "Did", "Feed", "Forecast", "Memory", "Monitor", "People", "Reading", "Replay", "Update", "floor",
    "of_csv", "reading", "twin_before", "unseen",
]  # fmt: skip
