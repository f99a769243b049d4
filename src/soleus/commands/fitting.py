"""Fitting: what `soleus fit` is asked: one person, or several of one center; the page, the figure, what is stored.

Heavy imports stand inside the functions, as in every command.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..screen import FAILURE, INVALID, NOT_FOUND, USAGE, Stop, Working


class Asked(NamedTuple):
    """What beside the cases was asked for."""

    keep: Path | None  # where to store what was learned
    update: Path | None  # a stored twin to go on from
    center: Path | None  # a stored center
    full: bool
    plot: Path | None
    json: bool


def answer(files: Sequence[Path], cases: Sequence[Any], asked: Asked, say: Working) -> Any:
    """A page, or plain values; figure and stored file are written.

    Raises:
        Stop: when what is asked does not go together, nobody is on dialysis, or a stored file is not there.
        BadRecord: when a stored file is refused, or no session can be run.
    """
    for file, case in zip(files, cases, strict=True):
        if not case.on_dialysis:
            said = f"{file.name} is of a person who is not on dialysis; a fit learns from sessions."
            raise Stop(INVALID, f"{said} Ask why: soleus explain {file.name}.")
    return _one(files[0], cases[0], asked, say) if len(files) == 1 else _several(files, cases, asked, say)


def _one(file: Path, case: Any, asked: Asked, say: Working) -> Any:
    from ..fit import center, stored
    from ..fit.known import know

    before = here = None
    if asked.center is not None:
        center.stated(case)
        here = stored.load_center(_there("--center", asked.center, "soleus fit A.yaml B.yaml"))
    if asked.update is not None:
        before = stored.load(_there("--update", asked.update, f"soleus fit {file.name}"), case)
    say("learning from the sessions")
    known = know(case, before, center=here)
    from ..report import known as report

    sampled = None
    if asked.full:
        from ..fit import chains

        say("sampling by the sessions themselves; this takes minutes")
        sampled = chains.sample(known)
    say("asking what would help to know")
    found = report.findings(known, sampled)
    if asked.plot is not None:
        from .. import plots

        say("drawing")
        plots.save(plots.known(found), asked.plot)
    if asked.keep is not None:
        stored.save(known, asked.keep)
    return report.as_json(found) if asked.json else report.page(found)


def _several(files: Sequence[Path], cases: Sequence[Any], asked: Asked, say: Working) -> Any:
    from ..fit import center, stored
    from ..fit.known import know
    from ..report import center as report

    known = []
    for i, case in enumerate(cases):
        center.stated(case)
        say(f"learning from patient {i + 1} of {len(cases)}")
        known.append(know(case))
    found = center.together(known)
    if asked.keep is not None:
        stored.save_center(found, asked.keep)
    names = [file.name for file in files]
    return report.as_json(found, names) if asked.json else report.page(found, names)


def refuse(files: Sequence[Path], asked: Asked) -> None:
    """Refuse what does not go together, and a place where no file can go, before anything is computed."""
    if not files:
        raise Stop(USAGE, "fit needs a case file, or several of one center. See soleus fit --help.")
    others = {"--update": asked.update, "--center": asked.center, "--full": asked.full, "--plot": asked.plot}
    given = [name for name, value in others.items() if value]
    if len(files) > 1 and given:
        raise Stop(USAGE, f"{' and '.join(given)} with several cases: several are about their center. Give one case.")
    if asked.update and asked.center:
        raise Stop(USAGE, "--update with --center: a stored twin knows its center's bath already. Give one of them.")
    if asked.keep is None:
        return
    if not asked.keep.parent.is_dir():
        raise Stop(
            NOT_FOUND, f"--out {asked.keep}: there is no folder {asked.keep.parent}. Make it, or choose another."
        )
    if asked.keep.is_dir():
        raise Stop(FAILURE, f"--out {asked.keep} is a folder. Give the name of a file.")


def _there(option: str, file: Path, made: str) -> Path:
    if not file.exists():
        raise Stop(NOT_FOUND, f"{option} {file} is not there. Make it: {made} -o {file}.")
    return file
