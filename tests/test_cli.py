"""The command line: what each command answers, each exit code, and never a traceback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from soleus import doctor, screen
from soleus.cli import main

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
BROKEN = sorted((ROOT / "tests" / "broken").glob("*.yaml"))
HOME = str(ROOT / "examples" / "ckd4-twitching.yaml")
CALF = str(ROOT / "examples" / "calf-cramps.yaml")


@pytest.fixture
def ask(capsys):
    """Run a command here; gives code, standard output, standard error."""

    def run(*tokens):
        code = main([str(token) for token in tokens])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def outside(*tokens, **options):
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "soleus.cli", *map(str, tokens)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, **options)


# Exit codes


@pytest.mark.parametrize(
    ("code", "tokens", "said"),
    [
        (0, ["cite", "Keane2018"], ""),
        (2, ["explian", CALF], "explain"),
        (2, ["explain"], "CASE"),
        (2, ["explain", CALF, "--colour"], "--colour"),
        (2, ["explain", CALF, "--plot", "why.pdf"], ".png or .svg"),
        (2, ["simulate", CALF, "--set", "hours"], "name=value"),
        (2, ["simulate", CALF, "--set", "uf=3"], "Did you mean uf_l"),
        (2, ["simulate", CALF, "--set", "hours=four"], "hours"),
        (2, ["simulate", CALF, "--set", "hours=[1"], "hours"),
        (3, ["explain", ROOT / "tests" / "broken" / "pounds.yaml"], "pounds"),
        (3, ["explain", ROOT / "examples"], "cannot be opened"),
        (4, ["explain", "nobody.yaml"], "nobody.yaml is not there"),
        (4, ["explain", CALF, "--session", "2020-01-01"], "2026-02-09"),
        (4, ["explain", CALF, "--plot", "nowhere/why.png"], "no folder"),
        (4, ["cite", "Keane2081"], "Keane2018"),
        (4, ["parameters", "lung"], "muscle"),
        (4, ["validate", "--studies", "nowhere"], "no folder"),
        (4, ["import", "eicu", "nowhere", "--out", "here"], "no folder"),
        (2, ["validate", "--tables", "--effects"], "one at a time"),
        (2, ["validate", "--planted", "7"], "20 or more"),
        (2, ["validate", "--calibration", "7"], "20 or more"),
        (2, ["validate", "--plot", "x.png"], "--calibration"),
        (2, ["validate", "--planted", "70", "--calibration", "70"], "one at a time"),
        (4, ["validate", "--forecast", "nowhere"], "no folder"),
        (3, ["simulate", HOME], "not on dialysis"),
        (4, ["explain", HOME, "--session", "2020-01-01"], "2026-05-14"),
        (3, ["fit", HOME], "not on dialysis"),
        (4, ["fit", CALF, "--update", "nobody.json"], "nobody.json is not there"),
        (3, ["fit", CALF, "--update", CALF], "no stored twin"),
        (4, ["fit", CALF, "-o", "nowhere/twin.json"], "no folder"),
        (1, ["fit", CALF, "-o", ROOT / "examples"], "is a folder"),
        (2, ["fit", CALF, "--plot", "why.pdf"], ".png or .svg"),
        (2, ["fit"], "a case file"),
        (2, ["report", CALF], "--out"),
        (2, ["report", CALF, "-o", "letter.docx"], ".pdf or .html"),
        (4, ["report", CALF, "-o", "nowhere/letter.pdf"], "no folder"),
        (4, ["report", CALF, "-o", "letter.pdf", "--fonts", "nowhere"], "no folder"),
        (4, ["report", CALF, "-o", "letter.pdf", "--session", "2020-01-01"], "2026-02-09"),
        (2, ["report", CALF, "-o", "letter.pdf", "--from", "a;b;c;d;e;f;g"], "6 of 90"),
        (2, ["report", CALF, "-o", "letter.pdf", "--for", "family"], "patient"),
        (2, ["fit", CALF, CALF, "--full"], "Give one case"),
        (2, ["fit", CALF, "--update", "a.json", "--center", "b.json"], "Give one of them"),
        (4, ["fit", CALF, "--center", "nobody.json"], "nobody.json is not there"),
        (5, ["simulate", CALF, "--set", "hours=40"], "0.25 to 12 h"),
        (5, ["simulate", CALF, "--set", "uf_l=18"], "at most"),
    ],
)
def test_each_kind_of_trouble_has_its_exit_code(ask, code, tokens, said):
    given, out, err = ask(*tokens)
    assert given == code
    assert said in err
    assert code == 0 or not out


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
@pytest.mark.parametrize("command", ["explain", "fit", "simulate"])
def test_a_broken_file_is_refused_in_words(ask, command, path):
    code, out, err = ask(command, path, "--quiet")
    assert code == 3
    assert not out
    assert err.startswith("soleus: ") and path.name in err


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02PNG", b"- \xff\xfe", b"a: &x [1]\nb: *x\n", b"x" * 2_000_000])
def test_a_file_that_is_no_case_is_refused(ask, tmp_path, content):
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    assert ask("explain", path)[0] == 3


def test_an_error_is_json_too_when_json_is_asked(ask):
    code, out, err = ask("explain", "nobody.yaml", "--json")
    assert json.loads(out) == {
        "schema_version": 1,
        "error": {"code": code, "message": err.removeprefix("soleus: ").strip()},
    }


def test_a_fault_of_ours_is_owned_up_to(ask, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("soleus.fit.fit", fail)
    code, out, err = ask("explain", CALF)
    assert code == 1 and not out
    assert "ZeroDivisionError: oops" in err and "not of your file" in err
    monkeypatch.setenv("SOLEUS_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["explain", CALF])


def test_stopping_it_is_no_fault(ask, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("soleus.fit.fit", stop)
    code, _, err = ask("explain", CALF)
    assert (code, err.splitlines()[-1]) == (1, "soleus: stopped.")


def test_messages_cannot_steer_the_terminal(ask, tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_text('patient: {sex: "\\e[2Jm", age_y: 60}\n')
    code, _, err = ask("explain", path)
    assert code == 3 and "\x1b" not in err


# Answers


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_explained(ask, path, tmp_path):
    figure = tmp_path / "why.png"
    code, out, err = ask("explain", path, "--plot", figure)
    assert code == 0
    assert "Where the risk came from" in out and "not a medical device" in out
    assert "building the twin" in err
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_json_is_the_same_every_time_and_nothing_else_is_printed(ask):
    code, out, err = ask("explain", CALF, "--json", "--quiet")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert said["schema_version"] == 1
    assert said["about"] == "cramp" and said["causes"]
    assert ask("explain", CALF, "--json", "-q")[1] == out


def test_hours_without_dialysis_are_explained_as_json_too(ask):
    code, out, _ = ask("explain", HOME, "--json", "-q")
    said = json.loads(out)
    assert code == 0 and said["about"] in ("twitch", "tetany")
    assert set(said["splits"]) == {"twitch", "tetany"} and said["episode"]["date"] == "2026-05-14"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schedule: {per_week: 0}\nlabs: [{date: 2026-01-05, when: other, creatinine_umol_l: 300}]\n", "episodes is"),
        ("schedule: {per_week: 0}\nepisodes: [{date: 2026-01-05}]\n", "gfr_ml_min is missing"),
        ("schedule: {per_week: 3}\nepisodes: [{date: 2026-01-05}]\n", "sessions is empty"),
    ],
)
def test_a_case_without_what_is_to_be_explained_is_refused(ask, tmp_path, text, said):
    path = tmp_path / "case.yaml"
    path.write_text(f"patient: {{sex: F, age_y: 60, target_weight_kg: 70, weight_kg: 70}}\n{text}")
    code, out, err = ask("explain", path)
    assert code == 3 and not out and said in err


def test_another_session_can_be_asked_for(ask):
    code, out, _ = ask("explain", CALF, "--session", "2026-02-06", "--json")
    assert code == 0
    assert json.loads(out)["session"]["date"] == "2026-02-06"


def test_simulate_tells_the_course_and_what_it_was(ask, tmp_path):
    figure = tmp_path / "course.svg"
    code, out, _ = ask(
        "simulate", CALF, "--set", "hours=5", "uf_profile={linear: [1.3, 0.7]}", "--plot", figure, "--json"
    )
    said = json.loads(out)
    assert code == 0
    assert said["changes"] == {"hours": 5, "uf_profile": {"linear": [1.3, 0.7]}}
    assert said["session"]["hours"] == 5 and said["as_it_was"]["session"]["hours"] == 4
    assert said["course"]["minute"][-1] == pytest.approx(300)
    assert figure.read_text().startswith("<?xml")
    code, out, _ = ask("simulate", CALF)
    assert code == 0 and "Kt/V" in out and "As it was" not in out


def test_report_writes_a_letter(ask, tmp_path):
    asked = ("--from", "Ward 3; Sunny Lane", "--for", "patient")
    code, out, err = ask("report", HOME, "-o", tmp_path / "letter.pdf", *asked)
    assert code == 0 and "1 page." in out and "writing the letter" in err
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")
    code, out, err = ask("report", CALF, "-o", tmp_path / "letter.html", "--no-advice", "--json", "-q")
    assert (code, err) == (0, "") and json.loads(out)["for"] == "both"
    assert "Where the risk came from" in (tmp_path / "letter.html").read_text()


def test_a_quiet_letter_is_quiet(tmp_path):
    """Nor do the libraries that draw and print it say anything on their first run."""
    run = outside("report", CALF, "-o", tmp_path / "letter.pdf", "--no-advice", "--quiet")
    assert run.returncode == 0 and run.stderr == ""


def test_fit_learns_draws_stores_and_goes_on(ask, tmp_path):
    twin, figure, later = tmp_path / "twin.json", tmp_path / "fit.png", tmp_path / "later.yaml"
    code, out, err = ask("fit", CALF, "-o", twin, "--plot", figure)
    assert code == 0 and "The dry weight is about" in out and "not a medical device" in out
    assert "learning from the sessions" in err
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert ask("fit", CALF, "--update", twin)[0] == 3
    text = Path(CALF).read_text()
    later.write_text(text.rstrip() + "\n  - {date: 2026-02-10, cramp: true}\n")
    code, out, err = ask("fit", later, "--update", twin, "--json", "-q")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert said["twin"]["days"] == json.loads(twin.read_text())["days"] + 1
    assert said["dry_weight_kg"]["mean"] == pytest.approx(63.5, abs=0.5)


def test_several_cases_are_about_their_center(ask, tmp_path):
    center, other = tmp_path / "center.json", ROOT / "examples" / "pressure-fall.yaml"
    code, out, _ = ask("fit", CALF, other, "-o", center)
    assert code == 0 and "What 2 patients tell of their center" in out and "pressure-fall.yaml" in out
    said = json.loads(ask("fit", CALF, "--center", center, "--json")[1])
    assert any(t["name"] == "sodium_offset" for t in said["traits"])


def test_validate_runs_a_folder_of_studies(ask, tmp_path):
    shutil.copy(ROOT / "src" / "soleus" / "studies" / "hemo-total-protein.yaml", tmp_path)
    code, out, _ = ask("validate", "--studies", tmp_path, "--json")
    said = json.loads(out)
    assert code == 0
    assert set(said) >= {"schema_version", "figures", "contrasts", "summary", "not_run"}
    assert {figure["verdict"] for figure in said["figures"]} <= {"green", "amber", "red"}
    code, out, _ = ask("validate", "--studies", tmp_path)
    assert code == 0 and "Summary" in out
    (tmp_path / "hemo-total-protein.yaml").unlink()
    assert ask("validate", "--studies", tmp_path)[0] == 3


def test_validate_prints_tables_effects_and_planted_causes(ask, monkeypatch):
    from soleus import planted
    from soleus.validate import effects, excitability, minerals, table

    row = table.Row("1", "parathyroid hormone", "50 pg/mL", "GeneralKnowledge", "PTH 52", "OK")
    for module in (minerals, excitability):
        monkeypatch.setattr(module, "rows", lambda: [row])
    code, out, _ = ask("validate", "--tables")
    assert code == 0 and out.count("parathyroid hormone") == 2 and "1 OK, 0 ~, 0 NO of 1" in out
    said = json.loads(ask("validate", "--tables", "--json")[1])
    assert said["minerals"] == said["excitability"] == [row._asdict()]

    monkeypatch.setattr(effects, "run", lambda studies, progress: effects.Effects((), ()))
    assert "0 inside, 0 in direction, 0 missed" in ask("validate", "--effects")[1]
    assert json.loads(ask("validate", "--effects", "--json")[1])["rows"] == []

    monkeypatch.setattr(planted, "run", lambda n, progress: n)
    monkeypatch.setattr(planted, "page", lambda n: f"{n} people")
    monkeypatch.setattr(planted, "as_json", lambda n: {"people": n})
    assert ask("validate", "--planted", "70")[1] == "70 people\n"
    assert json.loads(ask("validate", "--planted", "70", "--json")[1]) == {"people": 70}


def test_real_records_become_case_files_that_are_explained(ask, shared, tmp_path):
    code, out, _ = ask("import", "eicu", shared / "data" / "eicu-demo-dialysis", "--out", tmp_path, "--json")
    said = json.loads(out)
    assert code == 0 and said["written"] and said["schema_version"] == 1
    code, out, _ = ask("explain", said["written"][0], "--json")
    found = json.loads(out)
    assert code == 0 and found["missing"] and found["warnings"] is not None


def test_a_folder_without_the_extract_is_refused(ask, tmp_path):
    assert ask("import", "eicu", tmp_path, "--out", tmp_path / "made")[0] == 3


def test_schema_cite_and_parameters(ask):
    code, out, _ = ask("schema")
    assert code == 0 and json.loads(out)["properties"]["patient"]
    code, out, _ = ask("cite", "--json")
    said = json.loads(out)
    assert code == 0 and len(said["references"]) > 100 and said["schema_version"] == 1
    assert ask("cite", "Keane2018", "Akkabut2021")[1].count("\n") == 2
    code, out, _ = ask("parameters", "cramp", "--json")
    assert code == 0 and all(row["name"].startswith("cramp.") for row in json.loads(out)["parameters"])
    assert "log rate" in ask("parameters", "cramp")[1]


def test_the_doctor_looks_and_says(ask, monkeypatch):
    code, out, _ = ask("doctor", "--json")
    said = json.loads(out)
    assert (code, said["well"], said["schema_version"]) == (0, True, 1)
    ill = doctor.Check("One session", "ran backwards", False, " - rest")
    monkeypatch.setattr(doctor, "examine", lambda: [ill])
    code, out, err = ask("doctor")
    assert code == 1 and "FAIL One session: ran backwards - rest" in out and "FAIL" in err


def test_the_bench_prints_its_figures(ask, monkeypatch):
    monkeypatch.setattr(doctor, "pace", lambda say: [doctor.Time("explain_s", "an explanation", 1.25, "s")])
    assert ask("bench")[1] == "an explanation: 1.25 s\n"
    assert json.loads(ask("bench", "--json")[1])["timings"][0]["value"] == 1.25


@pytest.mark.slow
def test_the_bench_runs(ask):
    said = json.loads(ask("bench", "--json")[1])
    assert all(row["value"] > 0 for row in said["timings"])


# The process


def test_version_and_help_answer():
    for option in ("--version", "--help"):
        run = outside(option)
        assert run.returncode == 0 and run.stdout and not run.stderr
    assert outside("--version").stdout.strip().count(".") == 2
    assert "explain" in outside().stdout


def test_a_reader_may_leave_early():
    command = f"{sys.executable} -m soleus.cli cite | head -n 1"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert len(run.stdout.splitlines()) == 1
    assert "Traceback" not in run.stderr


def test_a_plain_terminal_is_enough():
    env = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    run = outside("cite", "Pietribiasi2016", env=env)
    assert run.returncode == 0 and run.stdout.isascii()


def test_the_first_run_says_that_it_prepares(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with screen.Working(False) as say:
        say("building")
    assert "on the first run only" in capsys.readouterr().err
    screen.programs().mkdir(parents=True)
    (screen.programs() / "one").touch()
    with screen.Working(False) as say:
        say("building")
    assert capsys.readouterr().err == "soleus: building ...\n"


def test_the_cache_is_where_the_solver_keeps_it():
    from soleus.programs import folder

    assert folder() == screen.programs()


def test_validate_prints_calibration_and_forecast(ask, monkeypatch, tmp_path, root):
    from soleus import calibration
    from soleus.calibration import forecast

    monkeypatch.setattr(calibration, "run", lambda n, progress: n)
    monkeypatch.setattr(calibration, "page", lambda n: f"{n} people")
    monkeypatch.setattr(calibration, "as_json", lambda n: {"people": n})
    assert ask("validate", "--calibration", "70")[1] == "70 people\n"
    assert json.loads(ask("validate", "--calibration", "70", "--json")[1]) == {"people": 70}
    monkeypatch.setattr(forecast, "run", lambda told, progress: [name for name, _ in told])
    monkeypatch.setattr(forecast, "page", lambda names: f"{len(names)} files")
    assert ask("validate", "--forecast", str(root / "examples"))[1].endswith("files\n")
