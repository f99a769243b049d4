"""Draw the pictures of the library from simulations: `python docs/pictures.py [NAME ...]`, a minute for all.

Each is one invented person, the typical one, treated or living in two or three ways; no reading of anybody is in them.
What a line ends at stands beside it as text, so that tests/knowledge/test_pictures.py can hold the files to the model.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from soleus import ckd, schedule, session, symptoms
from soleus.body import body
from soleus.body.body import Patient
from soleus.cohort import alike, take
from soleus.events import Event, lay
from soleus.machine.dialysate import Dialysate
from soleus.parameter import get, put
from soleus.plots.look import BLUE, GREEN, ORANGE, PURPLE, SOFT, blank, save, styled, title
from soleus.prescription import Prescription
from soleus.units import hours, ml_min
from soleus.validate.usual import readings

PICTURES = Path(__file__).parent.parent / "src" / "soleus" / "knowledge" / "pictures"
DRY, GAIN, LATER = Patient().fluid.dry_weight, 2.4, 600.0  # kg, kg, min
USUAL = Prescription(time=hours(4), uf=GAIN, Q_b=ml_min(300), Q_d=ml_min(500))
POINTS = 49  # of a line: more would only make the file larger
WIDTH, HEIGHT = 6.2, 3.1  # inches


def bath(**changes: float) -> dict[str, Any]:
    """The usual session on another bath."""
    return {"dialysate": replace(Dialysate(), **changes)}


ORDERS: dict[str, dict[str, Any]] = {
    "usual": {}, "two liters": {"uf": 2.0}, "four liters": {"uf": 4.0}, "cool": bath(temperature=35.5),
    "K 1": bath(K=1.0) | {"reason": "a picture of what to avoid"}, "K 3": bath(K=3.0),
    "Ca 1.25": bath(Ca=1.25), "Ca 1.75": bath(Ca=1.75), "Mg 0.25": bath(Mg=0.25), "Mg 0.375": bath(Mg=0.375),
    "Mg 0.75": bath(Mg=0.75), "Na 134": bath(Na=134.0), "Na 142": bath(Na=142.0),
    "strong": {"Q_b": ml_min(400), "Q_d": ml_min(800), "time": hours(3)},
}  # fmt: skip
TARGETS = {"right": 0.0, "too low": -1.5, "too high": 1.5}  # kg


class Sessions(NamedTuple):
    """One batch of sessions, each under its name."""

    names: tuple[str, ...]
    minutes: np.ndarray
    moments: session.Moment
    cramp: np.ndarray  # chance of a cramp so far, [time, session]

    def of(self, name: str, path: str, until: float = 240.0) -> tuple[np.ndarray, np.ndarray]:
        """Hours and values of one line."""
        values = self.cramp if path == "cramp" else np.asarray(get(self.moments, path))
        at = np.linspace(0, until, POINTS)
        return at / 60, np.interp(at, self.minutes, values[:, self.names.index(name)])


@cache
def sessions() -> Sessions:
    """Every order for the typical person, and the usual session after weeks with three target weights."""
    after = DRY + np.array(list(TARGETS.values()))
    people = alike(Patient(), len(TARGETS))
    chart = schedule.Chart(pre_weight=after + GAIN)
    people, start = schedule.arrive(people, [USUAL] * len(TARGETS), 44.0, after, chart)
    orders = [replace(USUAL, **changes).checked() for changes in ORDERS.values()] + [USUAL] * len(TARGETS)
    who = [0] * len(ORDERS) + list(range(len(TARGETS)))
    patient, begin = take(people, who), take(start, who)
    course = session.simulate(patient, begin, orders, end=LATER, switches=(0.0, LATER))
    moments = course.moments(patient)
    z = symptoms.pathways(symptoms.signs(moments), body.rest(patient))
    risk = symptoms.cramp(z, course.minutes, symptoms.Cramp(), until=np.array([o.time for o in orders]))
    return Sessions((*ORDERS, *TARGETS), course.minutes, moments, 1 - np.exp(-risk.cumulative))


class Line(NamedTuple):
    """A line of a picture: its name, color, where it runs, and how its last value is written."""

    name: str
    color: str
    x: np.ndarray
    y: np.ndarray
    style: str = "-"


def drawn(
    heading: str, note: str, below: str, lines: Sequence[Line], digits: str = ".1f", room: float = 0.30
) -> Figure:
    """One panel with its lines, each named at its end."""
    figure = blank(WIDTH, HEIGHT)
    axes = figure.add_axes((0.09, 0.17, 0.88 - room, 0.70))
    put_lines(axes, lines, digits)
    title(axes, heading, note)
    axes.set_xlabel(below, fontsize=8.5, color=SOFT)
    return figure


def put_lines(axes: Axes, lines: Sequence[Line], digits: str) -> None:
    """Lines, with name and last value beside their ends, none upon another."""
    for line in lines:
        axes.plot(line.x, line.y, line.style, color=line.color)
    axes.margins(x=0.0, y=0.12)
    low, high = axes.get_ylim()
    apart, at = 0.09 * (high - low), -np.inf
    for line in sorted(lines, key=lambda line: float(line.y[-1])):
        at = max(float(line.y[-1]), at + apart)
        axes.annotate(f"{line.name}: {line.y[-1]:{digits}}", (line.x[-1], at), xytext=(5, 0),
                      textcoords="offset points", va="center", fontsize=8.5, color=line.color)  # fmt: skip


def of_sessions(path: str, names: dict[str, tuple[str, str]], until: float = 240.0, scale: float = 1.0) -> list[Line]:
    """Lines of the batch: name of the session, what the picture calls it and its color."""
    made = sessions()
    found = []
    for name, (label, color) in names.items():
        x, y = made.of(name, path, until)
        found.append(Line(label, color, x, scale * y))
    return found


def cramps_by_fluid() -> Figure:
    """Blood volume and chance of a cramp when two and four liters are taken off."""
    names = {"two liters": ("2 liters", BLUE), "four liters": ("4 liters", ORANGE)}
    figure = blank(WIDTH, 4.6)
    upper, lower = figure.add_axes((0.09, 0.58, 0.66, 0.34)), figure.add_axes((0.09, 0.12, 0.66, 0.34))
    volume = of_sessions("seen.blood.BV", names)
    put_lines(upper, [line._replace(y=100 * line.y / line.y[0]) for line in volume], ".0f")
    put_lines(lower, of_sessions("cramp", names, scale=100), ".0f")
    title(upper, "Blood in the vessels", "% of the start")
    title(lower, "Chance of a cramp so far", "%")
    upper.tick_params(labelbottom=False)
    lower.set_xlabel("hours of dialysis", fontsize=8.5, color=SOFT)
    return figure


def target_weight() -> Figure:
    """Oxygen in the calf with a target weight that is right, too low, too high."""
    names = {"right": ("right", GREEN), "too low": ("1.5 kg too low", ORANGE), "too high": ("1.5 kg too high", BLUE)}
    return drawn("Oxygen in the calf", "% saturation", "hours of dialysis",
                 of_sessions("state.muscle.S", names, scale=100), ".0f")  # fmt: skip


def potassium_bath() -> Figure:
    """Potassium during and after a session on three baths."""
    names = {"K 1": ("bath 1", ORANGE), "usual": ("bath 2", GREEN), "K 3": ("bath 3", BLUE)}
    figure = drawn("Potassium in the blood", "mmol/L", "hours; dialysis ends at 4",
                   of_sessions("seen.potassium.K_p", names, LATER), room=0.2)  # fmt: skip
    figure.axes[0].axvline(4.0, color=SOFT, lw=0.8, ls=":")
    return figure


def cool_bath() -> Figure:
    """Systolic pressure in a bath of 36.5 and of 35.5 degrees."""
    names = {"usual": ("36.5 degrees", ORANGE), "cool": ("35.5 degrees", BLUE)}
    return drawn("Systolic blood pressure", "mmHg", "hours of dialysis",
                 of_sessions("seen.circulation.SBP", names), ".0f", 0.26)  # fmt: skip


def sodium_bath() -> Figure:
    """Sodium of the blood on three baths."""
    names = {"Na 134": ("bath 134", ORANGE), "usual": ("bath 138", GREEN), "Na 142": ("bath 142", BLUE)}
    return drawn("Sodium in the blood", "mmol/L", "hours of dialysis",
                 of_sessions("seen.sodium.Na_p", names), ".0f", 0.22)  # fmt: skip


def calcium_bath() -> Figure:
    """Ionized calcium on three baths."""
    names = {"Ca 1.25": ("bath 1.25", ORANGE), "usual": ("bath 1.5", GREEN), "Ca 1.75": ("bath 1.75", BLUE)}
    return drawn("Free calcium in the blood", "mmol/L", "hours of dialysis",
                 of_sessions("seen.calcium.iCa", names), ".2f", 0.24)  # fmt: skip


def magnesium_bath() -> Figure:
    """Total magnesium on four baths."""
    names = {"Mg 0.25": ("bath 0.25", ORANGE), "Mg 0.375": ("bath 0.375", PURPLE), "usual": ("bath 0.5", GREEN),
             "Mg 0.75": ("bath 0.75", BLUE)}  # fmt: skip
    return drawn("Magnesium in the blood", "mmol/L", "hours of dialysis",
                 of_sessions("seen.magnesium.tMg", names), ".2f", 0.24)  # fmt: skip


def nerve_in_a_session() -> Figure:
    """How far a motor nerve is from firing, with its potassium, in a session and after."""
    (potassium,) = of_sessions("seen.potassium.K_p", {"usual": ("potassium", ORANGE)}, LATER)
    (margin,) = of_sessions("nerves.terminal.margin", {"usual": ("distance", BLUE)}, LATER)
    figure = blank(WIDTH, 4.6)
    upper, lower = figure.add_axes((0.09, 0.58, 0.66, 0.34)), figure.add_axes((0.09, 0.12, 0.66, 0.34))
    put_lines(upper, [potassium], ".1f")
    put_lines(lower, [margin], ".1f")
    title(upper, "Potassium in the blood", "mmol/L")
    title(lower, "How far the nerve is from firing", "mV; higher is calmer")
    for axes in (upper, lower):
        axes.axvline(4.0, color=SOFT, lw=0.8, ls=":")
    upper.tick_params(labelbottom=False)
    lower.set_xlabel("hours; dialysis ends at 4", fontsize=8.5, color=SOFT)
    return figure


def urea_left_behind() -> Figure:
    """How much more urea there is in cells than in blood, in the usual and in a short, strong session."""
    lines = []
    for name, label, color, until in (("strong", "3 fast hours", ORANGE, 180.0), ("usual", "4 hours", BLUE, 240.0)):
        (x, cells), (_, blood) = (sessions().of(name, f"seen.{path}", until) for path in ("urea_i", "urea_e"))
        lines.append(Line(label, color, x, cells - blood))
    return drawn("Urea left behind in the cells", "mmol/L above the blood", "hours of dialysis", lines, ".1f", 0.20)


@cache
def week(salt: float, gaps: tuple[float, ...], gfr: float = 0.0, urine: float = 0.0) -> tuple[np.ndarray, ...]:
    """Days, weight above dry, urea, and liters taken in a week that repeats itself, for so much of the usual salt."""
    changes = {"gut.salt": salt * Patient().gut.salt, "kidney.gfr": gfr / 1000, "kidney.urine": urine / 1440}
    patient = put(alike(Patient(), 1), changes)
    start, orders = schedule.above_dry(patient, np.full(1, GAIN)), [USUAL]
    for lived in schedule.weeks(patient, start, orders, DRY, n=4, gaps=gaps):
        start = lived.back
    days, weights, urea, taken, now = [], [], [], [], 0.0
    for visit, gap in zip(schedule.weeks(patient, start, orders, DRY, gaps=gaps), gaps, strict=True):
        for state, length in ((visit.arrived, USUAL.time / 60), (visit.left, gap)):
            seen = readings(patient, state)
            days.append(now / 24)
            weights.append(float(body.look(state, patient, body.rest(patient)).weight[0]) - DRY)
            urea.append(float(seen["urea"][0]))
            now += length
        taken.append(float(visit.uf[0]))
    end = visit.back
    weights.append(float(body.look(end, patient, body.rest(patient)).weight[0]) - DRY)
    urea.append(float(readings(patient, end)["urea"][0]))
    return np.array([*days, now / 24]), np.array(weights), np.array(urea), np.array(taken)


THRICE, TWICE = (44.0, 44.0, 68.0), (80.0, 80.0)


def salt_and_weight() -> Figure:
    """Weight above dry weight over a week, on a lot of salt and on half of it."""
    lines = [Line(name, color, *week(salt, THRICE)[:2]) for name, salt, color in
             (("much salt", 1.3, ORANGE), ("half of it", 0.65, BLUE))]  # fmt: skip
    return drawn("Weight above the target", "kg", "days; it falls at each dialysis", lines, ".1f", 0.22)


def sessions_a_week() -> Figure:
    """Weight above dry weight with three and two sessions a week, and two with some kidney left."""
    lines = [
        Line("three, no urine", BLUE, *week(1.0, THRICE)[:2]),
        Line("two, no urine", ORANGE, *week(1.0, TWICE)[:2]),
        Line("two, with urine", GREEN, *week(1.0, TWICE, 6.0, 1.2)[:2]),
    ]
    return drawn("Weight above the target", "kg", "days of a week", lines, ".1f", 0.26)


@cache
def stages() -> dict[str, np.ndarray]:
    """What is in the blood at each filtration, in people who lost it over nine years."""
    at = (100.0, 80.0, 60.0, 45.0, 30.0, 20.0, 12.0, 8.0)
    found: dict[str, list[float]] = {"gfr": list(at)}
    for now in ckd.failing(alike(Patient(), 1), at):
        for name, value in readings(now.patient, now.start).items():
            found.setdefault(name, []).append(float(np.ravel(value)[0]))
    return {name: np.array(values) for name, values in found.items()}


def failing_kidney() -> Figure:
    """Four values of the blood as filtration falls, each over what it was in health."""
    seen = stages()
    lines = [
        Line(label, color, seen["gfr"], seen[name] / seen[name][0])
        for name, label, color in (("phosphate", "phosphate", BLUE), ("potassium", "potassium", ORANGE),
                                   ("bicarbonate", "bicarbonate", PURPLE), ("ionized_calcium", "free calcium", GREEN))
    ]  # fmt: skip
    figure = drawn("What stays in the blood", "times what it was in health", "what the kidneys filter, mL a minute",
                   lines, ".2f", 0.28)  # fmt: skip
    figure.axes[0].invert_xaxis()
    return figure


def creatinine() -> Figure:
    """Creatinine against filtration, in people with little and with much muscle."""
    at, lines = np.array([100.0, 75.0, 60.0, 45.0, 30.0, 20.0, 15.0, 10.0]), []
    for label, factor, color in (("much muscle", 1.35, ORANGE), ("usual", 1.0, GREEN), ("little muscle", 0.65, BLUE)):
        people = alike(Patient(), len(at))
        people = put(people, {"creatinine.G": factor * np.asarray(people.creatinine.G)})
        arrived = ckd.without_dialysis(people, at)
        lines.append(Line(label, color, at, 1000 * np.asarray(readings(*arrived)["creatinine"])))
    figure = drawn("Creatinine in the blood", "µmol/L", "what the kidneys filter, mL a minute", lines, ".0f", 0.28)
    figure.axes[0].invert_xaxis()
    return figure


def bicarbonate_drip() -> Figure:
    """Free calcium after bicarbonate into a vein within an hour, and after none, without dialysis."""
    patient, start = ckd.without_dialysis(alike(Patient(), 2), np.array([10.0, 10.0]))
    doses = [[Event("bicarbonate", minute=60, amount=150, minutes=60)], []]
    switches, drip = lay(doses, end=480)
    course = schedule.between(patient, start, hours=8, course=True, infusion=drip, switches=switches)
    iCa = np.asarray(course.moments(patient).seen.calcium.iCa)
    at = np.linspace(0, 480, POINTS)
    lines = [
        Line(label, color, at / 60, np.interp(at, course.minutes, iCa[:, i]))
        for i, (label, color) in enumerate((("drip", ORANGE), ("no drip", BLUE)))
    ]
    figure = drawn("Free calcium in the blood", "mmol/L", "hours; the drip runs from 1 to 2", lines, ".2f", 0.2)
    figure.axes[0].axvspan(1, 2, color="#eeeeee", lw=0)
    return figure


def furosemide() -> Figure:
    """Calcium lost in urine with and without a loop diuretic, as filtration falls."""
    at = np.array([100.0, 60.0, 45.0, 30.0, 20.0, 12.0, 8.0])
    people = alike(Patient(), len(at))
    lines = []
    for label, e, color in (("with furosemide", 0.4, ORANGE), ("without", 0.0, BLUE)):
        arrived = ckd.without_dialysis(put(people, {"kidney.e": e}), at)
        seen = body.look(arrived.start, arrived.patient, body.rest(arrived.patient))
        lines.append(Line(label, color, at, 1440 * np.asarray(seen.excreted.Ca)))
    figure = drawn("Calcium lost in urine", "mmol a day", "what the kidneys filter, mL a minute", lines, ".2f", 0.30)
    figure.axes[0].invert_xaxis()
    return figure


DRAWN: dict[str, Callable[[], Figure]] = {
    name.__name__.replace("_", "-"): name
    for name in (cramps_by_fluid, target_weight, potassium_bath, cool_bath, sodium_bath, calcium_bath, magnesium_bath,
                 nerve_in_a_session, urea_left_behind, salt_and_weight, sessions_a_week, failing_kidney, creatinine,
                 bicarbonate_drip, furosemide)
}  # fmt: skip


def draw(name: str, folder: Path = PICTURES) -> Path:
    """Draw one picture into a folder; letters stay letters, so that the file is small and can be read."""
    with matplotlib.rc_context({"svg.fonttype": "none", "path.simplify": True}), styled():
        figure = DRAWN[name]()
        path = folder / f"{name}.svg"
        save(figure, path)
    return path


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for chosen in sys.argv[1:] or list(DRAWN):
        print(draw(chosen).name)
