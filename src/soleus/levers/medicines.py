"""Levers of medicines, and what is left of the kidneys."""

from __future__ import annotations

from .. import drugs
from ..fit import Twin
from .chronic import circumstance
from .lever import Correct, Lever, World
from .should import SHOULD

AGREED = "without it, if whoever prescribed it agrees"
URINE = 100.0  # mL a day below which a kidney counts as gone [GeneralKnowledge]


def medicines(twin: Twin) -> list[Lever]:
    """Every medicine that goes with cramps beyond what it does to the blood; a group counts once."""
    found: dict[str, Lever] = {}
    for drug, entry in drugs.taken(twin.case, twin.session.date):
        if entry is None or entry.group in found or entry.log_rate < SHOULD.drug_told:
            continue
        found[entry.group] = Lever(
            "drug_" + entry.group.replace(" ", "_").replace("-", "_"), drug.name[:1].upper() + drug.name[1:],
            "taken", AGREED, True, _without(entry.log_rate), entry.evidence,
            f"{entry.says} Nobody should stop it on their own.", entry.sources,
        )  # fmt: skip
    return list(found.values())


def _without(log_rate: float) -> Correct:
    def correct(world: World, _: int) -> World:
        return world._replace(eased=world.eased - log_rate)

    return correct


def residual(twin: Twin) -> Lever | None:
    """What is left of the kidneys: nothing that could be put right, but worth keeping."""
    urine = twin.case.patient.residual_urine_ml_day
    if urine is None:
        return None
    loop = any(entry and entry.group == "loop diuretic" for _, entry in drugs.taken(twin.case, twin.session.date))
    should = "cannot be given back" if urine < URINE else "to be protected"
    said = (
        "Fewer liters to take off go with gentler sessions. What kidneys have lost is a circumstance, no cause that "
        "anybody could have put right."
    )
    if urine >= 2 * URINE and not loop:
        said += " A loop diuretic may raise urine, and with it what a session must take off falls."
    if urine < URINE and loop:
        said += " Without urine the loop diuretic does nothing."
    return circumstance(
        "residual_function", "What is left of the kidneys", f"{urine:.0f} mL of urine a day", should, said,
        ("ResidualGain", "GeneralKnowledge"),
    )  # fmt: skip
