"""A session in which nothing happens but for what is named, as symptoms see it."""

from types import SimpleNamespace

import numpy as np
import pytest

MINUTES = np.linspace(0, 240, 49)
CALM = {
    "SBP": 140.0, "MAP": 95.0, "K_p": 4.2, "level": 4.4, "c_w": 4.4, "E": 285.0, "Na_p": 138.0, "urea_i": 20.0,
    "urea_e": 20.0, "f": 0.94, "V_e": 16.0, "V_is": 12.6, "iCa": 1.2, "iMg": 0.55, "hco3": 24.0, "S": 0.75,
    "usual": 12.2, "ectopic": 0.14, "ectopic_usual": 0.1, "ready": 0.7,
}  # fmt: skip


def spread(value, people):
    """A number, a course [time] or a table [time, patient] as [time, patient]."""
    x = np.asarray(value, float)
    return np.broadcast_to(x[:, None] if x.ndim == 1 else x, (len(MINUTES), people)).copy()


def moment(people=1, **now):
    """Moments with these courses and everything else calm."""
    x = {name: spread(value, people) for name, value in (CALM | now).items()}
    seen = SimpleNamespace(
        circulation=SimpleNamespace(SBP=x["SBP"], MAP=x["MAP"]),
        potassium=SimpleNamespace(K_p=x["K_p"], level=x["level"], c_w=x["c_w"]),
        sodium=SimpleNamespace(E=x["E"], Na_p=x["Na_p"]),
        protein=SimpleNamespace(f=x["f"]),
        calcium=SimpleNamespace(iCa=x["iCa"]),
        magnesium=SimpleNamespace(iMg=x["iMg"]),
        acid_base=SimpleNamespace(hco3=x["hco3"]),
        V_e=x["V_e"],
        urea_i=x["urea_i"],
        urea_e=x["urea_e"],
    )
    state = SimpleNamespace(muscle=SimpleNamespace(S=x["S"]), fluid=SimpleNamespace(V_is=x["V_is"]))
    node = SimpleNamespace(ready=x["ready"])
    nerves = SimpleNamespace(usual=x["usual"], ectopic=x["ectopic"], ectopic_usual=x["ectopic_usual"], node=node)
    return SimpleNamespace(seen=seen, state=state, nerves=nerves, tally=SimpleNamespace(uf=spread(0.0, people)))


@pytest.fixture
def session():
    """What makes moments, their minutes, and a person: patient and the same at dry weight."""
    patient = SimpleNamespace(sodium=SimpleNamespace(Na_p=138.0), fluid=SimpleNamespace(V_is=12.6))
    rest = SimpleNamespace(V_e=16.0)
    return SimpleNamespace(
        moment=moment, minutes=MINUTES, patient=patient, rest=rest, ramp=np.linspace(0, 1, len(MINUTES))
    )
