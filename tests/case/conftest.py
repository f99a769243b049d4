"""A short good case that the tests of the case file change, and the words of a refusal."""

import pytest

from soleus import case
from soleus.errors import BadRecord


def _small():
    reading = {"minute": 0, "systolic_mmhg": 140, "diastolic_mmhg": 80}
    return {
        "patient": {"sex": "F", "age_y": 58, "height_cm": 165, "target_weight_kg": 68},
        "prescription": {"hours": 4, "uf_profile": {"linear": [1.4, 0.6]}, "dialysate": {"sodium_mmol_l": 138}},
        "labs": [{"date": "2026-03-01", "when": "pre", "sodium_mmol_l": 139}],
        "sessions": [
            {
                "date": "2026-03-02",
                "pre_weight_kg": 70.4,
                "post_weight_kg": 68.1,
                "uf_l": 2.3,
                "pressures": [reading, reading | {"minute": 60}],
                "blood_volume": [{"minute": 30, "rbv_pct": -2}],
                "symptoms": [{"minute": 200, "what": "cramp", "severity": 5}],
            }
        ],
        "drugs": [{"name": "amlodipine", "dose_mg": 5}],
        "diary": [{"date": "2026-03-01", "drinks_l": 1.2}],
    }


def _changed(**changes):
    data = _small()
    places = [(case.Patient, data["patient"]), (case.Lab, data["labs"][0]), (case.Session, data["sessions"][0])]
    for name, value in changes.items():
        part = data["sessions"][0] if name == "date" else next(p for m, p in places if name in m.model_fields)
        part.pop(name, None) if value is None else part.update({name: value})
    return data


def _home(**changes):
    data = {
        "patient": {"sex": "M", "age_y": 66, "height_cm": 175, "weight_kg": 78, "gfr_ml_min": 12},
        "schedule": {"per_week": 0},
        "labs": [{"date": "2026-03-01", "when": "other", "bicarbonate_mmol_l": 17, "pth_pg_ml": 310}],
        "episodes": [
            {
                "date": "2026-03-02",
                "given": [{"minute": 60, "what": "sodium bicarbonate 8.4 %", "amount_ml": 100, "minutes": 60}],
                "symptoms": [{"minute": 150, "what": "twitch", "where": "both calves"}],
            }
        ],
        "drugs": [{"name": "furosemide", "dose_mg": 80, "per_day": 2}],
    }
    for name, value in changes.items():
        place, _, field = name.partition("__")
        part = data[place][0] if isinstance(data[place], list) and field else data[place]
        if field:
            part[field] = value
        else:
            data[place] = value
    return data


def _refusal(data):
    with pytest.raises(BadRecord) as caught:
        case.read(data)
    return str(caught.value)


@pytest.fixture(scope="session")
def small():
    """Makes a short good case as plain values."""
    return _small


@pytest.fixture(scope="session")
def changed():
    """Makes the small case with fields of its patient, its one sample or its one session set anew; None removes."""
    return _changed


@pytest.fixture(scope="session")
def home():
    """Makes the case of a person not on dialysis; patient__age_y sets a field, episodes a whole part."""
    return _home


@pytest.fixture(scope="session")
def refusal():
    """The message with which a case is refused."""
    return _refusal
