"""Running: writes the session that runs in `soleus serve --demo`: one person of a twin, read with errors, who cramps.

python docs/running.py
"""

import json
from pathlib import Path

import numpy as np

from soleus import case, live
from soleus.instruments import INSTRUMENTS
from soleus.live import kept
from soleus.live.reading import reading
from soleus.web.running import watching

ROOT = Path(__file__).parent.parent
OUT = ROOT / "src" / "soleus" / "web" / "running" / "running.json"
SEED, WHO = 5, 0  # which person of the twin is in the chair
SESSION = {"pre_weight_kg": 64.9, "uf_l": 3.2}
BEGUN = 130  # min that have passed when the demonstration starts
VOLUME, CUFF, END = 2, 10, 240  # min between two lines, and of the last
CRAMP = {"minute": 188.0, "event": "cramp", "severity": 8.0, "where": "left calf"}
DIGITS = 7  # of the people, who are many numbers


def main() -> None:
    """Build the twin, read the person, watch the first part."""
    told = json.loads((OUT.parent.with_name("ward.json")).read_text(encoding="utf-8"))[0]
    day = max(s["date"] for s in told["sessions"])
    told["sessions"] = [s for s in told["sessions"] if s["date"] < day] + [{"date": day, **SESSION}]
    of = case.read(told)
    monitor = live.Monitor(live.twin_before(of, of.session(day)))
    start = short(kept.as_json(monitor))
    rows = lines(monitor)
    update = None
    for row in (row for row in rows if row["minute"] <= BEGUN):
        update = monitor.read(reading(row))
    memory = kept.as_json(monitor, who=False)
    heard = sum(row["minute"] <= BEGUN for row in rows)
    shown = {
        "number": heard, "view": watching.seen(monitor, update, []),
        "memory": {name: memory[name] for name in ("alerts", "on", "asked")} | {"notes": []},
    }  # fmt: skip
    made = {"patient": told["patient"]["name"], "session": SESSION, "monitor": start, "shown": shown, "lines": rows}
    OUT.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    for row in (row for row in rows if row["minute"] > BEGUN):
        if alert := monitor.read(reading(row)).alert:
            print(f"{row['minute']:.0f} {alert.text}")
    print(f"{len(rows)} lines, {OUT.stat().st_size / 1000:.0f} kB")


def lines(monitor: live.Monitor) -> list[dict]:
    """What cuff and machine show of the one person, with their errors."""
    rng, shown = np.random.default_rng(SEED), monitor.going.shown

    def at(kind: str, minute: float, error: float) -> float:
        return float(shown.at(kind, minute)[WHO] + error * rng.standard_normal())

    made: list[dict] = []
    for minute in range(0, END + 1, VOLUME):
        row = {"minute": float(minute), "rbv_pct": round(at("rbv_pct", minute, INSTRUMENTS.rbv), 1)}
        if minute % CUFF == 0:
            row |= {
                "systolic_mmhg": float(round(at("systolic_mmhg", minute, INSTRUMENTS.systolic / 2))),
                "diastolic_mmhg": float(round(at("diastolic_mmhg", minute, INSTRUMENTS.diastolic / 2))),
                "heart_rate_min": float(round(at("heart_rate_min", minute, INSTRUMENTS.pulse / 2))),
            }
        made.append(row)
    return sorted([*made, CRAMP], key=lambda row: row["minute"])


def short(told):
    """The same with fewer digits."""
    if isinstance(told, dict):
        return {name: short(value) for name, value in told.items()}
    if isinstance(told, list):
        return [short(value) for value in told]
    return float(f"{told:.{DIGITS}g}") if isinstance(told, float) else told


if __name__ == "__main__":
    main()
