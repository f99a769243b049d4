"""Amounts: what a day's water and salt are reckoned with, and how much of each a glass, a spoon or a slice holds.

Nothing here loads JAX. Food's own water and what leaves through skin and breath are those of the twin (`body/gut`,
`body/fluid`), held equal by a test.
"""

from typing import Any

from ..stated import constants, param


def _home(unit: str, value: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, value, within=(low, high), source="GeneralKnowledge", status="recalled", meaning=meaning)


def _ours(unit: str, value: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, value, within=(low, high), source="SoleusChoice", status="assumed", meaning=meaning)


@constants
class Amounts:
    """Water and salt of a day, and how far each may be off."""

    food: float = param(
        "L/d", 0.55, within=(0.3, 1.2), source="GeneralKnowledge", status="recalled", scales=1.0,
        meaning="water in food and from metabolism, as in the twin",
    )  # fmt: skip
    insensible: float = param(
        "L/d", 0.55, within=(0.3, 1.2), source="GeneralKnowledge", status="recalled", scales=1.0,
        meaning="loss through skin and breath, as in the twin",
    )  # fmt: skip
    floor: float = _home("L/d", 0.5, 0.5, 0.8, "fluid beside the urine below which nobody is told to drink")
    most: float = _ours("L/d", 2.0, 1.0, 2.5, "most fluid a day, beside the urine, where the usual is not known")
    catch_up: float = _ours("1", 1.5, 1.0, 2.0, "most of the usual day's fluid, where the weight is behind the plan")
    logged: float = _home("1", 0.4, 0.2, 0.7, "share of what is drunk that people notice and write down")
    salt: float = param(
        "g/L", 8.0, within=(7.0, 9.0), source="Lindley2009", status="seen",
        meaning="salt eaten for which a person without urine drinks a liter",
    )  # fmt: skip
    urine_salt: float = _home("g/L", 4.1, 1.2, 7.0, "salt in a liter of urine: 70 mmol of sodium, as in the twin")
    salt_advised: float = _home("g/d", 5.0, 4.0, 6.0, "salt a day that guidelines ask of everybody on dialysis (KDIGO)")
    salt_step: float = _ours("1", 0.85, 0.6, 0.95, "share of the salt of now that is asked for, one step at a time")
    wakes: float = _ours("1", 7.0, 5.0, 9.0, "hour at which a day's drinking begins, and the scale is stepped on")
    sleeps: float = _ours("1", 23.0, 21.0, 24.0, "hour at which a day's drinking ends")
    begins: float = _ours("1", 12.0, 6.0, 18.0, "hour at which a session begins where nobody says: between the shifts")
    hours: float = _home("1", 4.0, 3.0, 5.0, "length of a session where nobody says, for the clock alone, h")
    day_sd: float = param(
        "L/d", 0.27, within=(0.15, 0.7), source="SoleusChoice", status="tuned",
        meaning="how far a day is from what was meant; tuned to nine in ten arrivals of validate --budget",
    )  # fmt: skip
    habit_sd: float = _ours("L/d", 0.4, 0.2, 0.8, "how far unnoticed fluid is from the guess without weights")
    scale: float = _ours("kg", 0.25, 0.1, 0.5, "one weighing at home: scale, clothes, bladder and bowel")
    offset: float = _ours("kg", 0.5, 0.1, 1.5, "how far a scale at home is from the unit's, always the same way")
    told: float = _ours("kg", 1.0, 0.5, 2.0, "difference between the scales from which it is said")
    fever: float = _home("degC", 38.0, 37.8, 38.5, "body temperature from which there is no limit to drinking")
    warm_body: float = _home("degC", 37.0, 36.5, 37.5, "body temperature above which more leaves by the skin")
    by_body: float = _home("1/degC", 0.12, 0.08, 0.2, "more of that loss for each degree of the body")
    heat: float = _ours("degC", 32.0, 30.0, 36.0, "warmest air of a day from which there is no limit to drinking")
    warm_air: float = _home("degC", 25.0, 22.0, 28.0, "air above which more leaves by the skin")
    by_air: float = _ours("1/degC", 0.05, 0.02, 0.15, "more of that loss for each degree of the air")
    gains: float = _ours("kg/d", 4.0, 3.0, 6.0, "faster than this nobody gains: the weights contradict each other")
    loses: float = _ours("kg/d", 2.5, 1.5, 4.0, "faster than this nobody loses at home: the weights contradict")
    apart: float = _ours("kg", 1.0, 0.5, 2.0, "difference that any two weighings may have")
    stale: float = _ours("d", 4.0, 3.0, 6.0, "days after which a weight says nothing of today's")
    gaps: float = _ours("1", 9.0, 3.0, 20.0, "gaps between sessions, the latest, whose gain is the usual one")
    close: float = _ours("kg", 0.1, 0.05, 0.3, "weight above the comfortable one that nobody need speak of")
    heavy: float = _ours("1", 0.06, 0.05, 0.08, "share of the weight above the target from which to call the team now")
    least_share: float = _ours("1", 0.06, 0.03, 0.15, "share of a day's waking hours below which nothing is planned")


@constants
class Household:
    """What a household measures with."""

    glass: float = _home("mL", 200.0, 150.0, 250.0, "a glass")
    cup: float = _home("mL", 150.0, 120.0, 250.0, "a cup of coffee or tea")
    soup: float = _home("mL", 250.0, 200.0, 300.0, "a bowl of soup")
    yoghurt: float = _home("mL", 120.0, 100.0, 150.0, "a pot of yoghurt, or two scoops of ice cream")
    fruit: float = _home("mL", 100.0, 80.0, 150.0, "an orange or a slice of melon")
    ice: float = _home("mL", 15.0, 10.0, 30.0, "an ice cube")
    teaspoon: float = _home("g", 5.0, 4.5, 6.0, "salt in a level teaspoon")
    bread: float = _home("g", 0.5, 0.3, 0.7, "salt in a slice of bread")
    cheese: float = _home("g", 0.5, 0.3, 0.8, "salt in a slice of cheese")
    ham: float = _home("g", 0.6, 0.4, 1.0, "salt in a slice of ham or sausage")
    ready_soup: float = _home("g", 2.0, 1.5, 3.0, "salt in a bowl of ready-made soup")
    ready_meal: float = _home("g", 3.0, 2.0, 5.0, "salt in a ready-made meal or a pizza")


AMOUNTS = Amounts()
HOUSEHOLD = Household()
