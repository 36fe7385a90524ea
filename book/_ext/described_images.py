"""Give every image of a cell the description that its drawing carries."""

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer


class DescribedImages(NbElementRenderer):
    """MyST-NB reads an image's alt text from the source of the cell alone.

    There it would have to be typed before the numbers are known. Here it comes from the
    metadata of the output, where `convlens.figures.Drawing` puts it.
    """

    def render_image(self, data: MimeData) -> list[nodes.Element]:
        """Render an image with the ``alt`` of its output metadata, if there is one."""
        rendered = super().render_image(data)
        told = data.output_metadata.get(data.mime_type, {}).get("alt")
        for image in rendered:
            if told:
                image["alt"] = told
        return rendered
