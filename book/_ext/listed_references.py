"""Make the bibliography a plain list, for the eye and for screen readers.

Docutils gives each entry the role ``doc-biblioentry``, which is not allowed inside a
list and is deprecated in the standard (DPUB-ARIA 1.1). It also numbers the entries, but
this book cites by author and year, so the numbers would only indent the text.
"""

import re

from sphinx.application import Sphinx

NUMBER = re.compile(
    r'(<div class="citation"[^>]*>\s*)<span class="label">.*?</span></span>'
    r"(?:\s*<span class=\"backrefs\">.*?</span>)?",
    re.DOTALL,
)


def mend(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Give every entry the role of a list item, and take its number away."""
    body = context.get("body", "")
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    context["body"] = NUMBER.sub(r"\1", body)


def setup(app: Sphinx) -> dict:
    """Register the replacement in the HTML of a page."""
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
