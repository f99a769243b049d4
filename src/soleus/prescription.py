"""Prescription: what is ordered for one treatment, checked against what machines and clinics can do.

`Prescription(...)` holds the order in inner units (`Q_b=ml_min(300)`, `time=hours(4)`); `checked` refuses what no
machine does; `settings` lays many orders on one grid of switches, so that their runs can be compared step by step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from typing import Any, Self

import jax
import numpy as np

from .errors import OutOfRange
from .machine.access import Access
from .machine.dialysate import Binding, Dialysate, left, speciated
from .machine.dialyzer import Dialyzer, Settings
from .machine.profiles import Profile, between, constant, is_number, mean
from .parameter import Meta, param
from .units import fahrenheit, hours, mg_dl, millilitres, ml_hour, ml_min

MODES = ("HD", "HDF-post", "HDF-pre", "HF", "HF-pre", "UF")  # HF alone dilutes after the filter
BATH = ("HD", "HDF-post", "HDF-pre")
PRE, POST = ("HDF-pre", "HF-pre"), ("HDF-post", "HF")

MOST_UF = 4 / 60  # L/min; ultrafiltration controllers end at 4 L/h (general knowledge)
MOST_FILTERED = 0.6  # of the plasma water entering the filter; beyond it fibers clot (general knowledge)
USUAL_WATER = 0.614  # plasma water a volume of blood, hematocrit 0.34 and 68 g/L protein
MOST_SCALE = 1200.0  # mmol2/L2, ionized calcium x bicarbonate^2 / acid: twice a usual bath, calcite ten times saturated
LEAST_K = 0.5  # mmol/L; a bath with less takes potassium so fast that somebody must have meant it (general knowledge)
SAME_TIME = 1e-6  # min; switches closer than this are one


def _order(unit: str, value: float, low: float, high: float, meaning: str) -> Any:
    return param(unit, value, within=(low, high), source="GeneralKnowledge", meaning=meaning, status="recalled")


@dataclass(frozen=True, kw_only=True)
class Prescription:
    """One treatment as ordered; the ranges are those of machines and clinics."""

    mode: str = "HD"
    time: float = _order("min", 240.0, 15.0, 720.0, "length of a treatment")
    Q_b: float = _order("L/min", 0.3, 0.05, 0.6, "blood flow of a pump")
    Q_d: float = _order("L/min", 0.5, 0.0, 1.0, "dialysate flow of a machine")
    Q_sub: float = _order("L/min", 0.0, 0.0, 0.5, "substitution flow of a machine")
    uf: float = _order("L", 2.4, 0.0, 48.0, "fluid removed in all")
    uf_profile: Profile = constant()
    sodium_profile: Profile | None = None
    potassium_profile: Profile | None = None
    bicarbonate_profile: Profile | None = None
    temperature_profile: Profile | None = None
    dialysate: Dialysate = Dialysate()
    dialyzer: Dialyzer = Dialyzer()
    access: Access = Access()
    sodium_offset: float = param(
        "mmol/L",
        1.5,
        within=(-6.0, 8.0),
        sd=1.2,
        source="NegativeGradient",
        meaning="bath sodium that the center delivers less the prescribed",
        status="assumed",
    )
    reason: str = ""

    def checked(self) -> Self:
        """The same prescription, if a machine can do it.

        Raises:
            OutOfRange: for the first value that it cannot, with the rule and what to do.
        """
        _check_kinds(self)
        _check_range(self, "time")
        _check_uf(self)
        for field in fields(self):
            if "param" in field.metadata:
                _check_range(self, field.name)
        for field in fields(self.dialysate):
            if "param" in field.metadata:
                _check_range(self.dialysate, field.name, "dialysate.")
        for name, of in PROFILES.items():
            _check_profile(getattr(self, name), self.dialysate, name, of)
        if self.mode != "UF":
            _check_bath(self)
        for device in (self.dialyzer, self.access):
            _check_device(device, type(device).__name__.lower())
        _check_flows(self)
        return self


PROFILES = {
    "sodium_profile": "Na",
    "potassium_profile": "K",
    "bicarbonate_profile": "HCO3",
    "temperature_profile": "temperature",
}
SLIPS: dict[str, tuple[tuple[str, Callable[[float], float]], ...]] = {
    "time": (("hours({:g})", hours),),
    "Q_b": (("ml_min({:g})", ml_min),),
    "Q_d": (("ml_min({:g})", ml_min),),
    "Q_sub": (("ml_min({:g})", ml_min), ("ml_hour({:g})", ml_hour)),
    "uf": (("millilitres({:g})", millilitres),),
    "KoA_urea": (("ml_min({:g})", ml_min),),
    "KoA_b2m": (("ml_min({:g})", ml_min),),
    "Q_int": (("ml_min({:g})", ml_min),),
    "temperature": (("fahrenheit({:g})", fahrenheit),),
    "glucose": (("mg_dl({:g}, 'glucose')", lambda value: mg_dl(value, "glucose")),),
    "Ca": (
        ("{:g} / 2 for mEq/L", lambda value: value / 2),
        ("mg_dl({:g}, 'calcium')", lambda value: mg_dl(value, "calcium")),
    ),
    "Mg": (
        ("{:g} / 2 for mEq/L", lambda value: value / 2),
        ("mg_dl({:g}, 'magnesium')", lambda value: mg_dl(value, "magnesium")),
    ),
    "K": (("mg_dl({:g}, 'potassium')", lambda value: mg_dl(value, "potassium")),),
    "Na": (("mg_dl({:g}, 'sodium')", lambda value: mg_dl(value, "sodium")),),
}


def _check_kinds(p: Prescription) -> None:
    if p.mode not in MODES:
        raise OutOfRange(f"mode is {p.mode!r}; treatments are {', '.join(MODES)}. Choose one of them.")
    kinds = {"uf_profile": Profile, "dialysate": Dialysate, "dialyzer": Dialyzer, "access": Access}
    for name, kind in kinds.items():
        if not isinstance(getattr(p, name), kind):
            raise OutOfRange(
                f"{name} is {getattr(p, name)!r}; it must be a {kind.__name__}. Build it with its own function."
            )
    if not isinstance(p.dialysate.mixed, bool):
        raise OutOfRange(
            f"dialysate.mixed is {p.dialysate.mixed!r}; it must be True where the bicarbonate is what is left after the"
            " acid concentrate, False where it is what went in."
        )
    if not isinstance(p.reason, str):
        raise OutOfRange(f"reason is {p.reason!r}; it must be a text. Say in words why the order is unusual.")


def _check_range(part: Any, name: str, where: str = "") -> None:
    """Refuse a field that is no number or lies outside its declared range; arrays of a cohort are left to its draws."""
    value = getattr(part, name)
    meta: Meta = type(part).__dataclass_fields__[name].metadata["param"]
    low, high = meta.within
    rule = f"{meta.meaning} lies between {low:g} and {high:g} {meta.unit} (limit of machines and clinics)"
    if not is_number(value):
        raise OutOfRange(f"{where}{name} is {value!r}, not a number; {rule}. Give a plain number in {meta.unit}.")
    if not low <= value <= high:
        raise OutOfRange(f"{where}{name} is {value:g} {meta.unit}; {rule}. {_remedy(name, float(value), meta)}")


def _remedy(name: str, value: float, meta: Meta) -> str:
    low, high = meta.within
    for call, convert in SLIPS.get(name, ()):
        if low < convert(value) <= high:
            return f"Did you mean {call.format(value)}?"
    return f"Give a value between {low:g} and {high:g} {meta.unit}."


def _check_uf(p: Prescription) -> None:
    """Ultrafiltration goes one way, and never faster than the controller can."""
    shape = p.uf_profile
    if min(shape.values) < 0 or mean(shape) <= 0:
        raise OutOfRange(
            f"uf_profile has values {list(shape.values)} (relative rates); a machine only takes fluid off, so none may"
            " be below 0 and one must be above. Give fluid as an infusion instead."
        )
    if not is_number(p.uf) or p.uf < 0:
        _check_range(p, "uf")
    rate = p.uf / p.time * max(shape.values) / mean(shape)
    if rate > MOST_UF * (1 + 1e-9):
        meant = 0 < millilitres(p.uf) / p.uf * rate <= MOST_UF and p.uf >= 300
        remedy = (
            f"Did you mean millilitres({p.uf:g})?"
            if meant
            else "Lower uf, lengthen the treatment or flatten the profile."
        )
        raise OutOfRange(
            f"uf is {p.uf:g} L in {p.time:g} min, {rate * 60:.3g} L/h at its peak; machines take off at most"
            f" {MOST_UF * 60:g} L/h (limit of their controllers). {remedy}"
        )


def _check_profile(profile: Profile | None, bath: Dialysate, name: str, of: str) -> None:
    """Every value a profile takes must be one the bath may have."""
    if profile is None:
        return
    if not isinstance(profile, Profile):
        raise OutOfRange(f"{name} is {profile!r}; it must be a Profile. Use constant, linear, steps or exponential.")
    meta: Meta = type(bath).__dataclass_fields__[of].metadata["param"]
    low, high = meta.within
    for value in profile.values:
        if not low <= value <= high:
            raise OutOfRange(
                f"{name} reaches {value:g} {meta.unit}; {meta.meaning} lies between {low:g} and {high:g} {meta.unit}"
                " (limit of machines and clinics), and its profile holds the values themselves, not shares."
                f" {_remedy(of, value, meta)}"
            )


def _check_bath(p: Prescription) -> None:
    """Nothing may fall out of the bath, and a bath without potassium must be meant."""
    bath, K, HCO3 = p.dialysate, p.potassium_profile, p.bicarbonate_profile
    lowest = min(K.values) if K else bath.K
    if lowest < LEAST_K and not p.reason.strip():
        raise OutOfRange(
            f"bath potassium is {lowest:g} mmol/L; below {LEAST_K:g} blood potassium falls fast enough to disturb the"
            " heart (general knowledge), so it needs a reason. Give reason='...', or order 1 to 3 mmol/L."
        )
    stated = HCO3.values if HCO3 else (bath.HCO3,)
    least, most = (left(value, bath.mixed, bath.acid) for value in (min(stated), max(stated)))
    if least < 0:
        raise OutOfRange(
            f"bicarbonate is {min(stated):g} mmol/L before mixing, and the concentrate brings {bath.acid:g} of acid,"
            " more than it can take up. Give dialysate.mixed=True if the value is that of the mixed bath."
        )
    ionized = float(speciated(bath.Ca, bath.citrate, Binding())[0])
    if ionized * most**2 > MOST_SCALE * bath.acid:
        raise OutOfRange(
            f"the bath holds ionized calcium {ionized:.2f}, bicarbonate {most:g} and acid {bath.acid:g} mmol/L; calcium"
            f" carbonate falls out where calcium x bicarbonate^2 / acid is above {MOST_SCALE:.0f} mmol2/L2 (calcite ten"
            " times saturated). Lower calcium or bicarbonate, or give the acid of the concentrate in dialysate.acid."
        )


def _check_device(part: Any, where: str) -> None:
    """Every plain number of a device and its parts; arrays of a cohort are left to its draws."""
    for field in fields(part):
        value = getattr(part, field.name)
        if is_dataclass(value):
            _check_device(value, f"{where}.{field.name}")
        elif "param" in field.metadata and isinstance(value, int | float | str):
            _check_range(part, field.name, f"{where}.")


def _check_flows(p: Prescription) -> None:
    """What the mode needs, what it forbids, and how much of the plasma water may be filtered."""
    if p.mode in BATH and p.Q_d < 0.1:
        raise OutOfRange(
            f"Q_d is {p.Q_d:g} L/min; {p.mode} needs a dialysate flow of 0.1 to 1 L/min. Set it, or use mode UF."
        )
    if p.mode not in BATH and p.Q_d > 0:
        raise OutOfRange(f"Q_d is {p.Q_d:g} L/min; {p.mode} runs without dialysate flow, so it must be 0. Set Q_d=0.")
    dilutes = p.mode in PRE + POST
    if dilutes and p.Q_sub <= 0:
        raise OutOfRange(
            f"Q_sub is {p.Q_sub:g} L/min; {p.mode} needs substitution above 0 L/min. Set it, e.g. ml_min(80)."
        )
    if not dilutes and p.Q_sub > 0:
        raise OutOfRange(
            f"Q_sub is {p.Q_sub:g} L/min; {p.mode} has no substitution, so it must be 0. Use HDF-post or HDF-pre."
        )
    peak = p.uf / p.time * max(p.uf_profile.values) / mean(p.uf_profile)
    water = USUAL_WATER * p.Q_b + (p.Q_sub if p.mode in PRE else 0.0)
    if peak + p.Q_sub > MOST_FILTERED * water:
        raise OutOfRange(
            f"uf with Q_sub filters {(peak + p.Q_sub) * 1000:.0f} mL/min at its peak, {(peak + p.Q_sub) / water:.0%} of"
            f" the plasma water entering the filter; above {MOST_FILTERED:.0%} the fibers clot (limit of clinics)."
            " Lower uf or Q_sub, raise Q_b, or dilute before the filter."
        )


def settings(
    prescriptions: Sequence[Prescription], end: float, extra_switches: Sequence[float] = ()
) -> tuple[np.ndarray, Settings]:
    """All prescriptions on one grid: switch times in min [segment + 1], and settings [segment, patient].

    Every knot of every profile and every end is a switch for all; after its own end a prescription is off. `end` is the
    end of the longest, or later; `extra_switches` are the times of other events.
    """
    rows = [(p.time, p.Q_b, p.Q_d, p.Q_sub, p.uf, p.sodium_offset) for p in prescriptions]
    time, Q_b, Q_d, Q_sub, uf, offset = np.array(rows, dtype=float).T
    mode = np.array([p.mode for p in prescriptions])
    bath = _baths([p.dialysate for p in prescriptions])
    shapes = _grouped([p.uf_profile for p in prescriptions])
    courses = {of: _grouped([getattr(p, name) for p in prescriptions]) for name, of in PROFILES.items()}
    switches = _switches(time, end, extra_switches, [shapes, *courses.values()])
    spans = switches[:-1, None] / time, switches[1:, None] / time
    on = np.where(0.5 * (spans[0] + spans[1]) < 1, 1.0, 0.0)

    scale = np.empty_like(uf)
    for shape, who in shapes.items():
        scale[who] = uf[who] / time[who] / mean(shape)
    uf_0, uf_1 = (on * scale * rate for rate in _along(shapes, spans, np.ones_like(time)))
    ends = {of: _along(course, spans, bath[of]) for of, course in courses.items()}
    lines = {
        "uf": (uf_0, uf_1),
        "Na": [Na + offset for Na in ends["Na"]],
        "K": ends["K"],
        "HCO3": [left(HCO3, bath["mixed"], bath["acid"]) for HCO3 in ends["HCO3"]],
        "T": ends["temperature"],
    }
    all_along = {
        "Q_b": Q_b,
        "Q_d": Q_d,
        "Q_pre": np.where(np.isin(mode, PRE), Q_sub, 0.0),
        "Q_post": np.where(np.isin(mode, POST), Q_sub, 0.0),
        "bath": np.where(np.isin(mode, BATH), 1.0, 0.0),
    } | {name: bath[name] for name in ("acetate", "citrate", "Ca", "Mg", "glucose")}
    held = {name: np.broadcast_to(value, on.shape) for name, value in all_along.items()}
    held |= {f"{name}_{i}": value for name, pair in lines.items() for i, value in enumerate(pair)}
    return switches, Settings(on=on, **held)


def _baths(all_of_them: Sequence[Dialysate]) -> dict[str, np.ndarray]:
    """Every value of every bath, [patient]."""
    names = [field.name for field in fields(Dialysate)]
    rows = list(map(attrgetter(*names), all_of_them))
    return dict(zip(names, np.array(rows, dtype=float).T, strict=True))


def devices(prescriptions: Sequence[Prescription]) -> tuple[Dialyzer, Access]:
    """The dialyzers and accesses of all prescriptions; leaves [patient], or scalars where all are the same."""
    first = prescriptions[0]
    if all(p.dialyzer is first.dialyzer and p.access is first.access for p in prescriptions):
        return first.dialyzer, first.access
    dialyzer, access = jax.tree.map(lambda *leaf: np.array(leaf), *[(p.dialyzer, p.access) for p in prescriptions])
    return dialyzer, access


def _grouped(profiles: Sequence[Profile | None]) -> dict[Profile, np.ndarray]:
    """Which prescriptions share a profile, so that each is read once; those without one are left out."""
    groups: dict[Profile, list[int]] = {}
    for i, profile in enumerate(profiles):
        if profile is not None:
            groups.setdefault(profile, []).append(i)
    return {profile: np.array(who) for profile, who in groups.items()}


def _switches(
    time: np.ndarray, end: float, extra: Sequence[float], groups: list[dict[Profile, np.ndarray]]
) -> np.ndarray:
    """Sorted times from 0 to `end`, none of them twice."""
    found = [time, np.asarray(extra, dtype=float)]
    for profile, who in [pair for group in groups for pair in group.items()]:
        shares = np.unique([share for share, _ in profile.knots])
        if len(shares) > 2:
            found.append(np.multiply.outer(shares, np.unique(time[who])).ravel())
    inside = np.unique(np.concatenate(found))
    inside = inside[(inside > SAME_TIME) & (inside < end - SAME_TIME)]
    apart = np.diff(inside, prepend=0.0) > SAME_TIME
    return np.concatenate([[0.0], inside[apart], [end]])


def _along(
    groups: dict[Profile, np.ndarray], spans: tuple[np.ndarray, np.ndarray], otherwise: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Profile values at both ends of every segment [segment, patient]; `otherwise` where there is no profile."""
    first, last = (np.broadcast_to(otherwise, span.shape).astype(float) for span in spans)
    for profile, who in groups.items():
        first[:, who], last[:, who] = between(profile, spans[0][:, who], spans[1][:, who])
    return first, last
