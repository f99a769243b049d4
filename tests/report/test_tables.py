"""Parameters and studies as pages."""

import pytest

from soleus import report


def test_parameters_come_with_everything_beside_the_number(shown):
    rows = report.parameter_rows()
    assert len({row["name"] for row in rows}) == len(rows) > 100
    for row in rows:
        assert row["unit"] and row["meaning"] and row["source"] and row["status"]
        assert row["range"][0] <= row["value"] <= row["range"][1]
    muscle = report.parameter_rows("muscle")
    assert muscle and all(row["name"].startswith("muscle.") for row in muscle)
    assert muscle[0]["meaning"] in " ".join(shown(report.parameter_page(muscle)).split())
    with pytest.raises(KeyError, match="muscle"):
        report.parameter_rows("lung")


def test_studies_are_shown_with_verdict_and_reason(shown):
    scored = {"count": 1, "green": 0, "amber": 0, "red": 1, "median_abs_z": 1.5, "share_within_1": 0.0}
    none = dict.fromkeys(scored, 0)
    row = {
        "study": "someone-2001", "arm": "low", "quantity": "SBP", "when": "at post", "measured": 120.0, "spread": 10.0,
        "unit": "mmHg", "simulated": 135.0, "z": 1.5, "verdict": "red", "grade": "B", "reason": "fever was not noted",
    }  # fmt: skip
    found = {
        "schema_version": 1, "figures": [row], "contrasts": [], "not_run": [row | {"reason": "needs chemistry"}],
        "summary": {"studies": 1, "figures": scored, "grade_a_b": scored, "contrasts": none, "groups": {},
                    "not_run": 1},
    }  # fmt: skip
    page = shown(report.studies_page(report.studies_json(found, [], [])))
    for phrase in ("someone-2001", "120 ± 10 mmHg", "z +1.50 red", "fever was not noted", "1: needs chemistry"):
        assert phrase in page
