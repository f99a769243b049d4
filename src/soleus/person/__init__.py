"""Person: from what a case file says to people who could be that person, and to the treatment they got.

Whatever the file leaves open is drawn from the population; what it states is kept, with the error of its instrument.
"""

from .doubt import DOUBT, RELATIVE, Doubt
from .drawn import NOMINAL_WATER, SHARE, Arrived, AtHome, dry_weight, people, people_at_home, weight_before
from .happened import events, events_at_home, gap_h
from .medicated import medicated
from .treatment import bath, length, offsets, order

__all__ = [
    "DOUBT", "NOMINAL_WATER", "RELATIVE", "SHARE", "Arrived", "AtHome", "Doubt", "bath", "dry_weight", "events",
    "events_at_home", "gap_h", "length", "medicated", "offsets", "order", "people", "people_at_home", "weight_before",
]  # fmt: skip
