"""Heat: a core and a shell that exchange heat through the skin's blood, and the circuit that cools or warms.

    C_c dT_c/dt = f M - K (T_c - T_k) + H_circuit
    C_k dT_k/dt = K (T_c - T_k) - hA (T_k - T_amb)

Assumes     volume loss constricts the skin's heat path for hours, not its share of resistance.
Leaves out  shivering, fever, the day's rhythm.
Holds for   core temperature 34.5-38.5 degC.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import exp, sqrt


@record
class Heat:
    C_c: Any = param(
        "kJ/degC", 200.0, within=(90.0, 400.0), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="heat capacity of the core",
    )
    C_k: Any = param(
        "kJ/degC", 50.0, within=(20.0, 100.0), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="heat capacity of the shell",
    )
    M: Any = param(
        "kJ/min", 4.9, within=(2.2, 9.0), scales=1.0, source="GeneralKnowledge", status="recalled",
        meaning="heat production, 82 W",
    )
    f: Any = param(
        "1", 0.9, within=(0.85, 0.95), source="SoleusChoice", status="assumed",
        meaning="share of production that leaves through the shell",
    )
    T_c: Any = param(
        "degC", 36.7, within=(35.6, 37.5), sd=0.25, source="ThermalBalance", status="recalled",
        meaning="core temperature at rest",
    )
    T_k: Any = param(
        "degC", 33.0, within=(31.5, 34.5), source="GeneralKnowledge", status="recalled",
        meaning="shell temperature at rest",
    )
    T_amb: Any = param(
        "degC", 24.0, within=(18.0, 30.0), source="GeneralKnowledge", status="assumed",
        meaning="room temperature",
    )
    k_c: Any = param(
        "1/degC", 0.9, within=(0.5, 1.4), source="SoleusChoice", status="tuned",
        meaning="skin flow per degree of core; tuned to ThermalBalance",
    )
    k_k: Any = param(
        "1/degC", 0.12, within=(0.05, 0.2), source="SoleusChoice", status="tuned",
        meaning="skin flow per degree of shell; tuned to ThermalBalance",
    )
    g: Any = param(
        "1", 14.0, within=(8.0, 20.0), source="SoleusChoice", status="tuned",
        meaning="closing of the heat path by acute sympathetic drive; tuned to ThermalBalance",
    )
    f_blood: Any = param(
        "1", 0.45, within=(0.3, 0.6), source="SoleusChoice", status="tuned",
        meaning="share of core-to-shell conductance that is blood flow; tuned to ThermalBalance",
    )
    top: Any = param(
        "1", 0.8, within=(0.6, 0.9), source="SoleusChoice", status="assumed",
        meaning="most that drive closes or opens of the blood's part; without a bound heat runs away",
    )
    w_core: Any = param(
        "1", 0.9, within=(0.8, 1.0), source="SoleusChoice", status="assumed",
        meaning="weight of the core in the temperature that vessels feel",
    )


@record
class State:
    T_c: Any = quantity("degC", "core temperature")
    T_k: Any = quantity("degC", "shell temperature")


@record
class Inputs:
    skin: Any = quantity("1", "thermal drive of the skin bed")
    acute: Any = quantity("1", "acute sympathetic drive, from circulation")
    circuit: Any = quantity("kJ/min", "heat from the machine")


@record
class Seen:
    T_b: Any = quantity("degC", "temperature that vessels feel, above rest")
    skin: Any = quantity("1", "thermal drive of the skin bed, relative to rest")


def look(now: State, p: Heat) -> Seen:
    """What temperature tells the vessels."""
    core, shell = now.T_c - p.T_c, now.T_k - p.T_k
    return Seen(T_b=p.w_core * core + (1 - p.w_core) * shell, skin=exp(p.k_c * core + p.k_k * shell))


def rates(now: State, given: Inputs, p: Heat) -> State:
    """The two balances of the header; rest fixes both conductances."""
    made = p.f * p.M
    x = p.g * given.acute / p.top
    gate = 1 - p.top * x / sqrt(1 + x * x)
    K = made / (p.T_c - p.T_k) * (1 - p.f_blood + p.f_blood * given.skin * gate)
    to_shell = K * (now.T_c - now.T_k)
    lost = made / (p.T_k - p.T_amb) * (now.T_k - p.T_amb)
    return State(T_c=(made - to_shell + given.circuit) / p.C_c, T_k=(to_shell - lost) / p.C_k)
