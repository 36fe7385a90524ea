"""After the last page: fail if a cell raised, and print each page's execution time."""

import shutil
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from refusal import refuse
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

logger = logging.getLogger(__name__)


def remove_reports(app: Sphinx) -> None:
    """Delete the error reports of earlier builds: they contain local paths."""
    shutil.rmtree(Path(app.outdir) / "reports", ignore_errors=True)


def note_pages(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Remember which pages this build reads."""
    app.pages_read = set(pages)


def name_dead_kernels() -> None:
    """Count a kernel that dies as a cell that raises, so that its page is named."""
    execute = NotebookClient.execute

    def execute_or_tell(client: NotebookClient, *args: object, **options: object):
        try:
            return execute(client, *args, **options)
        except DeadKernelError:
            told = "the kernel of this page died, for want of memory perhaps"
            raise CellExecutionError(told, "DeadKernelError", told) from None

    NotebookClient.execute = execute_or_tell


def check_pages(app: Sphinx, env: BuildEnvironment) -> None:
    """Fail the build if a cell raised, before Sphinx saves its environment.

    MyST-NB only warns, and names page and cell in its warning. Because the environment
    is not saved, the next build executes the page again, and fails as well.
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
    name_dead_kernels()
    app.connect("builder-inited", remove_reports)
    app.connect("env-before-read-docs", note_pages)
    app.connect("env-updated", check_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
