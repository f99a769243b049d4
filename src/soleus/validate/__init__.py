"""Validation: published study arms run through the twin, and the twin's behaviour beside what is known of it.

Files:
    figures      run every study file, score every figure
    score        counts by verdict, and the JSON of it all
    behavior     what is known of behaviour, beside the twin's
    crowd        measured populations, beside a drawn one
"""

from .behavior import Target, targets
from .crowd import population
from .figures import Figure, NotRun, Progress, Result, read, run
from .lines import Line
from .score import as_json, summary

__all__ = [
    "Figure",
    "Line",
    "NotRun",
    "Progress",
    "Result",
    "Target",
    "as_json",
    "population",
    "read",
    "run",
    "summary",
    "targets",
]
