"""soleus read: articles and searches in the terminal, without loading anything heavy."""

import json
import subprocess
import sys

import pytest

from soleus.cli import main
from soleus.knowledge import library


def ask(capsys, *words):
    code = main(["read", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_without_a_name_every_article_is_listed_on_its_shelf(capsys):
    code, out, _ = ask(capsys)
    assert code == 0
    assert all(f"{a.slug}: {a.title}" in out for a in library.articles())
    assert "WHAT YOU FEEL" in out


def test_an_article_has_both_levels_what_cannot_wait_and_its_references(capsys):
    code, out, _ = ask(capsys, "target-weight")
    assert code == 0
    for part in ("CALL AT ONCE", "IN PLAIN WORDS", "FOR PROFESSIONALS", "REFERENCES", "READ NEXT", "Keane2018 (seen)"):
        assert part in out
    assert "no substitute" in out and "chest" in out


def test_plain_is_the_plain_part_alone(capsys):
    _, out, _ = ask(capsys, "target-weight", "--plain")
    assert "IN PLAIN WORDS" in out and "FOR PROFESSIONALS" not in out and "CALL AT ONCE" in out


def test_a_search_shows_the_place_and_takes_words_or_a_question(capsys):
    code, out, _ = ask(capsys, "--search", "my", "calf", "goes", "hard")
    assert code == 0
    assert out.startswith("leg-cramps-during-dialysis: ")
    assert "*calf*" in out
    assert ask(capsys, "--search", "my calf goes hard")[1] == out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("target-wieght",), 4, "Did you mean target-weight"),
        (("../../etc/passwd",), 4, "there is no article"),
        (("--search", "zzzzqqqq"), 4, "no article has these words"),
        (("target-weight", "--search", "cramp"), 2, "different questions"),
    ],
)
def test_what_is_not_there_is_said_with_a_way_on(capsys, words, code, says):
    got, out, err = ask(capsys, *words)
    assert got == code
    assert not out
    assert says in err


def test_experts_and_bodies_are_listed(capsys):
    code, out, _ = ask(capsys, "--experts")
    assert code == 0
    assert "- Renal dietitian: " in out and "kdigo.org" in out and "from memory" in out
    told = json.loads(ask(capsys, "--experts", "--json")[1])
    assert {"kind", "ask_about", "topics"} <= set(told["experts"][0])
    assert {"name", "what", "address"} <= set(told["resources"][0])


def test_json_holds_everything_that_a_page_needs(capsys):
    code, out, _ = ask(capsys, "potassium", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["schema_version"] == 1
    assert {"slug", "title", "summary", "category", "date", "authors", "causes", "symptoms", "breadcrumbs", "urgent",
            "parts", "claims", "references", "pictures", "related"} <= set(told)  # fmt: skip
    assert told["parts"]["plain"]["html"].startswith("<p>")
    assert {c["grade"] for c in told["claims"]} <= set("ABCD")
    hits = json.loads(ask(capsys, "--search", "bananas", "--json")[1])["hits"]
    assert hits[0]["slug"] == "potassium"
    shelves = json.loads(ask(capsys, "--json")[1])["shelves"]
    assert shelves[0]["title"] == "What you feel"


def test_reading_loads_neither_jax_nor_numpy():
    code = (
        "import sys; from soleus.cli import main; main(['read', 'potassium']); main(['read', '--search', 'cramp'])\n"
        "print('loaded:', *({'jax', 'numpy', 'matplotlib'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("loaded:")
