"""The drawing that moves: its moments, its file, and what stands still."""

import base64
import io
import re

import numpy as np
import pytest
from convlens import figures
from convlens.figures.sliding import MOMENTS_PER_SECOND, ROW_IN
from PIL import Image

IMAGE = np.random.default_rng(0).random((8, 9))
KERNEL = np.random.default_rng(1).normal(size=(3, 2))
MAP = np.arange(48.0).reshape(6, 8)
LONGEST = 5  # seconds: what moves longer must be stoppable (WCAG 2.2.2)


def the(drawing, name):
    (artist,) = drawing.figure.findobj(lambda one: one.get_gid() == name)
    return artist


@pytest.fixture
def drawing():
    return figures.sliding_kernel(IMAGE, KERNEL, MAP)


@pytest.mark.parametrize(
    ("moment", "row", "column"), [(0, 0, 3), (1, 0, 7), (11, 5, 7)]
)
def test_every_moment_shows_the_patch_and_the_map_up_to_it(
    drawing, moment, row, column
):
    drawing.go_to(moment)
    filled = the(drawing, "panel:map").images[0].get_array()
    assert filled.count() == row * 8 + column + 1
    assert filled.compressed().max() == MAP[row, column]
    for name, sides in (("frame:patch", (2, 3)), ("frame:filled", (1, 1))):
        framed = the(drawing, name)
        assert framed.get_xy() == (column - 0.5, row - 0.5)
        assert (framed.get_width(), framed.get_height()) == sides


def test_it_stands_still_at_the_last_moment(drawing):
    assert drawing.moments == 6 * ROW_IN
    assert the(drawing, "panel:map").images[0].get_array().count() == MAP.size
    assert the(drawing, "frame:filled").get_xy() == (6.5, 4.5)


def test_short_bars_have_few_numbers(drawing):
    """Else the numbers of a bar run into each other."""
    bars = drawing.figure.findobj(lambda one: one.get_gid() == "bar")
    ticks = [[*map(float, bar.get_xticks())] for bar in bars]
    largest = np.abs(KERNEL).max()
    assert ticks == [[0, 1], [-1, 0, 1], [0, 40]]
    assert 1 < largest < 2


@pytest.mark.parametrize("version", ["moving", "moving_dark"])
def test_it_moves_once_and_not_for_long(drawing, version):
    bundle, metadata = drawing._repr_mimebundle_()
    data = base64.b64decode(metadata["image/png"][version])
    with Image.open(io.BytesIO(data)) as moving:
        assert moving.n_frames == drawing.moments
        assert moving.info["loop"] == 1
        moving.seek(moving.n_frames - 1)
        last = np.asarray(moving.convert("L"))
    assert (last.mean() > 128) == (version == "moving")
    still = Image.open(io.BytesIO(bundle["image/png"]))
    assert still.width / still.height == pytest.approx(
        last.shape[1] / last.shape[0], 0.01
    )


def test_the_books_own_moves_for_less_than_five_seconds():
    assert 24 * ROW_IN / MOMENTS_PER_SECOND < LONGEST


def test_showing_it_leaves_it_as_it_was(drawing):
    layout = drawing.figure.get_layout_engine()
    drawing._repr_mimebundle_()
    assert drawing.figure.get_layout_engine() is layout
    assert the(drawing, "panel:map").images[0].get_array().count() == MAP.size


def test_a_map_of_another_size_is_refused():
    told = "feature_map: expected shape (6, 8), got (8, 9)"
    with pytest.raises(ValueError, match=re.escape(told)):
        figures.sliding_kernel(IMAGE, KERNEL, IMAGE)
