"""Body: the organs wired together. Read `look` and `rates` from top to bottom: that is the whole diagram.

Every algebraic quantity is computed once, in `look`, in an order without loops; neighbours and machine read it there.
A rate depends on the state, the patient and what the machine and the session give: on nothing from before.
"""

from __future__ import annotations

from typing import Any

from ..smooth import maximum
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
from .anatomy import Patient as Patient
from .anatomy import Rest as Rest
from .anatomy import Seen as Seen
from .anatomy import State as State
from .given import NO_INFUSION as NO_INFUSION
from .given import NO_REMOVAL as NO_REMOVAL
from .given import Given as Given
from .given import Infused as Infused
from .given import Removal as Removal
from .given import nothing as nothing

MOST_DIALYSANCE = 0.12  # of any substance, as a share of the flow through tissues
FOLLOWED = 10.0  # rate that a withdrawal counts for, over its own growth; tuned to errors of 1e-4 (tests/test_solve.py)
LEAST_WATER = 0.75  # of that outside cells at dry weight, at the end of a session


def rest(p: Patient) -> Rest:
    """The reference state's constants: dry weight, all water and protein at rest."""
    f = p.fluid
    seen = protein.look(p.protein.c_pl, p.protein.ratio * p.protein.c_pl, p.protein)
    salt = sodium.rest(f.V_pl, f.V_is, seen.f, seen.r, p.sodium)
    red = blood.look(blood.State(V_rbc=p.blood.V_rbc), f.V_pl, salt.E, salt.E, p.blood)
    flow = circulation.rest(red.BV, red.hct, p.circulation)
    V_e = seen.f * f.V_pl + f.V_is
    return Rest(
        protein=seen,
        sodium=salt,
        capillary=capillary.rest(f.V_is, flow.P_c, seen, p.capillary),
        circulation=flow,
        potassium=potassium.rest(f.V_ic, seen.f, p.potassium),
        calcium=calcium.rest(p.acid_base.hco3, p.phosphate.c, p.calcium),
        kidney=kidney.rest(p.kidney),
        g_w=p.glucose.g_b / seen.f,
        V_e=V_e,
        V=V_e + f.V_ic,
        n_ic=salt.E * f.V_ic,
    )


def at_rest(p: Patient, r: Rest) -> State:
    """The reference state itself."""
    f, c, pro = p.fluid, p.circulation, r.protein
    albumin = p.protein.albumin_share * pro.c_pl
    pH, citrate = acid_base.acidity(p.acid_base.hco3, p.acid_base.pCO2, p.acid_base), p.acid_base.citrate
    g = p.kidney.gfr / p.kidney.gfr_0
    glands = hormones.at_rest(hormones.Inputs(iCa=p.calcium.iCa, P=p.phosphate.c, g=g), p.hormones)
    return State(
        hormones=glands,
        bone=bone.at_rest(p.hormones.PTH, hormones.active(glands, p.hormones), g, p.bone),
        fluid=fluid.State(V_pl=f.V_pl, V_is=f.V_is, V_ic=f.V_ic),
        protein=protein.State(m_pl=r.protein.c_pl * f.V_pl, m_is=r.protein.c_is * f.V_is),
        sodium=sodium.State(n=r.sodium.n),
        urea=urea.State(n_e=p.urea.c * r.V_e, n_i=p.urea.c * f.V_ic),
        circulation=circulation.State(s=c.s_0, h=c.s_0, d=0.0),
        heat=heat.State(T_c=p.heat.T_c, T_k=p.heat.T_k),
        muscle=muscle.State(S=p.muscle.S_a - (1 - p.muscle.f_a) * p.muscle.extraction),
        gut=gut.State(V=0.0, n=0.0, food=0.0),
        blood=blood.State(V_rbc=p.blood.V_rbc),
        potassium=potassium.at_rest(f.V_pl, f.V_is, pro, p.potassium),
        acid_base=acid_base.at_rest(f.V_pl, f.V_is, pro, p.acid_base),
        calcium=calcium.at_rest(f.V_pl, f.V_is, pro, albumin, pH, citrate, p.calcium),
        magnesium=magnesium.at_rest(f.V_pl, f.V_is, pro, albumin, pH, citrate, p.magnesium),
        phosphate=phosphate.at_rest(r.V_e, p.phosphate),
        glucose=glucose.at_rest(r.V_e, pro.f, p.glucose),
        mannitol=mannitol.at_rest(),
        creatinine=creatinine.at_rest(r.V_e, f.V_ic, pro.f, p.creatinine),
        b2m=b2m.at_rest(r.V, 0.0, p.b2m),
        indoxyl=indoxyl.at_rest(p.indoxyl),
    )


def look(now: State, p: Patient, r: Rest) -> Seen:
    """All algebra, in the order of physiology."""
    w = now.fluid
    pro = protein.look(now.protein.m_pl / w.V_pl, now.protein.m_is / w.V_is, p.protein)
    V_e = pro.f * w.V_pl + w.V_is
    of = _dissolved(now, V_e, pro, p, r)
    K, Ca = of["potassium"], of["calcium"]
    beyond_usual = 2 * p.sodium.phi * pro.r * (K.c_w - r.potassium.c_w) + (of["glucose"].c_w - r.g_w)
    salt = sodium.look(now.sodium.n, w.V_pl, w.V_is, pro.f, pro.r, p.sodium, beyond_usual + of["mannitol"].c_w)
    urea_e, urea_i = now.urea.n_e / V_e, now.urea.n_i / w.V_ic
    given_cells = p.blood.w * (now.blood.V_rbc - p.blood.V_rbc)
    n_ic = r.n_ic + p.sodium.phi * (now.potassium.n_i - p.potassium.n_i) + r.sodium.E * given_cells
    red = blood.look(now.blood, w.V_pl, salt.E, r.sodium.E, p.blood)
    warm = heat.look(now.heat, p.heat)
    flow = circulation.look(
        now.circulation, red.BV, red.hct, warm.T_b, warm.skin, Ca.iCa - p.calcium.iCa, K.level - K.c_w,
        now.gut.food, p.circulation, r.circulation,
    )  # fmt: skip
    return Seen(
        protein=pro,
        sodium=salt,
        blood=red,
        heat=warm,
        circulation=flow,
        capillary=capillary.look(w.V_is, flow.P_c, pro, p.capillary, r.capillary),
        muscle=muscle.look(flow, red.hct, p.circulation.MAP, r.circulation, p.muscle),
        kidney=kidney.look(V_e, r.V_e, urea_e, of["excreted"].K, p.kidney, r.kidney),
        chloride=_chloride(salt.c_w, of, pro, p),
        V_e=V_e,
        urea_e=urea_e,
        urea_i=urea_i,
        J_w=fluid.osmotic_shift(V_e, w.V_ic, salt.E + urea_e, n_ic / w.V_ic + urea_i, p.fluid),
        weight=fluid.weight(w, now.gut.V, p.fluid),
        **of,
    )


def _dissolved(now: State, V_e: Any, pro: Any, p: Patient, r: Rest) -> dict[str, Any]:
    """What is seen of the dissolved substances; binding follows protein, acidity and phosphate."""
    w, albumin = now.fluid, p.protein.albumin_share * pro.c_pl
    K = potassium.look(now.potassium, w.V_pl, w.V_is, w.V_ic, pro, p.potassium, r.potassium)
    acid = acid_base.look(now.acid_base, w.V_pl, w.V_is, pro, p.acid_base)
    P = phosphate.look(now.phosphate, V_e, pro, p.phosphate)
    Ca = calcium.look(now.calcium, w.V_pl, w.V_is, pro, albumin, acid, P.c_p, p.calcium, r.calcium)
    Mg = magnesium.look(now.magnesium, w.V_pl, w.V_is, pro, albumin, acid, p.magnesium)
    g = p.kidney.gfr / p.kidney.gfr_0
    glands = hormones.look(now.hormones, hormones.Inputs(iCa=Ca.iCa, P=P.c_p, g=g), p.hormones)
    return {
        "hormones": glands,
        "bone": bone.look(now.bone, glands.u, Ca.iCa, P.c_p, g, p.bone),
        "absorption": absorption.look(glands.u_gut, p.absorption),
        "potassium": K,
        "acid_base": acid,
        "calcium": Ca,
        "magnesium": Mg,
        "phosphate": P,
        "glucose": glucose.look(now.glucose, V_e, pro.f),
        "mannitol": mannitol.look(now.mannitol, V_e),
        "creatinine": creatinine.look(now.creatinine, V_e, w.V_ic, pro.f),
        "b2m": b2m.look(now.b2m, r.V, V_e - r.V_e, p.b2m),
        "indoxyl": indoxyl.look(now.indoxyl, p.indoxyl),
        "excreted": kidney.excreted(
            K.c_w, acid.hco3, Mg.free, Ca.free, Ca.iCa, P.c_p, glands.PTH, now.hormones.FGF, p.kidney, r.kidney
        ),
    }


def around_nerves(now: State, seen: Seen, p: Patient, r: Rest) -> nerve.Inputs:
    """The blood and the flow that motor and sensory axons are in."""
    rise = (now.heat.T_c - p.heat.T_c) + (now.heat.T_k - p.heat.T_k)
    return nerve.Inputs(
        K=seen.potassium.K_p,
        Na=seen.sodium.Na_p,
        iCa=seen.calcium.iCa,
        iMg=seen.magnesium.iMg,
        pH=seen.acid_base.pH,
        warmed=0.5 * rise,
        oxygen=seen.muscle.q * seen.blood.hct / r.circulation.hct,
        V_is=now.fluid.V_is / p.fluid.V_is,
        toxin=seen.indoxyl.free,
    )


def nerves(now: State, seen: Seen, p: Patient, r: Rest) -> nerve.Seen:
    """Motor and sensory axons; nothing in the body waits for them, so no rate asks."""
    return nerve.look(around_nerves(now, seen, p, r), p.nerve)


def _chloride(Na_w: Any, of: dict[str, Any], pro: Any, p: Patient) -> Any:
    """Plasma chloride, mmol/L: what is left to make the charges even."""
    charge = acid_base.protein_charge(pro.alpha, p.protein.C)
    iCa, iMg, P_w = of["calcium"].iCa, of["magnesium"].iMg, of["phosphate"].c_w
    uremic = of["creatinine"].c_p / p.creatinine.c
    return pro.f * acid_base.chloride(
        Na_w, of["potassium"].c_w, iCa, iMg, P_w, charge, of["acid_base"], p.acid_base, uremic
    )


def rates(now: State, seen: Seen, given: Given, p: Patient, r: Rest) -> State:
    """What each organ is told about its neighbours, and what it does in response."""
    water, salt = gut.absorbed(now.gut, p.gut)
    drink = given.eats * gut.thirst(seen.sodium.Na_p, p.sodium.Na_p, p.gut)
    flow, wall, out, drip = seen.circulation, seen.capillary, given.removal, given.infused
    acute = p.circulation.A * (now.circulation.s - now.circulation.h)
    return State(
        fluid=fluid.rates(
            now.fluid,
            fluid.Inputs(
                uf=given.uf, J_v=wall.J_v, J_L=wall.J_L, J_w=seen.J_w, gut=water, urine=seen.kidney.urine,
                infusion=drip.water, cells=p.blood.w * drip.red_cells,
            ),
            p.fluid,
        ),
        protein=protein.rates(now.protein, protein.Inputs(J=wall.J_p, infusion=drip.protein), p.protein),
        sodium=sodium.rates(
            now.sodium,
            sodium.Inputs(removal=out.Na, gut=salt, urine=seen.kidney.sodium, infusion=drip.Na),
            p.sodium,
        ),
        urea=urea.rates(
            now.urea,
            urea.Inputs(c_e=seen.urea_e, c_i=seen.urea_i, V=r.V, K_r=seen.kidney.K_urea, removal=out.urea),
            p.urea,
        ),
        circulation=circulation.rates(
            now.circulation, circulation.Inputs(MAP=flow.MAP, P_m=flow.P_m, on=given.on), p.circulation
        ),
        heat=heat.rates(now.heat, heat.Inputs(skin=seen.heat.skin, acute=acute, circuit=given.heat), p.heat),
        muscle=muscle.rates(now.muscle, muscle.Inputs(target=seen.muscle.S), p.muscle),
        gut=gut.rates(
            now.gut,
            gut.Inputs(
                drink=drink + drip.gut_water, salt=given.eats * p.gut.salt + drip.gut_Na, meals=drip.meals
            ),
            p.gut,
        ),
        blood=blood.rates(now.blood, blood.Inputs(transfused=drip.red_cells), p.blood),
        **_chemistry(now, seen, given, p, r),
    )


def _chemistry(now: State, seen: Seen, given: Given, p: Patient, r: Rest) -> dict[str, Any]:
    """The rates of the dissolved substances."""
    urine, out, drip = seen.excreted, given.removal, given.infused
    K_in = potassium.Inputs(
        J_B=seen.acid_base.J_B, insulin=now.glucose.insulin, urine=urine.K, infusion=drip.K, removal=out.K
    )
    base_in = acid_base.Inputs(
        kidney=urine.base, infusion=drip.hco3, infused_citrate=drip.citrate, removal=out.hco3,
        organic_removal=out.organic, acetate_removal=out.acetate, citrate_removal=out.citrate,
    )  # fmt: skip
    laid = seen.bone.J_form - seen.bone.J_res
    Ca_in = calcium.Inputs(
        tilt=seen.bone.tilt, gut=seen.absorption.Ca, bone=-laid, urine=urine.Ca, infusion=drip.Ca, removal=out.Ca
    )
    Mg_in = magnesium.Inputs(urine=urine.Mg, infusion=drip.Mg, removal=out.Mg)
    P_in = phosphate.Inputs(
        gut=seen.absorption.P, deep=laid + seen.calcium.J_slow, urine=urine.P, infusion=drip.phosphate,
        removal=out.phosphate,
    )  # fmt: skip
    glands_in = hormones.Inputs(iCa=seen.calcium.iCa, P=seen.phosphate.c_p, g=p.kidney.gfr / p.kidney.gfr_0)
    bone_in = bone.Inputs(PTH=seen.hormones.PTH, J_slow=seen.calcium.J_slow)
    sugar_in = glucose.Inputs(injected=0.0, infusion=drip.glucose, removal=out.glucose)
    mannitol_in = mannitol.Inputs(K_r=p.kidney.gfr, infusion=drip.mannitol, removal=out.mannitol)
    creatinine_in = creatinine.Inputs(V=r.V, K_r=seen.kidney.K_creatinine, removal=out.creatinine)
    b2m_in = b2m.Inputs(K_r=seen.kidney.K_b2m, removal=out.b2m)
    toxin_in = indoxyl.Inputs(K_r=seen.kidney.K_toxin, removal=out.indoxyl)
    return {
        "potassium": potassium.rates(now.potassium, seen.potassium, K_in, p.potassium, r.potassium),
        "acid_base": acid_base.rates(now.acid_base, seen.acid_base, base_in, p.acid_base),
        "calcium": calcium.rates(now.calcium, seen.calcium, Ca_in, p.calcium, r.calcium),
        "magnesium": magnesium.rates(now.magnesium, seen.magnesium, Mg_in, p.magnesium),
        "phosphate": phosphate.rates(now.phosphate, seen.phosphate, P_in, p.phosphate),
        "hormones": hormones.rates(now.hormones, seen.hormones, glands_in, p.hormones),
        "bone": bone.rates(now.bone, seen.bone, bone_in, p.bone),
        "glucose": glucose.rates(now.glucose, seen.glucose, sugar_in, p.glucose),
        "mannitol": mannitol.rates(now.mannitol, seen.mannitol, mannitol_in, p.mannitol),
        "creatinine": creatinine.rates(now.creatinine, seen.creatinine, creatinine_in, p.creatinine),
        "b2m": b2m.rates(now.b2m, seen.b2m, b2m_in, p.b2m),
        "indoxyl": indoxyl.rates(now.indoxyl, seen.indoxyl, toxin_in, p.indoxyl),
    }


def fastest(p: Patient, r: Rest) -> Any:
    """An upper bound on the largest rate of change of these patients, 1/min; tested against their eigenvalues.

    The two fast loops are the baroreflex (gain over tau_s) and plasma volume (filtration against its own pressures);
    of the dissolved substances, acetate is burnt fastest, and the dialyzer adds its share. A sympathetic withdrawal
    grows instead of settling; steps must follow it, not only survive it, so it counts `FOLLOWED` times.
    """
    c, f = p.circulation, p.fluid
    dP_m = c.g_V / c.C_sys
    dMAP = (c.MAP - r.circulation.P_ra) * (c.g_R + dP_m / c.P_m + c.g_E * (1 - c.f_vr))
    reflex = (1 + c.A / 4 * (c.k_a * dMAP + c.k_cp * dP_m) * (1 + c.b)) / c.tau_s
    oncotic = r.protein.pi_pl * 2 / f.V_pl
    filtration = r.capillary.K_f * ((1 + c.R_pc / r.circulation.R_vr) / c.C_sys + oncotic)
    withdrawal = c.b * dP_m / (4 * c.w_BJ * c.tau_s)  # [algebra] the steepest slope of its sigmoid, around the loop
    osmosis = 1.2 / p.fluid.tau_osm  # [algebra] a fifth for the coupling to plasma
    acid = p.acid_base
    acetate = (acid.V_ac / acid.K_ac + MOST_DIALYSANCE * c.Q_tissue) / (LEAST_WATER * r.V_e)
    settling = maximum(maximum(reflex + filtration, osmosis), maximum(acetate, 1 / p.muscle.tau))
    return maximum(settling, FOLLOWED * withdrawal)
