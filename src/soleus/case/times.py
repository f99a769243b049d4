"""Dates that contradict each other: before birth, before dialysis began, ended before it began, or still to come."""

from collections.abc import Iterator, Sequence
from datetime import date

from .episode import Episode
from .fields import DiaryDay, Drug, Patient
from .file import Place, Problem
from .labs import Lab
from .treatment import Session

YEAR = 365.25  # days
FIRST_YEAR = 1900  # an earlier day only stands in for one that cannot be read
ROUNDED = 400.0  # days that years on dialysis may be rounded by, and some weeks
FAR = 300  # days from every other date, beyond which the year may be mistyped


def impossible_times(patient: Patient, sessions: Sequence[Session], drugs: Sequence[Drug]) -> Iterator[Problem]:
    """What ends before it begins, or begins before it can."""
    if patient.vintage_y is not None and patient.vintage_y >= patient.age_y:
        text = (
            f"is {patient.vintage_y:g} years on dialysis at an age of {patient.age_y:g}. Correct one: were months "
            f"meant? Then write {patient.vintage_y / 12:.1f}."
        )
        yield Problem(("patient", "vintage_y"), text)
    days = [session.date for session in sessions if session.date.year > FIRST_YEAR]
    span = (max(days) - min(days)).days if days else 0
    if patient.vintage_y is not None and span > patient.vintage_y * YEAR + ROUNDED:
        text = (
            f"is {patient.vintage_y:g} years, but the sessions reach from {min(days)} to {max(days)}: the first would "
            "lie before dialysis began. Correct a date, or the years."
        )
        yield Problem(("patient", "vintage_y"), text)
    latest = max([*days, *(day for drug in drugs for day in (drug.since, drug.until) if day)], default=None)
    for i, drug in enumerate(drugs):
        place: Place = ("drugs", i)
        if drug.since and drug.until and drug.until < drug.since:
            text = f"is {drug.until}, before {drug.name} was begun on {drug.since}. Are the two swapped?"
            yield Problem((*place, "until"), text)
        if drug.since and latest and (latest - drug.since).days > (patient.age_y + 1) * YEAR:
            text = f"is {drug.since}, before this person of {patient.age_y:g} years was born. Correct the year."
            yield Problem((*place, "since"), text)


def odd_times(
    sessions: Sequence[Session],
    episodes: Sequence[Episode],
    labs: Sequence[Lab],
    drugs: Sequence[Drug],
    diary: Sequence[DiaryDay],
) -> Iterator[Problem]:
    """Dates still to come, and far from all others."""
    today = date.today()
    days = {session.date for session in sessions} | {episode.date for episode in episodes}
    dated: list[tuple[Place, date]] = [(("sessions", i, "date"), session.date) for i, session in enumerate(sessions)]
    dated += [(("episodes", i, "date"), episode.date) for i, episode in enumerate(episodes)]
    dated += [(("labs", i, "date"), lab.date) for i, lab in enumerate(labs)]
    for place, day in dated:
        away = min((abs((day - other).days) for other in days if other != day), default=0)
        if day > today:
            yield Problem(place, f"is {day}, in the future by this computer's clock.")
        elif away > FAR and (place[0] != "labs" or day not in days):
            what = "session" if sessions else "episode"
            yield Problem(place, f"is {day}, {away} days from any other {what}: is the year right?")
    for i, line in enumerate(diary):
        if line.date > today:
            yield Problem(("diary", i, "date"), f"is {line.date}, in the future by this computer's clock.")
        if line.date in [other.date for other in diary[:i]]:
            yield Problem(("diary", i, "date"), f"is {line.date}, a day the diary already has: is one mistyped?")
    for i, drug in enumerate(drugs):
        if drug.since and drug.since > today:
            yield Problem(("drugs", i, "since"), f"is {drug.since}, in the future by this computer's clock.")
