"""Differential: what else the complaint may be in this case, and what would tell it apart.

A rule gives how near an alternative lies and why it is considered, from complaints, their place, drugs, blood tests
and diagnoses; without a reason it is not listed. What cannot wait comes first, then what was complained of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from ..case import Case, Symptom
from .answer import Alternative
from .findings import (
    ARM,
    CALCIMIMETIC,
    DOPAMINE,
    FELT,
    HAND,
    LEG,
    SIDE,
    STATIN,
    THYROID,
    TRUNK,
    Findings,
    read,
)  # fmt: skip

URGENT, LEADS, LIKELY, POSSIBLE = 4, 3, 2, 1
OLD = 60  # years from which narrowed spines and arteries are common [GeneralKnowledge]
CALCIUM, IONIZED = 2.05, 1.05  # mmol/L below which tetany is thought of [GeneralKnowledge]
ALKALINE = 28.0  # mmol/L of bicarbonate, likewise
WEAK = 3.0  # mmol/L of potassium below which muscles weaken [GeneralKnowledge]

Nearness = tuple[int, str] | None  # how near, and why; None when it is not considered


class Rule(NamedTuple):
    """One alternative."""

    id: str
    label: str
    considered: Callable[[Findings], Nearness]
    tell_apart: str
    evidence: str
    sources: tuple[str, ...]


def differential(case: Case, symptoms: Sequence[Symptom], day: date | None = None) -> tuple[Alternative, ...]:
    """What else these complaints may be, in a person on dialysis or not; nothing where nobody complained of limbs."""
    if not any(s.what in FELT for s in symptoms) and not case.patient.restless_legs:
        return ()
    found = read(case, symptoms, day)
    near = [(rule, rule.considered(found)) for rule in RULES]
    listed = [(why[0], rule, why[1]) for rule, why in near if why is not None]
    listed.sort(key=lambda entry: -entry[0])
    return tuple(
        Alternative(rule.id, rule.label, why, rule.tell_apart, rule.evidence, rule.sources) for _, rule, why in listed
    )


def _because(near: int, *reasons: str) -> Nearness:
    told = [reason for reason in reasons if reason]
    return (near, "; ".join(told)) if told else None


def _mmol(name: str, value: float) -> str:
    return f"{name} {value:.3g} mmol/L"


def _emergency(f: Findings) -> Nearness:
    chest = "chest pain" in f.complaints or "back pain" in f.complaints
    return _because(URGENT, "pain in chest, back or abdomen" if chest or f.felt(TRUNK) else "")


def _restless(f: Findings) -> Nearness:
    if f.restless:
        own = "restless legs were complained of" if "restless legs" in f.complaints else "the words fit restless legs"
        return _because(LEADS, own, f"{f.worsens} can bring them on" if f.worsens else "")
    known = "they are known in this patient" if f.case.patient.restless_legs and f.legs else ""
    return _because(LIKELY, known) or _because(
        POSSIBLE, "a quarter of people on dialysis have them, and legs are affected" if f.legs and f.complaints else ""
    )


def _drugs(f: Findings, groups: Sequence[str], what: str) -> str:
    taken = f.takes(groups)
    return f"{taken} {what}" if taken else ""


def _akathisia(f: Findings) -> Nearness:
    return _because(LEADS if f.restless else LIKELY, _drugs(f, DOPAMINE, "blocks dopamine"))


def _tetany(f: Findings) -> Nearness:
    total, ionized, base = (f.lab(f"{x}_mmol_l") for x in ("calcium", "ionized_calcium", "bicarbonate"))
    after = f.lab("bicarbonate_mmol_l", "post")
    felt = [
        "it was in the hands" if f.felt(HAND) else "",
        "tingling was complained of" if "tingling" in f.complaints else "",
        "a calcimimetic is taken" if f.takes(CALCIMIMETIC) else "",
    ]
    blood = [
        _mmol("ionized calcium", ionized) if ionized is not None and ionized < IONIZED else "",
        _mmol("calcium", total) if ionized is None and total is not None and total < CALCIUM else "",
        _mmol("bicarbonate", max(base or 0, after or 0)) if max(base or 0, after or 0) > ALKALINE else "",
    ]
    return _because(LEADS if any(felt) and any(blood) else LIKELY, *felt, *blood)


def _neuropathy(f: Findings) -> Nearness:
    who = f.case.patient
    grade = who.neuropathy if who.neuropathy in ("mild", "moderate", "severe") else None
    sure = f"{grade} neuropathy was found" if grade else "neuropathy is known" if f.known("neuropath") else ""
    likely = ["diabetes" if who.diabetes else "", _years(who.vintage_y)]
    return _because(LIKELY, sure, *likely) if sure else _because(POSSIBLE, *likely)


def _years(vintage: float | None) -> str:
    return f"{vintage:.0f} years of dialysis" if vintage is not None and vintage >= 5 else ""


def _arteries(f: Findings) -> Nearness:
    who = f.case.patient
    sure = "arterial disease is known" if f.known("arter|claudication|coronary|infarct|amputat|stroke") else ""
    smokes = "smoking" if f.known("smok") else ""
    if not f.legs:
        return None
    return _because(LIKELY, sure, smokes) or _because(POSSIBLE, "diabetes" if who.diabetes and who.age_y >= OLD else "")


def _statin(f: Findings) -> Nearness:
    return _because(LIKELY, _drugs(f, STATIN, "is taken"))


def _steal(f: Findings) -> Nearness:
    access = f.case.patient.access
    return _because(LIKELY, f"arm or hand, and a {access}" if access in ("fistula", "graft") and f.felt(ARM) else "")


def _clot(f: Findings) -> Nearness:
    one = f.felt(rf"{SIDE}[^;]*{LEG}") and not f.felt(rf"both[^;]*{LEG}")
    swollen = "swelling is noted" if f.said("swollen|swelling|bruise|lump") and one else ""
    severe = "one leg, and severe" if one and f.severest >= 8 else ""
    return _because(LIKELY, swollen, severe) or _because(POSSIBLE, "one leg only" if one else "")


def _thyroid(f: Findings) -> Nearness:
    known = "an underactive thyroid is known" if f.known(r"hypothyr|underactive thyroid|myx(o)?edema") else ""
    return _because(LIKELY, known, _drugs(f, THYROID, "can cause it"))


def _weakness(f: Findings) -> Nearness:
    low = [
        _mmol("potassium", k) for k in (f.lab("potassium_mmol_l"), f.lab("potassium_mmol_l", "post")) if k and k < WEAK
    ]
    return _because(LIKELY, *low[:1], "weakness was said" if f.said("weak") and low else "")


def _spine(f: Findings) -> Nearness:
    known = "a disease of the spine is known" if f.known("spin(e|al)|lumbar|disc|sciatica|back pain") else ""
    if not f.legs:
        return None
    age = f.case.patient.age_y
    return _because(LIKELY, known) or _because(POSSIBLE, f"aged {age:.0f}" if age >= OLD and f.felt(LEG) else "")


RULES = (
    Rule(
        "emergency", "Air in the blood, hemolysis, a reaction to the dialyzer, or the heart", _emergency,
        "Stop and call before anything else. Cough, breathlessness and foam in the venous line: air. Wine-colored"
        " blood and pink plasma: hemolysis. Itching, flushing or wheezing in the first half hour: the dialyzer. An ECG"
        " and troponin for the heart. No hard muscle can be felt in any of them.",
        "D", ("GeneralKnowledge",),
    ),
    Rule(
        "restless_legs", "Restless legs", _restless,
        "Four questions: is there an urge to move the legs; does it begin or worsen at rest; does moving relieve it"
        " at once; is it worse in the evening or at night? Four times yes, the urge relieved by movement and no hard"
        " muscle to be felt, speaks for restless legs; a knot that stretching loosens, for a cramp. Ferritin and"
        " transferrin saturation.",
        "B", ("Calvino2015", "Zhou2024"),
    ),
    Rule(
        "akathisia", "Akathisia or dystonia from a drug", _akathisia,
        "Unrest of the whole body, all day, from days to weeks after the drug began or its dose rose; or a neck, jaw"
        " or eye that is pulled. It goes when the drug does: a question for whoever prescribed it.",
        "D", ("GeneralKnowledge",),
    ),
    Rule(
        "tetany", "Tetany from low ionized calcium or magnesium, or from alkalosis", _tetany,
        "Both hands, thumb drawn in, fingers straight; tingling around the mouth and in the fingertips; a cuff blown"
        " up for three minutes brings the hand on. Ionized calcium, magnesium and a blood gas while it lasts.",
        "C", ("SensoryMotor2017", "GeneralKnowledge"),
    ),
    Rule(
        "neuropathy", "Neuropathy, uremic or diabetic", _neuropathy,
        "Numb, burning or stabbing, in both feet, at rest and at night, without a knot. Vibration sense, monofilament"
        " and ankle jerk; nerve conduction when in doubt. It makes cramps likelier too: one does not exclude the"
        " other.",
        "B", ("Krishnan2006",),
    ),
    Rule(
        "peripheral_arteries", "Arterial disease of the legs", _arteries,
        "Pain after the same walk each time, gone on standing still. Pulses, skin and wounds of the feet; toe"
        " pressure, because stiff arteries make the ankle's read too high. A fall of pressure in dialysis can bring it"
        " on at rest.",
        "D", ("GeneralKnowledge",),
    ),
    Rule(
        "statin_myopathy", "Muscle disease from a statin", _statin,
        "Sore and weak thighs and shoulders on both sides for days, not a knot for minutes; since weeks after it"
        " began or another drug was added. Creatine kinase. Nobody should stop it on their own.",
        "D", ("GeneralKnowledge",),
    ),
    Rule(
        "steal", "Too little blood for the hand of the access arm", _steal,
        "Only the hand of the access arm: cold, pale, worse during dialysis, better when the access is pressed shut"
        " for a moment. Finger pressure and the flow of the access.",
        "D", ("GeneralKnowledge",),
    ),
    Rule(
        "clot", "Clot in a vein, bleeding into the muscle, or a compartment under pressure", _clot,
        "It stays for hours, is swollen, warm or bruised, and stretching hurts more instead of helping. Measure both"
        " calves; ultrasound. A tense, ever more painful leg with numb toes is an emergency. Heparin is given.",
        "D", ("GeneralKnowledge",),
    ),
    Rule(
        "thyroid", "Underactive thyroid", _thyroid,
        "Slow, cold and tired; muscles that loosen slowly after a tap. Thyrotropin and creatine kinase.",
        "D", ("GeneralKnowledge",),
    ),
    Rule(
        "weakness", "Weakness from low potassium", _weakness,
        "Weak rather than painful, thighs first, no knot. Potassium at once and an ECG. Low potassium weakens muscle;"
        " it moves the axon away from firing.",
        "C", ("Krishnan2005", "GeneralKnowledge"),
    ),
    Rule(
        "spine", "Narrowed spinal canal", _spine,
        "Both legs on standing and walking, downhill most, gone on sitting or bending forward; no worse in dialysis"
        " than in any other chair. Imaging only if it would change anything.",
        "D", ("GeneralKnowledge",),
    ),
)  # fmt: skip
