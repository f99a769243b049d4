"""What a fit knows of a person: told and not told, checked, stored, brought up to date, and when it no longer holds."""

import json
from datetime import date, timedelta

import numpy as np
import pytest

from soleus import case, report
from soleus.case.fields import DiaryDay, Drug
from soleus.errors import BadRecord
from soleus.fit import changed, checks, diary, gauss, known, stored, traits, worth
from soleus.fit.gauss import Normal
from soleus.report import known as page_of
from soleus.symptoms import Cramp


@pytest.fixture(scope="module")
def calf(root):
    """Four sessions with readings, three of them with a cramp, and two days of diary."""
    return case.load(root / "examples" / "calf-cramps.yaml")


@pytest.fixture(scope="module")
def whole(calf):
    return known.know(calf)


@pytest.fixture(scope="module")
def early(calf):
    """The first three sessions."""
    return known.know(first_three(calf))


def first_three(calf):
    return calf.model_copy(update={"sessions": calf.sessions[:3], "diary": calf.diary[:1]})


@pytest.fixture
def twin(early, tmp_path):
    """The first three sessions, stored."""
    path = tmp_path / "twin.json"
    stored.save(early, path)
    return path


@pytest.fixture(scope="module")
def updated(calf, early, tmp_path_factory):
    path = tmp_path_factory.mktemp("stored") / "twin.json"
    stored.save(early, path)
    return known.know(calf, stored.load(path, calf))


# What is told


def test_the_dry_weight_is_told_and_stays_possible(whole):
    dry = whole.dry_weight
    assert dry.low < dry.mean <= dry.high
    assert dry.sd < 0.7 * dry.prior[1]
    assert dry.high <= 62.0 * 1.03 + 1e-9  # the most that somebody who leaves at 62 kg can be
    assert dry.above_target > 0.95


def test_every_trait_is_in_the_table_and_those_not_told_are_named(whole):
    table = checks.table(whole)
    assert sorted(t.name for t in table) == sorted(traits.NAMES)
    assert [t.told for t in table] == sorted((t.told for t in table), reverse=True)
    assert all(t.now_sd <= 1.02 * t.before_sd for t in table)
    assert {t.name for t in checks.not_told(table)} == {t.name for t in table if t.told < 0.1}
    assert "capillary.knee" in {t.name for t in checks.not_told(table)}


def test_correlated_traits_are_paired():
    cov = np.eye(len(traits.NAMES))
    cov[0, 3] = cov[3, 0] = -0.8
    (pair,) = checks.pairs(Normal(np.zeros(len(cov)), cov))
    assert {pair.one, pair.other} == {"dry weight", "heart rate"} and pair.r == pytest.approx(-0.8)


def test_readings_drawn_as_foretold_are_inside_nine_times_in_ten(whole):
    learned, rng = whole.learned, np.random.default_rng(1)
    learned = learned._replace(trust=np.ones_like(learned.trust))
    inside = []
    for z in rng.standard_normal((40, len(learned.trust))):
        values = learned.expected.of(z)
        ends = np.cumsum([len(r.values) for _, r in learned.observed.rows])[:-1]
        parts = iter(np.split(values, ends))
        sittings = tuple(
            s._replace(read=tuple(r._replace(values=next(parts)) for r in s.read)) for s in learned.observed.sittings
        )
        every, _, _ = checks.fits(learned._replace(observed=learned.observed._replace(sittings=sittings)))
        inside.append(every.inside / every.readings)
    assert np.mean(inside) == pytest.approx(0.90, abs=0.015)


def test_a_wild_reading_is_named_and_does_not_fit(calf):
    sessions = list(calf.sessions)
    odd = sessions[1].pressures[4].model_copy(update={"systolic_mmhg": 205.0})
    pressures = [*sessions[1].pressures[:4], odd, *sessions[1].pressures[5:]]
    sessions[1] = sessions[1].model_copy(update={"pressures": pressures})
    found = known.know(calf.model_copy(update={"sessions": sessions}))
    first = checks.doubted(found.learned)[0]
    assert (first.kind, first.minute, first.value, first.day) == ("systolic", 120, 205, "2026-02-04")
    assert first.trust < 0.3
    every, _, _ = checks.fits(found.learned)
    assert every.inside < every.readings


# The diary


def exposure(z=0.0, day=date(2026, 3, 2)):
    """A session of four hours in which every pathway stays at z."""
    minutes = np.linspace(0, 240, 25)
    return diary.Exposure(day, minutes, np.full((25, len(diary.PATHWAYS)), z), 240.0)


def population():
    return Normal(np.zeros(12), np.diag([1.2, 1.0, *[0.3] * 10]) ** 2)


def sessions(cramped, z=0.0):
    return [diary.Event(date(2026, 3, 2), c, exposure(z), None) for c in cramped]


def test_the_laplace_step_finds_what_weighing_draws_finds():
    """12 sessions, 5 with cramps, beside 40,000 draws of the prior weighed by the likelihood."""
    before, z = population(), 1.5
    found = sessions([True] * 5 + [False] * 7, z)
    now = diary.update(before, found)
    draws = before.of(np.random.default_rng(0).standard_normal((40_000, 12)))
    log = Cramp().b_0 + draws[:, 0] + z * draws[:, 2:].sum(axis=1)
    expected = 48 * np.exp(-np.logaddexp(-log, -diary.CEILING))
    weight = np.exp(5 * np.log(-np.expm1(-expected)) - 7 * expected)
    weight /= weight.sum()
    mean = weight @ draws
    sd = np.sqrt(weight @ (draws - mean) ** 2)
    np.testing.assert_allclose(now.mean, mean, atol=0.12)
    np.testing.assert_allclose(now.sd, sd, rtol=0.08)


def test_few_days_hardly_move_and_many_do():
    before = population()
    assert diary.update(before, []) is before
    moved = [diary.update(before, sessions([True] * n)).mean[0] for n in (1, 4, 16)]
    assert 0 < moved[0] < moved[1] < moved[2]
    assert diary.update(before, sessions([False] * 4)).mean[0] < 0


def test_days_at_home_move_the_unit_by_half():
    z = np.zeros(len(diary.PATHWAYS))
    nights = [diary.Event(date(2026, 3, 3), True, None, z)] * 4
    now = diary.update(population(), nights)
    assert now.mean[1] > now.mean[0] > 0  # home is not the unit


def test_the_diary_counts_what_the_file_says(calf, whole):
    at_home = [e for e in whole.events if e.home is not None]
    assert [(e.day.isoformat(), e.cramped) for e in at_home] == [("2026-02-05", False), ("2026-02-07", True)]
    assert sum(e.cramped for e in whole.events if e.session is not None) == 3
    treated = [*calf.diary, DiaryDay(date=date(2026, 2, 9), cramp=True)]
    found = diary.events(calf.model_copy(update={"diary": treated}), [exposure()], whole.usual)
    assert len([e for e in found if e.home is not None]) == 2  # a cramp of a day of treatment is in its session


# What would help


def test_bioimpedance_is_worth_what_algebra_says_and_only_where_it_is_not_known(calf, whole):
    found = {w.what: w for w in worth.worth(whole, people=48)}
    one = found["bioimpedance before the next session"]
    assert one.dry_weight == pytest.approx(0.5 * np.log(1 + whole.now.cov[0, 0] / 1.0**2), rel=1e-6)
    assert all(w.dry_weight >= -1e-9 and w.cramp >= -1e-9 for w in found.values())
    month = next(w for name, w in found.items() if name.startswith("one more month"))
    assert month.dry_weight > found["twice as many cuff readings in the next session"].dry_weight
    who = calf.patient.model_copy(update={"dry_weight_kg": 63.0})
    measured = whole._replace(case=calf.model_copy(update={"patient": who}))
    assert "bioimpedance before the next session" not in {w.what for w in worth.worth(measured, people=48)}


# Stored and brought up to date


def test_what_is_stored_comes_back(calf, early, twin):
    before = stored.load(twin, calf)
    np.testing.assert_array_equal(before.now.mean, early.now.mean)
    np.testing.assert_array_equal(before.cramps.cov, early.cramps.cov)
    assert (before.last, before.last_day) == (date(2026, 2, 6), date(2026, 2, 5))
    assert (before.sessions, before.days) == (3, 4)
    assert json.loads(twin.read_text())["schema_version"] == 1


def test_an_update_says_what_a_full_fit_says(updated, whole):
    """Within its own interval: the new session's readings alone, on top of what was stored."""
    assert {s.session.date for s in updated.learned.observed.sittings} == {date(2026, 2, 9)}
    apart = np.abs(updated.now.mean - whole.now.mean) / whole.now.sd
    assert apart.max() < 1.0 and apart[known.trait("fluid.dry_weight")] < 0.5  # by 7 other seeds 0.02 to 0.56
    np.testing.assert_allclose(updated.now.sd, whole.now.sd, rtol=0.35)
    assert np.abs(updated.cramps.mean - whole.cramps.mean).max() < 0.5 * whole.cramps.sd[0]
    np.testing.assert_allclose(updated.cramps.sd, whole.cramps.sd, rtol=0.15)
    assert (updated.sessions, updated.days) == (4, 6)
    assert not changed.changes(updated)


def test_a_week_of_diary_alone_updates_the_tendency_and_nothing_else(calf, early, twin):
    days = [DiaryDay(date=date(2026, 2, 7) + timedelta(days=i), cramp=True) for i in range(7)]
    more = first_three(calf).model_copy(update={"diary": [*calf.diary[:1], *days]})
    now = known.know(more, stored.load(twin, more))
    np.testing.assert_array_equal(now.now.mean, early.now.mean)
    assert now.cramps.mean[1] > early.cramps.mean[1]
    assert now.days == early.days + 7 and now.sessions == 3
    assert report_text(now)


def broken(twin, **changes):
    told = json.loads(twin.read_text())
    for place, value in changes.items():
        *steps, last = place.split("__")
        part = told
        for step in steps:
            part = part[step]
        part[last] = value
    twin.write_text(json.dumps(told))
    return twin


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema_version": 2}, "schema_version 2; this Soleus reads 1"),
        ({"format": "something"}, "format should be"),
        ({"patient__sex": "M"}, "another person: patient has sex M, the case F"),
        ({"patient__name": "somebody"}, "name 'somebody'"),
        ({"patient__height_cm": 180.0}, "height_cm 180"),
        ({"patient__age_y": 40.0}, "age_y 40"),
        ({"last_session": "2026-02-09", "last_diary_day": "2026-02-09"}, "holds nothing later"),
        ({"last_session": "yesterday"}, "cannot be read"),
        ({"traits__names": ["fluid.dry_weight"]}, "names are not those"),
        ({"traits__now__mean": [1.0]}, "finite numbers"),
        ({"cramps__now__cov": [[0.0] * 12] * 11 + [[1.0] + [0.0] * 11]}, "covariance"),
        ({"patient": "her"}, "cannot be read"),
    ],
)
def test_a_twin_that_does_not_belong_here_is_refused_with_field_rule_and_remedy(calf, twin, changes, said):
    with pytest.raises(BadRecord, match="twin.json") as refused:
        stored.load(broken(twin, **changes), calf)
    text = str(refused.value)
    assert said in text and any(word in text for word in ("Fit", "Make", "Give", "Add"))


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00\x01", "[" * 100_000, " " * 2_000_000])
def test_a_file_that_is_no_twin_is_refused(calf, tmp_path, text):
    path = tmp_path / "odd.json"
    path.write_text(text)
    with pytest.raises(BadRecord, match="no stored twin"):
        stored.load(path, calf)


def test_nothing_half_written_is_left(early, twin, monkeypatch):
    was = twin.read_text()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(BadRecord, match="No space left"):
        stored.save(early, twin)
    assert twin.read_text() == was
    assert [p.name for p in twin.parent.iterdir()] == ["twin.json"]


# Changes


def test_readings_unlike_the_stored_twin_are_said(calf, twin):
    last = calf.sessions[3]
    higher = [
        p.model_copy(update={"systolic_mmhg": p.systolic_mmhg + 45, "heart_rate_min": p.heart_rate_min + 30})
        for p in last.pressures
    ]
    sick = calf.model_copy(update={"sessions": [*calf.sessions[:3], last.model_copy(update={"pressures": higher})]})
    found = [c.what for c in changed.changes(known.know(sick, stored.load(twin, sick)))]
    assert any(what.startswith("systolic pressure") and "higher" in what for what in found)
    assert any(what.startswith("pulse") for what in found)


def test_a_new_medicine_another_access_and_other_gains_are_said(calf, updated):
    taking = calf.model_copy(
        update={
            "drugs": [*calf.drugs[1:], Drug(name="carvedilol", dose_mg=12.5)],
            "patient": calf.patient.model_copy(update={"access": "catheter"}),
        }
    )
    found = " / ".join(c.what for c in changed.changes(updated._replace(case=taking, gains=(3.4, 3.1))))
    assert "new medicine: carvedilol" in found
    assert "no longer taken: amlodipine" in found
    assert "access is catheter, before fistula" in found
    assert "weight gained is 3.2 kg a day" in found or "weight gained is 3.3 kg a day" in found
    assert not changed.changes(updated)


@pytest.mark.parametrize(
    ("later", "said"), [([True] * 9 + [False], True), ([True] + [False] * 9, False), ([False] * 10, False)]
)
def test_cramps_that_come_at_another_rate_are_said(whole, later, said):
    days = [date(2026, 3, 2) + timedelta(days=2 * i) for i in range(20)]
    cramped = [True] + [False] * 9 + later
    every = tuple(diary.Event(day, c, exposure(0.5, day), None) for day, c in zip(days, cramped, strict=True))
    found = changed.changes(whole._replace(every_event=every))
    assert bool(found) is said
    if said:
        assert "9 of 10 days since 2026-03-22, on 1 of 10 before" in found[0].what


# What is said


def report_text(found):
    import io

    from rich.console import Console

    file = io.StringIO()
    report.show(Console(width=80, file=file), page_of.page(page_of.findings(found)))
    return file.getvalue()


def test_the_page_says_what_a_nephrologist_would(whole):
    text = report_text(whole)
    assert "The dry weight is about 63." in text and "the target is\n  62.0 kg" in text
    assert "very likely too low" in text
    assert "responsible clinician to decide" in " ".join(text.split())
    assert "Not told by these data" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("apart", "above", "said"),
    [
        (1.5, 1.0, "very likely too low, by about 1.5 kg"),
        (-0.9, 0.12, "probably too high, by about 0.9 kg"),
        (0.2, 0.9, "nobody would change"),
        (0.5, 0.7, "do not tell"),
    ],
)
def test_the_target_is_judged_no_surer_than_the_people_are(whole, apart, above, said):
    dry = whole.dry_weight._replace(mean=62.0 + apart, above_target=above)
    assert said in page_of.answer(whole._replace(dry_weight=dry))


def test_without_readings_nothing_is_learned_and_that_is_said(calf):
    bare = [s.model_copy(update={"pressures": [], "blood_volume": []}) for s in calf.sessions]
    found = known.know(calf.model_copy(update={"sessions": bare, "labs": [], "diary": []}))
    text = report_text(found)
    assert "no readings" in text
    assert "nothing is learned of the dry" in text


def test_sessions_that_cannot_be_run_are_left_out_and_said(calf):
    sessions = [*calf.sessions]
    sessions[1] = sessions[1].model_copy(update={"uf_l": None, "post_weight_kg": None})
    text = report_text(known.know(calf.model_copy(update={"sessions": sessions})))
    assert "Sessions left out" in text and "2026-02-04: sessions[].uf_l is missing" in text


def test_the_json_holds_the_twin(whole):
    said = page_of.as_json(page_of.findings(whole))
    assert json.loads(json.dumps(said, allow_nan=False))["twin"] == stored.as_json(whole)
    assert said["most_useful_measurement"] and said["not_told"] and said["target_weight_kg"] == 62.0


def test_an_update_starts_where_it_was_left(early):
    """The line's mathematics: two halves one after the other are the whole, where nothing is bent and errors differ."""
    rng = np.random.default_rng(2)
    J, prior = rng.standard_normal((8, 3)), Normal(np.zeros(3), np.eye(3))
    y, noise = rng.standard_normal(8), np.eye(8)

    def part(now, rows):
        line = gauss.Line(np.zeros(3), np.zeros(len(rows)), J[rows], np.zeros((len(rows), 1)))
        return gauss.update(now, line, y[rows], noise[np.ix_(rows, rows)])

    halves = part(part(prior, np.arange(4)), np.arange(4, 8))
    whole = part(prior, np.arange(8))
    np.testing.assert_allclose(halves.mean, whole.mean)
    np.testing.assert_allclose(halves.cov, whole.cov)
