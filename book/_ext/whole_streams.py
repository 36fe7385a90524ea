"""Join what a cell prints exactly as it was printed.

A kernel sends what is printed in messages that may end inside a line. MyST-NB ends each
with a line break, so that two builds could differ by an empty line.
"""

from nbclient import NotebookClient
from sphinx.application import Sphinx


def join_streams() -> None:
    """Let every client join the messages of a cell, before MyST-NB sees them."""
    begin = NotebookClient.__init__

    def begin_joined(client: NotebookClient, *args: object, **options: object) -> None:
        begin(client, *args, **{**options, "coalesce_streams": True})

    NotebookClient.__init__ = begin_joined


def setup(app: Sphinx) -> dict:
    """Register the joining."""
    join_streams()
    return {"parallel_read_safe": True, "parallel_write_safe": True}
