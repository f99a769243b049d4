"""HTML: the letter as one file that asks nobody for anything: pictures inside, styles inside, a sheet for printing."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from .parts import Bar, Letter


def html(letter: Letter) -> str:
    """The letter as a page; nothing in a case file is read as markup."""
    return _template().render(it=letter)


@cache
def _template() -> Template:
    at_home = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    at_home.filters |= {"picture": picture, "bar": bar}
    return at_home.from_string(files("soleus").joinpath("letter", "letter.html").read_text(encoding="utf-8"))


def picture(svg: str) -> str:
    """A drawing as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def bar(row: Bar, scale: tuple[float, float]) -> dict[str, float]:
    """Where a bar, its whisker and zero stand, in per cent of the cell."""
    low, high = scale

    def x(share: float) -> float:
        return round(100 * (min(max(share, low), high) - low) / (high - low), 2)

    left, right = x(min(0.0, row.at)), x(max(0.0, row.at))
    return {
        "left": left,
        "width": max(right - left, 0.6),
        "zero": x(0.0),
        "low": x(row.low),
        "span": x(row.high) - x(row.low),
    }
