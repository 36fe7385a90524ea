"""Execute two pages at a time, and end a page's kernel without ceremony.

Most seconds of a page load TensorFlow on one core, so two pages at a time take little
more time than one. Where processes cannot be forked, Sphinx reads pages in turn.
"""

import sphinx.builders
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

PAGES = 2  # each needs more than a gigabyte of memory

# Neither keeps anything between pages; they only do not say so.
SAFE_BUT_SILENT = ("sphinx_jupyterbook_latex", "sphinx_multitoc_numbering")


def read_in_parallel(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Set what ``sphinx-build -j`` sets; Jupyter Book 1 has no such option.

    Here and not earlier: Jupyter Book adds an extension after Sphinx has begun.
    """
    app.parallel = PAGES
    for name in SAFE_BUT_SILENT:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True
    # Sphinx would give each process half of the pages, and the slow ones to one of them
    sphinx.builders.make_chunks = lambda pages, processes: [[page] for page in pages]
    # A page is done when its last cell is; waiting for its kernel costs a second each
    NotebookClient.shutdown_kernel.default_value = "immediate"


def setup(app: Sphinx) -> dict:
    """Register the choice, before the first page is read."""
    app.connect("env-before-read-docs", read_in_parallel)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
