"""Letter: what was found, for the chart on two pages and for the patient on one; as accessible PDF or as HTML.

The chart holds question, answer, causes, options, what is uncertain and sources; the leaflet says the main of it in
plain words. Both are words ready to print (`parts`), which `letter.typ` and `letter.html` only lay out.
"""

from .parts import Address, Letter
from .written import Written, check, letter, made, write

__all__ = ["Address", "Letter", "Written", "check", "letter", "made", "write"]
