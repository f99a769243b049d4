"""Articles: every one is whole, says on what evidence it speaks, and can be read by those it is for."""

import ast
import re
from pathlib import Path

import pytest

from soleus.errors import BadRecord
from soleus.knowledge import article as reading
from soleus.knowledge import claims, library, markup, vocabulary
from soleus.knowledge.readability import measure, syllables
from soleus.references import references

ROOT = Path(__file__).parents[2]
ARTICLES = library.articles()
PATIENTS = [a for a in ARTICLES if a.front.readers == "everybody"]

# Age 12 is grade 7 of Flesch and Kincaid: what is aimed at in writing for patients, as many adults read no better.
# Names of minerals count in full, so pages about them come nearest to the bound.
OLDEST, HARDEST_EASE = 12.0, 60.0
MOST_WORDS_IN_A_SENTENCE = 30


def each(articles):
    return pytest.mark.parametrize("one", articles, ids=lambda a: a.slug)


TOPICS = (  # what a library on cramps in kidney failure has to speak of, each by the beginning of a name
    "leg-cramps-during-dialysis", "why-uremia", "low-blood-pressure", "sodium", "potassium", "magnesium", "bicarbonate",
    "calcium-phosphate-vitamin-d", "target-weight", "fluid-and-salt", "furosemide", "toxins-and-nerves",
    "restless-legs", "tired-dizzy-sick", "how-many-sessions", "creatinine", "does-kidney-disease",
    "electrolytes-without-dialysis", "what-to-watch", "can-dialysis-be-avoided", "treatments-for-cramps",
    "whom-to-ask", "first-aid-for-nurses", "how-the-twin-works",
)  # fmt: skip


def test_every_topic_has_its_article():
    slugs = [a.slug for a in ARTICLES]
    assert len(slugs) >= 24
    assert not [topic for topic in TOPICS if not any(slug.startswith(topic) for slug in slugs)]
    assert len([a for a in ARTICLES if a.pictures]) >= 8


def test_every_shelf_but_those_that_hold_shelves_has_articles():
    def empty(shelf):
        own = [] if shelf.articles or shelf.shelves else [shelf.path]
        return own + [path for below in shelf.shelves for path in empty(below)]

    assert not [path for shelf in library.tree() for path in empty(shelf)]
    assert sum(len(s.articles) + sum(len(b.articles) for b in s.shelves) for s in library.tree()) == len(ARTICLES)


def test_quick_links_lead_to_articles_for_those_in_a_hurry():
    links = library.quick_links()
    assert {"leg-cramps-during-dialysis", "fluid-and-salt", "low-blood-pressure", "first-aid-for-nurses"} <= {
        link.article.slug for link in links
    }
    assert all(len(link.says) <= 40 for link in links)


@each(ARTICLES)
def test_an_article_is_dated_and_signed_and_lies_on_a_shelf(one):
    assert one.front.authors == "The Soleus authors"
    assert 2020 <= one.front.date.year <= 2100
    assert one.front.category in vocabulary.categories()
    assert library.breadcrumbs(one)[-1].path == one.front.category
    assert [c.path for c in library.breadcrumbs(one)][0] == one.front.category.split("/")[0]


@each(ARTICLES)
def test_every_claim_names_a_source_that_is_known_and_says_what_is_recalled(one):
    assert len(one.claims) >= 5
    for claim in one.claims:
        assert claim.text
        assert claim.mark.grade in "ABCD"
        for key in claim.mark.sources:
            note = references()[key].fields.get("note", "")
            assert claim.mark.recalled or not claims.FROM_MEMORY.search(note)
    assert {s.reference.key for s in one.sources} == {key for c in one.claims for key in c.mark.sources}


@each(ARTICLES)
def test_every_paragraph_for_professionals_shows_its_evidence(one):
    for paragraph in re.split(r"\n\s*\n", one.professional):
        if len(paragraph.split()) >= 25 and not paragraph.startswith(("|", "!", "#", "    ")):
            assert claims.MARK.search(paragraph) or "`" in paragraph, paragraph


@each(PATIENTS)
def test_the_plain_part_can_be_read_at_twelve(one):
    found = measure(one.plain)
    assert found.words >= 150
    assert found.age <= OLDEST, f"age {found.age:.1f}, ease {found.ease:.0f}"
    assert found.ease >= HARDEST_EASE, f"ease {found.ease:.0f}"


@each(PATIENTS)
def test_no_sentence_of_the_plain_part_is_long(one):
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|\*\*", "", claims.MARK.sub("", one.plain))
    sentences = re.split(r"(?<=[.!?])\s|\n\s*\n|\n(?=\s*(?:[-|]|\d\. ))", text)
    assert not [s for s in sentences if len(s.split()) > MOST_WORDS_IN_A_SENTENCE]


@each(PATIENTS)
def test_an_article_for_patients_says_when_to_call_at_once_and_how_sure_it_is(one):
    said = " ".join(sign.label for sign in one.urgent)
    assert all(word in said for word in ("chest", "faint", "weakness", "breath"))
    assert "### How sure is this?" in one.plain


@each(ARTICLES)
def test_its_pictures_are_small_drawings_with_words_instead_of_them(one):
    for picture in one.pictures:
        svg = library.picture(picture.file)
        assert svg.startswith(b"<?xml") and b"<svg" in svg
        assert len(svg) < 60_000
        assert not re.search(rb"<script|href=\"(?!#)|<image|javascript:|@import", svg)
        assert picture.caption and len(picture.alt) >= 60


@each(ARTICLES)
def test_its_html_holds_nothing_but_what_an_article_may(one):
    html = markup.html(one.plain) + markup.html(one.professional)
    tags = set(re.findall(r"<(/?[a-z0-9]+)", html))
    allowed = (
        "p h3 h4 ul ol li strong em a sup figure figcaption img table thead tbody tr th td code pre blockquote br hr"
    )
    assert {t.lstrip("/") for t in tags} <= set(allowed.split())
    assert set(re.findall(r'href="([^"]*)"', html)) <= {
        *(f"/library/{a.slug}" for a in ARTICLES),
        *(f"#ref-{s.reference.key}" for s in one.sources),
    }
    assert not re.search(r"\{[A-D] ", html), "a mark that is shown as it was typed"


def levers():
    """The ids of all levers: literals in src/soleus/levers, so that no lever can be made without something to read."""
    makers = {"Lever", "HomeLever", "Plan", "circumstance"}
    for path in (ROOT / "src" / "soleus" / "levers").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
                elif isinstance(first, ast.BinOp | ast.JoinedStr):
                    start = first.left if isinstance(first, ast.BinOp) else first.values[0]
                    while isinstance(start, ast.BinOp):
                        start = start.left
                    yield str(start.value) + "any"


def test_every_lever_is_a_known_cause_and_every_known_cause_a_lever():
    found = set(levers())
    assert len(found) >= 25
    assert {vocabulary.known_cause(id) for id in found} == set(vocabulary.causes())
    assert vocabulary.known_cause("nothing_of_that_name") == ""


def test_signs_that_everybody_is_told_come_with_every_article_for_patients():
    always = {s.id for s in vocabulary.signs().values() if s.says == "always"}
    assert always >= {"chest-pain", "fainting", "weakness", "breath", "stroke", "heart", "fit"}
    for one in PATIENTS:
        assert always <= {s.id for s in one.urgent}


# What is refused, and why


GOOD = """---
title: A test
summary: A summary that is long enough to be one, and says what the test is about.
category: water
date: 2026-11-22
authors: The Soleus authors
causes: [target_weight]
symptoms: [cramp]
asked: [dry weight]
---

## In plain words

{words}

See [another](sodium.md) {{B Keane2018}}.

## For professionals

{words} {{B Keane2018}}
""".format(words="Water comes off and the muscle hurts. " * 12)

BROKEN = {
    "no front matter": (lambda t: t[4:], "front matter"),
    "a field twice": (lambda t: t.replace("title:", "title: A\ntitle:"), "given twice"),
    "an unknown field": (lambda t: t.replace("causes:", "cause: [x]\ncauses:"), "cause: is no field"),
    "an unknown lever": (lambda t: t.replace("target_weight", "dry_weight"), "'dry_weight' is not in causes.csv"),
    "an unknown symptom": (lambda t: t.replace("[cramp]", "[hiccup]"), "symptoms.csv"),
    "an unknown shelf": (lambda t: t.replace("category: water", "category: fire"), "categories.csv"),
    "no date": (lambda t: t.replace("date: 2026-11-22\n", ""), "date: is missing"),
    "another author": (lambda t: t.replace("The Soleus authors", "Dr. Nobody"), "authors"),
    "one level alone": (lambda t: t.replace("## For professionals", ""), "## For professionals"),
    "the levels turned": (lambda t: t.replace("In plain", "X").replace("For prof", "In plain"), "in this order"),
    "a mark without a grade": (lambda t: t.replace("{B Keane2018}", "{Keane2018}"), "is no mark"),
    "a mark over two lines": (lambda t: t.replace("{B Keane2018}", "{B\nKeane2018}"), "is no mark"),
    "a source nobody knows": (lambda t: t.replace("Keane2018", "Keane2081"), "Keane2018"),
    "memory called seen": (lambda t: t.replace("{B Keane2018}", "{B GeneralKnowledge}"), "Write 'recalled'"),
    "a link outside": (lambda t: t.replace("(sodium.md)", "(https://example.org)"), "leads out"),
    "a script as link": (lambda t: t.replace("(sodium.md)", "(javascript:alert(1))"), "leads out"),
    "HTML": (lambda t: t.replace("See", "<b>See</b>"), "HTML"),
    "a reference link": (lambda t: t + "\n[x]: https://example.org\n", "another kind of link"),
    "a foreign picture": (lambda t: t.replace("[another](sodium.md)", "![a](https://x.org/a.svg)"), "the picture"),
    "a picture without words": (lambda t: t.replace("[another](sodium.md)", "![a](../pictures/a.svg)"), "words that"),
    "no evidence": (lambda t: t.replace("{B Keane2018}", ""), "evidence"),
}  # fmt: skip


def test_the_good_article_is_good():
    one = reading.read(GOOD, "a-test")
    assert one.links == ("sodium",)
    assert [c.level for c in one.claims] == ["plain", "professional"]


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_not_right_is_refused_with_its_reason(what):
    change, reason = BROKEN[what]
    with pytest.raises(BadRecord, match=re.escape(reason)):
        reading.read(change(GOOD), "a-test")


def test_links_titles_and_pictures_are_checked_across_the_library(tmp_path):
    folder, pictures = tmp_path / "articles", tmp_path / "pictures"
    folder.mkdir(), pictures.mkdir()
    (folder / "a-test.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadRecord, match=r"a-test\.md links to sodium\.md, which is not there"):
        library.load(folder, pictures)
    (folder / "sodium.md").write_text(GOOD.replace("sodium.md", "a-test.md"), encoding="utf-8")
    with pytest.raises(BadRecord, match="both called"):
        library.load(folder, pictures)
    shown = GOOD.replace("[another](sodium.md)", f"![{'a curve that falls ' * 4}](../pictures/none.svg)")
    (folder / "sodium.md").write_text(shown.replace("A test", "Another"), encoding="utf-8")
    with pytest.raises(BadRecord, match=r"none\.svg, which is not there"):
        library.load(folder, pictures)
    (pictures / "none.svg").write_text("<svg/>", encoding="utf-8")
    assert len(library.load(folder, pictures)) == 2


# Markup


HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "<a href='https://example.org'>x</a>", "[x](data:text/html,hi)", "&lt;script&gt;", "`<script>`", '**"><script>**',
    "<https://example.org>", "[x]\n\n[x]: javascript:alert(1)", '![x](../pictures/a.svg "\\"><script>")',
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_html_of_an_author_never_becomes_html(text):
    html = markup.html(f"Some words {text} more {{B Keane2018}}.")
    assert not re.search(r"<(?!/?(p|a|sup|strong|code|img|figure|figcaption)\b)[a-z]", html, re.I), html
    assert not re.search(r"(href|src)=\"\s*(javascript|data:text)", html, re.I), html
    assert not re.search(r"<[^>]*\son\w+=", html, re.I), html


def test_a_mark_becomes_a_link_to_its_reference_that_can_be_read_aloud():
    html = markup.html("Cramps were fewer {A recalled Dunlop2019}.")
    assert 'href="#ref-Dunlop2019"' in html
    assert 'aria-label="Evidence A, trial: tested in a trial, from memory (Dunlop2019)"' in html
    assert ">A*</a></sup>." in html


def test_a_figure_stands_in_no_paragraph_and_a_link_leads_within_the_library():
    html = markup.html('![What is seen here](../pictures/a.svg "Below")\n\n[x](sodium.md)', "/l/", "/p/")
    assert '<figure><img src="/p/a.svg" alt="What is seen here"' in html
    assert "<figcaption>Below</figcaption></figure>" in html
    assert "<p><figure>" not in html
    assert '<a href="/l/sodium">x</a>' in html


def test_text_for_a_terminal_is_no_wider_than_a_terminal():
    for one in ARTICLES:
        for part in (one.plain, one.professional):
            text = markup.text(part)
            assert max(map(len, text.splitlines())) <= markup.WIDTH
            assert "](" not in text and "{" not in text


# Readability


SYLLABLES = (
    "dialysis 4 potassium 4 calcium 3 magnesium 4 phosphate 2 sodium 3 kidney 2 muscle 2 cramps 1 passed 1 wanted 2 "
    "comes 1 boxes 2 pressure 2 fluid 2 bicarbonate 4 medicine 3 people 2 table 2 have 1 role 1 urea 3 uremia 4 area 3 "
    "year 1 quietly 3 doctor 2 nurse 1 being 2 social 2 special 2 idea 3 diet 2 create 2 little 2 blood 1 water 2 "
    "ankles 2 changes 2 dizzy 2 lion 2 period 3 vitamin 3 nausea 3 dietitian 4 material 4 used 1 needed 2 because 2"
)


def test_syllables_are_counted_right_in_the_words_that_occur():
    parts = SYLLABLES.split()
    wrong = [w for w, n in zip(parts[::2], parts[1::2], strict=True) if syllables(w) != int(n)]
    assert not wrong


def test_hard_text_is_measured_as_hard_and_easy_text_as_easy():
    easy = "The cat sat on the mat. It was warm. The dog ran to the cat. They went to sleep."
    hard = (
        "Notwithstanding considerable interindividual variability, intradialytic haemodynamic instability necessitates "
        "comprehensive reconsideration of ultrafiltration prescriptions in autonomically compromised individuals."
    )
    assert measure(easy).age < 7
    assert measure(hard).age > 22
    assert measure(hard).ease < 0 < measure(easy).ease
    twelve = (  # seventh grade by construction: 14 words a sentence, 1.45 syllables a word
        "The machine takes the water out of your body over some hours while you are sitting in a chair."
    )
    assert 6 < measure(twelve).age < 14
