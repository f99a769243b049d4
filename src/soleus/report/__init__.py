"""Report: what was found, as a page to read and as plain values for other programs."""

from .blood import Level, levels
from .course import Traces, otherwise, rerun, traces
from .figures import Measure, measured
from .page import page, show
from .plain import as_json, course_json, shown_json
from .sheet import course_page
from .tables import parameter_page, parameter_rows, studies_json, studies_page
from .words import DISCLAIMER, SCHEMA_VERSION, about

__all__ = [
    "DISCLAIMER", "Level", "Measure", "SCHEMA_VERSION", "Traces", "about", "as_json", "course_json", "course_page",
    "levels", "measured", "otherwise", "page", "parameter_page", "parameter_rows", "rerun", "show", "shown_json",
    "studies_json", "studies_page", "traces",
]  # fmt: skip
