"""Fitting: what `soleus fit` is asked: one person, or several of one center; the page, the figure, what is stored.

Heavy imports stand inside the functions, as in `commands`.
"""

from pathlib import Path
from typing import Any

from .screen import FAILURE, INVALID, NOT_FOUND, Stop, Working


def one(file: Path, case: Any, keep: Path | None, update: Path | None, plot: Path | None, say: Working) -> Any:
    """What the sessions of one case tell, as findings for a page or JSON; figure and twin are written.

    Raises:
        Stop: when nobody is on dialysis, or the stored twin is not there.
        BadRecord: when the stored twin is refused, or no session can be run.
    """
    dialyzed(file, case)
    from .fit import stored
    from .fit.known import know

    before = None
    if update is not None:
        if not update.exists():
            raise Stop(NOT_FOUND, f"--update {update} is not there. Make it with soleus fit {file.name} -o {update}.")
        before = stored.load(update, case)
    say("learning from the sessions")
    known = know(case, before)
    from .report import known as report

    say("asking what would help to know")
    found = report.findings(known)
    if plot is not None:
        from . import plots

        say("drawing")
        plots.save(plots.known(found), plot)
    if keep is not None:
        stored.save(known, keep)
    return found


def dialyzed(file: Path, case: Any) -> None:
    """Refuse a person of whom no session can be known."""
    if not case.on_dialysis:
        said = f"{file.name} is of a person who is not on dialysis; a fit learns from sessions."
        raise Stop(INVALID, f"{said} Ask why: soleus explain {file.name}.")


def writable(keep: Path | None) -> None:
    """Refuse a place where no file can go before anything is computed."""
    if keep is None:
        return
    if not keep.parent.is_dir():
        raise Stop(NOT_FOUND, f"--out {keep}: there is no folder {keep.parent}. Make it, or choose another.")
    if keep.is_dir():
        raise Stop(FAILURE, f"--out {keep} is a folder. Give the name of a file.")
