"""Abort a build with an error message that is the last line printed."""

import atexit
import sys
from typing import NoReturn

from sphinx.errors import ExtensionError


def refuse(reason: str) -> NoReturn:
    """Stop the build.

    Jupyter Book prints some fifty lines after an error, so the reason is printed
    again when the process exits.
    """
    told = f"the book was not built: {reason}"
    atexit.register(print, told, file=sys.stderr, flush=True)
    raise ExtensionError(told)
