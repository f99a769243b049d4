"""The HTML: one file that asks nobody for anything, with landmarks, names for pictures, and nothing read as markup."""

import base64
import re
from html.parser import HTMLParser

import pytest

from soleus import letter

from .conftest import EXAMPLES
from .test_pdf import HOSTILE

VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.unbalanced = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def page_of(tmp_path, e, **how):
    letter.write(tmp_path / "letter.html", e, **how)
    return Page((tmp_path / "letter.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_whole_page_that_asks_for_nothing(path, explained, tmp_path):
    page = page_of(tmp_path, explained(path.stem))
    assert not page.unbalanced and not page.open
    assert page.all("html") == [{"lang": "en"}] and len(page.all("title")) == 1
    assert len(page.all("main")) == len(page.all("header")) == len(page.all("footer")) == 1
    assert not {"script", "link", "iframe", "object", "form", "base"} & {name for name, _ in page.tags}
    for _, attrs in page.tags:
        for name in ("src", "href", "action", "srcset", "poster"):
            assert attrs.get(name, "data:").startswith("data:")
    assert not re.search(r"url\(|@import", (tmp_path / "letter.html").read_text())
    for image in page.all("img"):
        assert len(image["alt"]) > 40
        svg = base64.b64decode(image["src"].split(",", 1)[1]).decode()
        assert svg.lstrip().startswith("<?xml") and "<script" not in svg
        assert not re.findall(r'(?:href|src)="([^"#][^"]*)"', svg)


def test_headings_go_down_by_one_and_sections_are_named(explained, tmp_path):
    page = page_of(tmp_path, explained("calf-cramps"))
    levels = [int(name[1]) for name, _ in page.tags if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    named = {attrs.get("id") for _, attrs in page.tags}
    for attrs in page.all("section") + page.all("article"):
        assert attrs.get("aria-label") or attrs["aria-labelledby"] in named
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.all("th"))


def test_nothing_of_the_case_file_is_markup(explained, told, tmp_path):
    e = told(explained("calf-cramps"), name=HOSTILE[:190], question=HOSTILE, conditions=[HOSTILE])
    page = page_of(tmp_path, e)
    assert not page.all("script") and not page.all("b-x")
    said = re.sub(r"\s+", " ", "".join(page.text))
    assert said.count("<script>alert(1)</script>") >= 3 and "{{ 7*7 }}" in said


def test_letters_of_every_script_are_left_to_the_browser(explained, told, tmp_path):
    e = told(explained("calf-cramps"), name="\U00013000 王小明 ไทย")
    assert "\U00013000 王小明 ไทย" in "".join(page_of(tmp_path, e).text)


def test_it_prints_on_paper(explained, tmp_path):
    page_of(tmp_path, explained("calf-cramps"))
    text = (tmp_path / "letter.html").read_text()
    assert "@media print" in text and "size: A4" in text and "break-before: page" in text
