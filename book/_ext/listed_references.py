"""Tell screen readers that the bibliography is a list of items.

Docutils writes a list whose entries have a role of their own, one that may not stand in
a list and that the standard has given up.
"""

from sphinx.application import Sphinx


def mend(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Give every entry the role of a list item."""
    body = context.get("body", "")
    context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict:
    """Register the change of the finished body."""
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
