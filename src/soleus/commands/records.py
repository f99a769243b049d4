"""Records: other people's, as case files."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ..screen import INVALID, NOT_FOUND, SCHEMA_VERSION, Stop, Working, emit
from .app import importing
from .asked import TEXT, Output


@importing.command
def eicu(
    folder: Annotated[Path, Parameter(name="DIR", help="The folder of the eICU dialysis extract.")],
    /,
    *,
    out_folder: Annotated[Path, Parameter(name="--out", help="Where the case files go; made when it is not there.")],
    out: Output = TEXT,
) -> None:
    """One case file for each dialysis session of the eICU demo database; nothing is dropped without a word."""
    if not folder.is_dir():
        raise Stop(NOT_FOUND, f"{folder} is no folder. Give the folder that holds the eICU extract.")
    with Working(out.quiet) as say:
        say("reading the tables")
        from ..records import tables

        made = tables.import_eicu(folder, out_folder)
    if out.json:
        emit({"schema_version": SCHEMA_VERSION, "written": [str(p) for p in made.written],
              "remarks": list(made.remarks), "skipped": list(made.skipped)})  # fmt: skip
    else:
        skipped = [f"Skipped: {line}" for line in made.skipped]
        emit("\n".join([f"{len(made.written)} case files in {out_folder}", *made.remarks, *skipped]))
    if not made.written:
        raise Stop(INVALID, f"{folder} gave no case file: every session in it was skipped.")
