"""Cuff readings: which ones to keep but not believe, and why.

A true fall of pressure lasts; a bad reading stands alone or contradicts itself. Only those are marked, so a fall that
the next reading confirms is never explained away.
"""

from collections.abc import Sequence

from ..case import Pressure

NEIGHBOR = 30.0  # min, within which the next reading says something about this one
JUMP = 30.0  # mmHg, more than pressure changes and comes back between two readings
NARROW = 10.0  # mmHg, a pulse pressure no living circulation has for long


def marked(readings: Sequence[Pressure]) -> list[Pressure]:
    """The same readings in order of time, artefacts marked with their reason."""
    ordered = sorted(readings, key=lambda reading: reading.minute)
    found = []
    for i, reading in enumerate(ordered):
        near = [r for r in ordered[max(0, i - 1) : i + 2] if r is not reading and _near(r, reading)]
        reason = contradicts_itself(reading) or stands_alone(reading, near)
        marks = {"artefact": True, "artefact_reason": reason}
        found.append(reading.model_copy(update=marks) if reason else reading)
    return found


def contradicts_itself(reading: Pressure) -> str:
    """Why systolic, diastolic and mean cannot belong together; empty when they can."""
    systolic, diastolic, mean = reading.systolic_mmhg, reading.diastolic_mmhg, reading.mean_mmhg
    if diastolic is not None and systolic - diastolic < NARROW:
        return f"pulse pressure {systolic - diastolic:g} mmHg"
    if mean is not None and (mean > systolic or (diastolic is not None and mean < diastolic)):
        return f"mean {mean:g} mmHg is not between diastolic and systolic"
    return ""


def stands_alone(reading: Pressure, near: Sequence[Pressure]) -> str:
    """Why the readings just before and after make this one unlikely; empty when they do not."""
    systolic = [r.systolic_mmhg for r in near]
    diastolic = [r.diastolic_mmhg for r in near if r.diastolic_mmhg is not None]
    both = len(near) == 2
    if both and reading.systolic_mmhg - max(systolic) >= JUMP:
        return f"systolic {reading.systolic_mmhg - max(systolic):g} mmHg above the readings before and after"
    if reading.diastolic_mmhg is None or not diastolic:
        return ""
    rise = reading.diastolic_mmhg - max(diastolic)
    if rise >= JUMP:
        return f"diastolic {rise:g} mmHg above its neighbors"
    if both and min(systolic) - reading.systolic_mmhg >= JUMP and rise > 0:
        return f"systolic {min(systolic) - reading.systolic_mmhg:g} mmHg below its neighbors while diastolic rose"
    return ""


def _near(one: Pressure, other: Pressure) -> bool:
    return abs(one.minute - other.minute) <= NEIGHBOR
