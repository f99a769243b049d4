"""Fonts: those that travel with Soleus, and where else a letter is looked for that they lack; no box is ever printed.

Source Sans Pro prints the page; what it lacks comes from DejaVu Sans, which matplotlib brings (Greek, Cyrillic, Arabic,
Hebrew, signs), and from Droid Sans Fallback (Chinese, Japanese, Korean). What these lack is looked for among the fonts
of the computer, or in the folder of a font that the user names.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import matplotlib
import typst
from matplotlib.ft2font import FT2Font

from ..errors import BadRecord

FAMILIES = ("Source Sans Pro", "DejaVu Sans", "Droid Sans Fallback")
FOLDER = str(files("soleus").joinpath("letter", "fonts"))
DEJAVU = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
FILES = tuple(sorted(str(path) for path in Path(FOLDER).glob("*.[ot]tf")))
OWN = (*FILES, str(Path(DEJAVU) / "DejaVuSans.ttf"))
BLANK = ("last resort", "lastresort", "blank", "tofu", "fallback outline")  # families that draw a box for everything


class Chosen(NamedTuple):
    """Fonts for a text, and the families in the order in which a letter is looked for."""

    fonts: typst.Fonts
    families: tuple[str, ...]


def chosen(text: str, folder: Path | None = None) -> Chosen:
    """Fonts that have every letter of the text.

    Raises:
        BadRecord: naming the letters that no font here has, and what to do.
    """
    own = [FOLDER, DEJAVU]
    lacking = letters(text) - _covered(OWN)
    if not lacking:
        return Chosen(typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=own), FAMILIES)
    more = [str(folder)] if folder else []
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=own + more)
    found = []
    for font in fonts.fonts():
        if not lacking:
            break
        blank = any(word in font.family.lower() for word in BLANK)
        if blank or font.path is None or font.style != "normal" or not (has := lacking & _cmap(font.path)):
            continue
        found.append(font.family)
        lacking -= has
    if lacking:
        raise BadRecord(_refusal(lacking))
    return Chosen(fonts, (*FAMILIES, *dict.fromkeys(found)))


def letters(text: str) -> set[int]:
    """What has to be drawn of a text: all but spaces, and marks that only steer."""
    return {ord(c) for c in set(text) if unicodedata.category(c) not in ("Zs", "Cc", "Cf", "Zl", "Zp")}


def _covered(paths: tuple[str, ...]) -> frozenset[int]:
    return frozenset().union(*(_cmap(path) for path in paths))


@cache
def _cmap(path: str) -> frozenset[int]:
    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):  # a font that cannot be read draws nothing
        return frozenset()


def _refusal(lacking: set[int]) -> str:
    shown = ", ".join(f"{chr(c)} (U+{c:04X} {unicodedata.name(chr(c), 'unnamed')})" for c in sorted(lacking)[:4])
    more = f" and {len(lacking) - 4} more" if len(lacking) > 4 else ""
    return (
        f"the case file has letters that no font here can print: {shown}{more}. A letter with boxes in it is not "
        "written. Install a font that has them (Debian: apt install fonts-noto), name the folder of one with --fonts, "
        "or write letter.html, which the reader's browser prints with its own fonts."
    )
