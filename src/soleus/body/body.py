"""Body: the organs wired together. Read `look` and `rates` from top to bottom: that is the whole diagram.

Every algebraic quantity is computed once, in `look`, in an order without loops; neighbours and machine read it there.
A rate depends on the state, the patient and what the machine and the session give: on nothing from before.
"""

from __future__ import annotations

from typing import Any

from ..parameter import part, quantity, record
from ..smooth import maximum
from . import blood, capillary, circulation, fluid, gut, heat, kidney, muscle, protein, sodium, urea


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


@record
class Rest:
    """Constants that follow from the patient at dry weight; computed once a run."""

    protein: protein.Seen
    sodium: sodium.Rest
    capillary: capillary.Rest
    circulation: circulation.Rest
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
    kidney: kidney.Seen
    V_e: Any = quantity("L", "extracellular water")
    urea_e: Any = quantity("mmol/L", "urea outside cells")
    urea_i: Any = quantity("mmol/L", "urea inside cells")
    J_w: Any = quantity("L/min", "osmotic shift into cells")
    weight: Any = quantity("kg", "body mass")


@record
class Given:
    """What machine and session do to the body."""

    uf: Any = quantity("L/min", "ultrafiltration")
    sodium: Any = quantity("mmol/min", "sodium taken")
    urea: Any = quantity("mmol/min", "urea taken")
    heat: Any = quantity("kJ/min", "heat given")
    on: Any = quantity("1", "1 while blood is treated")
    infusion: Any = quantity("L/min", "water infused")
    infused_sodium: Any = quantity("mmol/min", "sodium infused")
    eats: Any = quantity("1", "1 when free to eat and drink")


def nothing() -> Given:
    """Between sessions, in bed or at table."""
    return Given(uf=0.0, sodium=0.0, urea=0.0, heat=0.0, on=0.0, infusion=0.0, infused_sodium=0.0, eats=1.0)


def rest(p: Patient) -> Rest:
    """The reference state's constants: dry weight, all water and protein at rest."""
    f = p.fluid
    seen = protein.look(p.protein.c_pl, p.protein.ratio * p.protein.c_pl, p.protein)
    salt = sodium.rest(f.V_pl, f.V_is, seen.f, seen.r, p.sodium)
    red = blood.look(f.V_pl, salt.E, salt.E, p.blood)
    flow = circulation.rest(red.BV, red.hct, p.circulation)
    V_e = seen.f * f.V_pl + f.V_is
    return Rest(
        protein=seen,
        sodium=salt,
        capillary=capillary.rest(f.V_is, flow.P_c, seen, p.capillary),
        circulation=flow,
        V_e=V_e,
        V=V_e + f.V_ic,
        n_ic=salt.E * f.V_ic,
    )


def at_rest(p: Patient, r: Rest) -> State:
    """The reference state itself."""
    f, c = p.fluid, p.circulation
    return State(
        fluid=fluid.State(V_pl=f.V_pl, V_is=f.V_is, V_ic=f.V_ic),
        protein=protein.State(m_pl=r.protein.c_pl * f.V_pl, m_is=r.protein.c_is * f.V_is),
        sodium=sodium.State(n=r.sodium.n),
        urea=urea.State(n_e=p.urea.c * r.V_e, n_i=p.urea.c * f.V_ic),
        circulation=circulation.State(s=c.s_0, h=c.s_0, d=0.0),
        heat=heat.State(T_c=p.heat.T_c, T_k=p.heat.T_k),
        muscle=muscle.State(S=p.muscle.S_a - (1 - p.muscle.f_a) * p.muscle.extraction),
        gut=gut.State(V=0.0, n=0.0),
    )


def look(now: State, p: Patient, r: Rest) -> Seen:
    """All algebra, in the order of physiology."""
    w = now.fluid
    pro = protein.look(now.protein.m_pl / w.V_pl, now.protein.m_is / w.V_is, p.protein)
    V_e = pro.f * w.V_pl + w.V_is
    salt = sodium.look(now.sodium.n, w.V_pl, w.V_is, pro.f, pro.r, p.sodium)
    urea_e, urea_i = now.urea.n_e / V_e, now.urea.n_i / w.V_ic
    J_w = fluid.osmotic_shift(V_e, w.V_ic, salt.E + urea_e, r.n_ic / w.V_ic + urea_i, p.fluid)
    red = blood.look(w.V_pl, salt.E, r.sodium.E, p.blood)
    warm = heat.look(now.heat, p.heat)
    flow = circulation.look(now.circulation, red.BV, red.hct, warm.T_b, warm.skin, p.circulation, r.circulation)
    return Seen(
        protein=pro,
        sodium=salt,
        blood=red,
        heat=warm,
        circulation=flow,
        capillary=capillary.look(w.V_is, flow.P_c, pro, p.capillary, r.capillary),
        muscle=muscle.look(flow, red.hct, p.circulation.MAP, r.circulation, p.muscle),
        kidney=kidney.look(V_e, r.V_e, p.kidney),
        V_e=V_e,
        urea_e=urea_e,
        urea_i=urea_i,
        J_w=J_w,
        weight=fluid.weight(w, now.gut.V, p.fluid),
    )


def rates(now: State, seen: Seen, given: Given, p: Patient, r: Rest) -> State:
    """What each organ is told about its neighbours, and what it does in response."""
    water, salt = gut.absorbed(now.gut, p.gut)
    drink = given.eats * gut.thirst(seen.sodium.Na_p, p.sodium.Na_p, p.gut)
    flow, wall = seen.circulation, seen.capillary
    acute = p.circulation.A * (now.circulation.s - now.circulation.h)
    return State(
        fluid=fluid.rates(
            now.fluid,
            fluid.Inputs(
                uf=given.uf, J_v=wall.J_v, J_L=wall.J_L, J_w=seen.J_w, gut=water, urine=seen.kidney.urine,
                infusion=given.infusion,
            ),
            p.fluid,
        ),
        protein=protein.rates(now.protein, protein.Inputs(J=wall.J_p), p.protein),
        sodium=sodium.rates(
            now.sodium,
            sodium.Inputs(
                removal=given.sodium, gut=salt, urine=seen.kidney.sodium, infusion=given.infused_sodium
            ),
            p.sodium,
        ),
        urea=urea.rates(
            now.urea,
            urea.Inputs(c_e=seen.urea_e, c_i=seen.urea_i, V=r.V, K_r=seen.kidney.K_urea, removal=given.urea),
            p.urea,
        ),
        circulation=circulation.rates(
            now.circulation, circulation.Inputs(MAP=flow.MAP, P_m=flow.P_m, on=given.on), p.circulation
        ),
        heat=heat.rates(now.heat, heat.Inputs(skin=seen.heat.skin, acute=acute, circuit=given.heat), p.heat),
        muscle=muscle.rates(now.muscle, muscle.Inputs(target=seen.muscle.S), p.muscle),
        gut=gut.rates(now.gut, gut.Inputs(drink=drink, salt=given.eats * p.gut.salt), p.gut),
    )


def fastest(p: Patient, r: Rest) -> Any:
    """An upper bound on the largest rate of change of these patients, 1/min; tested against their eigenvalues.

    The two fast loops are the baroreflex (gain over tau_s) and plasma volume (filtration against its own pressures).
    """
    c, f = p.circulation, p.fluid
    dP_m = c.g_V / c.C_sys
    dMAP = (c.MAP - r.circulation.P_ra) * (c.g_R + dP_m / c.P_m + c.g_E * (1 - c.f_vr))
    reflex = (1 + c.A / 4 * (c.k_a * dMAP + c.k_cp * dP_m) * (1 + c.b)) / c.tau_s
    oncotic = r.protein.pi_pl * 2 / f.V_pl
    filtration = r.capillary.K_f * ((1 + c.R_pc / r.circulation.R_vr) / c.C_sys + oncotic)
    osmosis = 1.2 / p.fluid.tau_osm  # [algebra] a fifth for the coupling to plasma
    return maximum(maximum(reflex + filtration, osmosis), 1 / p.muscle.tau)
