"""One blood, filter and bath that tests of the machine share, and how to read what was taken."""

import dataclasses

from soleus.machine.access import Access
from soleus.machine.dialyzer import MIDDLE_F, MIDDLE_FU, MIDDLE_HCT, SOLUTES, Blood, Settings
from soleus.machine.membrane import solutes

BLOOD = Blood(
    f=0.934, hct=0.34, alpha=0.954, CO=5.0, Q_access=1.0, t_core=36.6, Na=146.0, urea=25.0, creatinine=0.8, K=5.2,
    hco3=26.0, acetate=0.03, citrate=0.12, organic=1.5, Ca=1.2, CaCit=0.07, Mg=0.6, phosphate=1.7, glucose=6.0,
    mannitol=2.0, indoxyl=0.01, fu=0.08, b2m=28.0,
)  # fmt: skip
# At the middle node the polynomial is exact.
MIDDLE = dataclasses.replace(BLOOD, f=MIDDLE_F, hct=MIDDLE_HCT, fu=MIDDLE_FU)
HD = Settings(
    Q_b=0.3,
    Q_d=0.5,
    Q_pre=0.0,
    Q_post=0.0,
    uf_0=0.01,
    uf_1=0.01,
    Na_0=138.0,
    Na_1=138.0,
    K_0=2.0,
    K_1=2.0,
    HCO3_0=34.0,
    HCO3_1=34.0,
    acetate=3.0,
    citrate=0.0,
    Ca=1.5,
    Mg=0.5,
    glucose=5.5,
    T_0=36.5,
    T_1=36.5,
    bath=1.0,
    on=1.0,
)
UF = dataclasses.replace(HD, Q_d=0.0, bath=0.0)
CATHETER = Access(recirculation=0.0, cardiopulmonary=0.0)

SMALL = SOLUTES[:-2]
READ = [name for name in SOLUTES if name not in ("Ca", "CaCit")]


def read(out, name):
    """What was taken of a solute, where calcium is alone in its form."""
    return sodium(out) if name == "Na" else getattr(out, "Ca" if name == "CaCit" else name)


def holding(**bath):
    """A bath without anything but this."""
    empty = dict.fromkeys(
        ("Na_0", "Na_1", "K_0", "K_1", "HCO3_0", "HCO3_1", "acetate", "citrate", "Ca", "Mg", "glucose"), 0.0
    )
    return empty | bath


def sodium(out):
    return out.Na_diffusive + out.Na_convective


def reach_of(blood, name, p):
    """Q_e / Q_b."""
    if name in SMALL:
        phi = solutes(p.membrane)[name][1]
        return blood.f * (1 - blood.hct) + phi * p.membrane.rbc_water * blood.hct
    return (1 - blood.hct) / (blood.fu if name == "indoxyl" else 1.0)
