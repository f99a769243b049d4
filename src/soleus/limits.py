"""Limits: how much fluid a session should take off, and how much should be gained before it.

Both are lines of mortality in cohorts, not thresholds of cramp. They stand here, without JAX, because the budget of a
day needs them at once; `levers.should` holds them too.
"""

from .stated import constants, param


@constants
class Limits:
    """Not to exceed."""

    ufr: float = param(
        "1", 10.0, within=(8.0, 13.0), source="Assimon2016", status="seen",
        meaning="mL/kg/h of ultrafiltration not to exceed; a mortality line, not a cramp threshold",
    )  # fmt: skip
    gain: float = param(
        "1", 0.04, within=(0.03, 0.045), source="Dantas2019", status="recalled",
        meaning="share of dry weight not to gain between sessions",
    )  # fmt: skip


LIMITS = Limits()
