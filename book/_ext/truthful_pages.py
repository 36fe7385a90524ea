"""After the last page: fail if a cell failed, and print where the seconds went."""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)


def check_pages(app: Sphinx, env: BuildEnvironment) -> None:
    """Stop the build where a page raised, before anything of it counts as read.

    MyST-NB only warns, and names page and cell in its warning. Stopping here, before
    Sphinx saves what it has read, makes the next build fail as well.
    """
    executed = {
        page: told["exec_data"]
        for page, told in env.nb_metadata.items()
        if told.get("exec_data")
    }
    failed = [page for page, told in executed.items() if not told["succeeded"]]
    if failed:
        raise ExtensionError(
            f"a cell raised on {', '.join(failed)}; the traceback above shows which"
        )
    fresh = [page for page in executed if page in app.pages_read]
    for page in fresh:
        logger.info("%6.1f s to execute %s", executed[page]["runtime"], page)


def note_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Remember that this build reads this page."""
    app.pages_read.add(docname)


def setup(app: Sphinx) -> dict:
    """Register both checks."""
    app.pages_read = set()
    app.connect("source-read", note_page)
    app.connect("env-updated", check_pages)
    return {"parallel_read_safe": False}
