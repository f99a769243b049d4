"""The command: lines and warnings, JSON a line, stored and taken up, and what it refuses."""

import json
from pathlib import Path

import pytest

from soleus.cli import main

ROOT = Path(__file__).parent.parent.parent
CALF = ROOT / "examples" / "calf-cramps.yaml"
FEED = """minute,systolic_mmhg,diastolic_mmhg,rbv_pct,event,severity,where
0,146,79,,,,
30,142,77,-2.9,,,
60,14.2,7.7,,,,
90,60,34,,,,
92,133,73,,,,
100,,,,cramp,8,left calf
"""


@pytest.fixture
def ask(capsys):
    """Run a command here; gives code, standard output, standard error."""

    def run(*tokens):
        code = main([str(token) for token in tokens])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


@pytest.fixture
def feed(tmp_path):
    file = tmp_path / "readings.csv"
    file.write_text(FEED)
    return file


def test_a_session_is_watched_line_by_line(ask, feed):
    code, out, err = ask("live", CALF, "--feed", feed)
    assert code == 0
    assert "is it in kPa?" in out
    assert "Repeat the pressure now" in out
    assert "is not believed" in out
    assert "!!!" in out
    assert "STOP ULTRAFILTRATION" in out
    assert "Not a medical device" in out
    assert "6 lines; warnings: 1 urgent" in out
    assert "building the twin" in err


def test_json_is_an_object_a_line_and_a_kept_session_goes_on(ask, feed, tmp_path):
    keep = tmp_path / "now.json"
    code, out, _ = ask("live", CALF, "--feed", feed, "--keep", keep, "--json", "-q")
    assert code == 0
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["minute"] for row in rows] == [0, 30, 60, 90, 92, 100]
    assert rows[-1]["alert"]["level"] == "urgent"
    assert rows[-1]["alert"]["aid"]["steps"]
    assert len(rows[0]["forecast"]["systolic"]["low"]) == len(rows[0]["forecast"]["minutes"])
    more = tmp_path / "more.csv"
    more.write_text("minute,systolic_mmhg,diastolic_mmhg\n92,133,73\n120,129,71\n")
    code, out, _ = ask("live", CALF, "--feed", more, "--keep", keep, "--json", "-q")
    again, new = (json.loads(line) for line in out.splitlines())
    assert "came before" in again["notes"][0]
    assert new["used"] == ["systolic_mmhg", "diastolic_mmhg"]
    assert code == 0


@pytest.mark.parametrize(
    ("code", "tokens", "said"),
    [
        (2, ["live", CALF, "--speed", "-1"], "give 0"),
        (4, ["live", CALF, "--feed", "nobody.csv"], "nobody.csv is not there"),
        (4, ["live", CALF, "--keep", "nowhere/now.json"], "no folder"),
        (3, ["live", CALF, "--feed", CALF], "not understood"),
        (4, ["live", CALF, "--session", "2020-01-01"], "2026-02-09"),
        (3, ["live", ROOT / "examples" / "ckd4-twitching.yaml"], "not on dialysis"),
        (3, ["live", CALF, "--keep", CALF], "no stored session"),
        (2, ["validate", "--live", "7"], "20 or more"),
        (4, ["validate", "--live-records", "nowhere"], "no folder"),
        (3, ["validate", "--live-records", ROOT / "docs"], "no case file"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(ask, code, tokens, said):
    found, out, err = ask(*tokens)
    assert (found, said in out + err) == (code, True)
