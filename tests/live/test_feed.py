"""A file played back: in order, at its pace, or refused with a reason."""

import pytest

from soleus.errors import BadRecord
from soleus.live import Feed, Replay, of_csv
from soleus.live.feed import of_session

TABLE = "minute,systolic_mmhg,event,amount\n0,140,,\n30,132,,\n31,,saline,200\n"


@pytest.fixture
def file(tmp_path):
    """Writes a file of readings."""

    def write(text, encoding="utf-8"):
        place = tmp_path / "readings.csv"
        place.write_text(text, encoding=encoding)
        return place

    return write


def test_a_table_gives_its_lines_in_order(file):
    rows = list(of_csv(file("# a note\n" + TABLE)))
    assert [row["minute"] for row in rows] == ["0", "30", "31"]
    assert rows[2]["event"] == "saline"


def test_a_table_with_semicolons_and_a_mark_of_order_is_read(file):
    rows = list(of_csv(file("\ufeff" + TABLE.replace(",", ";"))))
    assert rows[1]["systolic_mmhg"] == "132"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("time,systolic_mmhg\n0,120\n", "'time'"),
        ("minute,systolic\n0,120\n", "did you mean systolic_mmhg"),
        ("systolic_mmhg\n120\n", "no column minute"),
        ("minute,minute\n0,1\n", "twice"),
    ],
)
def test_a_table_that_is_not_understood_is_refused(file, text, said):
    with pytest.raises(BadRecord, match=said):
        of_csv(file(text))


def test_what_is_no_text_is_refused(tmp_path):
    place = tmp_path / "readings.csv"
    place.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BadRecord, match="not text"):
        of_csv(place)
    with pytest.raises(BadRecord, match="cannot be opened"):
        of_csv(tmp_path / "nobody.csv")


def test_a_replay_waits_as_long_as_its_minutes_say():
    waited = []
    rows = ({"minute": "0"}, {"minute": "30"}, {"minute": "20"}, {"minute": "no"}, {"minute": "31"})
    assert len(list(Replay(rows, speed=60, sleep=waited.append))) == 5
    assert waited == [30.0, 1.0]  # seconds: a minute a second, and no time for what came late
    assert not [list(Replay(rows, speed=0, sleep=waited.append)) and None for _ in waited[2:]]


def test_a_session_of_a_case_is_a_feed(told):
    session = told.session()
    rows: Feed = of_session(session)
    found = list(rows)
    assert [row["minute"] for row in found] == sorted(row["minute"] for row in found)
    assert sum("rbv_pct" in row for row in found) == len(session.blood_volume)
    assert any(row.get("event") == "cramp" for row in found)
