"""Stop a build, and say why in the last line that it prints."""

import atexit
import sys
from typing import NoReturn

from sphinx.errors import ExtensionError


def refuse(reason: str) -> NoReturn:
    """Stop the build.

    Jupyter Book prints some fifty lines after an error, so the reason is said once
    more, when everything else has been said.
    """
    told = f"the book was not built: {reason}"
    atexit.register(print, told, file=sys.stderr, flush=True)
    raise ExtensionError(told)
