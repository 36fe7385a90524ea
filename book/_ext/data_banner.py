"""Say on every executed page that its digits are not MNIST, where they are not."""

import html

from docutils import nodes
from sphinx.application import Sphinx


def add_banner(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the banner below the title of a page that was executed."""
    told = app.config.convlens_banner
    executed = app.env.nb_metadata.get(docname, {}).get("exec_data")
    if not (told and executed):
        return
    text = (
        '<div class="data-banner" role="note"><strong>These are not the digits of '
        f"MNIST.</strong> This build used {html.escape(told)} Every result and "
        "every figure of digits below comes from them.</div>"
    )
    title = next(doctree.findall(nodes.title))
    section = title.parent
    section.insert(section.index(title) + 1, nodes.raw("", text, format="html"))


def setup(app: Sphinx) -> dict:
    """Register the banner."""
    app.connect("doctree-resolved", add_banner)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
