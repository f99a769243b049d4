"""The full axon: a node of Ranvier and the membrane under its myelin, nine equations, in NumPy.

    C_N dV_N/dt = I - I_N - g (V_N - V_I),    C_I dV_I/dt = g (V_N - V_I) - I_I
    I_N = (gNa m^3 + gNaP p^3) h (V - E_Na) + gKs s (V - E_K) + gLk (V - E_L)
    I_I = gKf n^2 (V - E_K) + gKs s (V - E_K) + gLk (V - E_L) + gH q (V - E_H) + I_pump
    y'  = a (1 - y) - b y        for m, p, h, s at the node and s, n, q under the myelin

The twin never runs it: the table of `excitability` does, and tests/body/nerve_fit.py fits to it the quick answers of
`soleus.body.nerve`.
Millivolt, millisecond, picoampere, nanosiemens, picofarad. Every leaf is a number or an array over axons.

Sources. Gates m, p, h: code of McIntyre2002, its midpoints moved back 3 mV (recalled) and p by 9 mV (tuned). Gates s,
n, q, and the circuit: tables after Bostock in NerveModelTables, q's midpoint recalled. Conductances: recalled for human
motor axons; those of slow potassium and leak, and persistent sodium, raised (tuned) so that the axon still rests at
potassium 7 mmol/L and terminals twitch at ionized calcium 0.8-0.9. Directions follow from the equations, sizes do not.
"""

# ruff: noqa: N815 - symbols as in the equations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

R_OVER_F = 8.314 / 96.485  # mV per kelvin
ZERO = 273.15  # degC in kelvin
K_IN, NA_IN = 155.0, 9.0  # mmol/L inside the axon, recalled
LEAK_NA, H_NA = 0.04, 0.35  # permeability to sodium over that to potassium: leak (tuned), H channel (recalled)
H_K = 0.47  # weight of potassium in the H channel (recalled)
K_PUMP, K_USUAL = 1.3, 4.2  # mmol/L: half-activation of the pump (recalled), and where its current is I_pump


@dataclass(frozen=True)
class Axon:
    """Conductances of one axon; a terminal has half the load g, a sensory axon other sodium and H channels."""

    gNa: Any = 1440.0
    gNaP: Any = 12.0
    gKs: Any = 90.0
    gLk: Any = 3.0
    g: Any = 38.0
    gKf_I: Any = 200.0
    gKs_I: Any = 40.0
    gLk_I: Any = 15.0
    gH: Any = 4.0
    I_pump: Any = 25.0
    C_N: float = 1.0
    C_I: float = 320.0

    def loaded(self, load: Any) -> "Axon":
        """With `load` times the conductance from node to internode."""
        return replace(self, g=self.g * load)

    def persistent(self, times: Any) -> "Axon":
        """With `times` the persistent sodium."""
        return replace(self, gNaP=self.gNaP * times)


MOTOR = Axon()
# More H and persistent sodium current and a lesser resting potential than motor [SensoryMotor2017]; how much is tuned
# to a margin 3 mV smaller at the terminal.
SENSORY = Axon(gNaP=14.0, gH=8.0, gLk_I=42.0)
LOAD = 0.5  # of a terminal: the conductance to its one internode over that of a node to its two (assumed)


class Around(NamedTuple):
    """What surrounds the axon."""

    K: Any = 4.2  # mmol/L, at the membrane
    S: Any = 0.0  # mV, surface shift
    Na: Any = 140.0  # mmol/L
    T: Any = 37.0  # degC
    pump: Any = 1.0


class Drive(NamedTuple):
    """Reversal potentials, mV, and the pump's current, pA."""

    K: Any
    Na: Any
    L: Any
    H: Any
    I_pump: Any


def drive(around: Around, axon: Axon) -> Drive:
    """From concentrations and temperature."""
    rt = R_OVER_F * (ZERO + np.asarray(around.T))
    K, Na = np.asarray(around.K, float), np.asarray(around.Na, float)
    share = K / (K + K_PUMP) * (K_USUAL + K_PUMP) / K_USUAL
    return Drive(
        K=rt * np.log(K / K_IN),
        Na=rt * np.log(Na / NA_IN),
        L=rt * np.log((K + LEAK_NA * Na) / (K_IN + LEAK_NA * NA_IN)),
        H=rt * np.log((H_K * K + (1 - H_K) * H_NA * Na) / (H_K * K_IN + (1 - H_K) * H_NA * NA_IN)),
        I_pump=axon.I_pump * np.asarray(around.pump) * share**2,
    )


def _opens(A: float, B: float, C: float, V: Any) -> Any:
    """A (V - B) / (1 - exp[(B - V) / C]), through its hole at B."""
    z = (V - B) / C
    z = np.where(np.abs(z) < 1e-6, 1e-6, z)
    return A * C * z / -np.expm1(-z)


def _closes(A: float, B: float, C: float, V: Any) -> Any:
    """A (B - V) / (1 - exp[(V - B) / C])."""
    return _opens(A, -B, C, -V)


NODE_GATES, INTERNODE_GATES = ("m", "p", "h", "s"), ("s", "n", "q")


def gates(V: Any, around: Around, which: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """Opening and closing rates a, b of these gates at potential V, 1/ms."""
    T, S = np.asarray(around.T), np.asarray(around.S)
    q_m, q_h, q_k = 2.2 ** ((T - 20) / 10), 2.9 ** ((T - 20) / 10), 3.0 ** ((T - 37) / 10)
    v, vh, vs = V - S, V - 0.75 * S, V - 0.6 * S  # how much of the shift each gate feels (recalled, 0.5-1)

    def mirrored(A: float, z: Any) -> tuple[Any, Any]:
        up = np.exp(z)
        return q_k * A * up, q_k * A / up

    pairs = {
        "m": lambda: (q_m * _opens(1.86, -18.4, 10.3, v), q_m * _closes(0.086, -22.7, 9.16, v)),
        "p": lambda: (q_m * _opens(0.01, -33.0, 10.2, v), q_m * _closes(0.00025, -40.0, 10.0, v)),
        "h": lambda: (q_h * _closes(0.062, -111.0, 11.0, vh), q_h * 2.3 / (1 + np.exp(-(vh + 28.8) / 13.4))),
        "s": lambda: mirrored(0.00556, (vs + 60) / 22),
        "n": lambda: (q_k * _opens(0.129, -53.0, 10.0, vs), q_k * _closes(0.324, -78.0, 10.0, vs)),
        "q": lambda: mirrored(0.00125, -(vs + 107) / 12),
    }
    return {name: pairs[name]() for name in which}


def steady(V: Any, around: Around, which: Iterable[str]) -> dict[str, Any]:
    """Each of these gates after a long time at V."""
    return {name: a / (a + b) for name, (a, b) in gates(V, around, which).items()}


def node(V: Any, y: dict[str, Any], e: Drive, axon: Axon) -> Any:
    """I_N, pA."""
    sodium = (axon.gNa * y["m"] ** 3 + axon.gNaP * y["p"] ** 3) * y["h"] * (V - e.Na)
    return sodium + axon.gKs * y["s"] * (V - e.K) + axon.gLk * (V - e.L)


def internode(V: Any, y: dict[str, Any], e: Drive, axon: Axon) -> Any:
    """I_I, pA."""
    potassium = (axon.gKf_I * y["n"] ** 2 + axon.gKs_I * y["s"]) * (V - e.K)
    return potassium + axon.gLk_I * (V - e.L) + axon.gH * y["q"] * (V - e.H) + e.I_pump


class Rest(NamedTuple):
    """Potentials of the axon left alone, mV; not a number where it cannot rest."""

    V: Any
    V_I: Any


def rest(around: Around, axon: Axon) -> Rest:
    """The lowest potential at which no current flows: scanned under the myelin, then halved."""
    e = drive(around, axon)

    def node_potential(V_I: Any) -> Any:
        return V_I + internode(V_I, steady(V_I, around, INTERNODE_GATES), e, axon) / axon.g

    def net(V_I: Any) -> Any:
        V = node_potential(V_I)
        return node(V, steady(V, around, NODE_GATES), e, axon) + (V - V_I) * axon.g

    shape = np.broadcast_shapes(*(np.shape(x) for x in (*around, *vars(axon).values())))
    low, low_net = np.full(shape, -125.0), net(np.full(shape, -125.0))
    found, high = np.zeros(shape, bool), np.full(shape, -40.0)
    for V in np.arange(-124.0, -40.0):
        now = net(np.full(shape, V))
        crossed = ~found & (low_net < 0) & (now >= 0)
        high = np.where(crossed, V, high)
        found |= crossed
        low, low_net = np.where(found, low, V), np.where(found, low_net, now)
    low = high - 1
    for _ in range(28):
        middle = 0.5 * (low + high)
        below = net(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    V_I = np.where(found, low, np.nan)
    return Rest(V=node_potential(V_I), V_I=V_I)


class Excitability(NamedTuple):
    """Of the axon at rest."""

    V: Any  # mV
    margin: Any  # mV from rest to threshold; 0 where rest is lost at once
    rheobase: Any  # pA
    h: Any  # sodium channels ready to open


def excitability(around: Around, axon: Axon, span: float = 45.0, step: float = 0.25) -> Excitability:
    """Slow gates held at rest, m and p at once: the least steady current that starts a spike, and where it starts."""
    e, at = drive(around, axon), rest(around, axon)
    held = steady(at.V, around, NODE_GATES)
    last, zero, peak, open_ = np.zeros(np.shape(at.V)), np.zeros(np.shape(at.V)), np.zeros(np.shape(at.V)), at.V < 0
    for rise in np.arange(step, span, step):
        V = at.V + rise
        fast = steady(V, around, ("m", "p"))
        now = node(V, {**held, "m": fast["m"], "p": fast["p"]}, e, axon) + axon.g * (V - at.V_I)
        ends = open_ & (now < 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            zero = np.where(ends, rise - step * now / (now - last), zero)
        open_ &= now >= 0
        peak = np.where(open_, np.maximum(peak, now), peak)
        last = now
    zero = np.where(open_, np.nan, zero)
    return Excitability(V=at.V, margin=np.where(np.isnan(at.V), np.nan, zero), rheobase=peak, h=held["h"])


def rates(y: list[Any], around: Around, axon: Axon, given: Any = 0.0) -> list[Any]:
    """The nine equations: V_N, V_I, m, p, h, s of the node, s, n, q under the myelin; per ms."""
    V, V_I = y[0], y[1]
    e, at_node, under = drive(around, axon), gates(V, around, NODE_GATES), gates(V_I, around, INTERNODE_GATES)
    here, there = dict(zip(NODE_GATES, y[2:6], strict=True)), dict(zip(INTERNODE_GATES, y[6:9], strict=True))
    across = axon.g * (V - V_I)
    dy = [(given - node(V, here, e, axon) - across) / axon.C_N, (across - internode(V_I, there, e, axon)) / axon.C_I]
    dy += [at_node[k][0] * (1 - here[k]) - at_node[k][1] * here[k] for k in NODE_GATES]
    return dy + [under[k][0] * (1 - there[k]) - under[k][1] * there[k] for k in INTERNODE_GATES]


def resting(around: Around, axon: Axon) -> list[Any]:
    """The nine states at rest."""
    at = rest(around, axon)
    at_node, under = steady(at.V, around, NODE_GATES), steady(at.V_I, around, INTERNODE_GATES)
    return [at.V, at.V_I, *(at_node[k] for k in NODE_GATES), *(under[k] for k in INTERNODE_GATES)]


def stable(around: Around, axon: Axon) -> Any:
    """Whether the resting state holds: all nine eigenvalues of its Jacobian to the left."""
    y = [np.atleast_1d(x) for x in resting(around, axon)]
    lost = np.isnan(y[0]) | (y[0] > -65)
    y = [np.where(lost, -80.0 if i < 2 else 0.5, x) for i, x in enumerate(y)]
    J = np.empty((*y[0].shape, 9, 9))
    for j in range(9):
        d = 1e-4 if j < 2 else 1e-6
        up, down = ([x + sign * d * (i == j) for i, x in enumerate(y)] for sign in (1, -1))
        for i, (a, b) in enumerate(zip(rates(up, around, axon), rates(down, around, axon), strict=True)):
            J[..., i, j] = (a - b) / (2 * d)
    return ~lost & (np.linalg.eigvals(J).real.max(axis=-1) < 0)


def tipping(around: Around, axon: Axon, lowest: float = -0.6, highest: float = 3.0, step: float = 0.1) -> Any:
    """ln of the persistent sodium, relative to the axon's own, from which on it cannot rest; NaN if not in the range.

    In usual blood rest is also lost in a narrow window below, where the full axon does not fire; that is passed over.
    """
    tried = np.arange(lowest, highest, step)
    wide = [np.asarray(x)[..., None] for x in around]
    leaves: dict[str, Any] = {name: np.asarray(x)[..., None] if np.ndim(x) else x for name, x in vars(axon).items()}
    each = Axon(**leaves)
    held = stable(Around(*wide), each.persistent(np.exp(tried)))
    last = len(tried) - 1 - np.argmax(held[..., ::-1], axis=-1)
    inside = held.any(axis=-1) & (last < len(tried) - 1)
    return np.where(inside, tried[last] + 0.5 * step, np.nan)


def run(around: Around, axon: Axon, time: float, pulse: Any = 0.0, length: float = 0.0, step: float = 0.01) -> Any:
    """V_N over `time` ms, [step, axon], from rest in usual surroundings; a `pulse` of pA lasts `length` ms.

    Each equation is linear in its own unknown, so each is stepped exactly with the others held.
    """
    shape = np.broadcast_shapes(*(np.shape(x) for x in around), *(np.shape(x) for x in vars(axon).values()))
    shape = np.broadcast_shapes(shape, np.shape(pulse))
    y = [np.broadcast_to(x, shape).astype(float) for x in resting(Around(), axon)]
    e, kept = drive(around, axon), []
    for i in range(round(time / step)):
        V, V_I = y[0], y[1]
        at_node, under = gates(V, around, NODE_GATES), gates(V_I, around, INTERNODE_GATES)
        y[2:6] = [_relax(x, *at_node[k], step) for k, x in zip(NODE_GATES, y[2:6], strict=True)]
        y[6:9] = [_relax(x, *under[k], step) for k, x in zip(INTERNODE_GATES, y[6:9], strict=True)]
        here, there = dict(zip(NODE_GATES, y[2:6], strict=True)), dict(zip(INTERNODE_GATES, y[6:9], strict=True))
        given = np.where(i * step < length, pulse, 0.0)
        y[0] = _approach(V, lambda v, h=here: node(v, h, e, axon), axon.g, V_I, given, axon.C_N, step)
        y[1] = _approach(V_I, lambda v, h=there: internode(v, h, e, axon), axon.g, V, 0.0, axon.C_I, step)
        kept.append(y[0])
    return np.array(kept)


def _relax(x: Any, a: Any, b: Any, step: float) -> Any:
    return a / (a + b) + (x - a / (a + b)) * np.exp(-(a + b) * step)


def _approach(V: Any, current: Any, g: Any, beyond: Any, given: Any, C: float, step: float) -> Any:
    """The potential a step later; `current` is a straight line in V."""
    at_zero = current(0.0)
    G = current(1.0) - at_zero + g
    goal = (given + g * beyond - at_zero) / G
    return goal + (V - goal) * np.exp(-G * step / C)


def spikes(V: Any, level: float = -20.0) -> Any:
    """How often each axon rises through `level`."""
    return np.sum((V[:-1] < level) & (V[1:] >= level), axis=0)
