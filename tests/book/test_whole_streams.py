"""What a cell prints in several messages is one text, without a line break added."""

import sys

import nbformat
from nbclient import NotebookClient
from page_sources import BOOK

SLOWLY = """
import sys, time
for part in ("one", " line", " only"):
    print(part, end="", flush=True)
    time.sleep(0.4)
"""


def printed(monkeypatch) -> list[str]:
    """Execute the cell as a build does; return the texts of its outputs."""
    monkeypatch.setattr(NotebookClient, "__init__", NotebookClient.__init__)
    monkeypatch.setattr(sys, "path", [*sys.path, str(BOOK / "_ext")])
    from whole_streams import join_streams

    join_streams()
    cell = nbformat.v4.new_code_cell(SLOWLY)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(notebook, kernel_name="python3").execute()
    return [output["text"] for output in notebook.cells[0].outputs]


def test_messages_of_one_line_stay_one_line(monkeypatch):
    assert printed(monkeypatch) == ["one line only"]
