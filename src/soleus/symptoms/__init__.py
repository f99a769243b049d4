"""Symptoms: what a person feels, as hazards over time or as chances, each with its evidence."""

from .cramps import PATHWAYS, SHARES, Cramp, cramp, pathways
from .falls import HALF_HOUR, PRESSURE_PATHWAYS, Hypotension, hypotension
from .hazard import Risk, W, draw_weights
from .reading import Signs, signs

__all__ = [
    "HALF_HOUR", "PATHWAYS", "PRESSURE_PATHWAYS", "SHARES", "Cramp", "Hypotension", "Risk", "Signs", "W", "cramp",
    "draw_weights", "hypotension", "pathways", "signs",
]  # fmt: skip
