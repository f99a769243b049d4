"""Validation: published study arms run through the twin, and the twin's behaviour beside what is known of it.

Files:
    figures      run every study file, score every figure
    summary      counts by verdict, and the JSON of it all
"""

from .figures import Figure, NotRun, Progress, Result, read, run
from .lines import Line
from .summary import as_json, summary

__all__ = ["Figure", "Line", "NotRun", "Progress", "Result", "as_json", "read", "run", "summary"]
