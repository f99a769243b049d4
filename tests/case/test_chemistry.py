"""The chemistry of a case file: each value in its own unit, slips recognized, contradictions refused."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from soleus import case
from soleus.body.acid_base import AcidBase, acidity
from soleus.case.chemistry import CEILINGS
from soleus.case.labs import AROUND, OTHER, bicarbonate, carbon_dioxide
from soleus.case.prescribed import USUAL_DIALYSATE
from soleus.errors import BadRecord

FIELDS = case.Lab.model_fields
CANONICAL = sorted({other.of for other in OTHER.values()})


def bounds(name):
    low, high = (next(getattr(m, k) for m in FIELDS[name].metadata if hasattr(m, k)) for k in ("ge", "le"))
    return low, high


def sampled(changed, **values):
    return case.read(changed(**values))


# Units


@pytest.mark.parametrize(
    ("name", "value", "offered"),
    [
        ("magnesium_mmol_l", 2.1, "magnesium_mg_dl: 2.1 (0.864 mmol/L)"),
        ("phosphate_mmol_l", 5.5, "phosphate_mg_dl: 5.5 (1.78 mmol/L)"),
        ("calcium_mmol_l", 9.2, "calcium_mg_dl: 9.2 (2.3 mmol/L)"),
        ("calcium_mmol_l", 4.6, "Was it given in mEq/L or mg/dL? Then write calcium_meq_l: 4.6 (2.3 mmol/L)"),
        ("ionized_calcium_mmol_l", 4.6, "ionized_calcium_mg_dl: 4.6 (1.15 mmol/L)"),
        ("ionized_calcium_mmol_l", 2.3, "ionized_calcium_meq_l: 2.3 (1.15 mmol/L)"),
        ("urea_mmol_l", 60, "bun_mg_dl: 60 (21.4 mmol/L), or urea_mg_dl: 60 (9.99 mmol/L)"),
        ("urea_mmol_l", 130, "urea_mg_dl: 130 (21.6 mmol/L)"),
        ("creatinine_umol_l", 8.8, "creatinine_mg_dl: 8.8 (778 umol/L)"),
        ("glucose_mmol_l", 100, "glucose_mg_dl: 100 (5.55 mmol/L)"),
        ("albumin_g_l", 3.8, "albumin_g_dl: 3.8 (38 g/L)"),
        ("protein_g_l", 6.8, "protein_g_dl: 6.8 (68 g/L)"),
        ("pco2_mmhg", 5.3, "pco2_kpa: 5.3 (39.8 mmHg)"),
        ("calcium_mg_dl", 2.3, "Was it given in mmol/L? Then write calcium_mmol_l: 2.3."),
        ("creatinine_mg_dl", 778, "Was it given in umol/L? Then write creatinine_umol_l: 778."),
        ("ph", 40, "nmol/L of hydrogen ions? Then write 7.4."),
        ("ph", 6.7, "6.8 to 7.8 pH is possible"),
        ("potassium_mmol_l", -4.4, "never below 0. Is the minus sign a slip? Then write 4.4."),
        ("chloride_mmol_l", -4.4, "never below 0. Check the number."),
        ("b2m_mg_l", 2500, "nmol/L? Then write 29.5"),
        ("alkaline_phosphatase_u_l", 1.6, "ukat/L? Then write 96"),
        ("units", {"magnesium": "mg/dL"}, "magnesium_mg_dl. Use the name with your unit"),
        ("magnesium", 2.1, "Did you mean magnesium_m"),
        ("confirmed", ["magnesium"], "magnesium is no field of a blood sample"),
    ],
)
def test_a_value_in_the_wrong_unit_is_refused_with_the_right_one(small, refusal, name, value, offered):
    data = small()
    data["labs"][0][name] = value
    assert offered in refusal(data)


def test_what_the_file_says_is_in_mg_per_dl_is_converted(changed):
    here = sampled(
        changed, magnesium_mg_dl=2.1, phosphate_mg_dl=5.5, calcium_mg_dl=9.2, bun_mg_dl=60, creatinine_mg_dl=8.8,
        glucose_mg_dl=100, vitamin_d_ng_ml=25, pth_pmol_l=32, pco2_kpa=5.3,
    )  # fmt: skip
    expected = {
        "magnesium_mmol_l": 0.864, "phosphate_mmol_l": 1.776, "calcium_mmol_l": 2.296, "urea_mmol_l": 21.42,
        "creatinine_umol_l": 778, "glucose_mmol_l": 5.55, "vitamin_d_nmol_l": 62.4, "pth_pg_ml": 302, "pco2_mmhg": 39.8,
    }  # fmt: skip
    for name, value in expected.items():
        assert here.lab(name) == pytest.approx(value, rel=2e-3), name
    assert here.labs[0].magnesium_mmol_l is None  # kept as written
    assert not {"labs.magnesium_mmol_l", "labs.urea_mmol_l"} & {absent.field for absent in here.missing}


@pytest.mark.parametrize("name", sorted(OTHER))
def test_the_two_units_of_a_test_have_one_range(name):
    other = OTHER[name]
    (low, high), (least, most) = bounds(name), bounds(other.of)
    assert least - 1e-9 <= low * other.factor
    assert high * other.factor <= most + 1e-9
    assert low < AROUND[other.of] / other.factor < high


@given(st.sampled_from(sorted(OTHER)), st.floats(0, 1))
def test_a_converted_value_is_the_written_one_times_its_factor(changed, name, share):
    low, high = bounds(name)
    value = low + share * (high - low)
    sample = case.Lab.model_validate({"date": "2026-03-01", "when": "pre", name: value})
    assert sample.value(OTHER[name].of) == pytest.approx(value * OTHER[name].factor)


@pytest.mark.parametrize(
    "values",
    [
        {"magnesium_mmol_l": 0.9, "magnesium_mg_dl": 2.1},
        {"magnesium_mg_dl": 2.1, "magnesium_meq_l": 1.7},
        {"urea_mg_dl": 120, "bun_mg_dl": 60},
    ],
)
def test_one_substance_in_two_units_is_refused(changed, refusal, values):
    assert "one substance in two units. Keep one" in refusal(changed(**values))


@given(st.sampled_from(sorted(CEILINGS)), st.floats(0.001, 1))
def test_above_its_ceiling_a_value_needs_confirming_and_below_it_only_a_look(changed, name, share):
    look, most = CEILINGS[name]
    value = most + share * (bounds(name)[1] - most)
    with pytest.raises(BadRecord, match="confirmed"):
        sampled(changed, **{name: value})
    assert any("It is confirmed" in said for said in sampled(changed, **{name: value}, confirmed=[name]).warnings)
    assert any("unusually high" in said for said in sampled(changed, **{name: look + share * (most - look)}).warnings)
    assert not sampled(changed, **{name: look}).warnings


def test_a_low_value_in_mg_per_dl_may_be_in_mmol_per_l(changed):
    said = sampled(changed, magnesium_mg_dl=0.86, phosphate_mg_dl=2.5).warnings
    assert [text for text in said if "Then write magnesium_mmol_l: 0.86." in text] == said


def test_every_mistake_of_a_sample_is_found_beside_others(changed, refusal):
    data = changed(urea_mmol_l=60, sodium_mmol_l=14, uf_l=2300, albumin_g_l=60, protein_g_l=50)
    message = refusal(data)
    for words in ("4 problems", "bun_mg_dl: 60", "sodium_mmol_l is 14", "millilitres", "not below the 50 g/L"):
        assert words in message


# Contradictions


@given(st.sampled_from(["calcium_mmol_l", "magnesium_mmol_l"]), st.floats(0.05, 3), st.floats(0.05, 3))
def test_the_ionized_part_must_be_below_the_total(changed, total, part, whole):
    names = (f"ionized_{total}", total)
    part, whole = (
        min(max(x, bounds(n)[0]), CEILINGS.get(n, bounds(n))[1]) for x, n in zip((part, whole), names, strict=True)
    )
    values = dict(zip(names, (part, whole), strict=True))
    if part < whole:
        sampled(changed, **values)
    else:
        with pytest.raises(BadRecord, match="not below"):
            sampled(changed, **values)


def test_an_unusual_share_of_ionized_calcium_is_said(changed):
    said = sampled(changed, ionized_calcium_mmol_l=1.15, calcium_mmol_l=1.5).warnings
    assert any("77% of all calcium" in text for text in said)
    assert not sampled(changed, ionized_calcium_mmol_l=1.15, calcium_mg_dl=9.2).warnings


@given(st.floats(6.8, 7.8), st.floats(10, 120))
def test_acidity_is_the_body_s(ph, pco2):
    base = bicarbonate(ph, pco2)
    assert acidity(base, pco2, AcidBase()) == pytest.approx(ph, abs=1e-6)
    assert carbon_dioxide(ph, base) == pytest.approx(pco2)


@given(st.floats(6.8, 7.8), st.floats(10, 120), st.floats(5, 50))
@example(7.4, 40, 24)
@example(7.4, 40, 29)
def test_bicarbonate_must_go_with_ph_and_carbon_dioxide(changed, ph, pco2, base):
    goes_with = bicarbonate(ph, pco2)
    assume(abs(abs(base - goes_with) - 4) > 1e-6)
    said = sampled(changed, ph=ph, pco2_mmhg=pco2, bicarbonate_mmol_l=base).warnings
    assert any("Henderson" in text for text in said) == (abs(base - goes_with) > 4)


def test_two_of_the_three_make_the_third(changed):
    here = sampled(changed, ph=7.4, pco2_mmhg=40)
    assert here.lab("bicarbonate_mmol_l") == pytest.approx(24.5, abs=0.1)
    assert "labs.bicarbonate_mmol_l" not in {absent.field for absent in here.missing}
    assert sampled(changed, ph=7.4, bicarbonate_mmol_l=24.5).lab("pco2_mmhg") == pytest.approx(40, abs=0.1)


def test_a_ph_nobody_can_have_with_the_rest_is_refused(changed, refusal):
    assert "would need 203 mmHg of carbon dioxide" in refusal(changed(ph=6.9, bicarbonate_mmol_l=39.4))
    assert "of bicarbonate; 2 to 60 is possible" in refusal(changed(ph=7.7, pco2_mmhg=100))


@pytest.mark.parametrize(("chloride", "gap"), [(100, None), (136, "-21"), (75, "40")])
def test_an_implausible_anion_gap_is_said(changed, chloride, gap):
    said = sampled(changed, chloride_mmol_l=chloride, bicarbonate_mmol_l=24).warnings
    assert (any(f"anion gap of {gap}" in text for text in said)) if gap else not said


# The bath


def ordered(changed, **prescription):
    return changed(prescription=prescription)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"dialysate": {"potassium_mmol_l": 0}}, "potassium_mmol_l is 0 mmol/L; below 0.5"),
        ({"dialysate": {"potassium_mmol_l": 0}, "reason": " "}, "write why in reason"),
        ({"dialysate": {"potassium_mmol_l": 0}, "reason": "potassium 8.1, ECG changes"}, None),
        ({"potassium_profile": {"linear": [3, 0.2]}}, "potassium_profile is 0.2 mmol/L"),
        ({"potassium_profile": {"linear": [3, 12]}}, "0 to 5 mmol/L is possible"),
        ({"potassium_profile": {"linear": [3, 1]}, "dialysate": {"potassium_mmol_l": 0}}, None),
        ({"bicarbonate_profile": {"linear": [28, 50]}}, "15 to 45 mmol/L is possible"),
        ({"dialysate": {"calcium_mmol_l": 2.25, "bicarbonate_mmol_l": 45}}, "calcium carbonate would fall out"),
        ({"dialysate": {"calcium_mmol_l": 1.5, "bicarbonate_mmol_l": 40, "acid_mmol_l": 1}}, "is 2400, at most 1200"),
        ({"dialysate": {"calcium_mmol_l": 1.5, "bicarbonate_mmol_l": 40, "acid_mmol_l": 0}}, "beyond measure"),
        ({"bicarbonate_profile": {"steps": [[0, 32], [0.5, 44]]}, "dialysate": {"calcium_mmol_l": 2.25}},
         "bicarbonate_profile is 44 mmol/L with calcium_mmol_l 2.25"),
        ({"dialysate": {"calcium_mmol_l": 2, "bicarbonate_mmol_l": 45, "bicarbonate_stated": "before mixing"}}, None),
        ({"dialysate": {"calcium_mmol_l": 2.25, "bicarbonate_mmol_l": 44, "citrate_mmol_l": 1}}, None),
        ({"dialysate": {"calcium_mmol_l": 2.25, "bicarbonate_mmol_l": 45}, "mode": "UF"}, None),
        ({"dialysate": {"calcium_mmol_l": 2.5}}, "Was it given in mEq/L? Then write 1.25."),
        ({"dialysate": {"glucose_mmol_l": 100}}, "Was it given in mg/dL? Then write 5.55."),
        ({"dialysate": {"bicarbonate_stated": "after"}}, "one of mixed, before mixing belongs here"),
    ],
)  # fmt: skip
def test_a_bath_is_taken_or_refused_as_it_should_be(changed, refusal, order, words):
    if words is None:
        case.read(ordered(changed, **order))
    else:
        assert words in refusal(ordered(changed, **order))


def test_a_bath_that_is_wrong_for_all_sessions_is_named_once(small, refusal):
    data = small()
    data["prescription"]["dialysate"] |= {"potassium_mmol_l": 0}
    data["sessions"][0]["prescription"] = {"blood_flow_ml_min": 250}
    assert refusal(data).startswith("the case: 1 problem")


def test_a_bath_magnesium_in_milliequivalents_is_asked_about(changed):
    said = case.read(ordered(changed, dialysate={"magnesium_mmol_l": 1.0})).warnings
    assert any("mEq/L? Then write 0.5" in text for text in said)


def test_the_usual_bath_is_safe_and_whole(changed):
    assert set(USUAL_DIALYSATE) == set(case.Dialysate.model_fields)
    assert not case.read(ordered(changed, dialysate=USUAL_DIALYSATE)).warnings
