"""The PDF: two pages for the chart and one for the patient, accessible, whatever stands in the case file."""

import re

import pypdf
import pytest

from soleus import letter
from soleus.errors import BadRecord
from soleus.letter import fonts, parts

from .conftest import EXAMPLES

HOSTILE = '#panic("x") *bold* _it_ $x^2$ `raw` [b] <script>alert(1)</script> @cite \\u{41} // gone /* gone */ {{ 7*7 }}'
NAMES = ("amlodipine", "furosemide retard film-coated", "Kräuterpulver aus Müllers Garten", "sevelamer carbonate")
DRUGS = [{"name": f"{name} {n}", "per_day": 2.0} for n in range(10) for name in NAMES]


def printed(tmp_path, e, **how):
    """The letter as written, read back."""
    made = letter.write(tmp_path / "letter.pdf", e, **how)
    return made, pypdf.PdfReader(tmp_path / "letter.pdf")


def text_of(reader, first=0, last=None):
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages[first:last])).replace("\u200b", "")


def tags(node, found=None):
    """Every structure element below, depth first."""
    found = [] if found is None else found
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for item in node:
            tags(item, found)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            found.append(node)
        if "/K" in node:
            tags(node["/K"], found)
    return found


def is_accessible(reader):
    """What PDF/UA asks for and a reader can see; typst has refused anything else it checks."""
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    found = tags(root["/StructTreeRoot"]["/K"])
    kinds = [str(node["/S"]) for node in found]
    figures = [node for node in found if str(node["/S"]) == "/Figure"]
    assert figures and all(len(str(node.get("/Alt", ""))) > 40 for node in figures)
    assert kinds.count("/H1") >= 1 and kinds.index("/H1") < kinds.index("/H2")
    assert "/TH" in kinds and kinds.count("/Table") >= 1
    for page in reader.pages:
        assert page["/Tabs"] == "/S"
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_two_pages_and_a_leaflet_and_accessible(path, explained, tmp_path):
    made, reader = printed(tmp_path, explained(path.stem))
    is_accessible(reader)
    assert made.pages == len(reader.pages) <= 3
    assert text_of(reader).count("Call for help at once if") == 1
    assert "Call for help at once if" in text_of(reader, -1)
    chart = text_of(reader, 0, -1)
    e = explained(path.stem)
    title = letter.letter(letter.made(e, None, letter.Address(), "patient")).title
    assert title == reader.metadata.title and title.split("?")[0] in chart
    assert "What is uncertain" in chart and "not a medical device" in text_of(reader).lower()


def test_the_two_parts_can_be_had_alone(explained, tmp_path):
    e = explained("calf-cramps")
    for whom, pages, has, lacks in (
        ("chart", 2, "Where the risk", "Call for help"),
        ("patient", 1, "Call for help", "Share"),
    ):
        made, reader = printed(tmp_path, e, whom=whom)
        assert len(reader.pages) == made.pages <= pages
        assert has in text_of(reader) and lacks not in text_of(reader)


def test_numbers_on_the_page_are_those_of_the_answer(explained, tmp_path):
    e = explained("calf-cramps")
    said = text_of(printed(tmp_path, e, whom="chart")[1])
    for cause in e.cramp.causes[:3]:
        assert f"{100 * cause.share:+.0f}%" in said and cause.label in said
    assert f"{100 * e.cramp.chance.probability:.0f}%" in said
    assert e.twin.case.question in said


def test_the_letterhead_is_the_senders(explained, tmp_path):
    address = letter.Address(("Dialyse Größe & Söhne", "Straße 1 #2"), ("Dr. Núñez",), parts.date(2026, 3, 1))
    _, reader = printed(tmp_path, explained("calf-cramps"), address=address)
    for wanted in ("Dialyse Größe & Söhne", "Straße 1 #2", "Dr. Núñez", "1 March 2026"):
        assert wanted in text_of(reader, 0, 1)
    assert reader.metadata.author == "Dialyse Größe & Söhne"


@pytest.mark.parametrize(
    "name",
    ["Jürgen Weißmüller-Großkopf", "María José Ñandú Íñiguez", "王小明", "陳大文", "김철수", "さくら", "Łukasz Żółć",
     "Nguyễn Văn Đức", "Ελένη Παπαδοπούλου", "Иван Щукин", "محمد علي", "דוד לוי", HOSTILE, "A" * 200],
)  # fmt: skip
def test_any_name_is_printed_as_it_is(name, explained, told, tmp_path):
    e = told(explained("calf-cramps"), name=name)
    _, reader = printed(tmp_path, e)
    is_accessible(reader)
    said = text_of(reader)
    if name.isascii() or not any(
        0x590 <= ord(c) <= 0x6FF for c in name
    ):  # text that runs from right to left is stored so
        assert said.replace(" ", "").count(re.sub(r"\s", "", name)) >= 2
    assert reader.metadata.title.count(name.split(" ")[0]) == 1
    assert len(reader.pages) <= 3


def test_a_letter_that_no_font_has_is_refused_with_a_remedy_and_nothing_is_written(explained, told, tmp_path):
    e = told(explained("calf-cramps"), name="\U00013000 \U00013001 \u1240")  # hieroglyphs; Ethiopic
    with pytest.raises(BadRecord, match=r"U\+1?\w+.*--fonts.*letter\.html"):
        letter.write(tmp_path / "letter.pdf", e)
    assert not list(tmp_path.iterdir())


def test_no_family_that_draws_boxes_is_ever_taken(explained, told):
    """matplotlib brings a font of boxes for every letter there is; it stands in the folder that DejaVu comes from."""
    lacking = "\U00013000"
    assert fonts.letters(lacking) <= fonts._cmap(fonts.DEJAVU + "/LastResortHE-Regular.ttf")
    with pytest.raises(BadRecord):
        fonts.chosen(lacking)


def test_a_folder_of_fonts_of_ones_own_is_used(explained, told, tmp_path):
    """A font made here has the one letter that was lacking; the letter is then written."""
    font = pytest.importorskip("fontTools.ttLib").TTFont(fonts.FILES[-1])
    for table in font["cmap"].tables:
        if table.format == 12:
            table.cmap[0x13000] = table.cmap[ord("M")]
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = "Own Signs"
    (tmp_path / "fonts").mkdir()
    font.save(tmp_path / "fonts" / "own.otf")
    with pytest.raises(BadRecord):
        fonts.chosen("\U00013000")
    assert fonts.chosen("\U00013000", tmp_path / "fonts").families[-1] == "Own Signs"
    e = told(explained("calf-cramps"), name="\U00013000")
    made, _ = printed(tmp_path, e, whom="patient", fonts=tmp_path / "fonts")
    assert made.pages == 1


def test_forty_medicines_a_long_question_and_many_conditions_keep_to_two_pages(explained, told, tmp_path):
    asked = ("Warum krampft sie immer dann, wenn niemand hinsieht? " * 19)[:999]
    e = told(
        explained("low-sodium-high-gain"), drugs=DRUGS, question=asked, name="x" * 200,
        conditions=[f"Zustand nach Eingriff Nummer {n} an einer langen Stelle" for n in range(50)],
    )  # fmt: skip
    made, reader = printed(tmp_path, e)
    is_accessible(reader)
    assert len(reader.pages) == 3
    assert "more in the case file" in text_of(reader)
    assert letter.write(tmp_path / "one.pdf", e, whom="chart").pages == 2


def test_nothing_known_is_said_to_be_not_stated(bare, tmp_path):
    _, reader = printed(tmp_path, bare)
    is_accessible(reader)
    said = text_of(reader, 0, -1)
    assert said.count("not stated") >= 5 and "None" not in said and not re.search(r"\bnan\b", said)


def test_restless_legs_without_causes_get_a_letter(explained, told, tmp_path):
    e = explained("restless-or-cramping")
    lines = e.twin.case.model_dump()
    for session in lines["sessions"]:
        session["symptoms"] = [s for s in session["symptoms"] if s["what"] == "restless legs"] or [
            {"minute": 100.0, "what": "restless legs"}
        ]
    from soleus import case

    from .conftest import answer

    other = answer(case.read(lines))
    assert other.about == "restless_legs"
    made, reader = printed(tmp_path, other)
    root = reader.trailer["/Root"]
    assert "/StructTreeRoot" in root and made.pages <= 3
    assert "Your restless legs" in text_of(reader, -1)


def test_the_same_letter_gives_the_same_text(explained, tmp_path):
    e = explained("pressure-fall")
    assert text_of(printed(tmp_path, e)[1]) == text_of(printed(tmp_path, e)[1])


def test_a_file_that_cannot_be_is_refused_before_anything_is_done(tmp_path):
    with pytest.raises(BadRecord, match=r"\.pdf or \.html"):
        letter.check(tmp_path / "letter.docx")
    with pytest.raises(BadRecord, match="no folder"):
        letter.check(tmp_path / "nowhere" / "letter.pdf")


def test_a_chart_that_fits_nowhere_is_refused_with_a_remedy(explained):
    from soleus.letter import pdf

    made = letter.made(explained("calf-cramps"), None, letter.Address(), "chart")
    with pytest.raises(BadRecord, match="Shorten"):
        pdf.pdf([lambda: letter.letter(made)], 0)


def test_pages_are_drawn_in_grey_too(explained, tmp_path):
    """A bar that protected is an outline, one that raised is full: on paper without color they differ."""
    pypdfium2 = pytest.importorskip("pypdfium2")
    letter.write(tmp_path / "letter.pdf", explained("calf-cramps"), whom="chart")
    page = pypdfium2.PdfDocument(tmp_path / "letter.pdf")[0]
    grey = page.render(scale=1).to_pil().convert("L")
    assert grey.getextrema()[0] < 60 and grey.getextrema()[1] > 250
