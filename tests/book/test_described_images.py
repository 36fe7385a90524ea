"""The render plugin: a drawing's description and its versions reach the page."""

import base64
import re
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import numpy as np
import pytest
from convlens import figures
from convlens.figures.myst_nb import DescribedImages
from docutils import nodes
from docutils.core import publish_doctree
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from myst_nb.docutils_ import Parser

DRAWN = {
    "svg": figures.blank_shares({"relu1": np.array([0, 0.25])}),
    "png": figures.map_panels({"one": np.eye(4)}),
}
MOVING = figures.sliding_kernel(np.eye(4), np.ones((3, 3)), np.ones((2, 2)))


def page_with(drawing, folder, *, plugin="described_images", told=True):
    """Render a notebook whose only cell has shown a drawing; return its images."""
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
    return [*page.findall(nodes.image)]


def _as_stored(content):
    """PNG is stored in notebooks as base64."""
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content


def test_the_installed_package_offers_the_plugin():
    (found,) = entry_points(group="myst_nb.renderers", name="described_images")
    assert found.value == "convlens.figures.myst_nb:DescribedImages"
    assert found.load() is DescribedImages


@pytest.mark.parametrize("kind", DRAWN)
def test_a_page_has_a_light_and_a_dark_version_with_the_description(kind, tmp_path):
    light, dark = page_with(DRAWN[kind], tmp_path)
    assert [light["classes"], dark["classes"]] == [["only-light"], ["only-dark"]]
    for image in (light, dark):
        assert image["alt"] == DRAWN[kind].alt
        assert image["loading"] == "lazy"
        assert image["width"] == "100%"
        assert image["uri"].endswith(kind)
    assert brightness(light) > 0.5 > brightness(dark)


def brightness(image) -> float:
    """The brightness of the paper of an image: its first pixel, or its first patch."""
    path = Path(image["uri"])
    if path.suffix == ".png":
        return float(imread(path)[0, 0, :3].mean())
    paper = re.search(r"fill: (#\w+|white)", path.read_text())
    return float(np.mean(to_rgb(paper[1])))


def test_a_drawing_that_moves_has_four_versions(tmp_path):
    images = page_with(MOVING, tmp_path)
    looks = [tuple(image["classes"]) for image in images]
    assert looks == [
        (paper, motion)
        for motion in ("still", "moving")
        for paper in ("only-light", "only-dark")
    ]
    assert len({image["uri"] for image in images}) == 4
    assert {image["alt"] for image in images} == {MOVING.alt}


def test_versions_stand_in_a_box_of_their_own(tmp_path):
    """The themes hide whatever caption is a sibling of a version that is not shown."""
    (box,) = {id(image.parent) for image in page_with(DRAWN["png"], tmp_path)}
    assert box
    for image in page_with(DRAWN["png"], tmp_path):
        assert image.parent["classes"] == ["versions"]


def test_an_image_without_description_stays_as_myst_nb_renders_it(tmp_path):
    (with_plugin,) = page_with(DRAWN["png"], tmp_path, told=False)
    (without,) = page_with(DRAWN["png"], tmp_path, plugin="default", told=False)
    assert with_plugin.attributes == without.attributes
