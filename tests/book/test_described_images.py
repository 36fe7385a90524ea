"""The render plugin: the description in an output's metadata becomes its alt text."""

import base64
from importlib.metadata import entry_points

import nbformat
import numpy as np
import pytest
from convlens import figures
from convlens.figures.myst_nb import DescribedImages
from docutils import nodes
from docutils.core import publish_doctree
from myst_nb.docutils_ import Parser

DRAWN = {
    "svg": figures.blank_shares({"relu1": np.array([0, 0.25])}),
    "png": figures.map_panels({"one": np.eye(4)}),
}


def page_with(drawing, folder, *, plugin="described_images", told=True):
    """Render a notebook whose only cell has shown a drawing; return its image."""
    bundle, metadata = drawing._repr_mimebundle_()
    data = nbformat.from_dict(
        {mime: _as_stored(content) for mime, content in bundle.items()}
    )
    output = nbformat.v4.new_output(
        "display_data", data, metadata=metadata if told else {}
    )
    cell = nbformat.v4.new_code_cell("drawing", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page = publish_doctree(
        nbformat.writes(notebook),
        parser=Parser(),
        settings_overrides={
            "nb_render_plugin": plugin,
            "nb_execution_mode": "off",
            "nb_output_folder": str(folder),
        },
    )
    (image,) = page.findall(nodes.image)
    return image


def _as_stored(content):
    """PNG is stored in notebooks as base64."""
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content


def test_the_installed_package_offers_the_plugin():
    (found,) = entry_points(group="myst_nb.renderers", name="described_images")
    assert found.value == "convlens.figures.myst_nb:DescribedImages"
    assert found.load() is DescribedImages


@pytest.mark.parametrize("kind", DRAWN)
def test_an_image_of_a_page_has_the_description(kind, tmp_path):
    image = page_with(DRAWN[kind], tmp_path)
    assert image["alt"] == DRAWN[kind].alt
    assert image["uri"].endswith(kind)


def test_an_image_without_description_stays_as_myst_nb_renders_it(tmp_path):
    with_plugin = page_with(DRAWN["png"], tmp_path, told=False)
    without = page_with(DRAWN["png"], tmp_path, plugin="default", told=False)
    assert with_plugin.attributes == without.attributes
