"""A render plugin of MyST-NB: every image of a cell gets its drawing's description.

Switch it on in the settings of a book or a Sphinx project:

- Sphinx, ``conf.py``: ``nb_render_plugin = "described_images"``
- Jupyter Book 1, ``_config.yml``: ``nb_render_plugin: described_images``, below
  ``sphinx: config:``

MyST-NB finds it by its entry point. The module needs MyST-NB and docutils, which are
there while such a book is built; nothing else in the package imports it.
"""

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer


class DescribedImages(NbElementRenderer):
    """Give images the alt text that `convlens.figures.Drawing` puts into the output.

    MyST-NB reads an image's alt text from the source of the cell alone. There it would
    have to be typed before the numbers are known.
    """

    def render_image(self, data: MimeData) -> list[nodes.Element]:
        """Render an image with the ``alt`` of its output metadata, if there is one.

        Args:
            data: One output of a cell, of an image's mime type.

        Returns:
            The nodes of the image.
        """
        rendered = super().render_image(data)
        told = data.output_metadata.get(data.mime_type, {}).get("alt")
        for image in rendered:
            if told:
                image["alt"] = told
        return rendered
