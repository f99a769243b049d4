"""Report: what was found, as a page to read and as plain values for other programs."""

from .course import Traces, measured, otherwise, rerun, traces
from .page import course_page, page, show
from .plain import as_json, course_json
from .tables import parameter_page, parameter_rows, studies_json, studies_page
from .words import DISCLAIMER, SCHEMA_VERSION, about

__all__ = [
    "DISCLAIMER", "SCHEMA_VERSION", "Traces", "about", "as_json", "course_json", "course_page", "measured", "otherwise",
    "page", "parameter_page", "parameter_rows", "rerun", "show", "studies_json", "studies_page", "traces",
]  # fmt: skip
