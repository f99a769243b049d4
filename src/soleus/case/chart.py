"""One person's case, read and checked: it looks things up and says what is odd or missing, and changes no number."""

from functools import cached_property

from .file import path
from .kidneys import failing, odd_filtration
from .lines import Lines
from .medicines import odd_drugs
from .missing import Missing, missing, missing_at_home
from .odd import odd
from .prescribed import USUAL, USUAL_DIALYSATE, Dialysate, Prescribed
from .times import odd_times
from .treatment import Pressure, Session


class Case(Lines):
    """One person's case: who, how treated, what was measured, what happened."""

    @cached_property
    def warnings(self) -> list[str]:
        """What is odd but possible, one sentence each; nothing was changed because of it."""
        told, labs, who = self.schedule, self.labs, self.patient
        found = odd(who, told, self.prescription, self.sessions, labs, failing(who, labs, self.on_dialysis))
        found += [*odd_filtration(who, told, labs), *odd_drugs(self.drugs, who, told, self.day)]
        found += odd_times(self.sessions, self.episodes, labs, self.drugs, self.diary)
        return [f"{path(problem.place)} {problem.text}" for problem in found]

    @cached_property
    def missing(self) -> list[Missing]:
        """What would help for the session or the hours to explain, and why."""
        if not self.on_dialysis:
            return missing_at_home(self.patient, self.labs, self.episode() if self.episodes else None)
        here = self.session() if self.sessions else None
        return missing(self.patient, self.prescription, self.labs, self.sessions, here)

    def prescription_for(self, session: Session) -> Prescribed:
        """The prescription as it was that day, the usual standing in for what nobody wrote (named in `missing`)."""
        stood_in = Prescribed(**USUAL, dialysate=Dialysate(**USUAL_DIALYSATE))
        order = stood_in.changed_by(self.prescription).changed_by(session.prescription)
        return order if session.hours is None else order.model_copy(update={"hours": session.hours})

    def readings(self, session: Session) -> list[Pressure]:
        """Cuff readings to believe, from the start to the end of treatment."""
        length = session.length_min(self.prescription)
        return [p for p in session.believed if length is None or p.minute <= length]

    def gain_kg(self, session: Session) -> float | None:
        """Weight gained since the previous session, kg; above the target weight when that session is not known."""
        since = self.gained_kg(session)
        return self.above_target_kg(session) if since is None else since

    def gained_kg(self, session: Session) -> float | None:
        """Weight gained since the previous session, kg; None when either weight is not known."""
        last = self.before(session)
        return _difference(session.pre_weight_kg, last.post_weight_kg if last else None)

    def above_target_kg(self, session: Session) -> float | None:
        """Weight before dialysis above the target weight, kg."""
        return _difference(session.pre_weight_kg, self.patient.target_weight_kg)

    def gap_h(self, session: Session) -> float | None:
        """Hours between this session and the end of the one before; as the schedule says when that one is not known."""
        last = self.before(session)
        length = last.length_min(self.prescription) if last else None
        if last is None or length is None:
            return self.schedule.gap_h
        return (session.date - last.date).days * 24 - length / 60


def _difference(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
