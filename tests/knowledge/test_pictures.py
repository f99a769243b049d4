"""Pictures of the library: all are drawn by docs/pictures.py, and what they say is what the model says today."""

import re
import runpy
from pathlib import Path

import pytest

from soleus.knowledge import library

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "soleus" / "knowledge" / "pictures"
ATOL = 0.02  # of a printed value: rounding of the last digit on another computer


@pytest.fixture(scope="module")
def drawing():
    return runpy.run_path(str(ROOT / "docs" / "pictures.py"), run_name="pictures")


def said(svg):
    """The words and the numbers that stand in a drawing."""
    text = " | ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)).replace("−", "-")
    numbers = re.compile(r"-?\d+(?:\.\d+)?")
    return numbers.sub("#", text), [float(n) for n in numbers.findall(text)]


def test_every_picture_is_drawn_by_the_script_and_shown_by_an_article(drawing):
    files = {path.stem for path in FOLDER.glob("*.svg")}
    shown = {picture.file.removesuffix(".svg") for a in library.articles() for picture in a.pictures}
    assert files == set(drawing["DRAWN"])
    assert shown == files


@pytest.mark.slow
def test_what_a_picture_says_is_what_the_model_says_now(drawing, tmp_path):
    for name in drawing["DRAWN"]:
        words, numbers = said(drawing["draw"](name, tmp_path).read_text(encoding="utf-8"))
        kept_words, kept = said((FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
        assert words == kept_words, name
        assert numbers == pytest.approx(kept, rel=ATOL, abs=ATOL), f"{name}: run python docs/pictures.py {name}"
