"""Levers: what a person could have changed, each *as it was* and *as it should have been* for this very patient.

Where the patient's own value is known to the twin it is the standard; a guideline's number only bounds it. What the
bath does is asked of the twin: the session is tried with another bath, and the one is found that leaves this patient's
blood where it belongs. A bath is changed for this session alone, but for its magnesium, which fills stores; weight
gained and target weight are lived with first, and minerals, acidosis and the dose of past sessions for months.
"""

from ..fit import Twin
from .bath import base, calcium, citrate, glucose, magnesium, potassium, sodium, temperature
from .chronic import levers_from, lived_too
from .dose import dose, weekly_dose
from .fluid import gain, length, profile, target, weighing
from .lever import Lever, World
from .lived import Lived, stretches
from .medicines import medicines, residual
from .minerals import over_months
from .should import SHOULD, Should
from .tried import tried

__all__ = ["SHOULD", "Lever", "Lived", "Should", "World", "levers_of", "stretches", "weighing"]

STORED = ("dialysate_magnesium",)  # of the bath, and kept in stores for weeks


def levers_of(twin: Twin) -> tuple[Lever, ...]:
    """All levers of this session, those that differ from what should have been and those that do not."""
    found = tried(twin)
    alone = (gain, length, profile, target, sodium, temperature, glucose)
    asked = (potassium, calcium, magnesium, base, citrate, dose)
    made = [lever for lever in (*(make(twin) for make in alone), *(make(twin, found) for make in asked)) if lever]
    bath = [lived_too(twin, lever) if lever.id in STORED and lever.differs else lever for lever in made]
    low = any(lever.id in STORED and lever.differs for lever in made)
    slow = [*over_months(twin, low), weekly_dose(twin, found), residual(twin)]
    return (*levers_from(twin, [*bath, *slow]), *medicines(twin))
