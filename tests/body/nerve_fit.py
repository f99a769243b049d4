"""Fit the quick answers of `soleus.body.nerve` to the full axon, and write them: `python tests/body/nerve_fit.py`.

    answer = sum of coefficient x k^a s^b n^c t^d u^e l^f
    k = ln(K / K_0), s = S / M_0, n = ln(Na / Na_0), t = T / T_0 - 1, u = pump - 1, l = ln(2 load)

V and margin are in units of M_0, the margin of a motor terminal in usual blood; `rheobase` is what sqrt(rheobase) over
that of a motor node in usual blood is in units of margin / M_0; `tipping` is ln of the persistent sodium, relative to
the axon's own, from which on it cannot rest.
"""

import csv
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import qmc

from soleus.body.nerve import COEFFICIENTS, Nerve
from soleus.validate.axon import LOAD, MOTOR, SENSORY, Around, excitability, tipping

AXONS = {"motor": MOTOR, "sensory": SENSORY}
P = Nerve()
BOX = {  # the range over which the answers are fitted
    "K": (2.0, 7.5),  # mmol/L at the membrane
    "S": (-6.0, 4.0),  # mV: ionized calcium 0.4 to 1.9, magnesium 0.3 to 1.5, pH 7.1 to 7.7 lie within
    "Na": (125.0, 155.0),  # mmol/L
    "T": (30.0, 40.0),  # degC
    "pump": (0.0, 1.0),
    "load": (0.2, 1.1),
}
LEAST = 0.5  # mV of margin from which on an axon is fitted: below it rest is lost
NAMES = "ksntul"


def _up_to(letters: str, degree: int) -> list[str]:
    return ["".join(c) for d in range(degree + 1) for c in combinations_with_replacement(letters, d)]


TERMS = {
    "V": [*_up_to("ksl", 3), "t", "tt", "kt", "st", "tl", "n", "kn", "u", "ku", "su", "ul", "kku"],
    "margin": [*_up_to("ksl", 3), "t", "tt", "kt", "st", "tl", "n", "kn", "u", "ku", "su", "ul", "kku"],
    "rheobase": ["", "m", "s", "l", "ll"],  # m = margin / M_0
    "tipping": [*_up_to("ksl", 3), "t", "tt", "kt", "st", "n", "u"],
}


class Points(NamedTuple):
    """Surroundings and loads, spread evenly over the box."""

    around: Around
    load: Any

    def coordinates(self) -> dict[str, Any]:
        """Without dimension, as the header has them."""
        a = self.around
        return {
            "k": np.log(a.K / P.K_0),
            "s": a.S / P.M_0,
            "n": np.log(a.Na / P.Na_0),
            "t": a.T / P.T_0 - 1,
            "u": a.pump - 1,
            "l": np.log(self.load / LOAD),
        }


def points(n: int, seed: int) -> Points:
    """n points, a power of two, that fill the box."""
    low, high = np.array(list(BOX.values())).T
    low[0], high[0], low[5], high[5] = *np.log([low[0], high[0]]), *np.log([low[5], high[5]])
    x = low + (high - low) * qmc.Sobol(len(BOX), seed=seed).random(n)
    return Points(Around(np.exp(x[:, 0]), *x[:, 1:5].T), np.exp(x[:, 5]))


def columns(terms: list[str], x: dict[str, Any]) -> Any:
    """Each term at each point, [point, term]."""
    one = np.ones_like(x["k"])
    return np.array([np.prod([one, *(x[letter] for letter in term)], axis=0) for term in terms]).T


def _solve(terms: list[str], x: dict[str, Any], y: Any, use: Any) -> dict[str, float]:
    found = np.linalg.lstsq(columns(terms, x)[use], y[use], rcond=None)[0]
    return {term: round(float(c), 5) for term, c in zip(terms, found, strict=True)}


def fit(many: int = 2048, few: int = 256, seed: int = 1) -> dict[tuple[str, str], dict[str, float]]:
    """Coefficients by (axon, answer), then by term; `few` points serve the costly tipping."""
    usual = float(excitability(Around(), MOTOR).rheobase)
    found = {}
    for name, axon in AXONS.items():
        at = points(many, seed)
        x, full = at.coordinates(), excitability(at.around, axon.loaded(at.load))
        rests = full.margin > LEAST
        m = full.margin / P.M_0
        found[name, "V"] = _solve(TERMS["V"], x, full.V / P.M_0, rests)
        found[name, "margin"] = _solve(TERMS["margin"], x, m, rests)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[name, "rheobase"] = _solve(TERMS["rheobase"], x | {"m": m}, np.sqrt(full.rheobase / usual) / m, rests)
        at = points(few, seed)
        tips = tipping(at.around, axon.loaded(at.load))
        found[name, "tipping"] = _solve(TERMS["tipping"], at.coordinates(), tips, ~np.isnan(tips))
    return found


def write(found: dict[tuple[str, str], dict[str, float]]) -> None:
    """Into the file that `soleus.body.nerve` reads."""
    with COEFFICIENTS.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["axon", "answer", "term", "coefficient"])
        out.writerows([*key, term, c] for key, terms in found.items() for term, c in terms.items())


if __name__ == "__main__":
    write(fit())
    print(f"wrote {COEFFICIENTS}")
