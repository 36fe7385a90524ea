"""After the last page: fail if a cell failed, and print where the seconds went."""

import shutil
from pathlib import Path

from refusal import refuse
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

logger = logging.getLogger(__name__)


def remove_reports(app: Sphinx) -> None:
    """Remove the reports of cells that failed in earlier builds: they name paths."""
    shutil.rmtree(Path(app.outdir) / "reports", ignore_errors=True)


def note_pages(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Remember which pages this build reads."""
    app.pages_read = set(pages)


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
        refuse(f"a cell raised on {', '.join(failed)}; a traceback above shows which")
    for page in sorted(app.pages_read & set(executed)):
        logger.info("%6.1f s to execute %s", executed[page]["runtime"], page)


def setup(app: Sphinx) -> dict:
    """Register the checks."""
    app.pages_read = set()
    app.connect("builder-inited", remove_reports)
    app.connect("env-before-read-docs", note_pages)
    app.connect("env-updated", check_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
