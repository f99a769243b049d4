"""Real records become case files: one a session, whole, honest about what is assumed, nothing dropped in silence."""

import csv
import gzip

import pytest
import yaml

from soleus import case
from soleus.errors import BadRecord
from soleus.records.tables import import_eicu

TABLES = {
    "derived_sessions.csv": "session,patientunitstayid,uf_record_offset_min,uf_ml,gender,age,admissionweight_kg,"
    "admissionheight_cm,chronic_dialysis_or_esrd\n1,77,1900,2000,Male,> 89,80,172,1\n",
    "derived_session_bp.csv": "session,patientunitstayid,min_before_uf_record,sbp,dbp,map\n1,77,-250,130,70,90\n"
    "1,77,-240,128,70,90\n1,77,-225,190,120,140\n1,77,-210,126,69,88\n1,77,20,110,60,77\n",
    "patient.csv": "patientunitstayid,hospitaldischargeyear,apacheadmissiondx\n77,2014,Sepsis\n",
    "intakeoutput.csv.gz": "patientunitstayid,intakeoutputoffset,celllabel,cellpath,cellvaluenumeric\n"
    "77,1600,Bodyweight (kg),x,81.5\n77,1900,In,I&O|Dialysis (ml)|In,500\n77,1930,Bodyweight (kg),x,82.5\n",
}


@pytest.fixture
def extract(tmp_path):
    """A folder with an invented extract of one session."""
    folder = tmp_path / "extract"
    folder.mkdir()
    for name, text in TABLES.items():
        path = folder / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return folder


def change(folder, name, old, new):
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def eicu(shared):
    folder = shared / "data" / "eicu-demo-dialysis"
    if not folder.is_dir():
        pytest.skip(f"no eICU extract at {folder}")
    return folder


def test_a_session_becomes_a_case(extract, tmp_path):
    report = import_eicu(extract, tmp_path / "out")
    assert [path.name for path in report.written] == ["eicu-77-session-1.yaml"]
    here = case.load(report.written[0])
    session = here.session()
    assert (here.patient.sex, here.patient.age_y, here.patient.target_weight_kg) == ("M", 90, None)
    assert here.patient.target_weight_unknown_reason
    assert (session.uf_l, session.infused_l, session.pre_weight_kg, session.post_weight_kg) == (2.0, 0.5, 81.5, 82.5)
    assert session.weight_reason
    assert "hours" in session.assumed
    assert [len(part) for part in (session.pressures_before, session.pressures, session.pressures_after)] == [1, 3, 1]
    assert [p.minute for p in session.pressures if p.artefact] == [15]
    assert "pressures" in " ".join(report.remarks)
    for words in ("4 h", "not real", "> 89", "Weight before", "Weight after", "fluid given"):
        assert words in here.note
    assert "Open Database License" in report.written[0].read_text()
    assert {"patient.target_weight_kg", "sessions[2014-01-02].hours"} <= {absent.field for absent in here.missing}


def test_a_session_that_cannot_be_used_is_named_with_the_reason(extract, tmp_path):
    change(extract, "derived_sessions.csv", "Male", "Unknown")
    report = import_eicu(extract, tmp_path / "out")
    assert not report.written
    assert "patient.sex is 'Unknown'" in report.skipped[0]


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("derived_sessions.csv", "2000,Male", "a lot,Male", "a lot"),
        ("derived_sessions.csv", "1,77,", "../../1,77,", "was not written"),
        ("patient.csv", "77,2014", "78,2014", "77"),
        ("derived_session_bp.csv", "126,69", "126,x", "x"),
    ],
)
def test_a_bad_row_costs_its_session_only_and_is_told(extract, tmp_path, name, old, new, words):
    change(extract, name, old, new)
    report = import_eicu(extract, tmp_path / "out")
    assert not report.written
    assert words in report.skipped[0]
    assert [path.name for path in (tmp_path / "out").iterdir()] == []


def test_a_folder_without_the_tables_is_refused(extract, tmp_path):
    with pytest.raises(BadRecord, match=r"derived_sessions.csv cannot be read.*eICU extract"):
        import_eicu(tmp_path / "nowhere", tmp_path / "out")
    (extract / "intakeoutput.csv.gz").write_bytes(b"not gzip")
    with pytest.raises(BadRecord, match=r"intakeoutput.csv.gz cannot be read"):
        import_eicu(extract, tmp_path / "out")
    (extract / "patient.csv").write_text("something,else\n1,2\n")
    with pytest.raises(BadRecord, match="patientunitstayid"):
        import_eicu(extract, tmp_path / "out")


def test_out_must_be_a_folder(extract, tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(BadRecord, match="Choose another place"):
        import_eicu(extract, tmp_path / "out")


def test_a_file_is_written_whole_or_not_at_all(extract, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(BadRecord, match="No space left"):
        import_eicu(extract, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_every_real_session_becomes_a_case_that_loads(eicu, tmp_path):
    report = import_eicu(eicu, tmp_path)
    with (eicu / "derived_sessions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(report.written) == len(rows) == 20
    assert not report.skipped
    for path in report.written:
        here = case.load(path)
        assert here.session().length_min(here.prescription) == 240
        assert here.patient.weight_kg
        assert here.missing


def test_no_real_reading_is_dropped(eicu, tmp_path):
    report = import_eicu(eicu, tmp_path)
    with (eicu / "derived_session_bp.csv").open() as file:
        expected = sorted((float(row["sbp"]), float(row["dbp"])) for row in csv.DictReader(file))
    parts = ("pressures_before", "pressures", "pressures_after")
    sessions = [yaml.safe_load(path.read_text())["sessions"][0] for path in report.written]
    found = [p for session in sessions for part in parts for p in session.get(part, [])]
    assert sorted((p["systolic_mmhg"], p["diastolic_mmhg"]) for p in found) == expected
    doubted = [p for p in found if p.get("artefact")]
    assert all(p["artefact_reason"] for p in doubted)
    assert 0 < len(doubted) < 0.05 * len(found)


def test_the_real_records_are_not_in_the_package(root, eicu):
    stays = {line.split(",")[0] for line in (eicu / "patient.csv").read_text().splitlines()[1:]}
    held = [path for path in (root / "src").rglob("*") if path.suffix in (".csv", ".yaml", ".gz")]
    assert not [path for path in held if stays & set(path.read_bytes().decode("latin-1").replace(",", " ").split())]


def test_running_twice_gives_the_same_files(extract, tmp_path):
    first = import_eicu(extract, tmp_path / "out").written[0].read_bytes()
    assert import_eicu(extract, tmp_path / "out").written[0].read_bytes() == first
