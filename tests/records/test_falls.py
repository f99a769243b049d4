"""Falls of urea are read whole: units converted, weights found, every row that cannot be used named with its reason."""

import gzip

import pytest

from soleus.errors import BadRecord
from soleus.records import falls
from soleus.records.falls import TESTS, read

COLUMNS = ["subject_id", "before_charttime", "after_charttime"]
COLUMNS += [f"{when}_{test.column}" for test in TESTS.values() for when in ("before", "after")]
ROW = {
    "subject_id": "7", "before_charttime": "2150-03-01 06:30:00", "after_charttime": "2150-03-02 06:00:00",
    "before_bun_mg_dl": "56.03", "after_bun_mg_dl": "28", "before_calcium_total_mg_dl": "9.2",
    "before_potassium_meq_l": "5.1", "after_potassium_meq_l": "4.2", "before_albumin_g_dl": "3.1",
}  # fmt: skip
CHART = (
    "subject_id,charttime,valuenum,valueuom,label\n"
    "7,2150-02-20 08:00:00,61.5,kg,Daily Weight\n7,2150-03-20 08:00:00,75,kg,Daily Weight\n"
    "7,2150-03-01 08:00:00,8,kg,Daily Weight\n7,2150-03-01 08:00:00,80,mmHg,Arterial BP\n"
    "8,2150-03-01 06:30:00,99,kg,Daily Weight\n"
)


def write(folder, *rows, columns=COLUMNS):
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    path = folder / falls.TABLE
    path.write_text("\n".join(lines) + "\n")
    return path


def skipped(tmp_path, **changes):
    """Why a row with these cells is not used."""
    write(tmp_path, ROW, ROW | changes)
    found = read(tmp_path)
    assert len(found.falls) == len(found.skipped) == 1
    assert "line 3" in found.skipped[0]
    return found.skipped[0]


def test_a_row_becomes_a_fall_in_millimoles(tmp_path):
    fall = read(write(tmp_path, ROW)).falls[0]
    assert (fall.who, fall.clock_h, fall.hours, fall.weight_kg) == ("7", 6.5, 23.5, None)
    assert fall.before["urea"] == pytest.approx(20.0, abs=0.01)
    assert fall.before["calcium"] == pytest.approx(2.295, abs=0.001)
    assert (fall.before["potassium"], fall.before["albumin"]) == (5.1, 31.0)
    assert set(fall.after) == {"urea", "potassium"}


def test_the_weight_charted_nearest_is_the_persons(tmp_path):
    write(tmp_path, ROW, ROW | {"subject_id": "9"})
    (tmp_path / falls.CHART).write_bytes(gzip.compress(CHART.encode()))
    assert [fall.weight_kg for fall in read(tmp_path).falls] == [61.5, None]


def test_a_weight_of_another_season_is_nobodys(tmp_path):
    write(tmp_path, ROW | {"before_charttime": "2151-03-01 06:30:00", "after_charttime": "2151-03-02 06:30:00"})
    (tmp_path / falls.CHART).write_bytes(gzip.compress(CHART.encode()))
    assert read(tmp_path).falls[0].weight_kg is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"before_charttime": "yesterday"}, "before_charttime is 'yesterday', not a time"),
        ({"after_charttime": "2150-03-01 05:00:00"}, "-1.5 h after"),
        ({"after_charttime": "2150-03-09 05:00:00"}, "within 48 h"),
        ({"before_bun_mg_dl": ""}, "before_bun_mg_dl is missing; without it the dose is unknown"),
        ({"after_bun_mg_dl": "57"}, "urea rose from 20.0 to 20.3 mmol/L"),
        ({"before_potassium_meq_l": "high"}, "before_potassium_meq_l is 'high', not a number"),
        ({"before_potassium_meq_l": "nan"}, "'nan', not a number"),
        ({"before_potassium_meq_l": "51"}, "before_potassium_meq_l is 51 meq/l; it lies between 1 and 12"),
        ({"before_calcium_total_mg_dl": "2.3"}, "is 2.3 mg/dl; it lies between 3 and 20"),
    ],
)
def test_a_broken_row_is_named_with_its_reason(tmp_path, changes, said):
    assert said in skipped(tmp_path, **changes)


def test_a_row_of_the_wrong_length_is_named(tmp_path):
    path = write(tmp_path, ROW)
    path.write_text(path.read_text() + "7,2150-03-01 06:30:00\n")
    assert "more or fewer cells" in read(path).skipped[0]


def test_what_is_no_table_of_falls_is_refused(tmp_path):
    with pytest.raises(BadRecord, match="cannot be read"):
        read(tmp_path)
    with pytest.raises(BadRecord, match="holds no rows"):
        read(write(tmp_path))
    with pytest.raises(BadRecord, match="lacks the columns after_bun_mg_dl"):
        read(write(tmp_path, ROW, columns=[c for c in COLUMNS if c != "after_bun_mg_dl"]))
    (tmp_path / falls.TABLE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRecord, match="cannot be read"):
        read(tmp_path)


def test_the_extract_is_read_without_a_loss(shared):
    folder = shared / "data" / "mimic3-demo-dialysis"
    if not folder.is_dir():
        pytest.skip(f"no MIMIC-III demo extract at {folder}")
    found = read(folder)
    assert (len(found.falls), found.skipped) == (30, ())
    assert len({fall.who for fall in found.falls}) == 7
    assert sum(fall.weight_kg is not None for fall in found.falls) == 18
