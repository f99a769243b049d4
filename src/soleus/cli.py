"""Command line: runs one command; results go to standard output, everything else to standard error.

Exit codes: 0 ok, 1 failure, 2 usage, 3 invalid data, 4 not found, 5 unsafe request refused.
"""

import os
import sys
from collections.abc import Sequence

from . import __version__
from .errors import BadRecord, OutOfRange, SoleusError
from .screen import FAILURE, INVALID, OK, USAGE, Stop, say_error, steady


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing that goes wrong shows a traceback."""
    tokens = sys.argv[1:] if tokens is None else list(tokens)
    if tokens in (["--version"], ["-V"]):
        print(__version__)
        return OK
    steady()
    try:
        return _run(tokens, "--json" in tokens)
    except BrokenPipeError:  # the reader had enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE


def _run(tokens: list[str], as_json: bool) -> int:
    from cyclopts import CycloptsError

    from .commands import app

    try:
        app(tokens, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        return say_error(USAGE, f"{error} See soleus --help.", as_json)
    except Stop as stop:
        return say_error(stop.code, str(stop), as_json)
    except (BadRecord, OutOfRange) as error:
        return say_error(INVALID, str(error), as_json)
    except SoleusError as error:
        return say_error(FAILURE, str(error), as_json)
    except KeyboardInterrupt:
        return say_error(FAILURE, "stopped.", as_json)
    except BrokenPipeError:
        raise
    except Exception as error:
        if os.environ.get("SOLEUS_DEBUG"):
            raise
        said = f"{type(error).__name__}: {error}. This is a fault of Soleus, not of your file: please report it with "
        return say_error(FAILURE, said + "the file; SOLEUS_DEBUG=1 shows where it happened.", as_json)
    return OK


if __name__ == "__main__":
    sys.exit(main())
