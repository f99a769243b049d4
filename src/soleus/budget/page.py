"""Page: the budget in glasses and teaspoons, day by day, and as plain values for other programs. Loads no JAX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .. import __version__
from ..paper import DIM, DISCLAIMER, item, plain, title
from ..stated import parameters
from .amounts import AMOUNTS, HOUSEHOLD, Household
from .answer import Budget, Day
from .unwell import CALL, CALL_FIRST

SCHEMA_VERSION = 1
QUARTERS = ("", " 1/4", " 1/2", " 3/4")
LITER = 1000.0  # mL
STEP = 0.05  # L and g are rounded to twentieths and halves; nobody measures finer
EVIDENCE = (
    "Evidence: the limits B, cohorts of mortality; salt and thirst B; the reckoning C, water in less water out. No "
    "trial that was read tested a budget like this one."
)
BEFORE, AFTER = "before the session", "after the session it is planned anew"


def glasses(liters: float) -> str:
    """So many glasses, to the quarter."""
    return _pieces(liters * LITER / HOUSEHOLD.glass, "glass", "glasses")


def teaspoons(grams: float) -> str:
    """So many level teaspoons, to the quarter."""
    return _pieces(grams / HOUSEHOLD.teaspoon, "teaspoon", "teaspoons")


def _pieces(amount: float, one: str, many: str) -> str:
    whole, quarter = divmod(round(4 * amount), 4)
    said = f"{whole or ''}{QUARTERS[quarter]}".strip() or "0"
    return f"{said} {one if (whole, quarter) == (1, 0) or (whole == 0 and quarter) else many}"


def liters(x: float) -> str:
    """Rounded as a household measures."""
    return f"{STEP * round(x / STEP):.2f}".rstrip("0").rstrip(".")


def answer(b: Budget) -> str:
    """The answer in a few sentences."""
    today = b.days[0]
    if b.suspended:
        return f"No limit today: {' and '.join(b.suspended)}. {CALL_FIRST if b.urgent else CALL}"
    if today.drink_l is None or today.count_l is None or today.salt_g is None:
        return CALL
    when = f" {BEFORE}" if today.session and b.next.at.date() == b.today else ""
    said = f"Today{when}: {liters(today.drink_l)} L of fluid in all. "
    if today.unnoticed_l:
        said += f"About {liters(today.unnoticed_l)} L comes unnoticed, so pour {glasses(today.count_l)}. "
    else:
        said += f"That is {glasses(today.count_l)}, everything counted. "
    if today.written_l is not None and not _treated(b):
        left = max(0.0, today.count_l - today.written_l)
        said += f"{liters(today.written_l)} L are written down already: {glasses(left)} left. "
    said += f"Salt in all food at most {today.salt_g:.0f} g ({teaspoons(today.salt_g)}){goal(b, today.salt_g)}."
    day = "today" if b.next.at.date() == b.today else f"on {b.next.at:%A}"
    return f"{said} Come {day} with {b.plan.weight_kg:.1f} kg or less."


def goal(b: Budget, salt: float) -> str:
    """What guidelines ask for, beside any amount of salt (g a day) above it."""
    if salt <= b.salt.advised + 0.5:  # the same when rounded
        return ""
    return f", a step towards the {b.salt.advised:.0f} g that guidelines ask for"


def _treated(b: Budget) -> bool:
    """Whether today's session is over: then nobody knows what was written down before it."""
    return b.days[0].session and b.next.at.date() != b.today


def page(b: Budget, name: str | None = None) -> Group:
    """The whole screen."""
    who = plain(name)[:40]
    lines: list[RenderableType] = [
        Text(f"How much to drink and to salt: {b.today:%A}, {b.today}", style="bold"),
        Text(f"{who}{'. ' if who else ''}{_head(b)}", style=DIM),
        Text(""),
        *(Padding(Text(f"Call the dialysis team now: {plain(why)}.", style="bold"), (0, 0, 0, 2)) for why in b.urgent),
        Padding(Text(answer(b), style="bold"), (0, 0, 0, 2)),
        *_week(b),
        *_why(b),
        *_unnoticed(b),
        *_measures(b),
        *_open(b),
        Text(""),
        Text(EVIDENCE, style=DIM),
        Text(f"Sources: {', '.join(b.sources)}. In full: soleus cite KEY.", style=DIM),
        Text(f"{DISCLAIMER} Who set your target weight and your session decides on this too.", style=DIM),
    ]
    return Group(*lines)


def _head(b: Budget) -> str:
    weighed = f"{b.anchor.shown_kg:.1f} kg {b.anchor.where} on {b.anchor.at:%Y-%m-%d}"
    return f"{weighed}; next session {b.next.at:%A, %Y-%m-%d}, {b.next.how}"


def _week(b: Budget) -> Iterator[RenderableType]:
    yield from title("The week", "in all; glasses to pour; salt of all food; the scale in the morning, if all goes so")
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style=DIM)
    table.add_column("  day")
    table.add_column("")
    for name in ("fluid", "glasses", "salt", "teaspoons", "weight"):
        table.add_column(name, justify="right")
    for day in b.days:
        table.add_row(*_row(day), style=DIM if day.later else "")
    yield table
    if any(day.later for day in b.days):
        yield Padding(Text(f"Grey: {AFTER}, from what you weigh then.", style=DIM), (0, 0, 0, 2))


def _row(day: Day) -> tuple[str, ...]:
    name, session = f"  {day.date:%a %d %b}", "session" if day.session else ""
    if day.drink_l is None or day.count_l is None or day.salt_g is None or day.weight_kg is None:
        return name, session, "by thirst", "", "", "", ""
    drinks = f"{liters(day.drink_l)} L", glasses(day.count_l).partition(" glass")[0]
    salt = f"{day.salt_g:.0f} g", teaspoons(day.salt_g).partition(" tea")[0]
    return name, session, *drinks, *salt, f"{day.weight_kg:.1f} kg"


def _why(b: Budget) -> Iterator[RenderableType]:
    p = b.plan
    yield from title("Why so much")
    bound = min(p.bounds, key=lambda each: each.kg)
    yield item(f"The session shall end at {p.base_kg:.1f} kg, the {p.base}. In comfort it takes off what lies below "
               f"{p.comfortable_kg:.1f} kg: {bound.label}.")  # fmt: skip
    low, high = p.arrival[1:]
    if not b.suspended:
        yield item(f"Followed, it leads to {p.arrival[0]:.1f} kg ({low:.1f} to {high:.1f}, nine times in ten).")
    yield item(
        f"Never less than {liters(b.floor_l)} L to drink on a whole day: what leaves as urine, and half a liter."
    )
    for note in b.notes:
        yield item(note)


def _unnoticed(b: Budget) -> Iterator[RenderableType]:
    since, h = b.since, b.habit
    yield from title("What nobody writes down")
    yield item(
        f"People notice about {100 * AMOUNTS.logged:.0f} % of what they drink. The rest comes with soup, fruit, "
        "sauces, yoghurt, ice, tablets; it is not a fault, and the plan counts on it."
    )
    if h.unnoticed is not None and h.total is not None:
        yield item(f"By your weights you drink about {liters(h.total)} L a day; about {liters(h.unnoticed)} L of it "
                   "unnoticed. The glasses above allow for that.")  # fmt: skip
    if since is not None:
        said = f"Since the session of {since.day} you gained {since.gained_kg:.1f} kg"
        if since.logged_l is not None and since.unnoticed_l is not None:
            said += f"; {liters(since.logged_l)} L are written down, about {liters(since.unnoticed_l)} L came unnoticed"
        yield item(said + ".")
    if b.salt.eaten is not None:
        yield item(f"By the gain you eat about {b.salt.eaten:.0f} g of salt a day ({teaspoons(b.salt.eaten)}): "
                   f"{AMOUNTS.salt:.0f} g bring a liter of thirst. Less salt is less thirst; to drink less alone is "
                   "hard.")  # fmt: skip
    yield item(f"Guidelines ask everybody on dialysis for {b.salt.advised:.0f} g of salt a day or less. Go there step "
               "by step, with the dietitian.")  # fmt: skip


def _measures(b: Budget) -> Iterator[RenderableType]:
    yield from title("In the household")
    about = [(meta.meaning, value, meta.unit) for _, value, meta in parameters(Household)]
    yield item("Drinks, mL: " + "; ".join(f"{what} {value:g}" for what, value, unit in about if unit == "mL") + ".")
    salt = "; ".join(f"{what.removeprefix('salt in ')} {value:g}" for what, value, unit in about if unit == "g")
    yield item(f"Salt, g: {salt}. Salt substitutes hold potassium: ask before using one.")


def _open(b: Budget) -> Iterator[RenderableType]:
    if not b.missing:
        return
    yield from title("What would make it surer")
    for each in b.missing:
        yield item(plain(str(each)))


def as_json(b: Budget) -> dict[str, Any]:
    """Everything the page says; keys are described in docs/use/budget.md."""
    p = b.plan
    return {
        "schema_version": SCHEMA_VERSION,
        "soleus": __version__,
        "today": b.today.isoformat(),
        "answer": answer(b),
        "suspended": list(b.suspended),
        "urgent": list(b.urgent),
        "weighed": {"at": b.anchor.at.isoformat(), "kg": b.anchor.shown_kg, "unit_scale_kg": _fine(b.anchor.kg),
                    "home": b.anchor.home, "now_kg": _fine(b.now_kg)},
        "next_session": {"date": b.next.at.date().isoformat(), "how": b.next.how, "sure": b.next.sure},
        "plan": {
            "weight_kg": _fine(p.weight_kg), "why": p.why, "comfortable_kg": _fine(p.comfortable_kg),
            "usual_kg": _fine(p.usual_kg), "base_kg": p.base_kg, "base": p.base, "after_last_session_kg": p.start_kg,
            "arrival_kg": {"mean": _fine(p.arrival[0]), "low": _fine(p.arrival[1]), "high": _fine(p.arrival[2])},
            "limits": [{**bound._asdict(), "kg": _fine(bound.kg)} for bound in p.bounds],
        },
        "days": [_day(day) for day in b.days],
        "floor_l": _fine(b.floor_l),
        "drinks_l_day": {"by_weight": _fine(b.habit.total), "written_down": _fine(b.habit.logged),
                         "unnoticed": _fine(b.habit.unnoticed), "gaps": b.habit.gaps},
        "since_last_session": None if b.since is None else {
            "date": b.since.day.isoformat(), "gained_kg": _fine(b.since.gained_kg),
            "written_down_l": _fine(b.since.logged_l), "unnoticed_l": _fine(b.since.unnoticed_l),
        },
        "salt_g_day": {"eaten": _fine(b.salt.eaten), "told": _fine(b.salt.told), "advised": b.salt.advised},
        "notes": list(b.notes),
        "missing": [each._asdict() for each in b.missing],
        "evidence": "C",
        "evidence_text": EVIDENCE,
        "sources": list(b.sources),
        "disclaimer": DISCLAIMER,
    }  # fmt: skip


def _fine(x: float | None) -> float | None:
    """No finer than anybody weighs or measures."""
    return None if x is None else round(x, 2)


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(), "weekday": f"{day.date:%a}", "session": day.session, "later": day.later,
        "drink_l": _fine(day.drink_l), "count_l": _fine(day.count_l),
        "glasses": None if day.count_l is None else glasses(day.count_l),
        "written_l": _fine(day.written_l), "unnoticed_l": _fine(day.unnoticed_l),
        "salt_g": _fine(day.salt_g), "teaspoons": None if day.salt_g is None else teaspoons(day.salt_g),
        "weight_kg": _fine(day.weight_kg), "share_of_day": _fine(day.share),
    }  # fmt: skip
