"""Anatomy: what a person is made of. One record an organ, for what is constant, what moves and what is seen.

Holds for   `body.py` alone, which wires the organs; nothing is computed here.
"""

from __future__ import annotations

from typing import Any

from ..parameter import part, quantity, record
from . import (
    absorption,
    acid_base,
    b2m,
    blood,
    bone,
    calcium,
    capillary,
    circulation,
    creatinine,
    fluid,
    glucose,
    gut,
    heat,
    hormones,
    indoxyl,
    kidney,
    magnesium,
    mannitol,
    muscle,
    nerve,
    phosphate,
    potassium,
    protein,
    sodium,
    urea,
)


@record
class Patient:
    """Everything constant about a person, one record an organ; leaves are scalars or [patient]."""

    fluid: fluid.Fluid = part(fluid.Fluid)
    protein: protein.Protein = part(protein.Protein)
    sodium: sodium.Sodium = part(sodium.Sodium)
    urea: urea.Urea = part(urea.Urea)
    blood: blood.Blood = part(blood.Blood)
    capillary: capillary.Capillary = part(capillary.Capillary)
    circulation: circulation.Circulation = part(circulation.Circulation)
    heat: heat.Heat = part(heat.Heat)
    muscle: muscle.Muscle = part(muscle.Muscle)
    gut: gut.Gut = part(gut.Gut)
    kidney: kidney.Kidney = part(kidney.Kidney)
    potassium: potassium.Potassium = part(potassium.Potassium)
    acid_base: acid_base.AcidBase = part(acid_base.AcidBase)
    calcium: calcium.Calcium = part(calcium.Calcium)
    magnesium: magnesium.Magnesium = part(magnesium.Magnesium)
    phosphate: phosphate.Phosphate = part(phosphate.Phosphate)
    absorption: absorption.Absorption = part(absorption.Absorption)
    hormones: hormones.Hormones = part(hormones.Hormones)
    bone: bone.Bone = part(bone.Bone)
    glucose: glucose.Glucose = part(glucose.Glucose)
    mannitol: mannitol.Mannitol = part(mannitol.Mannitol)
    creatinine: creatinine.Creatinine = part(creatinine.Creatinine)
    b2m: b2m.B2m = part(b2m.B2m)
    indoxyl: indoxyl.Indoxyl = part(indoxyl.Indoxyl)
    nerve: nerve.Nerve = part(nerve.Nerve)


@record
class State:
    """All that changes with time."""

    fluid: fluid.State
    protein: protein.State
    sodium: sodium.State
    urea: urea.State
    circulation: circulation.State
    heat: heat.State
    muscle: muscle.State
    gut: gut.State
    blood: blood.State
    potassium: potassium.State
    acid_base: acid_base.State
    calcium: calcium.State
    magnesium: magnesium.State
    phosphate: phosphate.State
    hormones: hormones.State
    bone: bone.State
    glucose: glucose.State
    mannitol: mannitol.State
    creatinine: creatinine.State
    b2m: b2m.State
    indoxyl: indoxyl.State


@record
class Rest:
    """Constants that follow from the patient at dry weight; computed once a run."""

    protein: protein.Seen
    sodium: sodium.Rest
    capillary: capillary.Rest
    circulation: circulation.Rest
    potassium: potassium.Rest
    calcium: calcium.Rest
    kidney: kidney.Rest
    g_w: Any = quantity("mmol/L", "fasting glucose in plasma water")
    V_e: Any = quantity("L", "extracellular water at dry weight")
    V: Any = quantity("L", "total body water at dry weight")
    n_ic: Any = quantity("mmol", "effective osmoles inside cells")


@record
class Seen:
    """Everything algebraic that a neighbour, the machine or a reader may look at."""

    protein: protein.Seen
    sodium: sodium.Seen
    blood: blood.Seen
    heat: heat.Seen
    circulation: circulation.Seen
    capillary: capillary.Seen
    muscle: muscle.Seen
    excreted: kidney.Excreted
    kidney: kidney.Seen
    potassium: potassium.Seen
    acid_base: acid_base.Seen
    calcium: calcium.Seen
    magnesium: magnesium.Seen
    phosphate: phosphate.Seen
    absorption: absorption.Seen
    hormones: hormones.Seen
    bone: bone.Seen
    glucose: glucose.Seen
    mannitol: mannitol.Seen
    creatinine: creatinine.Seen
    b2m: b2m.Seen
    indoxyl: indoxyl.Seen
    chloride: Any = quantity("mmol/L", "chloride as the laboratory reports it: what makes plasma neutral")
    V_e: Any = quantity("L", "extracellular water")
    urea_e: Any = quantity("mmol/L", "urea outside cells")
    urea_i: Any = quantity("mmol/L", "urea inside cells")
    J_w: Any = quantity("L/min", "osmotic shift into cells")
    weight: Any = quantity("kg", "body mass")
