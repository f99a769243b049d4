"""Doses: how much of each agent, how long to wait, and the lines at which something is not given or the treatment ends.

A dose grows with the person between its least and its most; `all` is what a session may bring without a doctor.
"""

from ...parameter import param, record


def _practice(unit: str, value: float, low: float, high: float, meaning: str) -> float:
    return param(unit, value, within=(low, high), source="GeneralKnowledge", status="recalled", meaning=meaning)


def _choice(unit: str, value: float, low: float, high: float, meaning: str) -> float:
    return param(unit, value, within=(low, high), source="SoleusChoice", status="assumed", meaning=meaning)


@record
class FirstAid:
    """Doses, waits and lines."""

    ahead: float = _choice("min", 20.0, 10.0, 30.0, "how far the twin looks ahead; ultrafiltration stays off as long")
    severe: float = _practice("1", 7.0, 6.0, 8.0, "severity, 0 to 10, from which pain is called severe")
    mild: float = _practice("1", 4.0, 3.0, 5.0, "severity, 0 to 10, below which slowing is tried before stopping")
    slowed: float = _choice("1", 0.5, 0.25, 0.75, "share of the rate that slowed ultrafiltration keeps")
    wait: float = _choice("min", 5.0, 3.0, 10.0, "how long stretching is tried before something is given")
    relief: float = param(
        "min", 10.0, within=(7.0, 13.0), source="Howe1978 Canzanello1991", status="seen",
        meaning="how long a cramp lasts, treated or by itself; beyond it first measures have not helped",
    )  # fmt: skip
    saline: float = _practice("mL/kg", 3.0, 1.5, 4.0, "isotonic saline, a usual dose")
    saline_least: float = _practice("mL", 100.0, 50.0, 150.0, "isotonic saline, least; all where fluid is a danger")
    saline_most: float = _practice("mL", 250.0, 200.0, 300.0, "isotonic saline, most at once")
    saline_all: float = _choice("mL", 500.0, 250.0, 1000.0, "isotonic saline of a session without a doctor")
    glucose: float = _choice("mL/kg", 0.75, 0.5, 1.0, "glucose 50 %, so that 67 kg get what was tried")
    glucose_least: float = _practice("mL", 25.0, 20.0, 30.0, "glucose 50 %, least")
    glucose_most: float = param(
        "mL", 50.0, within=(25.0, 60.0), source="Canzanello1991", status="seen",
        meaning="glucose 50 %, most at once: the dose that was tried, 126 mOsm",
    )  # fmt: skip
    glucose_all: float = _choice("mL", 100.0, 50.0, 100.0, "glucose 50 % of a session without a doctor")
    mannitol: float = _choice("mL/kg", 1.5, 1.0, 2.0, "mannitol 25 %, so that 67 kg get what was tried")
    mannitol_least: float = _practice("mL", 50.0, 40.0, 60.0, "mannitol 25 %, least")
    mannitol_most: float = param(
        "mL", 100.0, within=(50.0, 120.0), source="Canzanello1991", status="seen",
        meaning="mannitol 25 %, most at once: the dose that was tried, 138 mOsm",
    )  # fmt: skip
    mannitol_all: float = _choice("mL", 100.0, 50.0, 200.0, "mannitol 25 % of a session without a doctor")
    strong: float = _choice("mL/kg", 0.25, 0.15, 0.3, "saline 23.4 %, so that 64 kg get what was tried")
    strong_least: float = _choice("mL", 8.0, 5.0, 12.0, "saline 23.4 %, least")
    strong_most: float = param(
        "mL", 16.0, within=(10.0, 20.0), source="Canzanello1991", status="seen",
        meaning="saline 23.4 %, most at once: the dose that was tried, 126 mOsm",
    )  # fmt: skip
    strong_all: float = _choice("mL", 16.0, 10.0, 32.0, "saline 23.4 % of a session without a doctor")
    low: float = param(
        "mmHg", 100.0, within=(90.0, 110.0), source="Flythe2015", status="assumed",
        meaning="systolic pressure below which volume comes first; 90 and 100 are the lines of that cohort",
    )  # fmt: skip
    fallen: float = param(
        "mmHg", 90.0, within=(80.0, 100.0), source="Flythe2015", status="seen",
        meaning="systolic pressure below which it has fallen, and to which it must come back",
    )  # fmt: skip
    collapse: float = _choice("mmHg", 70.0, 60.0, 80.0, "systolic pressure at which the treatment ends at once")
    high: float = _choice("mmHg", 160.0, 150.0, 180.0, "systolic pressure from which no salt or volume is added")
    read: float = _choice("min", 30.0, 10.0, 60.0, "age of a pressure that still tells of now")
    overload: float = _choice("L", 1.0, 0.5, 2.0, "water outside cells above that at dry weight: overload")
    sodium: float = _practice("mmol/L", 145.0, 143.0, 148.0, "plasma sodium above which no concentrated salt is given")
    sugar: float = _choice("mmol/L", 14.0, 11.0, 17.0, "plasma glucose from which none is given")
    hypo: float = _practice("mmol/L", 4.0, 3.5, 4.5, "plasma glucose below which it is given whatever else there is")
    left: float = _choice("1", 0.5, 0.25, 0.6, "share of mannitol that may still be there at the end without urine")
    urine: float = _practice("mL/d", 400.0, 200.0, 500.0, "urine below which mannitol waits for a dialyzer")
    gfr: float = _choice("mL/min", 2.0, 1.0, 4.0, "filtration below which it does, where nobody measured urine")
    warned: float = _choice("min", 60.0, 30.0, 120.0, "how long chest pain or fainting, once noted, ends a treatment")


LIMITS = FirstAid()
