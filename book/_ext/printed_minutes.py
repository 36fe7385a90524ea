"""The role ``minutes`` prints the reading time of a page: ``{minutes}`channels```."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

logger = logging.getLogger(__name__)


class PagesMinutes(nodes.Inline, nodes.TextElement):
    """Stands where the minutes of a page are printed, once every page is read."""


def ask(name: str, raw: str, text: str, *place: object) -> tuple[list, list]:
    """Leave room for the minutes of the page that the role names."""
    return [PagesMinutes(text=text)], []


def note(app: Sphinx, document: nodes.document) -> None:
    """Remember that a page prints the minutes of others."""
    asks = any(document.findall(PagesMinutes))
    app.env.metadata[app.env.docname]["prints_minutes"] = asks


def pages_that_print(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write these pages again: another page may have changed."""
    return [page for page, told in env.metadata.items() if told.get("prints_minutes")]


def fill(app: Sphinx, document: nodes.document, page: str) -> None:
    """Print the minutes of every page that this page names."""
    for node in [*document.findall(PagesMinutes)]:
        named = f"book/{node.astext()}"
        told = app.env.metadata[named].get("minutes")
        if told is None:
            logger.warning("minutes: expected a page, got %s", named, location=page)
        node.replace_self(nodes.inline("", f"{told} min", classes=["minutes"]))


def setup(app: Sphinx) -> dict:
    """Register the role and its steps."""
    app.add_node(PagesMinutes)
    app.add_role("minutes", ask)
    app.connect("doctree-read", note)
    app.connect("env-updated", pages_that_print)
    app.connect("doctree-resolved", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
