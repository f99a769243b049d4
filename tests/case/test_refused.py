"""Broken case files are refused with words a nurse can act on, and nothing else ever escapes."""

import copy
from datetime import date
from pathlib import Path

import pytest
import yaml

from soleus import case
from soleus.case.file import LARGEST
from soleus.errors import BadRecord

BROKEN = Path(__file__).parents[1] / "broken"

# File in tests/broken, and the words its message must hold: where, what, the rule, the remedy.
REFUSED = {
    "pounds": ["target_weight_kg is 149.9 kg", "pounds", "write 68.0", "write 70.4", "write 68.1", "weight_confirmed"],
    "one-weight-in-pounds": ["pre_weight_kg is 155.2 kg", "target_weight_kg is 68 kg", "pounds", "write 70.4"],
    "kilopascals": ["systolic_mmhg is 18.9 mmHg", "3 readings", "kPa", "7.5: 142"],
    "weight-rose": ["post_weight_kg is 71.2 kg", "above the 70.4 kg before", "swapped", "weight_reason"],
    "uf-and-weights": ["uf_l is 4.9 L", "fell by 2.3 kg", "0.2 L drunk", "weight_reason"],
    "forty-litres-an-hour": ["uf_l is 10 L in 0.25 h", "40.0 L/h", "at most 4 L/h"],
    "no-target-weight": ["target_weight_kg is missing", "target_weight_unknown_reason"],
    "out-of-order": ["pressures[2].minute is 120 min", "150 min", "out of order"],
    "outside-the-session": ["minute is 420 min", "outside the session (0 to 240 min)", "pressures_after", "hours"],
    "before-the-start": ["minute is -20 min", "outside the session", "pressures_before"],
    "same-minute-twice": ["minute is 60 min", "given twice", "two different readings", "artefact: true"],
    "two-date-formats": ["line 10", "2026-03-04 or 2026-04-03", "line 11", "year-month-day: 2026-02-25"],
    "same-session-twice": ["sessions[1]", "second session on 2026-03-02", "sessions[0]", "start time"],
    "text-for-a-number": ["'two and a half' (text)", "a number in L", "0 to 20", "'70,4'", "70.4?", "68.1?"],
    "unknown-field": ["uf_liter is not a field", "Did you mean uf_l?", "Did you mean drunk_l?"],
    "same-name-twice": ["uf_l is given twice", "lines 13 and 14"],
    "runs-code": ["line 3", "!!python/object/apply:os.system", "could run code"],
    "builds-an-object": ["line 8", "!!python/name:subprocess.Popen", "could run code"],
    "grows": ["line 2", "line 3", "Write the values out"],
    "swapped-pressures": ["diastolic_mmhg is 142 mmHg", "not below the systolic 80", "swapped"],
    "empty": ["is empty", "examples/calf-cramps.yaml"],
    "only-a-list": ["holds no case", "patient:"],
    "not-yaml": ["line 3", "indentation"],
    "american-units": [
        "8 problems", "-4.9 mmol/L", "Then write 4.9.", "magnesium_mg_dl: 2.1 (0.864 mmol/L)",
        "phosphate_mg_dl: 5.5 (1.78 mmol/L)",
        "calcium_mg_dl: 9.2 (2.3 mmol/L).", "bun_mg_dl: 60 (21.4 mmol/L)", "creatinine_mg_dl: 8.8 (778 umol/L)",
        "glucose_mg_dl: 100 (5.55 mmol/L)", "confirmed: [urea_mmol_l]", "Then write 7.4.",
    ],
    "impossible-chemistry": [
        "6 problems", "below 0.5 mmol/L", "write why in reason", "bicarbonate_mmol_l is 40", "would fall out",
        "1.2 mmol/L on 2026-03-02, not below the 1.1", "would need 227 mmHg", "infused_l is 0.1 L", "adds up to 0.5 L",
        "is 1600", "amount_ml is 200 mL", "at most 40 mL",
    ],
    "hormones-in-other-units": [
        "6 problems", "pth_pmol_l: 9.5 (89.5 pg/mL)", "confirmed: [pth_pg_ml]", "pth_pg_ml: 420",
        "vitamin_d_nmol_l: 160",
        "calcitriol_pg_ml is not a field: calcitriol (1,25-dihydroxyvitamin D) is not read", "vitamin_d_ng_ml",
        "0.06 nmol/L", "Is it calcitriol", "vitamin_d_pg_ml is not a field",
    ],
    "filtration-on-dialysis": [
        "3 problems", "gfr_ml_min is 60 ml/min", "more than 30 ml/min needs dialysis", "collected urine",
        "schedule.per_week: 0", "must leave as urine", "820 umol/L", "about 6 ml/min (CKD-EPI)",
    ],
    "filtration-per-second": ["gfr_ml_min is 0.25 ml/min", "4 ml/min or more", "mL/s? Then write 15"],
    "not-on-dialysis-with-sessions": [
        "3 problems", "250 ml/min; 0 to 150 ml/min is possible", "per_week is 0, but the file has sessions",
        "episodes", "700 min", "0 to 480 min",
    ],
    "dates-that-contradict": [
        "3 problems", "48 years on dialysis at an age of 44", "Then write 4.0", "until is 2025-11-20, before sevelamer",
        "Are the two swapped?", "1962-05-06, before this person of 44 years was born",
    ],
    "sessions-before-dialysis": ["vintage_y is 0.5 years", "from 2022-03-07 to 2026-03-02", "before dialysis began"],
    "milligrams-for-micrograms": [
        "7 problems", "0.25 mg of calcitriol; one dose is 0.1 to 4 ug", "dose_ug: 0.25", "dose_mg: 40", "dose_ug: 75",
        "dose_g: 2.4", "dose_iu: 20000", "dose_ug is given for amlodipine, and dose_mg as well", "per_day as well",
    ],
    "many-at-once": [
        "10 problems", "Did you mean F?", "Then write 165", "target_weight_kg is missing", "Then write 4.",
        "2026-02-03 or 2026-03-02", "post_weight_kg is 72 kg", "Then write 2.5", "drunk_l?", "kPa", "'sixty' (text)",
    ],
}  # fmt: skip


# Broken files


def test_every_broken_file_has_its_words():
    assert {path.stem for path in BROKEN.glob("*.yaml")} == set(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_file_is_refused_in_words_that_help(name):
    with pytest.raises(BadRecord) as caught:
        case.load(BROKEN / f"{name}.yaml")
    message = str(caught.value)
    assert not [words for words in REFUSED[name] if words not in message], message
    assert message.startswith(f"{name}.yaml")
    assert "0001-" not in message


def test_a_tag_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadRecord):
        case.load(BROKEN / "runs-code.yaml")
    assert not (tmp_path / "soleus-was-here").exists()


def test_a_50_mb_file_is_refused_without_being_read(tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.write(b"patient:\n")
        file.truncate(50_000_000)
    with pytest.raises(BadRecord, match=f"larger than {LARGEST / 1e6:g} MB.*one file for each"):
        case.load(path)


@pytest.mark.parametrize(
    "content", [bytes(range(256)), b"\x89PNG\r\n\x1a\n\x00", "patient:".encode("utf-16"), b"PK\x03\x04\xff"]
)
def test_a_binary_file_is_refused(tmp_path, content):
    path = tmp_path / "picture.yaml"
    path.write_bytes(content)
    with pytest.raises(BadRecord, match="not a text file.*UTF-8"):
        case.load(path)


@pytest.mark.parametrize("place", ["nowhere.yaml", "."])
def test_a_file_that_is_not_there_is_named(tmp_path, place):
    with pytest.raises(BadRecord, match="cannot be opened"):
        case.load(tmp_path / place)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 1000,
        "a: '",
        "a: b: c",
        "\x07",
        "--- a\n--- b\n",
        "? [1]\n: 2\n",
        "a: " + "9" * 6000,
        "~: 3\n",
        "5",
    ],
)
def test_strange_text_is_refused_and_never_crashes(text):
    with pytest.raises(BadRecord):
        case.loads(text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight_confirmed": True, "target_weight_kg": 140, "pre_weight_kg": None, "post_weight_kg": None}, None),
        ({"post_weight_kg": 71.0, "weight_reason": "clothes changed"}, None),
        ({"uf_l": 4.9, "weight_reason": "ate a meal and drank"}, None),
        ({"uf_l": 2.3 + 0.6}, None),
        ({"target_weight_kg": None, "target_weight_unknown_reason": "first visit"}, None),
        ({"pre_weight_kg": 95.0, "post_weight_kg": None}, "target_weight_kg is 68 kg"),
        ({"uf_l": None, "post_weight_kg": None}, "uf_l is missing"),
        ({"uf_l": 2300}, "millilitres? Then write 2.3"),
        ({"height_cm": 1.65}, "metres? Then write 165"),
        ({"height_cm": 65}, "inches? Then write 165"),
        ({"pressures": [{"minute": 250, "systolic_mmhg": 120}]}, None),  # the session ran a little longer
        ({"pressures": [{"minute": 256, "systolic_mmhg": 120}]}, "outside the session"),
        ({"pressures": [{"minute": 9, "systolic_mmhg": 12, "artefact": True}]}, None),
        ({"pressures": [{"minute": 9, "systolic_mmhg": 9}]}, "kPa? Then multiply by 7.5: 68"),
        ({"pressures_before": [{"minute": 5, "systolic_mmhg": 120}]}, "after the start"),
        ({"pressures_after": [{"minute": 200, "systolic_mmhg": 120}]}, "before the end"),
        ({"blood_volume": [{"minute": 500, "rbv_pct": -3}]}, "outside the session"),
        ({"symptoms": [{"minute": 400, "what": "cramp"}]}, None),  # at home, still of this session
        ({"symptoms": [{"minute": 1400, "what": "cramp"}]}, "Put it in the diary"),
        ({"symptoms": [{"minute": 4, "what": "Cramps"}]}, "Did you mean cramp?"),
        ({"date": "2026-02-30"}, "day is out of range"),
        ({"date": "03-2026"}, "year-month-day"),
        ({"prescription": {"mode": "HDF-post"}}, "mode HDF-post needs it"),
        ({"prescription": {"mode": "HD", "substitution_ml_min": 90}}, "no substitution"),
        ({"prescription": {"sodium_profile": {"linear": [14.8, 138]}}}, "120 to 160 mmol/L"),
        ({"prescription": {"uf_profile": {"steps": [[0.5, 1], [0, 2]]}}}, "steps start at fraction 0"),
        ({"prescription": {"uf_profile": {"linear": [1, 2], "exponential": [1, 2]}}}, "exactly one"),
        ({"prescription": {"uf_profile": "flat"}}, "constant"),
        ({"prescription": {"uf_profile": {"linear": [0, 0]}}}, "above 0"),
        ({"prescription": {"dialysate": {"temperature_c": 98.6}}}, "Fahrenheit? Then write 37"),
    ],
)
def test_a_record_is_taken_or_refused_as_it_should_be(changes, words, changed, refusal):
    data = changed(**changes)
    if words is None:
        case.read(data)
    else:
        assert words in refusal(data)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uf_l": 2.3 + 0.5}, "differ by 0.5 kg"),
        ({"uf_l": 4.0, "weight_reason": "two meals"}, "Reason given: two meals"),
        ({"uf_l": 3.8, "pre_weight_kg": None, "post_weight_kg": None}, "14.0 mL/kg/h"),
        ({"pre_weight_kg": 74.0, "post_weight_kg": None}, "6.0 kg above the target"),
        ({"date": "2098-01-01"}, "in the future"),
        ({"date": "2024-03-02"}, "is the year right?"),
        ({"target_weight_kg": 108, "pre_weight_kg": None, "post_weight_kg": None}, "body mass index of 40"),
        ({"pressures": [{"minute": 250, "systolic_mmhg": 120}]}, "past its 240 min"),
        ({"pressures": [{"minute": 50, "systolic_mmhg": 52}]}, "below 60 mmHg"),
        ({"prescription": {"dialysate": {"potassium_mmol_l": 1}}}, "below 2 needs a reason"),
        ({"prescription": {"hours": 5}}, None),
    ],
)
def test_what_is_odd_becomes_a_warning_and_changes_nothing(changes, words, changed):
    data = changed(**changes)
    found = case.read(data).warnings
    assert any(words in warning for warning in found) if words else not found


def test_two_sessions_of_one_day_need_their_start_times(changed, refusal):
    data = changed(pressures=[{"minute": 60 * i, "systolic_mmhg": 130} for i in range(3)])
    data["sessions"].append(copy.deepcopy(data["sessions"][0]))
    assert "entered twice, delete one" in refusal(data)
    data["sessions"][0]["start"], data["sessions"][1]["start"] = "07:30", "16:00"
    assert any("same session under another date" in warning for warning in case.read(data).warnings)


def test_yaml_reads_times_numbers_and_dates_without_surprises(small):
    text = yaml.safe_dump(small()) + 'note: "0"\n'
    text = text.replace("  date: '2026-03-02'", "  date: 2026-03-02\n  start: 07:30")
    here = case.loads(text)
    assert here.sessions[0].start == "07:30"
    assert here.sessions[0].date == date(2026, 3, 2)
    with pytest.raises(BadRecord, match="'012' .text.; a number"):
        case.loads(text.replace("uf_l: 2.3", "uf_l: 012"))


JUNK = [
    None,
    "x",
    "",
    -1,
    0,
    1e9,
    10**400,
    [],
    {},
    True,
    float("nan"),
    float("inf"),
    [1],
    {1: 2},
    [[1, 2]],
    "2026-13-40",
    b"x",
]


def places(part, place=()):
    """Every place in plain values."""
    if place:
        yield place
    if isinstance(part, dict):
        for key, value in part.items():
            yield from places(value, (*place, key))
    if isinstance(part, list):
        for i, value in enumerate(part):
            yield from places(value, (*place, i))


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:12])
def test_junk_anywhere_at_home_is_refused_or_taken_but_never_crashes(junk, home):
    def whole():
        data = home(labs__creatinine_umol_l=420, labs__vitamin_d_ng_ml=14, patient__neuropathy="mild")
        data["drugs"][0] |= {"since": "2025-01-01", "until": "2026-12-31"}
        return data

    for place in places(whole()):
        data = whole()
        part = data
        for step in place[:-1]:
            part = part[step]
        part[place[-1]] = junk
        try:
            here = case.read(data)
        except BadRecord as error:
            assert str(error).count("\n  ") >= 1
        else:
            assert isinstance(here.warnings + here.missing, list)


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:12])
def test_junk_anywhere_is_refused_or_taken_but_never_crashes(junk, changed):
    def whole():
        data = changed(
            ph=7.4, pco2_mmhg=38, bicarbonate_mmol_l=23, magnesium_mg_dl=2.1, calcium_mmol_l=2.3,
            ionized_calcium_mmol_l=1.1, confirmed=["urea_mmol_l"],
            given=[{"minute": 5, "what": "glucose 50 %", "amount_g": 25, "minutes": 5}],
            prescription={"potassium_profile": {"steps": [[0, 3], [0.5, 2]]}, "reason": "trial"},
        )  # fmt: skip
        data["prescription"]["dialysate"] |= {
            "bicarbonate_stated": "before mixing",
            "acid_mmol_l": 4,
            "calcium_mmol_l": 1.5,
        }
        return data

    for place in places(whole()):
        data = whole()
        part = data
        for step in place[:-1]:
            part = part[step]
        part[place[-1]] = junk
        try:
            here = case.read(data)
        except BadRecord as error:
            assert str(error).count("\n  ") >= 1
        else:
            assert isinstance(here.warnings + here.missing, list)
