"""Commands: what can be asked of Soleus on the command line.

Heavy imports stand inside the commands, so that --help answers at once.
"""

from . import care, days, firstaid, letters, library, model, patient, records, serving, watching
from .app import app

__all__ = [
    "app",
    "care",
    "days",
    "firstaid",
    "letters",
    "library",
    "model",
    "patient",
    "records",
    "serving",
    "watching",
]
