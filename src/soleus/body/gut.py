"""Gut: what is drunk and eaten waits here before it reaches plasma; thirst follows plasma sodium.

    drink = habit + k w ln(1 + exp((Na_p - Na_set) / w))

Assumes     salt decides the gain: a person drinks back to the own sodium set point [Lindley2009].
Leaves out  dry mouth, angiotensin, glucose thirst, the weight of solid food.
Holds for   days; during a session nothing is drunk unless the session says so.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import softplus


@record
class Gut:
    tau: Any = param(
        "min", 30.0, within=(20.0, 60.0), source="GeneralKnowledge", status="recalled",
        meaning="time to absorb water and salt",
    )
    salt: Any = param(
        "mmol/min", 0.132, within=(0.04, 0.30), gsd=1.35, scales=1.0, source="IndividualSodium", status="seen",
        meaning="sodium eaten, 190 mmol or 11 g salt a day",
    )
    food_water: Any = param(
        "L/min", 0.00038, within=(0.0002, 0.0008), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="water in food and from metabolism, 0.55 L a day",
    )
    habit: Any = param(
        "L/min", 0.000174, within=(0.0, 0.0006), gsd=1.3, scales=1.0, source="SoleusChoice", status="assumed",
        meaning="drinking without thirst, 0.25 L a day",
    )
    k: Any = param(
        "L2/mmol/min", 0.00583, within=(0.002, 0.012), gsd=1.3, scales=1.0, source="SoleusChoice", status="assumed",
        meaning="thirst: 0.35 L an hour for each mmol/L above the set point",
    )
    w: Any = param(
        "mmol/L", 0.5, within=(0.3, 1.0), source="SoleusChoice", status="assumed",
        meaning="how gradually thirst sets in",
    )
    tau_food: Any = param(
        "min", 60.0, within=(30.0, 120.0), source="SoleusChoice", status="assumed",
        meaning="how long a meal keeps blood in the gut",
    )


@record
class State:
    V: Any = quantity("L", "water in the gut")
    n: Any = quantity("mmol", "sodium in the gut")
    food: Any = quantity("1", "meals being digested")


@record
class Inputs:
    drink: Any = quantity("L/min", "swallowed, from thirst or the session")
    salt: Any = quantity("mmol/min", "sodium swallowed")
    meals: Any = quantity("1/min", "meals begun, from the session")


def thirst(Na_p: Any, Na_set: Any, p: Gut) -> Any:
    """Water drunk and eaten, L/min."""
    return p.habit + p.food_water + p.k * p.w * softplus((Na_p - Na_set) / p.w)


def absorbed(now: State, p: Gut) -> tuple[Any, Any]:
    """Water (L/min) and sodium (mmol/min) into plasma."""
    return now.V / p.tau, now.n / p.tau


def rates(now: State, given: Inputs, p: Gut) -> State:
    """Swallowed less absorbed."""
    water, sodium = absorbed(now, p)
    return State(V=given.drink - water, n=given.salt - sodium, food=given.meals - now.food / p.tau_food)
