"""Study files: the packaged ones say what the papers say, spreads become SDs, a faulty file is told what to mend."""

import copy
import math
import re

import pytest
import yaml

from soleus import study
from soleus.errors import BadRecord
from soleus.studies.check import problems
from soleus.studies.form import VOCABULARY, needs, quantity
from soleus.study import between_patients, load, load_all

PACKAGED = load_all()


@pytest.fixture(scope="module")
def example(root):
    """The example of the docs page, as text."""
    page = (root / "docs/use/study-file.md").read_text(encoding="utf-8")
    return re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1]


def refused(folder, text, name="mine.yaml"):
    """The message that a file with this content is refused with."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadRecord) as fault:
        load(path)
    assert name in str(fault.value)
    return str(fault.value)


def test_packaged_files_load_and_are_named_by_their_key():
    assert len(PACKAGED) >= 51
    assert len({s.key for s in PACKAGED}) == len(PACKAGED)
    for path, packaged in zip(study.paths(), PACKAGED, strict=True):
        assert path.name.startswith(packaged.key)
        assert not re.search(r"https?://|www\.", path.read_text(encoding="utf-8"))


def test_packaged_files_hold_the_facts_of_the_evidence(shared):
    folder = shared / "evidence" / "studies"
    if not folder.is_dir():
        pytest.skip("no study files among the reference data")
    for path in sorted(folder.glob("*.yaml")):
        theirs = yaml.safe_load(path.read_text(encoding="utf-8"))
        ours = yaml.safe_load(next(p for p in study.paths() if p.name == path.name).read_text(encoding="utf-8"))
        assert ours.pop("notes").split() != theirs.pop("notes").split()
        ours.pop("effects", None)  # of a month, added here
        assert ours == theirs


def test_files_load_unchanged_from_any_folder_with_the_same_spreads(shared):
    folder = shared / "evidence" / "studies"
    if not folder.is_dir():
        pytest.skip("no study files among the reference data")
    packaged = {s.key: s for s in PACKAGED}
    for theirs in load_all(folder):
        ours = packaged[theirs.key]
        assert (ours.arms, ours.contrasts, ours.regressions) == (theirs.arms, theirs.contrasts, theirs.regressions)


def test_every_packaged_quantity_is_known():
    needed = {m.needs for s in PACKAGED for a in s.arms for m in a.measured}
    assert needed == {"fluid", "symptoms", "chemistry", "hormones"}
    assert all(c.needs != "unknown" for s in PACKAGED for c in s.contrasts)


@pytest.mark.parametrize(
    ("name", "unit", "need"),
    [
        ("SBP", "mmHg", "fluid"),
        ("Na_removed", "mmol", "fluid"),
        ("rebound_urea_pct", "%", "fluid"),
        ("core_temp_change", "degC", "fluid"),
        ("protein_change_pct", "%", "fluid"),
        ("plasma_volume_change", "L", "fluid"),
        ("protein_removed", "g", "fluid"),
        ("cramp_sessions_pct", "%", "symptoms"),
        ("Ca_gained", "mmol", "chemistry"),
        ("B2M_removed", "mg", "chemistry"),
        ("phosphate_clearance", "mL/min", "chemistry"),
        ("rebound_K_pct", "%", "chemistry"),
        ("K_removed_from_ECF", "mmol", "chemistry"),
        ("PTH_change", "pg/mL", "hormones"),
    ],
)
def test_quantities(name, unit, need):
    assert quantity(name) == (unit, need)


def test_a_name_outside_the_vocabulary():
    assert quantity("sodium") is None
    assert quantity("sodium_removed") is None
    assert needs("sodium") == "unknown"


@pytest.mark.parametrize(
    ("value", "spread", "kind", "n", "sd", "stands_in"),
    [
        (140, 3.0, "sd", 20, 3.0, False),
        (140, 0.5, "sem", 16, 2.0, False),
        (140, 3.0, "unknown", 16, 3.0, False),
        (140, (139, 141), "ci95", 49, 2 / 3.92 * 7, False),
        (140, (138, 142), "iqr", None, 4 / 1.349, False),
        (-140, None, "sd", 20, 14.0, True),
        (140, 0.5, "sem", None, 14.0, True),
        (140, (140, 140), "iqr", 9, 14.0, True),
    ],
)
def test_spread_between_patients(value, spread, kind, n, sd, stands_in):
    found = between_patients(value, spread, kind, n)
    assert found.sd == pytest.approx(sd)
    assert found.stands_in == stands_in
    assert ("10 % of the value stands in" in found.note) == stands_in


def test_nothing_stands_in_for_a_zero_without_spread():
    found = between_patients(0, None, "sd", 10)
    assert math.isnan(found.sd)
    assert "not to be scored" in found.note


def figure(key, arm, name, time):
    """One packaged figure."""
    found = next(s for s in PACKAGED if s.key == key)
    return next(m for m in found.arm(arm).measured if (m.quantity, m.time) == (name, time))


def test_notes_tell_which_unstated_spread_is_a_likely_sem():
    potassium = figure("heguilen-2005", "hco3-27", "K", ("at_min", 60)).between
    assert potassium.sd == pytest.approx(0.13 * math.sqrt(8))
    assert "likely SEM" in potassium.note
    assert figure("heguilen-2005", "hco3-27", "rebound_K_pct", ("after_min", 60)).between.sd == 10.2
    assert figure("ijkd-calcium", "ca-1.75", "PTH", ("at", "pre")).between.sd == pytest.approx(52 * math.sqrt(52))
    assert figure("ijkd-calcium", "ca-1.75", "Ca_total", ("at", "post")).between.sd == 0.1747


def test_a_printed_range_is_scored_from_its_middle():
    phosphate = figure("asaio-trans-1991", "hd-5h", "phosphate_removed", ("over", "session"))
    assert (phosphate.value, phosphate.range, phosphate.between.sd) == (24.0, (20, 28), 4.0)


def test_run_values_overlay_the_assumed_with_the_reported():
    run = next(s for s in PACKAGED if s.key == "ki-1987").arm("na-126").run
    assert run["hours"] == 1.75  # reported as [1.5, 2]
    assert run["uf_l"] == 0
    assert run["dialysate"]["Na"] == 126
    assert run["dialysate"]["K"] == 2
    assert run["pre"]["urea"] == 24


def test_values_before_the_session_are_inputs_unless_the_state_is_steady():
    settled = next(s for s in PACKAGED if s.key == "arramreddy-2012").arm("na-140")
    acute = next(s for s in PACKAGED if s.key == "heguilen-2005").arm("hco3-27")
    assert settled.steady
    assert not settled.is_input(("at", "pre"))
    assert acute.is_input(("at", "pre"))
    assert not acute.is_input(("at", "post"))


def test_contrasts_are_scored_against_their_arms_or_their_interval():
    sodium = next(s for s in PACKAGED if s.key == "moret-2002").contrasts[0]
    assert sodium.between.sd == pytest.approx(math.sqrt((166**2 + 116**2) / 2))
    phosphate = next(s for s in PACKAGED if s.key == "fhn-2012").contrasts[0]
    assert phosphate.between.sd == pytest.approx((0.2518 - 0.04197) / 3.92)
    assert phosphate.between.stands_in
    potassium = next(s for s in PACKAGED if s.key == "k-variability").contrasts[0]
    assert potassium.relative
    assert potassium.between == (pytest.approx(2.8), "no spread printed; 10 % of the value stands in", True)


def test_the_page_names_every_quantity_and_its_example_loads(root, tmp_path, example):
    page = (root / "docs/use/study-file.md").read_text(encoding="utf-8")
    assert [name for name in VOCABULARY if f"`{name}`" not in page] == []
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    assert load(str(path)).contrasts[0].between.sd == pytest.approx(math.sqrt((17**2 + 16**2) / 2))


ROW = "{quantity: SBP, at: post, value: 128, spread: 17, unit: mmHg}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("spread: 17, unit: mmHg", "spread: 17, unit: kPa", "unit of SBP is 'kPa'; convert"),
        ("at: post, value: 128", "value: 128", "the time is missing"),
        ("at: post, value: 128", "at: noon, value: 128", "at_min: 60"),
        ("at: post, value: 128", "at_min: 300, value: 128", "minute 300 is past the end of 4 h"),
        ("value: 128", "value: 17.1", "is 17.1, outside 70 to 230; check the number and its unit"),
        ("value: 128", "value: 128 mmHg", "value is a plain number"),
        ("value: 128", "value: .nan", "value is a plain number"),
        ("value: 128", "value: 128, range: [120, 130]", "not both"),
        ("spread: 17", "spread: -17", "one number above 0"),
        ("spread: 17", "spread: [17, 20]", "one number above 0"),
        ("hours: 4,", "hours: 4, uf_l: 2,", "uf_l is both reported and assumed; delete it under assumed"),
        ("hours: 4,", "hours: [3, 4],", "hours is a range; put the one number to run under assumed"),
        ("hours: 4,", "hours: 240,", "hours is 240, outside 0.25 to 12"),
        ("hours: 4,", "qb_ml_min: 300,", "did you mean Qb_ml_min?"),
        ("mode: HD,", "mode: HDF,", "choose HD, HDF-post, HDF-pre, HF, UF"),
        ("pre: {SBP: 142}", "pre: {sodium: 137}", "unknown field 'sodium'"),
        ("flux: high", "access: fistula", "cannot be run without flux; add what was not reported under assumed"),
        ("K: 2, ", "", "cannot be run without dialysate K"),
        ("n: 12 ", "n: twelve ", "n is 'twelve'; write the number of patients"),
        ("grade: B ", "grade: D ", "grade is 'D'; choose A, B, C"),
        ("spread_is: sd", "spread_is: SD", "spread_is is 'SD'; choose"),
        ("notes: >-", "remarks: >-", "notes is missing"),
        ("difference: 7", "difference: -7", "mind the order, second arm minus first"),
        ("arms: [bath-36.5, bath-35]", "arms: [bath-36.5, bath-34]", "name two different arms of this study"),
        (ROW, ROW + "\n      - " + ROW, "this quantity at this time is there twice"),
        ("year: 2020", "year: 20", "write four digits, or null if not seen"),
        ("key: example-2020", "key: example-2020\nkey: example-2021", "line 1: key is given twice"),
        ("pre: {SBP: 142}", "pre: *base", "a reference; write the values out"),
        ("pre: {SBP: 142}", "pre: !!python/object/apply:os.system ['true']", "line"),
        ("pre: {SBP: 142}", "pre: 142", "arm bath-36.5, pre is 142; write fields"),
        ("measured:\n      - " + ROW, "measured: 5", "write a list"),
    ],
)
def test_a_faulty_file_is_told_what_to_mend(tmp_path, example, old, new, said):
    assert old in example
    if new == "pre: *base":
        example = example.replace("notes: >-", "notes: &base >-", 1)
    assert said in refused(tmp_path, example.replace(old, new, 1))


def test_all_faults_are_told_at_once(tmp_path, example):
    message = refused(tmp_path, example.replace("hours: 4", "hours: 40").replace("unit: mmHg", "unit: kPa"))
    assert message.count("hours is 40") == 2
    assert message.count("unit of SBP") == 3


def test_an_unknown_quantity_is_kept_and_said_to_be_unknown(tmp_path, example):
    path = tmp_path / "new.yaml"
    path.write_text(example.replace(ROW, "{quantity: lactate, at: post, value: 1, unit: mmol/L}", 1), encoding="utf-8")
    kept = problems(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert kept == []
    assert load(path).arms[0].measured[0].needs == "unknown"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("# nothing\n", "holds no fields"),
        ("just a sentence", "holds no fields"),
        ("- 1\n- 2\n", "holds no fields"),
        ("key: [1, 2", "line "),
        ("key: a: b", "line 1"),
        (b"\x00\x01\x02\xff\xfe", "not text in UTF-8"),
        (b"\x00\x01\x02", "characters are not allowed"),
        ("key: 2020-99-99", "plain numbers, words and lists"),
        ("a: " + "[" * 5000 + "]" * 5000, "nested more than"),
        ("a: 1\n" * 400_000, "larger than"),
    ],
)
def test_what_is_no_study_file(tmp_path, content, said):
    assert said in refused(tmp_path, content)


def test_nothing_in_a_file_is_run(tmp_path):
    mark = tmp_path / "ran"
    refused(tmp_path, f"key: !!python/object/apply:os.system ['touch {mark}']")
    assert not mark.exists()


def test_a_folder_tells_of_every_faulty_file(tmp_path, example):
    (tmp_path / "a.yaml").write_text(example, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(example, encoding="utf-8")
    (tmp_path / "c.yaml").write_text("", encoding="utf-8")
    (tmp_path / "README.md").write_text("not a study", encoding="utf-8")
    with pytest.raises(BadRecord) as fault:
        load_all(tmp_path)
    assert "b.yaml: key example-2020 belongs to another file too" in str(fault.value)
    assert "c.yaml: empty" in str(fault.value)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(BadRecord, match="cannot be opened"):
        load(tmp_path / "none.yaml")
    with pytest.raises(BadRecord, match="is not a folder"):
        load_all(tmp_path / "none")
    with pytest.raises(BadRecord, match="holds no study files"):
        load_all(tmp_path)


def test_any_single_field_of_the_wrong_kind_is_a_fault_and_never_a_crash(example):
    whole = yaml.safe_load(example)
    for path in _places(whole):
        for odd in (None, True, -1e12, float("nan"), "x", [], {}, [1, 2, 3], {"a": 1}, [[1]], [None]):
            broken = copy.deepcopy(whole)
            place = broken
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = odd
            faults = problems(broken)
            assert all(isinstance(f, str) and f for f in faults)
            if not faults:
                study.from_plain(broken)


def _places(tree, path=()):
    for step, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield (*path, step)
        yield from _places(value, (*path, step))
