"""Plain words: what the twin found, for the person it is about; nothing in it is a number with a decimal point."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

NOTABLE = 0.05  # share from which a cause is told
FEW = 3  # causes
SEVERE = 7.0  # of ten, from which a cramp needs help and not a chance
ABOUT = {
    "cramp": ("Why I cramp", "a cramp"), "hypotension": ("Why my pressure falls", "a fall of blood pressure"),
    "restless_legs": ("Why my legs are restless", "restless legs"), "twitch": ("Why my muscles twitch", "twitching"),
    "tetany": ("Why my hands go stiff", "tingling and stiff hands"),
}  # fmt: skip
NOTHING = "Nothing stands out that could be changed. How your body is made plays a part, and so does luck."


class Why(NamedTuple):
    """The page."""

    title: str
    day: str
    severe: bool
    causes: tuple[str, ...]
    team: tuple[str, ...]
    you: tuple[str, ...]
    chance: str


@cache
def words() -> dict[str, dict[str, str]]:
    """Each cause in words of everyday: why, what the team may do, what oneself can do; as in the letter."""
    text = files("soleus").joinpath("letter", "leaflet.csv").read_text(encoding="utf-8")
    return {row["id"]: {name: value or "" for name, value in row.items()} for row in csv.DictReader(text.splitlines())}


def day_of(body: dict[str, Any]) -> str:
    """The day that was explained."""
    told = body["why"].get("session") or body["why"].get("episode") or {}
    return str(told.get("date", ""))


def why(body: dict[str, Any], on_dialysis: bool) -> Why:
    """An explanation in plain words; of its causes those that mattered."""
    told = body["why"]
    about = told.get("about", "cramp")
    split = told.get(about) or (told.get("splits") or {}).get(about) or told
    mattered = [c for c in split.get("causes", []) if c["share"] >= NOTABLE][:FEW]
    first = [(cause, words().get(_name(cause), {})) for cause in mattered]
    title, event = ABOUT.get(about, ABOUT["cramp"])
    felt = (told.get("session") or told.get("episode") or {}).get("symptoms", [])
    return Why(
        title=title,
        day=day_of(body),
        severe=any((s.get("severity") or 0.0) >= SEVERE for s in felt if s["what"] == "cramp"),
        causes=tuple(_why(cause, said) for cause, said in first if said.get("why")) or (NOTHING,),
        team=tuple(dict.fromkeys(said["team"] for _, said in first if said.get("team"))),
        you=tuple(dict.fromkeys(said["you"] for _, said in first if said.get("you"))),
        chance=_chance(split, event, "sessions like this one" if on_dialysis else "times like this one"),
    )


def _name(cause: dict[str, Any]) -> str:
    name = str(cause["id"])
    if name == "target_weight":
        was, should = _kg(cause["as_it_was"]), _kg(cause["as_it_should_be"])
        return "target_weight_high" if was is not None and should is not None and was > should else "target_weight_low"
    return name.split("_")[0] if name.startswith(("drug_", "given_")) else name


def _kg(text: Any) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?", str(text))
    return float(found[0]) if found else None


def _why(cause: dict[str, Any], said: dict[str, str]) -> str:
    text = said["why"].replace("{label}", str(cause["label"])[:1].lower() + str(cause["label"])[1:])
    if cause.get("evidence") == "D":
        return f"{text} (That this adds to it is a guess.)"
    return f"{text} (We are not sure of this one.)" if cause["interval"][0] < 0 else text


def _chance(split: dict[str, Any], event: str, times: str) -> str:
    """A chance as so many of ten."""
    chance = split.get("probability")
    if chance is None:
        return ""
    tenths = round(10 * float(chance))
    said = "fewer than 1" if tenths == 0 else "nearly all" if tenths == 10 else f"about {tenths}"
    return f"Of ten {times}, {said} would bring {event}."
