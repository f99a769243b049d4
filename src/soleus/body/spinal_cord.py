"""Spinal cord: a pool of motor neurons that holds itself firing once it fires, and how far a quiet one is from that.

    tau dy/dt = -y + 1 / (1 + exp[-(I + W y - theta)])         y: firing over the fastest
    drive at which a state y holds itself:  I(y) = theta + ln[y / (1 - y)] - W y
    edges of bistability:  y = [1 -+ sqrt(1 - 4 / W)] / 2
    U(y) = y^2 / 2 - ln(1 + exp[I + W y - theta]) / W,   barrier = U(middle) - U(quiet)

Noise lifts a quiet pool over the barrier at a rate proportional to exp(-barrier / noise). Between the edges the barrier
falls nearly in a straight line with the drive (R2 0.98 over the middle 80 %, flatter towards the upper edge), so the
log of the rate rises in one: this is why `symptoms` adds up pathways in the log of a cramp's rate. How steep it is
remains a matter of evidence.

Assumes     one pool, one rate, persistent inward currents as gain W [Minetto2011]; unit of drive: a neuron's threshold
            spread.
Leaves out  motor units one by one, fatigue, what ends a cramp.
Holds for   directions and shape; drives are not measured in people but as frequencies of nerve stimulation.
"""

from typing import Any

from ..parameter import param, quantity, record
from ..smooth import log, of, softplus, sqrt


@record
class SpinalCord:
    W: Any = param(
        "1", 8.8, within=(5.0, 12.0), source="SoleusChoice", status="assumed",
        meaning="drive that full firing gives back to itself, by persistent inward currents; above 4 it holds itself",
    )
    theta: Any = param(
        "1", 6.0, within=(5.0, 8.0), source="SoleusChoice", status="assumed",
        meaning="drive at which half of the pool fires; stretch, baclofen and diazepam raise it",
    )
    tonic: Any = param(
        "1", 1.0, within=(0.0, 2.0), source="MillerKnight2009 Minetto2011", status="tuned",
        meaning="drive at rest; tuned to threshold frequencies of 13 to 25 per second",
    )
    c_f: Any = param(
        "min", 0.001667, within=(0.0008, 0.003), source="SoleusChoice", status="assumed",
        meaning="drive for each stimulus a minute: 0.1 for each a second",
    )
    pain: Any = param(
        "1", 0.55, within=(0.0, 1.2), source="Serrao2007", status="tuned",
        meaning="drive from painful muscle; tuned to Serrao2007's fall from 31.2 to 25.7 a second",
    )


@record
class Seen:
    barrier: Any = quantity("1", "height between quiet and cramp, 0 where the pool cannot stay quiet")
    threshold: Any = quantity("1/min", "stimulation at which a quiet pool starts to cramp")


HALVINGS = 50  # of the interval that holds a root: beyond the last digit


def holding(y: Any, p: SpinalCord) -> Any:
    """Drive at which firing y holds itself."""
    return p.theta + log(y / (1 - y)) - p.W * y


def edges(p: SpinalCord) -> tuple[Any, Any]:
    """Drives between which quiet and cramp are both possible; they meet at a gain of 4."""
    half = 0.5 * sqrt(1 - 4 / p.W)
    return holding(0.5 + half, p), holding(0.5 - half, p)


def _root(drive: Any, low: Any, high: Any, rising: bool, p: SpinalCord) -> Any:
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        below = (holding(middle, p) < drive) == rising
        library = of(middle, drive)
        low, high = library.where(below, middle, low), library.where(below, high, middle)
    return 0.5 * (low + high)


def states(drive: Any, p: SpinalCord) -> tuple[Any, Any, Any]:
    """Quiet, middle and cramp, as shares of the fastest firing, at a drive between the edges."""
    half, tiny = 0.5 * sqrt(1 - 4 / p.W), 1e-9  # [algebra] tiny: the ends of the range, where the log has none
    low, high = 0.5 - half + 0 * drive, 0.5 + half + 0 * drive
    quiet, middle = _root(drive, tiny + 0 * drive, low, True, p), _root(drive, low, high, False, p)
    return quiet, middle, _root(drive, high, 1 - tiny + 0 * drive, True, p)


def _landscape(y: Any, drive: Any, p: SpinalCord) -> Any:
    return 0.5 * y * y - softplus(drive + p.W * y - p.theta) / p.W


def barrier(drive: Any, p: SpinalCord) -> Any:
    """Height between quiet and cramp at a drive between the edges; 0 beyond the upper one."""
    quiet, middle, _ = states(drive, p)
    return _landscape(middle, drive, p) - _landscape(quiet, drive, p)


def look(extra: Any, p: SpinalCord) -> Seen:
    """At the resting drive and `extra` from pain, starved muscle or nerves that fire unasked."""
    drive = p.tonic + extra
    return Seen(barrier=barrier(drive, p), threshold=(edges(p)[1] - drive) / p.c_f)
