"""Execute two pages at a time, and end each kernel as soon as its last cell is done.

A page computes on one core most of its time, so two at a time take little longer than
one. Where Sphinx cannot fork, it reads pages in turn.
"""

import sphinx.builders
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

PAGES = 2  # each needs more than a gigabyte of memory

# Both are safe for parallel reading, but do not declare it.
SAFE_BUT_SILENT = ("sphinx_jupyterbook_latex", "sphinx_multitoc_numbering")


def read_in_parallel(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Set what ``sphinx-build -j`` sets; Jupyter Book 1 has no such option.

    Not in an earlier event: Jupyter Book loads one more extension after startup.
    """
    app.parallel = PAGES
    for name in SAFE_BUT_SILENT:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True
    # One page per chunk: Sphinx's two chunks would put the slow pages into one of them
    sphinx.builders.make_chunks = lambda pages, processes: [[page] for page in pages]
    # A graceful shutdown of the kernel costs about a second per page
    NotebookClient.shutdown_kernel.default_value = "immediate"


def setup(app: Sphinx) -> dict:
    """Register the choice, before the first page is read."""
    app.connect("env-before-read-docs", read_in_parallel)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
