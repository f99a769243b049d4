"""What a case file does not say and would help to know, with the reason, so that the answer can name it."""

from datetime import date
from typing import NamedTuple

from .episode import Episode
from .fields import Patient
from .labs import Lab, nearest
from .prescribed import USUAL, USUAL_DIALYSATE, Prescribed
from .treatment import Session


class Missing(NamedTuple):
    """One absent measurement: the field to fill, what it is, and what it would tell."""

    field: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} ({self.field}): {self.why}"


PATIENT = [
    ("target_weight_kg", "target weight", "without it nobody can say whether too much fluid is taken off"),
    ("overhydration_l", "bioimpedance", "tells whether the target weight is the physiological one"),
    ("height_cm", "height", "body water is estimated from sex, age, height and weight"),
    ("access", "vascular access", "a fistula takes part of the heart's output and recirculates"),
    ("residual_urine_ml_day", "residual urine", "urine removes fluid between sessions"),
    ("diabetes", "diabetes, yes or no", "bears on the nerves that hold the pressure up"),
    (
        "autonomic_neuropathy",
        "autonomic neuropathy, yes or no",
        "without the reflex the pressure falls with little fluid",
    ),
    ("vintage_y", "time on dialysis", "goes with urine left and with cramps"),
    ("neuropathy", "neuropathy, as examined", "a diseased nerve fires by itself and mends slowly"),
    ("restless_legs", "restless legs, yes or no", "are often taken for cramps and have other causes"),
]
HOME = [
    ("gfr_ml_min", "filtration (GFR)", "nearly everything a failing kidney does follows from it"),
    ("height_cm", "height", "body water is estimated from sex, age, height and weight"),
    ("neuropathy", "neuropathy, as examined", "a diseased nerve fires by itself and mends slowly"),
    ("restless_legs", "restless legs, yes or no", "are often taken for cramps and have other causes"),
    ("diabetes", "diabetes, yes or no", "bears on the nerves"),
    ("residual_urine_ml_day", "urine volume", "tells whether a diuretic can work"),
]
HOME_LABS = [
    ("ionized_calcium_mmol_l", "ionized calcium", "nerve and muscle feel it, and not the total"),
    ("potassium_mmol_l", "potassium", "sets the nerve's resting potential"),
    ("magnesium_mmol_l", "magnesium", "low, it makes the nerve fire and potassium and calcium hard to mend"),
    ("bicarbonate_mmol_l", "bicarbonate", "how acid the blood is decides how much calcium is free"),
    ("phosphate_mmol_l", "phosphate", "binds calcium and drives the parathyroid"),
    ("albumin_g_l", "albumin", "binds calcium"),
    ("creatinine_umol_l", "creatinine", "checks the filtration"),
]
HORMONES = [
    ("pth_pg_ml", "parathyroid hormone", "tells whether bone or vitamin D is what is wrong with calcium"),
    ("vitamin_d_nmol_l", "25-hydroxyvitamin D", "is low in most and easily mended"),
]
LABS = [
    ("sodium_mmol_l", "sodium before dialysis", "sets how much water moves into the cells at this bath sodium"),
    ("urea_mmol_l", "urea before dialysis", "its fall moves water into the cells"),
    ("protein_g_l", "total protein before dialysis", "draws fluid back into the vessels"),
    ("albumin_g_l", "albumin before dialysis", "draws fluid back into the vessels"),
    ("haematocrit", "haematocrit before dialysis", "gives the plasma volume, and oxygen to the muscle"),
    ("potassium_mmol_l", "potassium before dialysis", "with the bath it sets how far potassium falls, and how fast"),
    ("bicarbonate_mmol_l", "bicarbonate before dialysis", "how far it rises binds calcium and lowers potassium"),
    ("ionized_calcium_mmol_l", "ionized calcium before dialysis", "nerve and muscle feel it, and not the total"),
    ("magnesium_mmol_l", "magnesium before dialysis", "a bath below it takes magnesium from nerve and muscle"),
    ("phosphate_mmol_l", "phosphate before dialysis", "binds calcium and falls fastest of all"),
    ("glucose_mmol_l", "glucose before dialysis", "its fall to the bath's moves water into the cells"),
    ("creatinine_umol_l", "creatinine before dialysis", "tells how much muscle there is"),
]
INSTEAD = {  # other tests that tell it
    "haematocrit": ("haemoglobin_g_dl",),
    "magnesium_mmol_l": ("ionized_magnesium_mmol_l",),
}
SESSION = [
    ("pre_weight_kg", "weight before dialysis", "gives the fluid gained"),
    ("post_weight_kg", "weight after dialysis", "checks the fluid taken off"),
    ("uf_l", "ultrafiltration volume", "it was worked out from the two weights"),
    ("pressures", "cuff readings during the session", "without them the twin's pressure is a guess"),
    ("blood_volume", "blood volume trace", "separates slow refilling from too much fluid taken off"),
]


def missing(
    patient: Patient, usual: Prescribed, labs: list[Lab], sessions: list[Session], here: Session | None
) -> list[Missing]:
    """What is absent for the session to explain, most helpful groups first."""
    found = [Missing(f"patient.{name}", what, why) for name, what, why in PATIENT if _unknown(patient, name)]
    if here is not None:
        found += _of_session(here, sessions)
    day = here.date if here else None
    found += [Missing(f"labs.{name}", what, why) for name, what, why in LABS if not _sampled(labs, name, ("pre",), day)]
    found += _without(labs, HORMONES, day)
    return found + _of_prescription(usual, here)


def missing_at_home(patient: Patient, labs: list[Lab], here: Episode | None) -> list[Missing]:
    """What is absent for the hours to explain, in a person not on dialysis."""
    found = [Missing(f"patient.{name}", what, why) for name, what, why in HOME if _unknown(patient, name)]
    if here is None:
        found.append(Missing("episodes", "hours watched", "when it began and what was given before tells most"))
    elif here.systolic_mmhg is None:
        found.append(Missing(f"episodes[{here.date}].systolic_mmhg", "blood pressure", "a low one explains dizziness"))
    return found + _without(labs, HOME_LABS + HORMONES, here.date if here else None)


def _without(labs: list[Lab], names: list[tuple[str, str, str]], day: date | None) -> list[Missing]:
    return [Missing(f"labs.{n}", what, why) for n, what, why in names if not _sampled(labs, n, ("pre", "other"), day)]


def _unknown(patient: Patient, name: str) -> bool:
    if name == "overhydration_l" and patient.dry_weight_kg is not None:
        return False
    return getattr(patient, name) is None


def _of_session(here: Session, sessions: list[Session]) -> list[Missing]:
    day = f"sessions[{here.date}]"
    found = [Missing(f"{day}.{name}", what, why) for name, what, why in SESSION if getattr(here, name) in (None, [])]
    if here.pressures and not any(p.heart_rate_min for p in here.pressures):
        found.append(Missing(f"{day}.pressures.heart_rate_min", "heart rate", "shows whether the reflexes answer"))
    if len(sessions) < 3:
        text = "cramps and readings of several sessions tell this person's own tendency from bad luck"
        found.append(Missing("sessions", "earlier sessions", text))
    return found + [
        Missing(f"{day}.{name}", name.replace("_", " "), "it is assumed, not recorded") for name in here.assumed
    ]


def _sampled(labs: list[Lab], name: str, whens: tuple[str, ...], day: date | None) -> bool:
    return any(nearest(labs, other, whens, day) for other in (name, *INSTEAD.get(name, ())))


def _of_prescription(usual: Prescribed, here: Session | None) -> list[Missing]:
    own = here.prescription if here and here.prescription else Prescribed()
    found = []
    for name, value in USUAL.items():
        if (
            getattr(usual, name) is None
            and getattr(own, name) is None
            and name in ("blood_flow_ml_min", "dialysate_flow_ml_min")
        ):
            found.append(
                Missing(f"prescription.{name}", name.split("_ml")[0].replace("_", " "), f"{value:g} ml/min stands in")
            )
    if not any((usual.dialyzer, usual.koa_urea_ml_min, own.dialyzer, own.koa_urea_ml_min)):
        found.append(Missing("prescription.dialyzer", "dialyzer", "a common one stands in"))
    for name, value in USUAL_DIALYSATE.items():
        given = [bath for bath in (usual.dialysate, own.dialysate) if bath and getattr(bath, name) is not None]
        profiled = any(getattr(order, f"{name.split('_')[0]}_profile", None) for order in (usual, own))
        if not given and not profiled and name in ("sodium_mmol_l", "temperature_c"):
            what = f"bath {name.split('_')[0]}"
            found.append(Missing(f"prescription.dialysate.{name}", what, f"{value:g} stands in; it moves the result"))
    if usual.sodium_offset_mmol_l is None:
        text = "centres differ by several mmol/L between the bath sodium set and the one delivered"
        found.append(Missing("prescription.sodium_offset_mmol_l", "bath sodium as measured", text))
    return found
