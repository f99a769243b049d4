"""A cohort as a file: whole, reproducible, carried on where it was left, and the same on a cluster."""

import dataclasses
import os
import signal

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from soleus.cli import main
from soleus.errors import BadRecord, OutOfRange
from soleus.population import file, run
from soleus.population.plan import Plan

FEW = 64  # people a chunk in these tests


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Three chunks, one of them not full, one week."""
    out, said = tmp_path_factory.mktemp("cohort") / "whole.parquet", []
    made = run.make(THREE, out, lambda *x: said.append(x))
    return out, made, said


THREE = Plan(2 * FEW + 20, 1, seed=4, place="hemobp", together=FEW)


def rows(out):
    return pq.read_table(out).sort_by([("patient", "ascending"), ("week", "ascending"), ("day", "ascending")])


def test_one_row_a_session_that_duckdb_reads_in_one_line(whole):
    out, made, _ = whole
    n, people, least = duckdb.sql(f"select count(*), count(distinct patient), min(sbp_lowest) from '{out}'").fetchall()[
        0
    ]
    assert (n, people) == (THREE.people * 3, THREE.people)
    assert least >= 40
    assert (made.lived, made.patient_weeks) == (3, THREE.people)


def test_every_column_is_filled_with_numbers_that_people_have(whole):
    table = rows(whole[0]).to_pydict()
    for name, x in table.items():
        assert np.isfinite(np.asarray(x, float)).all(), name
    gained = np.array(table["weight_before_kg"]) - table["weight_after_kg"]
    assert 1.0 < gained.mean() < 4.0
    assert 0.5 < np.mean(np.array(table["sodium_after"]) / table["sodium_before"]) < 1.2
    assert 0.02 < np.mean(table["cramp_chance"]) < 0.4
    assert set(table["day"]) == {0, 1, 2}
    first = np.array(table["day"]) == 0
    assert gained[first].mean() > gained[~first].mean()


def test_progress_is_told_and_nothing_is_left_beside_the_file(whole):
    out, _, said = whole
    assert said[0][:2] == (0, 3)
    assert said[-1][:2] == (3, 3)
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_what_was_lived_is_kept_when_a_run_stops_and_the_rows_are_the_same(whole, tmp_path, monkeypatch):
    out, lived = tmp_path / "again.parquet", []

    def stop(plan, number):
        if number == 2:
            raise KeyboardInterrupt
        lived.append(number)
        return part(plan, number)

    part = run.part
    monkeypatch.setattr(run, "part", stop)
    monkeypatch.setattr(run.solve, "THREADS", 1)
    with pytest.raises(KeyboardInterrupt):
        run.make(THREE, out)
    assert lived == [0, 1]
    assert not out.exists()
    monkeypatch.setattr(run, "part", part)
    assert run.make(THREE, out).lived == 1
    assert rows(out).equals(rows(whole[0]))
    assert run.make(THREE, out).lived == 0


def test_another_cohort_is_not_mixed_in(whole, tmp_path):
    out = tmp_path / "mixed.parquet"
    file.Parts(THREE, out).begin()
    with pytest.raises(BadRecord, match="seed 4, not 5"):
        run.make(dataclasses.replace(THREE, seed=5), out)
    with pytest.raises(BadRecord, match="weeks 1, not 2"):
        run.make(dataclasses.replace(THREE, weeks=2), whole[0])
    out.write_text("nothing")
    with pytest.raises(BadRecord, match="no cohort of Soleus"):
        run.make(THREE, out)


@pytest.mark.parametrize(
    ("bad", "said"), [({"people": 0}, "people is 0"), ({"weeks": 0}, "weeks"), ({"seed": -1}, "seed")]
)
def test_what_no_cohort_is_gets_refused(bad, said, tmp_path):
    with pytest.raises(OutOfRange, match=said):
        run.make(Plan(**({"people": 5} | bad)), tmp_path / "x.parquet")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # a killed worker makes its library talk
def test_a_cluster_gives_the_same_rows_though_a_worker_is_killed(whole, tmp_path):
    distributed = pytest.importorskip("distributed")
    out, killed = tmp_path / "cluster.parquet", []
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:

        def kill_one_that_works(done, chunks, _):
            busy = [worker for worker, keys in client.processing().items() if keys]
            if done and not killed and busy:
                killed.append(client.run(os.getpid, workers=busy[:1])[busy[0]])
                os.kill(killed[0], signal.SIGKILL)

        made = run.make(MANY, out, kill_one_that_works, cluster=cluster.scheduler_address)
    assert killed
    assert made.lived == MANY.chunks
    alone = tmp_path / "alone.parquet"
    run.make(MANY, alone)
    assert rows(out).equals(rows(alone))


MANY = dataclasses.replace(THREE, people=8 * FEW)


def test_the_command_says_what_it_made(tmp_path, capsys):
    out = tmp_path / "few.parquet"
    words = ["cohort", "-n", "20", "--weeks", "1", "-o", str(out)]
    assert main(words) == 0
    said = capsys.readouterr()
    assert "20 people, 1 weeks, 60 sessions" in said.out
    assert "living [" in said.err
    assert main([*words, "--quiet"]) == 0
    said = capsys.readouterr()
    assert "all of them there already" in said.out
    assert said.err == ""
    assert main([*words, "--targets"]) == 2
    assert "--place hemobp" in capsys.readouterr().err
    assert main(["cohort", "-n", "20", "-o", str(tmp_path / "no" / "x.parquet")]) == 4
    assert main(["cohort", "-n", "5", "-o", str(out)]) == 3
