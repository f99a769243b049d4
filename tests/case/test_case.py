"""The case file: good files load, and what they hold can be looked up."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from soleus import case
from soleus.errors import BadRecord
from soleus.machine.dialysate import Dialysate
from soleus.machine.dialyzer import Dialyzer
from soleus.prescription import Prescription

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))

# Good files


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_loads_and_names_its_patient_as_invented(path):
    here = case.load(path)
    assert "invented" in path.read_text().splitlines()[0]
    assert here.session().pressures if here.on_dialysis else here.episode().symptoms
    assert here.question


def test_the_examples_tell_their_story():
    headline, sodium, fall = (case.load(ROOT / "examples" / f"{n}.yaml") for n in (
        "calf-cramps", "low-sodium-high-gain", "pressure-fall"))  # fmt: skip
    assert headline.session().date == date(2026, 2, 9)
    assert headline.session().cramps[0].where == "left calf"
    assert headline.above_target_kg(headline.session()) == pytest.approx(2.9)
    assert not headline.warnings
    assert sodium.prescription_for(sodium.session()).dialysate.sodium_mmol_l == 134
    assert sodium.above_target_kg(sodium.session()) == pytest.approx(4.0)
    assert any("13.9 mL/kg/h" in warning for warning in sodium.warnings)
    assert fall.session().pressure_fell
    assert not fall.session().cramps


def test_the_schema_is_published_with_units_and_ranges():
    schema = case.schema()
    target = schema["$defs"]["Patient"]["properties"]["target_weight_kg"]
    assert target["unit"] == "kg"
    assert target["anyOf"][0]["minimum"] == 25
    assert schema["$defs"]["Schedule"]["properties"]["per_week"]["anyOf"][0]["minimum"] == 0
    assert schema["$defs"]["Episode"]["properties"]["hours"]["default"] == 8
    assert {"gfr_ml_min", "neuropathy", "restless_legs"} <= set(schema["$defs"]["Patient"]["properties"])
    assert {"episodes", "sessions", "drugs"} <= set(schema["properties"])
    for model in schema["$defs"].values():
        for name, field in model.get("properties", {}).items():
            is_number = "number" in str(field.get("type", "")) or any(
                part.get("type") == "number" for part in field.get("anyOf", [])
            )
            assert not is_number or field.get("unit"), f"{name} has no unit"


def test_the_case_file_needs_neither_jax_nor_numpy():
    code = "import sys, soleus.case; soleus.case.schema(); print(*({'jax', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []


def test_what_a_case_may_order_a_machine_can_do():
    machine = {
        "blood_flow_ml_min": (Prescription, "Q_b", 1000), "dialysate_flow_ml_min": (Prescription, "Q_d", 1000),
        "substitution_ml_min": (Prescription, "Q_sub", 1000), "hours": (Prescription, "time", 1 / 60),
        "sodium_offset_mmol_l": (Prescription, "sodium_offset", 1), "koa_urea_ml_min": (Dialyzer, "KoA_urea", 1000),
        "sodium_mmol_l": (Dialysate, "Na", 1), "potassium_mmol_l": (Dialysate, "K", 1),
        "calcium_mmol_l": (Dialysate, "Ca", 1), "magnesium_mmol_l": (Dialysate, "Mg", 1),
        "bicarbonate_mmol_l": (Dialysate, "HCO3", 1), "acetate_mmol_l": (Dialysate, "acetate", 1),
        "citrate_mmol_l": (Dialysate, "citrate", 1), "glucose_mmol_l": (Dialysate, "glucose", 1),
        "temperature_c": (Dialysate, "temperature", 1),
    }  # fmt: skip
    asked = case.Prescribed.model_fields | case.Dialysate.model_fields
    for name, (cls, field, factor) in machine.items():
        low, high = (getattr(next(m for m in asked[name].metadata if hasattr(m, mark)), mark) for mark in ("ge", "le"))
        least, most = cls.__dataclass_fields__[field].metadata["param"].within
        assert least * factor <= low + 1e-9, name
        assert high <= most * factor + 1e-9, name


def test_the_page_about_the_case_file_shows_one_that_loads():
    page = (ROOT / "docs" / "use" / "case-file.md").read_text()
    blocks = [block.split("```")[0] for block in page.split("```yaml\n")[1:]]
    here = case.loads(blocks[0])
    assert here.session().cramps
    assert not here.warnings
    away = case.loads(blocks[1])
    assert not away.on_dialysis
    assert away.episode().twitches
    assert not away.warnings
    given = yaml.safe_load(blocks[2])
    assert case.Session.model_validate({"date": "2026-03-02", **given}).infused_l == pytest.approx(0.25)


# Looking things up


def test_the_session_to_explain_is_the_latest_cramp_then_the_latest_fall_then_the_latest(changed):
    data = changed(date="2026-03-02")
    low = {"date": "2026-03-04", "uf_l": 2.0, "pressures": [{"minute": 0, "systolic_mmhg": 85}]}
    data["sessions"] += [low, {"date": "2026-03-06", "uf_l": 2.0}]
    assert case.read(data).session().date == date(2026, 3, 2)
    data["sessions"][0]["symptoms"] = []
    assert case.read(data).session().date == date(2026, 3, 4)
    data["sessions"][1]["pressures"] = []
    here = case.read(data)
    assert here.session().date == date(2026, 3, 6)
    assert here.session("2026-03-04").uf_l == 2.0
    with pytest.raises(BadRecord, match="no session on 2026-01-01.*2026-03-02, 2026-03-04"):
        here.session("2026-01-01")


def test_a_case_without_sessions_loads_and_says_so_when_asked(small):
    here = case.read({"patient": small()["patient"]})
    with pytest.raises(BadRecord, match="sessions is empty"):
        here.session()


def test_the_day_overrides_the_prescription_and_the_usual_stands_in_for_the_rest(changed):
    here = case.read(changed(hours=3.5, prescription={"blood_flow_ml_min": 250, "dialysate": {"temperature_c": 35.5}}))
    order = here.prescription_for(here.session())
    assert (order.hours, order.blood_flow_ml_min, order.dialysate_flow_ml_min) == (3.5, 250, 500)
    assert (order.dialysate.temperature_c, order.dialysate.sodium_mmol_l, order.dialysate.potassium_mmol_l) == (
        35.5,
        138,
        2,
    )
    assert order.uf_profile.shape == "linear"
    assert order.uf_profile.values == [1.4, 0.6]
    assert "prescription.dialysate_flow_ml_min" in {absent.field for absent in here.missing}


def test_gain_gap_and_volume_come_from_the_weights_and_dates(small):
    data = small()
    data["sessions"].append({"date": "2026-03-04", "pre_weight_kg": 70.6, "post_weight_kg": 68.2, "drunk_l": 0.3})
    here = case.read(data)
    first, second = here.sessions
    assert here.gain_kg(first) == pytest.approx(2.4)  # above the target: nothing before it is in the file
    assert here.gain_kg(second) == pytest.approx(2.5)
    assert here.gap_h(second) == 44
    assert second.taken_off_l == pytest.approx(2.7)


def test_a_blood_test_is_the_nearest_one_and_not_an_old_one(small):
    data = small()
    data["labs"] += [{"date": "2026-02-20", "when": "pre", "sodium_mmol_l": 135}]
    here = case.read(data)
    assert here.lab("sodium_mmol_l", near=date(2026, 3, 2)) == 139
    assert here.lab("sodium_mmol_l", near=date(2026, 2, 21)) == 135
    assert here.lab("sodium_mmol_l", near=date(2026, 7, 1)) is None
    assert here.lab("sodium_mmol_l", when="post") is None


def test_what_is_absent_is_named_with_its_reason(changed):
    absent = {entry.field: str(entry) for entry in case.read(changed(blood_volume=None)).missing}
    assert "refilling" in absent["sessions[2026-03-02].blood_volume"]
    assert "sessions[2026-03-02].pressures.heart_rate_min" in absent
    assert "patient.overhydration_l" in absent
    assert "labs.protein_g_l" in absent
    assert "labs.sodium_mmol_l" not in absent
    assert all(len(text.split(": ", 1)[1]) > 10 for text in absent.values())
