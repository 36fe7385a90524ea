"""Render formulas as MathML, which browsers and screen readers support natively.

The default, MathJax, is a script from another site: slower, and the only external
request of these pages.
"""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """Render an inline formula."""
    self.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Render a display formula."""
    formula = tex2mathml(node.astext(), as_block=True)
    self.body.append(f'<div class="formula">{formula}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    """Register the renderer; `html_math_renderer` chooses it."""
    app.add_html_math_renderer("native", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
