"""Unwell: dizziness, nausea, headache, tiredness after dialysis, thirst: each a chance for one session.

    log odds = base + sum of weights x what the session did,  averaged over people of different susceptibility

Slopes on pressure and urea are adjusted odds ratios of 64,797 sessions where they were read [Correa2020]. The bases of
dizziness and tiredness are tuned to what patients report; nurses note far less (any symptom in 10.7 % [Correa2020] to
21.4 % [Kuipers2016] of sessions), and both cannot be met.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..parameter import param, record
from .complaint import Complaint, Whole, average
from .prone import About


@record
class Unwell:
    spread: Any = param(
        "1", 1.2, within=(0.5, 2.5), source="SoleusChoice", status="assumed",
        meaning="spread of susceptibility between people, as that of cramps",
    )
    dizzy: Any = param(
        "1", -2.25, within=(-5.0, 1.0), source="Alvarez2020", status="tuned",
        meaning="dizziness, log odds in a calm session; tuned to 42 % of patients with symptoms of low pressure a week",
    )
    dizzy_fall: Any = param(
        "1", 0.315, within=(0.0, 0.6), source="Correa2020", status="seen",
        meaning="dizziness, each 10 mmHg that systolic pressure fell",
    )
    dizzy_low: Any = param(
        "1", 0.198, within=(0.0, 0.5), source="Correa2020", status="seen",
        meaning="dizziness, each 10 mmHg of systolic pressure below 140 at the start",
    )
    dizzy_urea: Any = param(
        "1", 0.034, within=(0.0, 0.1), source="Correa2020", status="seen",
        meaning="dizziness, each mmol/L of urea before",
    )
    sick: Any = param(
        "1", -3.5, within=(-7.0, 0.0), source="AcuteComplications", status="tuned",
        meaning="nausea or vomiting, log odds in a calm session; tuned to 8 % of sessions, of a range from 5 to 15",
    )
    sick_fall: Any = param(
        "1", 0.215, within=(0.0, 0.5), source="Correa2020", status="seen",
        meaning="vomiting, each 10 mmHg that systolic pressure fell",
    )
    sick_low: Any = param(
        "1", 0.128, within=(0.0, 0.4), source="Correa2020", status="seen",
        meaning="vomiting, each 10 mmHg of systolic pressure below 140 at the start",
    )
    sick_gradient: Any = param(
        "1", 0.2, within=(-0.2, 0.8), source="SoleusChoice", status="assumed",
        meaning="nausea, each 3 mmol/L of urea left behind in cells, as in disequilibrium",
    )
    headache: Any = param(
        "1", -4.05, within=(-7.0, 0.0), source="AcuteComplications", status="tuned",
        meaning="headache, log odds in a calm session; tuned to 5 % of sessions",
    )
    headache_fall: Any = param(
        "1", 0.1, within=(-0.2, 0.3), source="Correa2020 HemodialysisHeadache", status="assumed",
        meaning="headache, each 10 mmHg that pressure fell: more in one study, worse with high pressure in another",
    )
    headache_gradient: Any = param(
        "1", 0.3, within=(-0.2, 1.0), source="SoleusChoice", status="assumed",
        meaning="headache, each 3 mmol/L of urea left behind in cells",
    )
    headache_dilution: Any = param(
        "1", 0.2, within=(-0.2, 0.8), source="SoleusChoice", status="assumed",
        meaning="headache, each 5 mmol/L that tonicity fell",
    )
    tired: Any = param(
        "1", -1.05, within=(-4.0, 2.0), source="Alvarez2020", status="tuned",
        meaning="tired after a session, log odds in a calm one; tuned to 62 % of patients in a week",
    )
    tired_MAP: Any = param(
        "1", 0.1, within=(-0.1, 0.5), source="RecoveryUf2017", status="assumed",
        meaning="tiredness, each 10 mmHg that mean pressure fell; longer recovery with hypotension",
    )
    tired_dilution: Any = param(
        "1", 0.2, within=(-0.2, 0.8), source="Rayner2014", status="assumed",
        meaning="tiredness, each 5 mmol/L that tonicity fell; longer recovery with less bath sodium",
    )
    tired_uf: Any = param(
        "1", 0.05, within=(0.0, 0.15), source="RecoveryUf2017", status="derived",
        meaning="tiredness, each mL/kg/h above 10: odds of a longer recovery 1.28 at 13 and above",
    )
    tired_female: Any = param(
        "1", 0.2, within=(-0.2, 0.6), source="Rayner2014 Caplin2011", status="assumed",
        meaning="tiredness, being a woman; a direction that two large surveys share",
    )
    thirsty: Any = param(
        "1", -0.6, within=(-3.0, 2.0), source="SoleusChoice", status="assumed",
        meaning="thirst after a session, log odds when plasma sodium is the person's own; no figure was found",
    )
    thirsty_sodium: Any = param(
        "1", 0.4, within=(0.0, 1.0), source="SoleusChoice", status="assumed",
        meaning="thirst, each mmol/L of plasma sodium above the person's own",
    )


def unwell(of: Whole, about: About, p: Any = None) -> tuple[Complaint, ...]:
    """The chance of each in this session; `p` may hold other weights."""
    p = Unwell() if p is None else p
    low = (140 - of.SBP) / 10
    fast = np.logaddexp(0, 2 * (60 * of.uf_rate - 10)) / 2
    female = 0.0 if about.female is None else p.tired_female * (float(about.female) - 0.42)
    chance = {
        "dizzy": p.dizzy + p.dizzy_fall * of.fall / 10 + p.dizzy_low * low + p.dizzy_urea * (of.urea - 20),
        "sick": p.sick + p.sick_fall * of.fall / 10 + p.sick_low * low + p.sick_gradient * of.gradient / 3,
        "headache": p.headache
        + p.headache_fall * of.fall / 10
        + p.headache_gradient * of.gradient / 3
        + p.headache_dilution * of.dilution / 5,
        "tired": p.tired
        + p.tired_MAP * of.MAP_fall / 10
        + p.tired_dilution * of.dilution / 5
        + p.tired_uf * fast
        + female,
        "thirsty": p.thirsty + p.thirsty_sodium * of.thirst,
    }
    return tuple(
        Complaint(name, label, average(chance[name], p.spread), evidence, says, tuple(sources.split()))
        for name, (label, evidence, sources, says) in SAID.items()
    )


SAID = {
    "dizzy": (
        "Dizziness, feeling of low pressure", "B", "Correa2020 Alvarez2020",
        "More likely the further pressure falls, the lower it is at the start and the higher urea is before.",
    ),
    "sick": (
        "Nausea or vomiting", "B", "Correa2020 AcuteComplications Asgari2017",
        "Vomiting goes with falling pressure; that urea left behind in cells adds to it is assumed.",
    ),
    "headache": (
        "Headache", "D", "Correa2020 HemodialysisHeadache AcuteComplications",
        "Urea and water moving into cells are the usual explanation, which nobody has shown; studies disagree on "
        "whether falling or high pressure goes with it.",
    ),
    "tired": (
        "Tiredness after dialysis", "D", "Alvarez2020 RecoveryUf2017 Rayner2014",
        "Six in ten patients report it in a week. It goes with fast removal of fluid and with less sodium in the bath; "
        "its mechanism is not known.",
    ),
    "thirsty": (
        "Thirst after dialysis", "C", "SoleusChoice",
        "Sodium above the person's own level makes thirsty. How many feel it at which level is assumed.",
    ),
}  # fmt: skip
