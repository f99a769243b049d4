"""Somebody who cramps, of whom a test says what is different."""

import numpy as np

from soleus.advice.rescue import Spread, Standing
from soleus.advice.rescue.agents import ALL
from soleus.advice.rescue.diagnoses import Diagnoses

AGENTS = [agent.id for agent in ALL]


def even(x):
    """A spread without width."""
    return Spread(x, x, x)


def standing(about="cramp", **changes):
    """Somebody to whom nothing is forbidden, and who is known well; with changes, those of diagnoses by their name."""
    known = Diagnoses(False, False, False, False, False, False, False)
    known = known._replace(**{name: changes.pop(name) for name in list(changes) if name in Diagnoses._fields})
    usual = Standing(
        about=about, minute=150.0, left=90.0, severity=8.0, where="left calf", complaint="", not_relieved="",
        systolic=124.0, systolic_minute=148.0, twin_systolic=even(126.0), apart=np.zeros(3), excess=even(0.3),
        sodium=even(138.0), glucose=None, weight=70.0, uf_rate=0.7, known=known, given=dict.fromkeys(AGENTS, 0.0),
        urgent=(), earlier=(),
    )  # fmt: skip
    return usual._replace(**changes)
