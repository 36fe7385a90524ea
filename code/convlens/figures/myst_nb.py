"""A render plugin of MyST-NB: drawings with descriptions, for light and dark pages.

Switch it on in the settings of a book or a Sphinx project:

- Sphinx, ``conf.py``: ``nb_render_plugin = "described_images"``
- Jupyter Book 1, ``_config.yml``: ``nb_render_plugin: described_images``, below
  ``sphinx: config:``

MyST-NB finds it by its entry point. The module needs MyST-NB and docutils, which are
there while such a book is built; nothing else in the package imports it.
"""

from dataclasses import replace

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer


class DescribedImages(NbElementRenderer):
    """Use what `convlens.figures.Drawing` puts into the metadata of its output.

    MyST-NB reads an image's alt text from the source of the cell alone. There it would
    have to be typed before the numbers are known.
    """

    def render_image(self, data: MimeData) -> list[nodes.Element]:
        """Render an image with the alt text of its metadata, in every version.

        Light and dark have the classes ``only-light`` and ``only-dark``, of which the
        PyData theme and its children show one. A drawing that moves has each of them
        ``still`` and ``moving``; the style of the book chooses, by what the reader's
        system asks for. Each version links to its own file, in full size.

        Args:
            data: One output of a cell, of an image's mime type.

        Returns:
            The image, or a container of its versions.
        """
        told = data.output_metadata.get(data.mime_type, {})
        if "alt" not in told:
            return super().render_image(data)
        still = ["still"] if "moving" in told else []
        versions = [
            (data.content, ["only-light", *still]),
            (told.get("dark"), ["only-dark", *still]),
            (told.get("moving"), ["only-light", "moving"]),
            (told.get("moving_dark"), ["only-dark", "moving"]),
        ]
        pictures = (
            self._version(data, content, classes, told["alt"])
            for content, classes in versions
            if content is not None
        )
        # in a container: the themes hide a caption beside a version that is not shown
        return [nodes.container("", *pictures, classes=["versions"])]

    def _version(
        self, data: MimeData, content: str | bytes, classes: list[str], alt: str
    ) -> nodes.Element:
        (image,) = super().render_image(replace(data, content=content))
        image["alt"] = alt
        image["width"] = "100%"  # Sphinx links an image whose size is told to its file
        image["loading"] = "lazy"  # so that browsers do not load what is not shown
        image["classes"] += classes
        return image
