"""The lines of a case, and how to find the session, the hours or the blood sample that is meant."""

from datetime import date
from typing import Literal

from pydantic import Field

from ..errors import BadRecord
from .episode import Episode
from .fields import DiaryDay, Drug, Patient, Schedule, Sheet, words
from .kidneys import filtration
from .labs import SLOW, Lab, nearest
from .prescribed import Prescribed
from .treatment import Session


class Lines(Sheet):
    """Who, how treated, what was measured, what happened."""

    schema_version: Literal[1] = Field(default=1, description="version of this format")
    patient: Patient
    schedule: Schedule = Schedule()
    prescription: Prescribed = Prescribed()
    labs: list[Lab] = Field(default=[], max_length=500, description="blood samples")
    sessions: list[Session] = Field(default=[], max_length=200, description="treatments")
    episodes: list[Episode] = Field(default=[], max_length=200, description="hours watched without a machine")
    drugs: list[Drug] = Field(default=[], max_length=100, description="medicines")
    diary: list[DiaryDay] = Field(default=[], max_length=800, description="days at home")
    question: str | None = words("what is asked, in your words", 1000)
    note: str | None = words("where the file comes from and what in it is assumed", 5000)

    @property
    def on_dialysis(self) -> bool:
        """Whether a machine treats this person; `schedule.per_week: 0` says it does not."""
        return self.schedule.per_week != 0

    @property
    def gfr_ml_min(self) -> float | None:
        """Filtration in mL/min as stated; without dialysis else what the latest creatinine says."""
        return filtration(self.patient, self.labs, self.on_dialysis)

    @property
    def day(self) -> date | None:
        """The day to explain; None when the file has neither sessions nor episodes."""
        if self.on_dialysis and self.sessions:
            return self.session().date
        return self.episode().date if self.episodes else None

    def session(self, day: date | str | None = None) -> Session:
        """The session of a day; without one, the latest with a cramp, else with a pressure fall, else the latest."""
        if not self.sessions:
            raise BadRecord("sessions is empty; a session is needed to explain. Add its weights, UF and readings.")
        if day is not None:
            found = [session for session in self.sessions if str(session.date) == str(day)]
            if not found:
                days = ", ".join(str(session.date) for session in _by_date(self.sessions))
                raise BadRecord(f"there is no session on {day}; the file has {days}. Choose one of these.")
            return found[-1]
        late_first = _by_date(self.sessions)[::-1]
        cramped = [session for session in late_first if session.cramps]
        fell = [session for session in late_first if session.pressure_fell]
        return (cramped or fell or late_first)[0]

    def episode(self, day: date | str | None = None) -> Episode:
        """The episode of a day; without one, the latest with a complaint, else the latest."""
        if not self.episodes:
            raise BadRecord("episodes is empty; hours watched are needed to explain. Add their date and symptoms.")
        if day is not None:
            found = [episode for episode in self.episodes if str(episode.date) == str(day)]
            if not found:
                days = ", ".join(str(episode.date) for episode in sorted(self.episodes, key=_when))
                raise BadRecord(f"there is no episode on {day}; the file has {days}. Choose one of these.")
            return found[-1]
        late_first = sorted(self.episodes, key=_when)[::-1]
        return next((episode for episode in late_first if episode.symptoms), late_first[0])

    def before(self, session: Session) -> Session | None:
        """The session before this one, when it lies at most 5 days back."""
        earlier = [other for other in _by_date(self.sessions) if 0 < (session.date - other.date).days <= 5]
        return earlier[-1] if earlier else None

    def sample(self, name: str, when: str = "pre", near: date | None = None) -> Lab | None:
        """The blood sample with this test nearest to a day and at most 45 days off; without a day, the latest.

        Without dialysis, and for what does not change within hours, every sample but one after dialysis will do.
        """
        any_time = not self.on_dialysis or (when == "pre" and name in SLOW)
        return nearest(self.labs, name, ("pre", "other") if any_time else (when,), near)

    def lab(self, name: str, when: str = "pre", near: date | None = None) -> float | None:
        """The value of such a sample."""
        sample = self.sample(name, when, near)
        return sample.value(name) if sample else None


def _by_date(sessions: list[Session]) -> list[Session]:
    return sorted(sessions, key=_when)


def _when(each: Session | Episode) -> tuple[date, str]:
    return each.date, each.start or ""
