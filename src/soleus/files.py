"""Files: whether one can be written there, and writing it whole or not at all. Loads no JAX."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import BadRecord

OPEN, PRIVATE = 0o644, 0o600  # who may read it: everybody here, or only who wrote it


def check(path: Path, kinds: Sequence[str], what: str) -> None:
    """Refuse a file name that cannot be written to, before anything is computed.

    Args:
        path: where to.
        kinds: how its name may end, in small letters.
        what: who writes such files, "the letters Soleus writes".

    Raises:
        BadRecord: naming the kinds of file, or the folder that is not there.
    """
    if path.suffix.lower() not in kinds:
        raise BadRecord(f"{path.name} does not end in {' or '.join(kinds)}; these are {what}.")
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BadRecord(f"{path} cannot be written: {folder} is no folder that you may write to. Choose another.")


@contextmanager
def whole(path: Path, mode: int = OPEN) -> Iterator[Path]:
    """A draft beside the file, which takes its place when all is written: a reader never sees half of one.

    Raises:
        BadRecord: when the file cannot be written; then what was there stays.
    """
    draft: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
        os.close(handle)
        draft = Path(name)
        yield draft
        draft.chmod(mode)
        draft.replace(path)
    except OSError as error:
        raise BadRecord(
            f"{path} could not be written ({error.strerror}). Is the disk full? Choose another place."
        ) from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
