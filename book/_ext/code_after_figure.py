"""Put the folded code of a figure after the figure: first the picture, then how."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class CodeAfterFigure(SphinxPostTransform):
    """Move folded code to the end of a cell that shows a figure.

    Folded cells directly before it, which prepare it and show nothing, follow as well.
    """

    default_priority = 200  # MyST-NB folds code at 199
    formats = ("html",)

    def run(self, **options: object) -> None:
        """Move the code of every such cell."""
        for cell in [*self.document.findall(nodes.container)]:
            if cell.get("nb_element") == "cell_code" and any(
                cell.findall(nodes.figure)
            ):
                preparing = []
                while (before := cell.previous_sibling()) is not None and (
                    only_folded(before)
                ):
                    preparing = [*before.children, *preparing]
                    before.parent.remove(before)
                folded = [one for one in cell if isinstance(one, HideCodeCellNode)]
                shown = [one for one in cell if one not in folded]
                cell.children = []
                cell.extend([*shown, *preparing, *folded])


def only_folded(node: nodes.Node) -> bool:
    """Tell whether a node is a cell of which readers see nothing but a fold."""
    is_cell = isinstance(node, nodes.container) and len(node) > 0
    return is_cell and all(isinstance(one, HideCodeCellNode) for one in node)


def setup(app: Sphinx) -> dict:
    """Register the step."""
    app.add_post_transform(CodeAfterFigure)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
