"""Drawings on dark paper: readable, true to their values, put back afterwards."""

import io
from functools import cache

import matplotlib
import numpy as np
import pytest
from convlens.figures._canvas import STYLE, WIDTH
from convlens.figures._dark import DARK_PAPER, PARTS, in_the_dark, on_dark_paper
from drawn_examples import DRAWINGS
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.text import Text

ON_A_PHONE = 350  # pixels that a figure has on a phone 390 pixels wide


@cache
def drawn(name: str) -> Figure:
    """Draw once what all tests look at: each leaves it as it was."""
    return DRAWINGS[name]().figure


def brightness(figure) -> float:
    """Draw a figure; return how bright its pixels are on average."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(buffer, format="rgba", dpi=50)
    return np.frombuffer(buffer.getvalue(), np.uint8).reshape(-1, 4)[:, :3].mean() / 255


def colours(figure) -> list[str]:
    """The colours of every artist of a figure."""
    figure.draw_without_rendering()
    return [
        f"{getattr(artist, f'get_{part}')()}"
        for kind, parts in PARTS.items()
        for artist in figure.findobj(kind)
        for part in parts
    ]


def luminance(colour) -> float:
    """The relative luminance of WCAG 2."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one, other) -> float:
    """The contrast ratio of WCAG 2: 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def words(figure) -> list[Text]:
    """What is written in a figure."""
    return [one for one in figure.findobj(Text) if one.get_text() and one.get_visible()]


def beside_images(figure) -> list[Text]:
    """What is written on the paper, and not on top of an image."""
    return [
        one for one in words(figure) if not (one.get_gid() or "").startswith("value:")
    ]


@pytest.mark.parametrize("name", DRAWINGS)
def test_words_can_be_read_on_dark_paper(name):
    figure = drawn(name)
    with in_the_dark(figure):
        faint = [
            one.get_text()
            for one in beside_images(figure)
            if contrast(one.get_color(), DARK_PAPER) < 4.5
        ]
    assert faint == []


@pytest.mark.parametrize("name", DRAWINGS)
def test_words_have_no_box_of_paper(name):
    """A white box behind words would stay white."""
    boxed = [one.get_text() for one in words(drawn(name)) if one.get_bbox_patch()]
    assert boxed == []


@pytest.mark.parametrize("name", DRAWINGS)
def test_words_are_as_tall_as_small_print_on_a_phone(name):
    figure = drawn(name)
    pixels_per_point = ON_A_PHONE / max(figure.get_figwidth(), WIDTH) / 72
    heights = {
        one.get_text(): one.get_size() * pixels_per_point for one in words(figure)
    }
    assert {text for text, height in heights.items() if height < 9} == set()


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_has_its_own_colours_again_afterwards(name):
    figure = drawn(name)
    before, light = colours(figure), brightness(figure)
    with in_the_dark(figure):
        assert colours(figure) != before
        assert brightness(figure) < light
    assert colours(figure) == before


@pytest.mark.parametrize("name", DRAWINGS)
def test_values_have_the_same_colours_on_either_paper(name):
    figure = drawn(name)
    images = figure.findobj(AxesImage)
    light = [image.to_rgba(image.get_array()) for image in images]
    with in_the_dark(figure):
        dark = [image.to_rgba(image.get_array()) for image in images]
    for one, other in zip(light, dark, strict=True):
        assert np.array_equal(one, other)


def test_what_lies_on_top_of_an_image_keeps_its_colour():
    figure = drawn("one_pixel")
    kinds = ("value:", "outline:", "frame:", "zero")
    on_top = figure.findobj(lambda one: (one.get_gid() or "").startswith(kinds))
    assert {one.get_gid().partition(":")[0] + ":" for one in on_top} >= {*kinds[:3]}

    def seen():
        return [
            one.get_color() if isinstance(one, Text) else one.get_edgecolor()
            for one in on_top
            if isinstance(one, Text | Rectangle)
        ]

    before = seen()
    with in_the_dark(figure):
        assert seen() == before


def test_a_figure_never_drawn_before_is_laid_out():
    one, other = (DRAWINGS["blank_shares"]().figure for _ in range(2))
    other.draw_without_rendering()
    with in_the_dark(one):
        for axes, expected in zip(one.axes, other.axes, strict=True):
            assert axes.get_position().bounds == expected.get_position().bounds


def test_an_error_while_it_is_dark_puts_the_colours_back():
    figure = drawn("one_pixel")
    before, layout = colours(figure), figure.get_layout_engine()
    with pytest.raises(KeyboardInterrupt), in_the_dark(figure):
        raise KeyboardInterrupt
    assert colours(figure) == before
    assert figure.get_layout_engine() is layout


def test_many_colours_are_translated_as_one_is():
    colours = np.array([to_rgba("white"), to_rgba("#0072B2", 0.5)])
    found = on_dark_paper(colours)
    assert found.shape == (2, 4)
    assert [*map(tuple, found)] == [on_dark_paper(tuple(one)) for one in colours]
    assert found[1, 3] == 0.5
    assert on_dark_paper(np.empty((0, 4))).shape == (0, 4)
