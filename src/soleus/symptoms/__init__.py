"""Symptoms: what a person feels, as hazards over time or as chances, each with its evidence."""

from .cramps import PATHWAYS, SHARES, Cramp, cramp, pathways
from .falls import HALF_HOUR, PRESSURE_PATHWAYS, Hypotension, hypotension
from .hazard import Risk, W, draw_weights
from .prone import About, Leaning, leaning, leanings
from .reading import Signs, signs

__all__ = [
    "HALF_HOUR", "PATHWAYS", "PRESSURE_PATHWAYS", "SHARES", "About", "Cramp", "Hypotension", "Leaning", "Risk",
    "Signs", "W", "cramp", "draw_weights", "hypotension", "leaning", "leanings", "pathways", "signs",
]  # fmt: skip
