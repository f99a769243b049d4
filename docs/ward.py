"""Ward: writes the invented people of `soleus serve --demo`: months drawn by the clinic's simulator, and the examples.

python docs/ward.py
"""

import json
from pathlib import Path

import numpy as np

from soleus import case
from soleus.calibration import clinic
from soleus.case.file import parse

ROOT = Path(__file__).parent.parent
OUT = ROOT / "src" / "soleus" / "web" / "ward.json"
NAMES = (
    "Abel Anyone", "Bruno Beispiel", "Celia Conjured", "Dmitri Dreamt", "Emil Elsewhere", "Fatima Figment",
    "Greta Guess", "Hanna Hypothesis",
)  # fmt: skip
EXAMPLES = {
    "calf-cramps": "Paula Patient", "alkaline-bath": "Ines Invented", "low-calcium-citrate": "Julia Specimen",
    "low-magnesium": "Karla Sample", "low-sodium-high-gain": "Leo Example", "new-calcimimetic": "Mona Madeup",
    "potassium-1-bath": "Nina Nobody", "pressure-fall": "Olga Otherwise", "restless-or-cramping": "Piet Placeholder",
    "years-underdialysed": "Ruben Random", "ckd4-twitching": "Sara Sketch",
}  # fmt: skip
SEED, SESSIONS = 11, 9


def simulated() -> list[dict]:
    """Invented people who lived a simulated month."""
    rng = np.random.default_rng(SEED)
    who = clinic.everybody(len(NAMES), rng)
    visits = list(clinic.month(who, rng))
    both = [clinic.files(who, visits, rng, volume) for volume in (True, False)]
    made = []
    for i, name in enumerate(NAMES):
        told = both[i % 2][i]
        told["patient"] |= {"name": name, "conditions": ["invented"]}
        told["sessions"] = told["sessions"][-SESSIONS:]
        made.append(told)
    return made


def examples() -> list[dict]:
    """The example files under invented names."""
    made = []
    for stem, name in EXAMPLES.items():
        path = ROOT / "examples" / f"{stem}.yaml"
        told = parse(path.read_text(encoding="utf-8"), path.name).data
        told["patient"]["name"] = name
        made.append(told)
    return made


if __name__ == "__main__":
    ward = [*examples(), *simulated()]
    for told in ward:
        case.read(told)
    OUT.write_text(json.dumps(ward, separators=(",", ":")) + "\n", encoding="utf-8")
    cramped = sum(any(s.get("symptoms") for s in told.get("sessions", [])) for told in ward)
    print(f"{len(ward)} people, {cramped} with complaints, {OUT.stat().st_size / 1000:.0f} kB")
