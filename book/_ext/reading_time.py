"""Compute how many minutes each page takes to read, as metadata of the page.

Code counts where it is shown; solutions and folded code, which readers may leave
closed, do not.
"""

import math
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import solution_node

WORDS_PER_MINUTE = 200
SECONDS_PER_LINE, SECONDS_PER_FIGURE = 4, 20


def is_read(node: nodes.Element) -> bool:
    """Tell whether a part of the page is shown, and open when readers meet it.

    An output has several forms, of which the page shows the richest.
    """
    if isinstance(node, solution_node):
        return False
    if node.get("nb_element") == "cell_code_source":
        return node.parent.get("hide_mode") != "input"
    return node.get("mime_type") != "text/plain" or len(node.parent.children) == 1


def read_nodes(node: nodes.Element) -> Iterator[nodes.Element]:
    """Walk through what is read."""
    yield node
    for child in node.children:
        if isinstance(child, nodes.Element) and is_read(child):
            yield from read_nodes(child)


def minutes(document: nodes.document) -> int:
    """Return how many minutes a page takes to read, rounded up."""
    words, lines, figures = 0, 0, 0
    for node in read_nodes(document):
        if isinstance(node, nodes.literal_block):
            lines += len(node.astext().splitlines())
        elif isinstance(node, nodes.figure):
            figures += 1
        elif isinstance(node, nodes.paragraph | nodes.title | nodes.caption):
            words += len(node.astext().split())
    seconds = lines * SECONDS_PER_LINE + figures * SECONDS_PER_FIGURE
    return math.ceil(words / WORDS_PER_MINUTE + seconds / 60)


def note(app: Sphinx, document: nodes.document) -> None:
    """Keep the minutes of a page that was read."""
    app.env.metadata[app.env.docname]["minutes"] = minutes(document)


def setup(app: Sphinx) -> dict:
    """Register the count."""
    app.connect("doctree-read", note)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
