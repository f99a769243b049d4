"""Watching: what the screen says of a running session, as plain values; worked out beside the server."""

from __future__ import annotations

from typing import Any

from ...advice.rescue import LIMITS
from ...advice.rescue import Step as Order
from ...case.given import KINDS as GIVEN
from ...live import Alert, Monitor, Update, ahead, aid, steps
from ...live.alert import EARLY, title
from ...live.going import Going
from ...live.kept import alert_json
from ...live.reading import ACTS, Did
from ...live.steps import EARLY as AMOUNTS
from ...report.watched import forecast_json

DEEDS = {
    "stop_uf": "uf stopped", "ultrafiltration": "uf stopped", "stop": "treatment stopped", "stretch": "stretched",
    "lay": "legs raised",
}  # fmt: skip
LASTS = 30.0  # min that a danger stays on the screen after it was reported
NOTES = 4  # of what did not count, the latest


def seen(monitor: Monitor, update: Update | None, notes: list[str]) -> dict[str, Any]:
    """The screen after a reading, or before the first one.

    Args:
        monitor: the session.
        update: what the last reading changed.
        notes: what did not count lately, and why.
    """
    now = monitor.going
    known = monitor.forecast() if update is None else update.forecast
    return {
        "minute": now.minute,
        "end": now.treated.end,
        "over": now.over or now.minute >= now.treated.end,
        "floor": round(now.floor, 1),
        "forecast": forecast_json(known),
        "read": {name: _read(now, name) for name in ("systolic_mmhg", "diastolic_mmhg", "rbv_pct")},
        "bath": round(now.treated.order.dialysate.temperature, 2),
        "uf_rate": round(60 * float(now.treated.uf_rate(now.minute)), 3),
        "warning": warning(monitor),
        "ask": "" if update is None else update.ask,
        "notes": notes[-NOTES:],
        "log": log(monitor),
    }


def _read(now: Going, name: str) -> list[list[float]]:
    """Minute and value of what was read; the last of each minute, as a screen shows no more."""
    read = sorted([each.minute, each.values[name]] for each in now.log if name in each.values)
    return list({int(minute): [minute, value] for minute, value in read}.values())


def current(monitor: Monitor) -> Alert | None:
    """The warning that holds now: the latest, until its episode is over."""
    if not monitor.alerts:
        return None
    last = monitor.alerts[-1]
    lasting = last.about == "danger" and monitor.going.minute - last.minute <= LASTS
    on = last.about in monitor.memory.on and last.about != "danger"
    over = any(did.what == "cramp over" and at >= last.minute for at, did in monitor.going.did)
    return last if lasting or (on and not (last.about == "cramp" and over)) else None


def warning(monitor: Monitor) -> dict[str, Any] | None:
    """The one warning, its one reason and its one action; with first aid as it stands now."""
    alert = current(monitor)
    if alert is None:
        return None
    now = monitor.going
    told = alert_json(alert) | {"title": title(alert), "taken": _taken(now, alert)}
    if alert.level == EARLY:
        return told | {"deed": deed(alert.step.id, now)}
    begun = min(a.minute for a in monitor.alerts if a.about == alert.about and a.level != EARLY)
    draws = ahead.draw(now.people, now.shown, now.listening.belief, ahead.HOUR, now.cramps)
    about = "cramp" if alert.about == "cramp" else "hypotension"
    help_ = aid.first_aid(now, draws, about, now.minute)
    first = alert_json(alert._replace(aid=help_, step=aid.headline(help_, now, begun)))
    orders = [
        order | {"done": _ticked(each, now, begun)}
        for order, each in zip(first["aid"]["steps"], help_.steps, strict=True)
    ]
    return told | {
        "step": first["step"], "deed": deed(first["step"]["id"], now), "aid": first["aid"] | {"steps": orders}
    }  # fmt: skip


def _ticked(order: Order, now: Going, begun: float) -> bool:
    """Whether a step of first aid is done; ending the treatment is more than that no fluid is taken."""
    return now.over if order.id == "stop" else aid.was_done(order, now, begun)


def deed(step: str, now: Going) -> dict[str, Any] | None:
    """The line that says that a step was done; None where no line does."""
    if step == "lower_uf":
        lowered = LIMITS.slowed * 60 * float(now.treated.uf_rate(now.minute))
        return {"event": "uf rate", "amount": round(lowered, 2)}
    if step == "cool":
        bath = max(now.treated.order.dialysate.temperature - AMOUNTS.cooler, AMOUNTS.coolest)
        return {"event": "bath temperature", "amount": round(bath, 1)}
    event = DEEDS.get(step)
    return None if event is None else {"event": event}


def _taken(now: Going, alert: Alert) -> float | None:
    """The minute at which the one action was taken since; None where it was not."""
    minute = steps.done(now).get(alert.step.id)
    return minute if minute is not None and minute >= alert.minute else None


def log(monitor: Monitor) -> list[dict[str, Any]]:
    """What was felt, given, done and warned of, the latest first."""
    did = [{"minute": at, "kind": "did", "text": words(one)} for at, one in monitor.going.did]
    said = [
        {"minute": one.minute, "kind": one.level, "text": f"{title(one)}. {one.step.say}"} for one in monitor.alerts
    ]
    return sorted([*did, *said], key=lambda each: each["minute"], reverse=True)


def words(did: Did) -> str:
    """What was felt, given or done, in words."""
    unit = ACTS.get(did.what, "")
    if did.what in GIVEN:
        unit = next(iter(GIVEN[did.what].units)).removeprefix("amount_").replace("ml", "mL")
    parts = [
        did.what,
        "" if did.amount is None else f"{did.amount:g} {unit}".replace("degC", "°C"),
        "" if did.severity is None else f"{did.severity:g} of 10",
        did.where,
    ]
    return ", ".join(part for part in parts if part)
