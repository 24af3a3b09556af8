"""One run of the command line: every outcome becomes an exit code, and no user's mistake becomes a traceback.

====  =====================================================================================
code  meaning
====  =====================================================================================
0     done (rows in quarantine included)
1     the service's own answer is no: not allowed, not found, in conflict, or a check failed
2     usage: an unknown command, option or setting, or a value of the wrong form
3     a file was refused as a whole; nothing of it was written
4     the store does not answer, or another process holds it
130   interrupted by Ctrl-C; what was begun has been rolled back
====  =====================================================================================
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

from cyclopts import CycloptsError

from graph_service.cli.app import APP
from graph_service.cli.desk import Failed, write_json
from schema.errors import (
    ConfigurationError,
    FileRefused,
    GraphServiceError,
    InputError,
    LoadInProgress,
    StoreError,
)

DEBUG: Final = "GRAPH_SERVICE_DEBUG"
DONE, REFUSED, USAGE, FILE_REFUSED, NO_STORE, INTERRUPTED = 0, 1, 2, 3, 4, 130

# The first class that fits decides.
_CODES: Final = (
    (FileRefused, FILE_REFUSED),
    (InputError, USAGE),
    (ConfigurationError, USAGE),
    (StoreError, NO_STORE),
    (LoadInProgress, NO_STORE),
    (GraphServiceError, REFUSED),
)


def run(tokens: Sequence[str]) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    tokens : sequence of str
        The arguments, without the program's name.

    Notes
    -----
    An error is one line on standard error, ``Type: what is wrong``; with ``--json`` standard output carries one JSON
    object for it too: ``{"error": {"type", "code", "detail", "retryable"}}``.
    """
    try:
        APP.meta(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except Failed:  # the command has said why
        return REFUSED
    except CycloptsError as error:
        return _end(USAGE, tokens, InputError(f"{error} See --help."))
    except GraphServiceError as error:
        return _end(exit_code(error), tokens, error)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was begun has been rolled back.\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output went away; nothing more can be said, not even at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except Exception as error:  # noqa: BLE001 - the last resort: a defect is one line, not a page
        said = f"Unexpected {type(error).__name__}. Set {DEBUG}=1 to see where, and report it."
        return _end(REFUSED, tokens, GraphServiceError(said))
    return DONE


def exit_code(error: GraphServiceError) -> int:
    """Return the exit code of an error."""
    return next(code for kind, code in _CODES if isinstance(error, kind))


def _end(status: int, tokens: Sequence[str], error: GraphServiceError) -> int:
    if os.environ.get(DEBUG):
        traceback.print_exc()
    kind = type(error).__name__
    sys.stderr.write(f"{kind}: {error.detail}{' It may succeed when tried again.' * error.retryable}\n")
    if "--json" in tokens:
        said = {"type": kind, "code": error.code, "detail": error.detail, "retryable": error.retryable}
        write_json({"error": said})
    return status
