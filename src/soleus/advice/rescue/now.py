"""Now: the session as it stands at a minute, with what the nurse sees, and nothing of what came after.

Assumes     fluid whose time nobody wrote down came evenly; half of a session's is there at half time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, ValidationError

from ... import person
from ...case import Case, Given, Pressure, Session, Symptom
from ...case.fields import Sheet, number, words
from ...case.file import path
from ...case.given import volume
from ...case.treatment import BloodVolume
from ...case.words import problems_of
from ...errors import BadRecord, OutOfRange
from ...machine.profiles import is_number
from .doses import LIMITS

Seen = Literal[
    "chest pain", "fainting", "confusion", "breathlessness", "seizure", "dizziness", "nausea", "vomiting",
]  # fmt: skip
URGENT = ("chest pain", "fainting", "confusion", "breathlessness", "seizure")  # end the treatment, call the doctor
LATE = 10.0  # min after which a cramp noted before is another one [Howe1978]
UNTIMED = "not timed in the file; taken as even"
NOT_ON_DIALYSIS = (
    "schedule.per_week is 0: this person is not on dialysis, so there is no session to slow or stop. Stretch the muscle"
    " and rest; with chest pain, fainting, confusion or a spasm of the throat call the emergency number. It has a page "
    "of its own: docs/use/ckd.md."
)
BAG = 2000.0  # mL, of saline or of drink as one line [GeneralKnowledge]


class Now(Sheet):
    """What is seen and measured at that minute, beside the case file."""

    systolic_mmhg: float | None = number("mmHg", 30, 300, "systolic pressure now")
    diastolic_mmhg: float | None = number("mmHg", 10, 200, "diastolic pressure now")
    heart_rate_min: float | None = number("1/min", 20, 250, "heart rate now")
    glucose_mmol_l: float | None = number("mmol/L", 0.5, 60, "blood glucose now")
    rbv_pct: float | None = number("%", -50, 30, "change of blood volume since the start")
    complaint: Seen | None = Field(default=None, description="what is seen or felt beside the cramp")
    where: str | None = words("the muscle that cramps, for example left calf")
    not_relieved: bool = Field(default=False, description="true when first measures were taken and did not help")


def seen(told: dict[str, Any]) -> Now:
    """What is seen now, from plain values; BadRecord names the first that cannot be."""
    try:
        return Now.model_validate(told)
    except ValidationError as error:
        problem = problems_of(error, Now)[0]
        text = problem.text.replace(
            "is not a field of a case file.", f"is not known; known are {', '.join(Now.model_fields)}."
        )
        raise BadRecord(f"--now {path(problem.place)} {text}") from None


def running(case: Case) -> Session:
    """The session that runs: the latest in the file."""
    return max(case.sessions, key=lambda session: (session.date, session.start or ""))


def as_of(
    case: Case, session: Session, minute: float, severity: float | None, about: str | None, now: Now
) -> tuple[Case, Session, str]:
    """The case as somebody at the chair knows it at that minute, its session, and what it is about.

    Args:
        case, session: the file, and the session that runs.
        minute: since its start.
        severity: of the cramp, 0 to 10; None takes what the file says.
        about: "cramp" or "hypotension"; None takes what was noted or measured last, else a cramp.
        now: what is seen and measured.

    Raises:
        OutOfRange: for a minute outside the session, a severity outside 0 to 10, pressures that are swapped.
        BadRecord: when length or fluid removed are unknown, or there is no dialysis to stop.
    """
    if not case.on_dialysis:
        raise BadRecord(NOT_ON_DIALYSIS)
    checked_minute(minute, person.length(case, session))
    checked_severity(severity)
    _checked_pressure(now)
    about = about or _about(session, minute, now)
    cut = _cut(case, session, minute, now)
    cut = cut.model_copy(update={"symptoms": _symptoms(cut, minute, severity, about, now)})
    lines = dict(case) | {
        "sessions": [s for s in case.sessions if s.date < session.date] + [cut],
        "labs": [x for x in case.labs if x.date < session.date or (x.date == session.date and x.when != "post")],
        "diary": [day for day in case.diary if day.date <= session.date],
    }
    return Case(**lines), cut, about


def checked_minute(minute: float, end: float) -> float:
    """The minute, if treatment runs then.

    Raises:
        OutOfRange: when it does not.
    """
    rule = f"first aid is for a session that runs, from minute 0 to its end at {end:g} min"
    if not is_number(minute):
        raise OutOfRange(f"minute is {minute!r}, not a number; {rule}. Give a plain number in min.")
    if minute < 0:
        raise OutOfRange(f"minute is {minute:g} min; {rule}. Give the minutes since its start.")
    if minute >= end:
        raise OutOfRange(
            f"minute is {minute:g} min; {rule}. Give an earlier minute, or correct hours if it ran longer. After the "
            "end: lay flat, stretch, measure the pressure; with chest pain, fainting or confusion call the doctor."
        )
    return minute


def checked_severity(severity: float | None) -> float | None:
    """The severity, if it is one.

    Raises:
        OutOfRange: when it is not.
    """
    if severity is None or (is_number(severity) and 0 <= severity <= 10):
        return severity
    shown = f"{severity:g}" if is_number(severity) else repr(severity)
    raise OutOfRange(
        f"severity is {shown}; pain is told from 0 (none) to 10 (the worst there can be). Ask again, and give a number "
        "from 0 to 10; leave it out when the patient cannot tell."
    )


def _checked_pressure(now: Now) -> None:
    high, low = now.systolic_mmhg, now.diastolic_mmhg
    if low is not None and high is None:
        raise OutOfRange(
            f"diastolic_mmhg is {low:g} mmHg without a systolic; a cuff gives both. Add systolic_mmhg, or leave it out."
        )
    if low is not None and high is not None and low >= high:
        raise OutOfRange(
            f"diastolic_mmhg is {low:g} mmHg and systolic_mmhg {high:g}; the systolic is the higher one. Swap them, or"
            " measure again."
        )


def _about(session: Session, minute: float, now: Now) -> str:
    """What was noted last, within minutes; else what the cuff says."""
    noted = [s for s in session.symptoms if s.what in ("cramp", "hypotension") and minute - LATE <= s.minute <= minute]
    if noted:
        return "cramp" if any(s.what == "cramp" for s in noted) else "hypotension"
    fell = now.systolic_mmhg is not None and now.systolic_mmhg < LIMITS.fallen
    return "hypotension" if fell else "cramp"


def _cut(case: Case, session: Session, minute: float, now: Now) -> Session:
    """The session until that minute; the fluid to be taken off in all stays as it is."""
    share = minute / person.length(case, session)
    given = [each for each in session.given if each.minute <= minute]
    for what, mouth in (("saline 0.9 %", False), ("drink", True)):
        given += _evenly(what, 1000 * session.unexplained_l(mouth) * share, minute)
    pressures = [p for p in session.pressures if p.minute < minute or (p.minute == minute and not _measured(now))]
    trace = [p for p in session.blood_volume if p.minute < minute or (p.minute == minute and now.rbv_pct is None)]
    if now.rbv_pct is not None:
        trace.append(BloodVolume(minute=minute, rbv_pct=now.rbv_pct))
    if now.systolic_mmhg is not None:
        read = Pressure(
            minute=minute,
            systolic_mmhg=now.systolic_mmhg,
            diastolic_mmhg=now.diastolic_mmhg,
            heart_rate_min=now.heart_rate_min,
        )
        pressures.append(read)
    return session.model_copy(
        update={
            "uf_l": session.taken_off_l, "post_weight_kg": None, "given": given, "given_after": [],
            "drunk_l": volume(given, mouth=True), "infused_l": volume(given, mouth=False),
            "pressures": pressures, "pressures_after": [], "blood_volume": trace,
        }
    )  # fmt: skip


def _measured(now: Now) -> bool:
    return now.systolic_mmhg is not None


def _evenly(what: str, ml: float, minutes: float) -> list[Given]:
    """What nobody timed, from the start until now."""
    if ml <= 0 or minutes < 1:
        return []
    bags = int(-(-ml // BAG))
    told = {"minute": 0.0, "what": what, "amount_ml": ml / bags, "minutes": minutes, "note": UNTIMED}
    return [Given.model_validate(told)] * bags


def _symptoms(session: Session, minute: float, severity: float | None, about: str, now: Now) -> list[Symptom]:
    """What was noted so far, with what is told now."""
    known = [symptom for symptom in session.symptoms if symptom.minute <= minute]
    here = latest(known, about, minute)
    if here is None or severity is not None or now.where is not None:
        told = {"severity": severity, "where": now.where}
        was = {} if here is None else {"severity": here.severity, "where": here.where, "action": here.action}
        fields = was | {name: value for name, value in told.items() if value is not None}
        start = minute if here is None else here.minute
        made = Symptom.model_validate({"minute": float(start), "what": about, **fields})
        known = [symptom for symptom in known if symptom is not here] + [made]
    return sorted(known, key=lambda symptom: symptom.minute)


def latest(symptoms: Sequence[Symptom], what: str, minute: float) -> Symptom | None:
    """The last of these complaints that can still be going on at that minute."""
    found = [s for s in symptoms if s.what == what and minute - LATE <= s.minute <= minute]
    return max(found, key=lambda symptom: symptom.minute, default=None)
