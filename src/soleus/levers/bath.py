"""Levers of the bath: what is dissolved in it, and how warm it is.

A substance of the bath is right where the session leaves this patient's blood between stated limits; within them the
bath stays as it was. The bath itself has limits too, and these come first.
"""

import numpy as np

from ..body import body
from ..fit import Twin
from .lever import Lever, bathed
from .should import SHOULD
from .tried import STEPS, Tried, bath_for, next_time


def sodium(twin: Twin) -> Lever:
    """In balance with the blood, within the usual."""
    seen = body.look(twin.start, twin.patient, body.rest(twin.patient))
    isonatric = np.asarray(seen.protein.alpha * seen.sodium.c_w)
    balanced = isonatric - np.array([p.sodium_offset for p in twin.prescription])
    should = np.minimum(np.clip(balanced, SHOULD.Na_low, SHOULD.Na_high), balanced + SHOULD.Na_rise)
    p = twin.prescription[0]
    was, profile = p.dialysate.Na, p.sodium_profile
    words = f"profile around {np.mean(profile.values):.0f} mmol/L" if profile else f"{was:.0f} mmol/L"
    return Lever(
        "dialysate_sodium", "Dialysate sodium", words, f"{should.mean():.0f} mmol/L, in balance with the blood",
        p.mode != "UF" and (profile is not None or abs(was - float(should.mean())) > SHOULD.Na_told),
        bathed("Na", should, "sodium_profile"), "B",
        "A low bath sodium raised cramps in pooled trials (figure recalled), yet it lowers thirst and weight gain.",
        ("Dunlop2019", "Oliver2001", "MunozMendoza2011"),
    )  # fmt: skip


def temperature(twin: Twin) -> Lever:
    """A little below the patient's own core."""
    p = twin.prescription[0]
    was = p.dialysate.temperature if p.temperature_profile is None else float(np.mean(p.temperature_profile.values))
    core = np.asarray(twin.start.heat.T_c)
    should = np.clip(core - SHOULD.cooler, SHOULD.T_low, was)
    return Lever(
        "temperature", "Dialysate temperature", f"{was:.1f} degC", f"{should.mean():.1f} degC",
        p.mode != "UF" and was - float(should.mean()) > SHOULD.T_told,
        bathed("temperature", should, "temperature_profile"), "C",
        "Cooling lowers hypotension (low certainty); for cramps the evidence is very uncertain. Patients feel cold.",
        ("Tsujimoto2019", "Selby2006"),
    )  # fmt: skip


def _between(found: Tried, name: str, limits: tuple[np.ndarray, np.ndarray], within: tuple[float, float]) -> np.ndarray:
    """The bath nearest to the one that was, between the patient's own limits and, above all, the bath's; [draw]."""
    was = _was(found, name)
    low, high = limits
    wanted = np.where(low > high, 0.5 * (low + high), np.clip(was, low, high))
    return np.clip(wanted, *within)


def _was(found: Tried, name: str) -> float:
    return found.baths.get(name, 0.0)


def _bath(found: Tried, name: str, end: str, wanted: float) -> np.ndarray:
    """The bath that leaves one of the blood's values (`end`) where it is wanted; [draw]."""
    base, moved = getattr(found.base[name], end), getattr(found.moved[name], end)
    return bath_for(wanted, _was(found, name), STEPS[name], base, moved)


def potassium(twin: Twin, found: Tried) -> Lever | None:
    """Potassium neither falls too far nor stays too high, and never too steeply."""
    if "K" not in found.moved:
        return None
    steep = found.before.potassium - SHOULD.K_gradient
    low = np.maximum(_bath(found, "K", "potassium", SHOULD.K_end_low), steep)
    high = _bath(found, "K", "potassium", SHOULD.K_end_high)
    should = _between(found, "K", (low, high), (SHOULD.K_low, SHOULD.K_high))
    was, fall = _was(found, "K"), f"plasma {found.before.potassium.mean():.1f} to {found.was.potassium.mean():.1f}"
    return Lever(
        "dialysate_potassium", "Dialysate potassium", f"{was:.2g} mmol/L ({fall})", f"{should.mean():.2g} mmol/L",
        abs(was - float(should.mean())) > SHOULD.K_told, bathed("K", should, "potassium_profile"), "D",
        "No study gives cramps by bath potassium, and after dialysis the nerve is less excitable, not more. A fast "
        "fall went with pressure falls in one crossover trial; a bath of 1 with more deaths in one cohort.",
        ("Gabutti2011", "Ferrey2018", "Krishnan2005"),
    )  # fmt: skip


def calcium(twin: Twin, found: Tried) -> Lever | None:
    """Ionized calcium ends where it belongs."""
    if "Ca" not in found.moved:
        return None
    limits = tuple(_bath(found, "Ca", "ionized_calcium", end) for end in (SHOULD.Ca_end_low, SHOULD.Ca_end_high))
    should = _between(found, "Ca", (limits[0], limits[1]), (SHOULD.Ca_low, SHOULD.Ca_high))
    was, ends, taken = _was(found, "Ca"), found.was.ionized_calcium.mean(), found.was.calcium_taken.mean()
    balance = f"{abs(taken):.0f} mmol {'lost' if taken > 0 else 'gained'}"
    return Lever(
        "dialysate_calcium", "Dialysate calcium", f"{was:.3g} mmol/L (ionized ends at {ends:.2f}, {balance})",
        f"{should.mean():.3g} mmol/L",
        abs(was - float(should.mean())) > SHOULD.Ca_told, bathed("Ca", should), "C",
        "Cramps and pressure falls became more frequent when one unit went from 1.75 to 1.5; serum calcium went with "
        "cramps in no cohort. Soleus has it act on the nerve, by an assumed size, and on the force of the heart.",
        ("LowerBathCalcium", "Kyriazis2004", "terMeulen2019"),
    )  # fmt: skip


def magnesium(twin: Twin, found: Tried) -> Lever | None:
    """Ionized magnesium ends in its normal range."""
    if "Mg" not in found.moved:
        return None
    limits = tuple(_bath(found, "Mg", "ionized_magnesium", end) for end in (SHOULD.Mg_end_low, SHOULD.Mg_end_high))
    should = _between(found, "Mg", (limits[0], limits[1]), (SHOULD.Mg_low, SHOULD.Mg_high))
    was, ends = _was(found, "Mg"), found.was.ionized_magnesium.mean()
    return Lever(
        "dialysate_magnesium", "Dialysate magnesium", f"{was:.3g} mmol/L (ionized ends at {ends:.2f})",
        f"{should.mean():.2g} mmol/L",
        abs(was - float(should.mean())) > SHOULD.Mg_told, bathed("Mg", should), "B",
        "Fewer patients cramped on 0.5 than on 0.375, but before and after, and unblinded. Stores follow over weeks: "
        "the bath is taken to have been so for months.",
        ("Lynch2014", "Leenders2018"),
    )  # fmt: skip


def base(twin: Twin, found: Tried) -> Lever | None:
    """Bicarbonate of the bath: blood is not too alkaline after the session, nor too acid before the next."""
    if "HCO3" not in found.moved:
        return None
    p, was = twin.prescription[0], _was(found, "HCO3")
    pre = found.before.hco3
    high = np.minimum(_bath(found, "HCO3", "TCO2", SHOULD.TCO2_end), _bath(found, "HCO3", "ph", SHOULD.ph_end))
    low = np.full_like(high, -np.inf)
    if not SHOULD.hco3_low <= float(pre.mean()) <= SHOULD.hco3_high:
        follows = np.maximum(next_time(twin, found), 0.1)
        low = np.where(pre < SHOULD.hco3_low, was + (SHOULD.hco3_low - pre) / follows, low)
        high = np.where(pre > SHOULD.hco3_high, np.minimum(high, was + (SHOULD.hco3_high - pre) / follows), high)
    unmixed = 0.0 if p.dialysate.mixed else p.dialysate.acid
    within = SHOULD.HCO3_low + unmixed, SHOULD.HCO3_high + unmixed
    should = _between(found, "HCO3", (np.minimum(low, high), high), within)
    other = p.dialysate.acetate + 3 * p.dialysate.citrate
    blood = f"plasma {pre.mean():.0f} to {found.was.hco3.mean():.0f}"
    return Lever(
        "dialysate_bicarbonate", "Base of the bath",
        f"{was:.3g} and {other:.2g} mmol/L as acetate and citrate ({blood})",
        f"{should.mean():.0f} and {other:.2g} mmol/L",
        abs(was - float(should.mean())) > SHOULD.HCO3_told, bathed("HCO3", should, "bicarbonate_profile"), "B",
        "High serum bicarbonate went with cramps in one cohort, confounded by who eats little; no trial compared baths "
        "for cramps. A bath of 40 did not lower ionized calcium: the bath's calcium decides.",
        ("Akkabut2021", "Broseta2021", "Heguilen2005"),
    )  # fmt: skip


def citrate(twin: Twin, found: Tried) -> Lever | None:
    """As much as was, if ionized calcium ends high enough with it."""
    if "HCO3" not in found.moved:
        return None
    was, should = twin.prescription[0].dialysate.citrate, np.zeros(len(twin.prescription))
    words = "none"
    if was > 0:
        lost = np.maximum(found.moved["citrate"].ionized_calcium - found.was.ionized_calcium, 0.0) / was
        spare = found.moved["citrate"].ionized_calcium - SHOULD.Ca_end_low
        most = np.where(lost * was > spare, spare / np.maximum(lost, 1e-6), was)  # what calcium can spare
        should = np.clip(most, 0.0, min(was, SHOULD.citrate))
        words = f"{was:.2g} mmol/L (takes {lost.mean() * was:.2f} off ionized calcium)"
    return Lever(
        "dialysate_citrate", "Citrate of the bath", words, f"{should.mean():.2g} mmol/L" if was else "none",
        was - float(should.mean()) > SHOULD.citrate_told, bathed("citrate", should), "C",
        "Citrate takes calcium and magnesium out of the blood unless the bath holds more of them; nobody has counted "
        "cramps. More calcium in the bath would do as well.",
        ("terMeulen2019", "deSequera2015"),
    )  # fmt: skip


def glucose(twin: Twin) -> Lever:
    """Near that of fasting blood."""
    p = twin.prescription[0]
    was = p.dialysate.glucose
    right = p.mode == "UF" or SHOULD.glucose_low <= was <= SHOULD.glucose_high
    should = was if right else SHOULD.glucose
    bath = np.full(len(twin.prescription), should)
    return Lever(
        "dialysate_glucose", "Dialysate glucose", f"{was:.2g} mmol/L", f"{should:.2g} mmol/L", not right,
        bathed("glucose", bath), "D",
        "No study gives cramps by bath glucose; without it sugar is lost and tonicity falls, with it potassium moves "
        "into cells.",
        ("Zehnder2001", "Raimann2012", "Jackson2000"),
    )  # fmt: skip
