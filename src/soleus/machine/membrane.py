"""Membrane: how easily each small solute passes, against urea, and how far red cells join in during one pass.

    KoA = r KoA_urea        Q_e = Q_b [f (1 - Hct) + phi w Hct]

Assumes     ratios alike in all membranes; a solute leaves red cells within the pass or not at all, in proportion phi.
Leaves out  what a membrane adsorbs; its own charge; the shift of acid and calcium binding inside the fiber.
Holds for   solutes below some 500 g/mol, free in plasma water or, like indoxyl sulfate, by their free share.
"""

from typing import Any

from ..parameter import param, record


@record
class Membrane:
    """KoA of each solute over that of urea (`r_`), and the share of red-cell water that gives it up (`phi_`)."""

    rbc_water: Any = param(
        "1", 0.72, within=(0.65, 0.75), source="Ursino2008", status="seen",
        meaning="water in a red cell",
    )
    r_Na: Any = param(
        "1", 0.86, within=(0.6, 1.0), source="Ursino2008", status="tuned",
        meaning="KoA of sodium over that of urea; tuned to a sodium dialysance of 0.16-0.175 L/min",
    )
    r_creatinine: Any = param(
        "1", 0.75, within=(0.65, 0.85), source="GeneralKnowledge", status="recalled",
        meaning="KoA of creatinine over that of urea",
    )
    r_K: Any = param(
        "1", 0.72, within=(0.6, 1.0), source="Zehnder2001 Kim2000", status="tuned",
        meaning="KoA of potassium over that of urea; with mobilization tuned to what both sources removed",
    )
    r_hco3: Any = param(
        "1", 0.70, within=(0.6, 0.8), source="terMeulen2019", status="tuned",
        meaning="KoA of bicarbonate over that of urea; tuned to its rise with acetate baths in terMeulen2019",
    )
    r_acetate: Any = param(
        "1", 0.75, within=(0.65, 0.85), source="Coll2007", status="tuned",
        meaning="KoA of acetate over that of urea; tuned to its level after a session of Coll2007",
    )
    r_citrate: Any = param(
        "1", 0.40, within=(0.3, 0.5), source="SoleusChoice", status="assumed",
        meaning="KoA of citrate over that of urea",
    )
    r_organic: Any = param(
        "1", 0.55, within=(0.45, 0.65), source="SoleusChoice", status="assumed",
        meaning="KoA of organic anions over that of urea",
    )
    r_Ca: Any = param(
        "1", 0.50, within=(0.4, 0.6), source="terMeulen2019 Waniewski2016", status="tuned",
        meaning="KoA of calcium over that of urea; tuned to what baths of 1.35 and 1.5 mmol/L do in the sources",
    )
    r_CaCit: Any = param(
        "1", 0.28, within=(0.2, 0.4), source="SoleusChoice", status="assumed",
        meaning="KoA of calcium citrate over that of urea",
    )
    r_Mg: Any = param(
        "1", 0.50, within=(0.4, 0.6), source="Leenders2018", status="tuned",
        meaning="KoA of magnesium over that of urea; tuned to its fall in Leenders2018",
    )
    r_phosphate: Any = param(
        "1", 0.46, within=(0.4, 0.6), source="PhosphorusHdf2013", status="tuned",
        meaning="KoA of phosphate over that of urea; tuned to a clearance of 0.16 L/min in PhosphorusHdf2013",
    )
    r_glucose: Any = param(
        "1", 0.50, within=(0.45, 0.6), source="GeneralKnowledge", status="recalled",
        meaning="KoA of glucose over that of urea",
    )
    r_mannitol: Any = param(
        "1", 0.45, within=(0.4, 0.55), source="SoleusChoice", status="assumed",
        meaning="KoA of mannitol over that of urea; as large as glucose",
    )
    r_indoxyl: Any = param(
        "1", 0.55, within=(0.45, 0.65), source="SoleusChoice", status="assumed",
        meaning="KoA of free indoxyl sulfate over that of urea",
    )
    phi_urea: Any = param(
        "1", 1.1, within=(1.0, 1.15), source="Speedy SoluteSolver", status="derived",
        meaning="share of red-cell water that gives up urea in one pass; above 1 because urea also binds there",
    )
    phi_glucose: Any = param(
        "1", 1.0, within=(0.8, 1.0), source="GeneralKnowledge", status="recalled",
        meaning="share of red-cell water that gives up glucose in one pass",
    )
    phi_hco3: Any = param(
        "1", 0.5, within=(0.3, 1.0), source="terMeulen2019", status="tuned",
        meaning="share of red-cell water that gives up bicarbonate in one pass; tuned to its rise in terMeulen2019",
    )
    phi_acetate: Any = param(
        "1", 0.5, within=(0.3, 1.0), source="SoleusChoice", status="assumed",
        meaning="share of red-cell water that gives up acetate in one pass",
    )
    phi_creatinine: Any = param(
        "1", 0.3, within=(0.0, 0.5), source="GeneralKnowledge", status="recalled",
        meaning="share of red-cell water that gives up creatinine in one pass",
    )
    phi_organic: Any = param(
        "1", 0.3, within=(0.0, 0.5), source="GeneralKnowledge", status="recalled",
        meaning="share of red-cell water that gives up organic anions in one pass",
    )
    phi_Na: Any = param(
        "1", 0.0, within=(0.0, 0.1), source="GeneralKnowledge", status="recalled",
        meaning="share of red-cell water that gives up sodium in one pass",
    )
    phi_K: Any = param(
        "1", 0.0, within=(0.0, 0.1), source="GeneralKnowledge", status="recalled",
        meaning="share of red-cell water that gives up potassium in one pass; measured across a dialyzer as none",
    )
    phi_salts: Any = param(
        "1", 0.0, within=(0.0, 0.1), source="GeneralKnowledge", status="recalled",
        meaning="share of red-cell water that gives up calcium, magnesium, phosphate, citrate or mannitol in one pass",
    )


def solutes(p: Membrane) -> dict[str, tuple[Any, Any]]:
    """Of each small solute: its KoA over that of urea, and the share of red-cell water that takes part."""
    return {
        "Na": (p.r_Na, p.phi_Na),
        "urea": (1.0, p.phi_urea),
        "creatinine": (p.r_creatinine, p.phi_creatinine),
        "K": (p.r_K, p.phi_K),
        "hco3": (p.r_hco3, p.phi_hco3),
        "acetate": (p.r_acetate, p.phi_acetate),
        "citrate": (p.r_citrate, p.phi_salts),
        "organic": (p.r_organic, p.phi_organic),
        "Ca": (p.r_Ca, p.phi_salts),
        "CaCit": (p.r_CaCit, p.phi_salts),
        "Mg": (p.r_Mg, p.phi_salts),
        "phosphate": (p.r_phosphate, p.phi_salts),
        "glucose": (p.r_glucose, p.phi_glucose),
        "mannitol": (p.r_mannitol, p.phi_salts),
    }
