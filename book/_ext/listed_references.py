"""Tell screen readers that the bibliography is a list of items.

Docutils gives each entry the role ``doc-biblioentry``, which is not allowed inside a
list, and is deprecated in the standard (DPUB-ARIA 1.1).
"""

from sphinx.application import Sphinx


def mend(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Give every entry the role of a list item."""
    body = context.get("body", "")
    context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict:
    """Register the replacement in the HTML of a page."""
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
