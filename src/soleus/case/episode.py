"""Hours watched away from a dialysis machine, at home or in clinic: what was given, and what was felt."""

from collections.abc import Iterator, Sequence

from pydantic import Field

from .fields import Day, Sheet, number, words
from .file import Place, Problem
from .given import Given, amounts
from .treatment import Symptom

HOURS = 8.0  # an episode lasts this long unless the file says otherwise
LARGEST = 1.3  # times the person's weight, or less than its inverse: then one of the two is wrong


class Episode(Sheet):
    """Some hours of a day without treatment by a machine."""

    date: Day
    start: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="clock time, HH:MM")
    hours: float = Field(
        default=HOURS, ge=0.5, le=72, description="how long it was watched (h)", json_schema_extra={"unit": "h"}
    )
    weight_kg: float | None = number("kg", 25, 300, "weight that day")
    systolic_mmhg: float | None = number("mmHg", 30, 350, "systolic pressure at its start")
    diastolic_mmhg: float | None = number("mmHg", 10, 250, "diastolic pressure at its start")
    given: list[Given] = Field(default=[], max_length=200, description="what was given, minutes from its start")
    symptoms: list[Symptom] = Field(default=[], max_length=100, description="complaints, minutes from its start")
    note: str | None = words("anything else", 2000)

    @property
    def length_min(self) -> float:
        """Minutes watched."""
        return self.hours * 60

    @property
    def cramps(self) -> list[Symptom]:
        """The cramps noted."""
        return [symptom for symptom in self.symptoms if symptom.what == "cramp"]

    @property
    def twitches(self) -> list[Symptom]:
        """Twitching, tingling or restless legs: complaints of a nerve that fires by itself, or are taken for one."""
        return [symptom for symptom in self.symptoms if symptom.what in ("twitch", "tingling", "restless legs")]


def impossible_episodes(
    episodes: Sequence[Episode], on_dialysis: bool, sessions: int, kg: float | None
) -> Iterator[Problem]:
    """Everything in the hours at home that cannot be true."""
    if not on_dialysis and sessions:
        text = (
            "is 0, but the file has sessions. Write how many treatments a week are given; if dialysis has stopped, "
            "take the sessions out and describe the hours as episodes."
        )
        yield Problem(("schedule", "per_week"), text)
    for i, episode in enumerate(episodes):
        place: Place = ("episodes", i)
        yield from amounts(episode.given, (*place, "given"))
        yield from _minutes(episode, place)
        if episode.diastolic_mmhg is not None and (episode.systolic_mmhg or 350) <= episode.diastolic_mmhg:
            text = f"is {episode.diastolic_mmhg:g} mmHg on {episode.date}, not below the systolic. Are they swapped?"
            yield Problem((*place, "diastolic_mmhg"), text)
        if kg and episode.weight_kg and not 1 / LARGEST < episode.weight_kg / kg < LARGEST:
            text = f"is {episode.weight_kg:g} kg on {episode.date}, and elsewhere {kg:g} kg. Correct the wrong one."
            yield Problem((*place, "weight_kg"), text)
        for k, other in enumerate(episodes[:i]):
            if other.date == episode.date and not (other.start and episode.start and other.start != episode.start):
                text = f"is a second episode on {episode.date}, as episodes[{k}]: join them, or give each its start."
                yield Problem(place, text)
                break


def _minutes(episode: Episode, place: Place) -> Iterator[Problem]:
    length = episode.length_min
    for name, what in (("given", "thing given"), ("symptoms", "complaint")):
        for i, each in enumerate(getattr(episode, name)):
            if not 0 <= each.minute <= length:
                text = (
                    f"is {each.minute:g} min on {episode.date}; the {what} must lie in the {episode.hours:g} h watched "
                    f"(0 to {length:g} min). Correct the minute, or begin the episode earlier or make its hours longer."
                )
                yield Problem((*place, name, i, "minute"), text)
