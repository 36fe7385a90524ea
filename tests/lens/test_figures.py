"""Every drawing: panels, limits, description, and nothing left open or changed."""

import json
import re
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from convlens import convolve, cross_correlate, figures
from convlens.figures._canvas import WIDTH, percent
from drawn_examples import (
    ANSWERS,
    BARS,
    CASE,
    CHANNELS,
    CURVES,
    DOT,
    DRAWINGS,
    FILM,
    GUESSES,
    IMAGES,
    KERNEL,
    KERNELS,
    LOSSES,
    MAPS,
    NULL,
    ONE,
    ONE_KERNEL,
    PATCHES,
    PROFILES,
    RNG,
    SEVEN,
    SIGNED,
    SINGLE,
    TRUTH,
    TURNED,
    WEIGHTS,
)
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

ALT_TEXTS = json.loads(Path(__file__).with_name("alt_texts.json").read_text("utf-8"))


def found(drawing, name):
    """The artists of a name, or of several: ``"panel:*"``."""
    return drawing.figure.findobj(
        lambda artist: fnmatchcase(artist.get_gid() or "", name)
    )


def the(drawing, name):
    """The one artist of a name."""
    (artist,) = found(drawing, name)
    return artist


def array_in(panel):
    """The array that a panel shows."""
    (image,) = panel.images
    return image.get_array()


def images_of(drawing):
    """What the panels show, in the order drawn."""
    return [panel.images[0] for panel in found(drawing, "panel:*") if panel.images]


def corner_and_sides(frame):
    return (*frame.get_xy(), frame.get_width(), frame.get_height())


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_whole_description(name):
    assert DRAWINGS[name]().alt == ALT_TEXTS["many"][name]


@pytest.mark.parametrize("name", SINGLE)
def test_the_whole_description_of_one_of_everything(name):
    assert SINGLE[name]().alt == ALT_TEXTS["one"][name]


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_draws_into_what_it_is_given(name):
    figure = Figure((16, 8), layout="constrained")
    left, right = figure.subfigures(1, 2)
    drawing = DRAWINGS[name](into=right)
    assert drawing.figure is right
    assert right.findobj(Axes)
    assert not left.findobj(Axes)
    assert drawing.alt == DRAWINGS[name]().alt
    bundle, _ = drawing._repr_mimebundle_()
    alone, _ = DRAWINGS[name]()._repr_mimebundle_()
    assert bundle.keys() == alone.keys()
    assert bundle != alone
    whole = Figure()
    assert DRAWINGS[name](into=whole).figure is whole
    assert len(whole.findobj(Axes)) == len(right.findobj(Axes))


@pytest.mark.parametrize("name", DRAWINGS)
def test_artists_have_names_that_svg_does_not_repeat(name):
    drawing = DRAWINGS[name]()
    named = [artist.get_gid() for artist in found(drawing, "?*")]
    assert any(one.startswith("panel:") for one in named)
    bundle, _ = drawing._repr_mimebundle_()
    content = bundle.get("image/svg+xml", "")
    assert not [one for one in named if f'id="{one}"' in content]
    assert [artist.get_gid() for artist in found(drawing, "?*")] == named


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_shows_itself_and_leaves_no_trace(name):
    before = dict(matplotlib.rcParams)
    drawing = DRAWINGS[name]()
    bundle, metadata = drawing._repr_mimebundle_()
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []
    (mime,) = metadata
    assert mime == {"svg": "image/svg+xml", "png": "image/png"}[drawing.format]
    assert metadata[mime]["alt"] == bundle["text/plain"] == drawing.alt
    json.dumps(metadata)
    again, _ = DRAWINGS[name]()._repr_mimebundle_()
    assert again[mime] == bundle[mime]


def test_every_drawing_is_tested():
    public = {
        name
        for name, thing in vars(figures).items()
        if getattr(thing, "__module__", "").startswith(figures.__name__)
        and callable(thing)
        and not name.startswith("_")
    }
    assert public == {*DRAWINGS, "Drawing"} == set(figures.__all__)


def test_kernels_share_one_symmetric_scale():
    drawing = DRAWINGS["kernel_grid"]()
    drawn = images_of(drawing)
    assert len(drawn) == 20
    largest = np.abs(KERNELS).max()
    assert {image.get_clim() for image in drawn} == {(-largest, largest)}
    middle = drawn[0].cmap(drawn[0].norm(0.0))[:3]
    np.testing.assert_allclose(middle, to_rgb("white"), atol=0.05)
    np.testing.assert_array_equal(drawn[0].get_array(), KERNELS[:, :, 0, 0])
    np.testing.assert_array_equal(drawn[13].get_array(), KERNELS[:, :, 0, 3] / 2)


def test_feature_maps_share_one_scale_from_zero():
    drawn = images_of(DRAWINGS["feature_map_grid"]())
    assert len(drawn) == 6
    assert {image.get_clim() for image in drawn} == {(0, MAPS.max())}
    np.testing.assert_allclose(drawn[0].cmap(0.0)[:3], to_rgb("black"), atol=0.05)


def test_maps_before_relu_have_white_zero_and_a_scale_of_their_own():
    stacks = {"before ReLU": SIGNED, "after ReLU": np.maximum(SIGNED, 0) / 2}
    drawing = figures.feature_map_grid(stacks)
    drawn = images_of(drawing)
    largest = np.abs(SIGNED).max()
    assert {image.get_clim() for image in drawn[:3]} == {(-largest, largest)}
    assert {image.get_clim() for image in drawn[3:]} == {(0, SIGNED.max() / 2)}
    middle = drawn[0].cmap(drawn[0].norm(0.0))[:3]
    np.testing.assert_allclose(middle, to_rgb("white"), atol=0.05)
    assert "Before ReLU: 3 feature maps" in drawing.alt
    assert "white is zero" in drawing.alt
    assert "black is zero" in drawing.alt


def test_stacks_to_be_compared_share_one_scale():
    stacks = {"weak": MAPS / 4, "strong": MAPS}
    drawing = figures.feature_map_grid(stacks, one_scale=True)
    assert {image.get_clim() for image in images_of(drawing)} == {(0, MAPS.max())}
    assert the(drawing, "bar")  # one is enough
    assert len(found(figures.feature_map_grid(stacks), "bar")) == 2
    assert drawing.alt.endswith("All are drawn on the same scale.")
    assert drawing.alt.count(f"on one scale from 0.00 to {MAPS.max():.2f}") == 2


def test_zero_is_marked_on_a_signed_bar():
    for name in ("kernel_grid", "filling_the_map", "map_panels"):
        bar, zero = (the(DRAWINGS[name](), one) for one in ("bar", "zero"))
        assert list(zero.get_xdata()) == [0, 0]
        assert "white is zero" in bar.get_xlabel()


def test_many_input_channels_become_one_table():
    kernels = RNG.normal(size=(3, 3, 4, 6))
    drawing = figures.kernel_grid(kernels, mark=5)
    panel = the(drawing, "panel:table")
    table = array_in(panel)
    assert table.shape == (15, 23)
    np.testing.assert_array_equal(table[4:7, 20:23], kernels[:, :, 1, 5])
    assert np.ma.getmaskarray(table)[3].all()
    largest = np.abs(kernels).max()
    assert panel.images[0].get_clim() == (-largest, largest)
    arrow = the(drawing, "mark")
    assert [*arrow.get_xdata()] == [21]
    below = panel.transData.inverted().transform(arrow.get_window_extent())
    assert below[0, 1] < -0.5  # above the table, and not on it
    assert drawing.alt.startswith(
        "24 kernels of 3 by 3 weights in a table of 4 rows (input channels) by 6 "
        "columns (filters) on one scale"
    )
    assert drawing.alt.endswith("An arrow points at filter 5.")


def test_some_filters_of_a_layer_are_drawn_in_full():
    kernels = RNG.normal(size=(3, 3, 6, 5))
    drawing = figures.layer_in_full(kernels, [0, 4])
    strengths = array_in(the(drawing, "panel:strengths"))
    np.testing.assert_allclose(strengths, np.sqrt((kernels**2).mean((0, 1))))
    assert [*the(drawing, "mark").get_xdata()] == [0, 4]
    block = array_in(the(drawing, "panel:filter:4"))
    assert block.shape == (7, 11)
    np.testing.assert_array_equal(block[4:, 8:], kernels[:, :, 5, 4])
    assert np.ma.getmaskarray(block)[:, 3].all()
    largest = np.abs(kernels[..., [0, 4]]).max()
    limits = {one.images[0].get_clim() for one in found(drawing, "panel:filter:*")}
    assert limits == {(-largest, largest)}
    uneven = figures.layer_in_full(kernels[:, :, :5], [1])
    last = array_in(the(uneven, "panel:filter:1"))[4:, 8:]
    assert np.ma.getmaskarray(last).all()  # a fifth kernel, and no sixth


def test_titles_stand_in_place_of_numbers():
    drawing = figures.kernel_grid(KERNELS[..., :2], titles=["own", "shuffled"])
    titles = [panel.get_title() for panel in found(drawing, "panel:*")]
    assert titles == ["own", "shuffled"]
    assert drawing.alt.endswith(" Above them: own, shuffled.")


def test_scaled_alone_every_kernel_fills_the_scale():
    drawn = images_of(figures.kernel_grid(KERNELS * 0.01, scaled_alone=True))
    for image in drawn:
        assert image.get_clim() == (0, 1)
        assert (image.get_array().min(), image.get_array().max()) == (0, 1)
    equal = figures.kernel_grid(np.ones((3, 3, 1, 1)), scaled_alone=True)
    assert images_of(equal)[0].get_array().max() == 0


def test_the_numbers_written_are_the_products():
    image, kernel = IMAGES[0, :, :, 0], KERNELS[:, :, 0, 0]
    drawing = DRAWINGS["one_pixel"]()
    products = image[3:8, 9:14] * kernel
    panel = the(drawing, "panel:products")
    written = [text.get_text() for text in panel.texts]
    assert written == [f"{v:z.2f}".replace("-", "−") for v in products.ravel()]
    texts = the(drawing, "panel:patch").texts
    assert {text.get_color() for text in texts} == {"black", "white"}
    dark = [text.get_color() == "white" for text in texts]
    assert dark == [value < 0.5 for value in image[3:8, 9:14].ravel()]
    assert the(drawing, "frame:patch").get_xy() == (8.5, 2.5)


@pytest.mark.parametrize("bias", [3.0, -3.0])
def test_the_steps_lead_from_the_sum_to_the_value_after_relu(bias):
    drawing = figures.one_pixel(SEVEN, KERNEL, 3, 9, bias=bias)
    total = (SEVEN[3:8, 9:14] * KERNEL).sum()
    steps = {
        "sum of products": total,
        "bias": bias,
        "before ReLU": total + bias,
        "after ReLU": max(total + bias, 0),
    }
    for name, value in steps.items():
        written = the(drawing, f"step:{name}").get_text().replace("−", "-")
        assert written.strip("()") == f"{value:z.2f}"
    assert (the(drawing, "step:bias").get_text()[0] == "(") == (bias < 0)
    assert drawing.alt.endswith(f"after ReLU {max(total + bias, 0):.2f}.")


def test_the_steps_add_up_as_they_are_written():
    """To two decimals they would read 1.53 + −0.12 = 1.42."""
    drawing = figures.one_pixel(
        np.ones((1, 1)), np.full((1, 1), 1.5334), 0, 0, bias=-0.1178
    )
    written = [one.get_text() for one in found(drawing, "step:*")]
    assert written == ["1.5334", "(−0.1178)", "1.4156", "1.4156"]


def test_frames_of_kernels_that_are_not_square():
    image, kernel = IMAGES[0, :, :, 0], RNG.normal(size=(2, 5))
    drawing = figures.one_pixel(image, kernel, 4, 6)
    for name in ("frame:patch", "outline:patch"):
        assert corner_and_sides(the(drawing, name)) == (5.5, 3.5, 5, 2)
    made = figures.filling_the_map(image, SIGNED[:27, :24, 0], [(0, 0), (5, 6)])
    assert corner_and_sides(the(made, "frame:patch:1")) == (5.5, 4.5, 5, 2)
    counts = [
        np.count_nonzero(~np.ma.getmaskarray(array_in(one)))
        for one in found(made, "panel:map:*")
    ]
    assert counts == [1, 5 * 24 + 7]
    with pytest.raises(ValueError, match="got one that begins at 0, -1"):
        figures.one_pixel(image, kernel, 0, -1)


def test_red_adds_and_blue_subtracts():
    image = images_of(DRAWINGS["kernel_grid"]())[0]
    red, _, blue, _ = image.cmap(1.0)
    assert red > 2 * blue
    red, _, blue, _ = image.cmap(0.0)
    assert blue > 2 * red
    assert image.get_interpolation() == "nearest"


def test_one_signed_map_makes_the_whole_scale_signed():
    maps = {"first": MAPS[:, :, 0] * 9, "second": SIGNED[:, :, 0]}
    limits = {image.get_clim() for image in images_of(figures.map_panels(maps))}
    assert limits == {(-9 * MAPS[:, :, 0].max(), 9 * MAPS[:, :, 0].max())}


def test_nothing_but_zeros_can_be_drawn():
    blank = np.zeros((8, 8, 3))
    assert "Blank, 0 everywhere: 0, 1, 2." in figures.feature_map_grid(blank).alt
    assert "8 by 8, all values 0.00" in figures.map_panels({"a": blank[..., 0]}).alt
    figures.kernel_grid(np.zeros((3, 3, 1, 2)))._repr_mimebundle_()
    figures.blank_shares({"one": np.zeros(3)})._repr_mimebundle_()


def test_panels_left_over_stay_empty():
    drawing = figures.kernel_grid(RNG.normal(size=(3, 3, 1, 5)), columns=4)
    assert len(found(drawing, "panel:*")) == 5
    off = [axes for axes in drawing.figure.findobj(Axes) if not axes.axison]
    assert len(off) == 3
    assert not any(axes.images or axes.get_title() for axes in off)


def test_the_first_weight_is_followed_into_both_answers():
    for shape in ((5, 5), (2, 3)):
        kernel = RNG.normal(size=shape)
        made = [act(DOT, kernel, padding="same") for act in (cross_correlate, convolve)]
        drawing = figures.answers_to_a_dot(DOT, kernel, *made)
        for name, answer in zip(ANSWERS, made, strict=True):
            panel, frame = (the(drawing, f"{one}:{name}") for one in ("panel", "frame"))
            column, row = (int(side + 0.5) for side in frame.get_xy())
            assert array_in(panel)[row, column] == answer[row, column] == kernel[0, 0]
            assert f"at row {row}, column {column}" in drawing.alt
        limits = [panel.images[0].get_clim() for panel in found(drawing, "panel:c*")]
        assert limits == [(-np.abs(kernel).max(), np.abs(kernel).max())] * 2


def test_every_weight_is_as_large_as_a_pixel_of_the_dot():
    drawing = DRAWINGS["answers_to_a_dot"]()
    panels = found(drawing, "panel:*")
    assert len(panels) == 4
    widths = {abs(np.subtract(*panel.get_xlim())) for panel in panels}
    assert widths == {9}


def test_the_map_is_filled_in_reading_order():
    drawing = DRAWINGS["filling_the_map"]()
    below = [array_in(panel) for panel in found(drawing, "panel:map:*")]
    counts = [np.count_nonzero(~np.ma.getmaskarray(one)) for one in below]
    assert counts == [1, 7 * 24 + 10, 576]
    np.testing.assert_array_equal(below[2], SIGNED[:24, :24, 0])
    assert corner_and_sides(the(drawing, "frame:patch:1")) == (8.5, 6.5, 5, 5)
    assert corner_and_sides(the(drawing, "frame:value:1")) == (8.5, 6.5, 1, 1)


def test_the_gallery_has_one_scale_for_kernels_and_one_for_maps():
    drawing = DRAWINGS["kernel_gallery"]()
    largest = {"kernel": np.abs(KERNEL).max(), "map": np.abs(SIGNED[:, :, :2]).max()}
    for what, limit in largest.items():
        panels = found(drawing, f"panel:{what}:*")
        assert [panel.get_gid() for panel in panels] == [
            f"panel:{what}:one",
            f"panel:{what}:two",
        ]
        limits = {panel.images[0].get_clim() for panel in panels}
        assert limits == {(-limit, limit)}
    bars = {bar.get_xlabel(): bar.get_xlim() for bar in found(drawing, "bar")}
    weight, value = largest.values()
    assert bars == {
        "weight (white is zero)": (-weight, weight),
        "value of the map": (-value, value),
    }


def test_the_numbers_of_neighbouring_bars_keep_apart_on_a_phone():
    drawing = figures.kernel_gallery({"a": KERNEL * 0 + 1}, {"a": SEVEN * 0 + 1})
    drawing._repr_mimebundle_()  # lays the figure out
    left, right = (
        [label.get_window_extent() for label in bar.get_xticklabels()]
        for bar in found(drawing, "bar")
    )
    inches = (right[0].x0 - left[-1].x1) / drawing.figure.dpi
    assert inches / WIDTH * 390 > 15  # pixels on a screen 390 wide


def test_equal_numbers_are_told_once():
    flat = {"a": np.full((3, 3), 1 / 9)}
    alt = figures.kernel_gallery(flat, {"a": np.eye(5)}).alt
    assert alt.endswith("a: all weights 0.11, map values from 0.00 to 1.00.")
    alt = figures.kernel_grid(flat["a"][..., np.newaxis, np.newaxis]).alt
    assert "Weights: all 0.11; of the pairs of neighbours" in alt


def test_places_are_those_of_the_formula():
    drawing = DRAWINGS["places_of_a_kernel"]()
    starts = [line.get_xdata()[0] for line in found(drawing, "place:*")]
    assert starts == [0, 2, 4, 6]
    assert the(drawing, "place:3").get_xdata().tolist() == [6, 7, 8]
    assert len(found(drawing, "pixel:*")) == 8
    zero = the(drawing, "padding:*")
    assert zero.get_x() == 8 - 0.45
    assert zero.get_hatch()


def needed(drawing, layer):
    """The values of a layer that the last one depends on, by their numbers."""
    boxes = found(drawing, f"needed:{layer}:*")
    return sorted(int(box.get_gid().split(":")[2]) for box in boxes)


def test_the_cone_has_the_values_that_a_layer_multiplies():
    drawing = DRAWINGS["receptive_fields"]()
    assert [needed(drawing, layer) for layer in range(3)] == [
        [12, 13, 14, 15, 16, 17],
        [12, 13],
        [6],
    ]
    counts = [len(found(drawing, f"other:{layer}:*")) for layer in range(3)]
    assert counts == [28 - 6, 24 - 2, 12 - 1]
    numbers = [
        [text.get_text() for text in found(drawing, f"number:{line}")]
        for line in range(3)
    ]
    assert numbers == [["28", "24", "12"], ["1", "5", "6"], ["1", "1", "2"]]
    assert corner_and_sides(the(drawing, "frame:field")) == (11.5, 11.5, 6, 6)


def test_a_value_stands_at_the_middle_of_what_it_sees():
    drawing = DRAWINGS["receptive_fields"]()
    pixels, value = found(drawing, "needed:0:*"), the(drawing, "needed:2:*")
    low = min(box.get_y() for box in pixels)
    high = max(box.get_y() + box.get_height() for box in pixels)
    assert value.get_y() + value.get_height() / 2 == pytest.approx((low + high) / 2)
    cone = the(drawing, "cone:0").get_xy()
    assert (cone[:, 1].min(), cone[:, 1].max()) == pytest.approx((low, high))


def test_an_image_that_is_not_square_has_a_field_in_its_middle():
    drawing = figures.receptive_fields(SEVEN[:9, :20], [("conv", 3, 2), ("b", 2, 1)])
    assert corner_and_sides(the(drawing, "frame:field")) == (7.5, 1.5, 5, 5)
    steps = [text.get_text() for text in found(drawing, "number:2")]
    assert steps == ["1", "2", "2"]
    assert "5 by 5 pixels from row 2, column 8" in drawing.alt


def test_a_smaller_map_has_a_smaller_picture():
    drawing = DRAWINGS["map_panels"]()
    whole, half = (the(drawing, f"panel:{name}") for name in ("whole", "half"))
    assert whole.get_xlim() == half.get_xlim()
    assert corner_and_sides(the(drawing, "edge:half")) == (-0.5, -0.5, 14, 14)
    assert whole.images[0].get_clim() == half.images[0].get_clim()


def test_each_row_is_one_digit():
    drawing = DRAWINGS["digits_by_maps"]()
    image, one = (the(drawing, f"panel:{name}") for name in ("image:1", "map:1:1"))
    np.testing.assert_array_equal(array_in(image), IMAGES[1, :, :, 0])
    np.testing.assert_array_equal(array_in(one), MAPS[:, :, 1])
    heads = [
        the(drawing, f"panel:{name}") for name in ("image:0", "map:0:1", "map:0:4")
    ]
    assert [panel.get_title() for panel in heads] == ["image", "1", "4"]
    maps = found(drawing, "panel:map:*")
    limits = {panel.images[0].get_clim() for panel in maps}
    assert limits == {(0, MAPS[:, :, [1, 4]].max())}


def test_a_dead_map_is_told_from_a_blank_one():
    drawing = DRAWINGS["blank_shares"]()
    bars = [
        bar
        for bar in the(drawing, "panel:relu1").get_children()
        if (bar.get_gid() or "").startswith("share:")
    ]
    assert [bar.get_height() for bar in bars] == [0, 0.25, 1]
    colours = [bar.get_facecolor()[:3] for bar in bars]
    assert colours[2] != colours[1] == colours[0]


def test_every_map_is_on_the_way_through_the_network():
    drawing = DRAWINGS["through_the_network"]()
    table = array_in(the(drawing, "panel:relu1"))
    assert table.shape == (4 * 29 - 1, 2 * 29 - 1)
    np.testing.assert_array_equal(table[29:57, 29:57], MAPS[:, :, 3])
    bars = found(drawing, "probability:*")
    assert [bar.get_height() for bar in bars] == [0] * 7 + [0.75, 0, 0]


def test_arrows_lead_from_each_stage_to_the_next():
    drawing = DRAWINGS["through_the_network"]()
    panels = [panel.get_position() for panel in found(drawing, "panel:*")]
    arrows = found(drawing, "arrow:*")
    assert len(arrows) == len(panels) - 1
    for arrow, one, other in zip(arrows, panels, panels[1:], strict=False):
        path = arrow._path_original.vertices
        (x, y), (to, end) = path[0], path[-1]
        assert x > one.x1 or y < one.y0
        assert to < other.x0
        assert end == pytest.approx((other.y0 + other.y1) / 2)


def test_later_maps_are_magnified_but_still_smaller():
    narrow = Figure((6, 3), layout="constrained").subfigures(1, 2)[0]
    for into in (None, narrow):
        drawing = DRAWINGS["through_the_network"](into=into)
        drawing._repr_mimebundle_()
        panels = [panel for panel in found(drawing, "panel:*") if panel.images]
        units = [
            panel.get_window_extent().width / array_in(panel).shape[1]
            for panel in panels
        ]
        # 28, 14 and 7 values along a side, after the image of 28
        np.testing.assert_allclose(np.array(units) / units[1], [2, 1, 2**0.5, 2])


def test_inverted_images_are_told_truly():
    image = 1 - np.eye(9)
    assert (
        "6 of 9 pixels above zero (black is 0)"
        in figures.one_pixel(image, np.ones((3, 3)), 0, 0).alt
    )


def test_shares_are_not_rounded_to_none_or_all():
    assert [percent(share) for share in (0, 1 / 784, 0.5, 783 / 784, 1)] == [
        "0%",
        "under 1%",
        "50%",
        "over 99%",
        "100%",
    ]


def test_stacks_that_differ_in_shape_are_told_one_by_one():
    told = figures.kernel_grid({"first": KERNELS, "deep": np.ones((3, 3, 2, 4))}).alt
    assert told.startswith("2 sets of kernels on one scale")
    assert "First, 10 kernels of 5 by 5 weights: from" in told
    assert "Deep, 8 kernels of 3 by 3 weights in a table of 2 rows" in told


def test_null_values_and_the_measured_one_share_an_axis_from_zero():
    drawing = DRAWINGS["null_distribution"]()
    panels = found(drawing, "panel:*")
    limits = {panel.get_xlim() for panel in panels}
    assert len(limits) == 1
    ((low, high),) = limits
    assert low == 0
    assert high > 275
    for histogram, nulls in zip(
        found(drawing, "null"), (NULL, NULL[:20] / 2), strict=True
    ):
        heights, edges, _ = histogram.get_data()
        counts, _ = np.histogram(nulls, edges)
        np.testing.assert_array_equal(heights, counts / counts.max())
        assert counts.sum() == len(nulls)
    marks = [mark.get_xdata()[0] for mark in found(drawing, "measured")]
    assert marks == [275, 90]
    words = [text.get_text() for text in found(drawing, "label:*")]
    assert {*words} == {
        "40 shuffles",
        "20 shuffles",
        "trained: 275",
        "trained: 90",
    }


def test_counts_have_no_decimals():
    hits = {"hits": (7.0, np.array([3.0, 4.0, 5.0]))}
    drawing = figures.null_distribution(hits, label="b", measured="guess")
    assert the(drawing, "label:measured").get_text() == "guess: 7"
    assert "guess 7; 3 null values from 3 to 5, mean 4;" in drawing.alt
    hits["hits"] = (7.5, hits["hits"][1])
    drawing = figures.null_distribution(hits, label="b", measured="guess")
    assert the(drawing, "label:measured").get_text() == "guess: 7.50"


def test_an_axis_of_null_values_below_zero_ends_at_zero():
    drawing = figures.null_distribution({"a": (-3.0, -NULL)}, label="b")
    low, high = the(drawing, "panel:a").get_xlim()
    assert low < -110
    assert high == 0
    flat = figures.null_distribution({"a": (0.0, np.zeros(3))}, label="b")
    assert the(flat, "panel:a").get_xlim() == (0, 1)
    assert flat.alt.endswith("at least as large: 3 of 3.")


def test_a_bar_is_filled_only_outside_the_range_of_chance():
    drawing = DRAWINGS["filter_bars"]()
    above, within, below, *others = found(drawing, "bar:*")
    heights = [bar.get_height() for bar in (above, within, below, *others)]
    assert heights == [0.5, 0, -0.25, 0.125, 0.25, 0]
    filled = to_rgb("#0072B2")
    assert above.get_facecolor()[:3] == below.get_facecolor()[:3] == filled
    assert within.get_facecolor()[3] == 0
    assert {bar.get_facecolor()[:3] for bar in others} == {filled}  # no range
    high, edges, low = the(drawing, "chance").get_data()
    assert (high.tolist(), low.tolist()) == ([0.25] * 3, [-0.25, -0.25, 0])
    assert edges.tolist() == [-0.5, 0.5, 1.5, 2.5]
    outlined = [to_rgb(bar.get_edgecolor()) for bar in found(drawing, "bar:2")]
    assert outlined == [to_rgb("black")] * 2
    limits = {panel.get_ylim() for panel in found(drawing, "panel:*")}
    assert len(limits) == 1


def test_the_marked_filter_is_numbered_among_many():
    drawing = figures.filter_bars({"": range(32)}, label="x", mark=9)
    numbers = the(drawing, "panel:").get_xticklabels()
    words = [one.get_text() for one in numbers]
    assert words == ["0", "4", "9", "12", "16", "20", "24", "28"]
    assert [one.get_text() for one in numbers if one.get_weight() == "bold"] == ["9"]


def test_a_broken_layer_stands_beside_what_is_read_with_it():
    drawing = DRAWINGS["broken_layers"]()
    whole, half = (
        array_in(the(drawing, f"panel:kernels:{n}")) for n in ("whole", "half")
    )
    np.testing.assert_allclose(whole, 2 * half)
    np.testing.assert_array_equal(whole[:5, :5], KERNELS[:, :, 0, 0])
    np.testing.assert_array_equal(whole[6:, 6:11], KERNELS[:, :, 0, 9])
    assert np.isnan(np.array(whole)[5]).all()
    largest = np.abs(KERNELS).max()
    assert {one.get_clim() for one in images_of(drawing)} == {(-largest, largest)}
    for name, share in {"whole": 0.875, "half": 0.0}.items():
        panel = the(drawing, f"panel:share:{name}")
        assert panel.get_xlim() == (0, 1)
        (bar,) = panel.patches
        assert bar.get_width() == share


def test_kernels_in_order_begin_with_the_largest_number():
    drawing = DRAWINGS["kernels_in_order"]()
    shown = [image.get_array() for image in the(drawing, "panel:kernels").images]
    order = [1, 2, 0]
    for one, index in zip(shown, order, strict=True):
        np.testing.assert_array_equal(one, KERNELS[:, :, 0, index])
    numbers = the(drawing, "panel:kernels").get_xticklabels()
    assert [one.get_text() for one in numbers] == ["1", "2", "0"]
    for name, heights in {
        "answers lost": [4, 4, -1],
        "Moran's I": [-0.125, 0.5, 0.25],
    }.items():
        bars = the(drawing, f"panel:{name}").patches
        assert [one.get_height() for one in bars] == heights
        assert [one.get_gid() for one in bars] == ["bar:1", "bar:2", "bar:0"]


def test_many_kernels_in_order_stand_eight_to_a_line_with_bars_of_one_scale():
    costs = np.arange(10.0) - 2
    drawing = figures.kernels_in_order(KERNELS, {"cost": costs, "order": -costs})
    lines = found(drawing, "panel:kernels")
    assert [len(one.images) for one in lines] == [8, 2]
    shown = [image.get_array() for line in lines for image in line.images]
    for one, index in zip(shown, range(9, -1, -1), strict=True):
        np.testing.assert_array_equal(one, KERNELS[:, :, 0, index])
    for name in ("cost", "order"):
        panels = found(drawing, f"panel:{name}")
        assert [len(one.patches) for one in panels] == [8, 2]
        ((low, high),) = {one.get_ylim() for one in panels}
        heights = [bar.get_height() for one in panels for bar in one.patches]
        assert low <= min(heights) < max(heights) <= high
    (width,) = {one.get_xlim() for one in found(drawing, "panel:*")}
    assert width == (-0.7, 7.7)


def test_every_network_is_a_dot_on_the_line_of_its_row():
    drawing = DRAWINGS["network_dots"]()
    assert the(drawing, "dots:share:trained").get_xdata().tolist() == [0.25, 0.5]
    (chance,) = the(drawing, "chance:share").get_segments()
    assert chance[:, 0].tolist() == [0.125, 0.125]
    heights = [
        the(drawing, f"dots:{name}").get_ydata()
        for name in ("share:untrained", "share:trained", "a measure*:trained")
    ]
    first, second, below = (np.unique(one).item() for one in heights)
    assert first < second < below  # the axis grows downwards
    low, high = sorted(chance[:, 1])
    assert low < first < second < high < below


def test_colour_and_marker_tell_what_was_measured():
    row = {f"{index}": [0.1 * index] for index in range(5)}
    drawing = figures.network_dots({"a": row, "b": {"3": [1.0]}}, label="x")
    dots = found(drawing, "dots:a:*")
    assert len({one.get_marker() for one in dots}) == 5
    assert len({one.get_color() for one in dots}) == 5
    again = the(drawing, "dots:b:3")
    assert again.get_marker() == dots[3].get_marker()
    assert again.get_color() == dots[3].get_color()
    words = [text.get_text() for text in the(drawing, "legend").get_texts()]
    assert words == [*row]


def test_a_long_name_is_wrapped_and_chance_stands_last_in_the_legend():
    drawing = DRAWINGS["network_dots"]()
    names = [one.get_text() for one in the(drawing, "panel:*").get_yticklabels()]
    assert names == ["share", "a measure with a\nlong name"]
    words = [text.get_text() for text in the(drawing, "legend").get_texts()]
    assert words == ["untrained", "trained", "chance"]


@pytest.mark.parametrize("words", [4, 9, 20, 32])
def test_the_legend_of_the_networks_is_not_cut(words):
    row = {f"{index}" * words: [0.1 * index] for index in range(3)}
    drawing = figures.network_dots({"a": row}, label="x", chance={"a": 0.0})
    drawing.figure.draw_without_rendering()
    legend = the(drawing, "legend").get_window_extent()
    assert legend.x0 >= 0
    assert legend.x1 <= drawing.figure.bbox.width
    assert legend.y0 >= the(drawing, "panel:networks").get_window_extent().y1


def test_coordinates_that_did_not_change_lie_on_the_diagonal_of_one_scale():
    drawing = DRAWINGS["before_and_after"]()
    points = the(drawing, "points:weak")
    np.testing.assert_array_equal(points.get_xdata(), WEIGHTS.ravel())
    np.testing.assert_array_equal(points.get_ydata(), WEIGHTS.ravel() + 0.25)
    panels = found(drawing, "panel:*")
    limits = {limit for one in panels for limit in (one.get_xlim(), one.get_ylim())}
    ((low, high),) = limits
    assert -low == high > 2
    assert {line.get_slope() for line in found(drawing, "diagonal")} == {1}
    nothing = figures.before_and_after({"zero": (0 * ONE, 0 * ONE)})
    assert the(nothing, "panel:zero").get_xlim() == (-1.06, 1.06)


def test_the_mean_profile_is_a_line_in_a_band_that_holds_every_network():
    drawing = DRAWINGS["energy_profiles"]()
    line = the(drawing, "profile:trained")
    np.testing.assert_array_equal(line.get_ydata(), PROFILES.mean(axis=0))
    assert line.get_xdata().tolist() == [0, 1, 2]
    assert len(found(drawing, "profile:*")) == 2
    (outline,) = the(drawing, "band:trained").get_paths()
    corners = {(x, y) for x, y in outline.vertices.tolist()}
    for profile in PROFILES:
        assert corners >= set(enumerate(profile.tolist()))
    first, other = (
        the(drawing, f"profile:{name}") for name in ("untrained", "trained")
    )
    assert first.get_color() != other.get_color()
    assert first.get_linestyle() != other.get_linestyle()
    assert [*the(drawing, "even").get_ydata()] == [1 / 3, 1 / 3]
    words = [text.get_text() for text in the(drawing, "legend").get_texts()]
    assert words == ["untrained", "trained", "even share"]
    assert the(drawing, "panel:profiles").get_ylim()[0] == 0


def test_every_filter_stands_beside_its_own_patches():
    drawing = DRAWINGS["strongest_patches"]()
    drawn = [array_in(the(drawing, f"panel:kernel:{index}")) for index in range(3)]
    np.testing.assert_array_equal(drawn, KERNELS[:, :, 0, :3].transpose(2, 0, 1))
    strip = array_in(the(drawing, "panel:patches:1"))
    assert strip.shape == (5, 4 * 6 - 1)
    np.testing.assert_array_equal(strip[:, 6:11], PATCHES[1, 1])
    assert np.ma.getmaskarray(strip)[:, 5].all()
    strips = found(drawing, "panel:patches:*")
    assert {panel.images[0].get_clim() for panel in strips} == {(0, 1)}
    kernels = found(drawing, "panel:kernel:*")
    largest = np.abs(KERNELS[..., :3]).max()
    assert {one.images[0].get_clim() for one in kernels} == {(-largest, largest)}


def test_patches_equal_to_the_kernel_correlate_with_it():
    patch = np.arange(9.0).reshape(3, 3) / 9
    kernels = np.stack([patch - 0.5, 0.5 - patch], axis=-1)[:, :, np.newaxis]
    drawing = figures.strongest_patches(kernels, np.stack([[patch, patch]] * 2))
    assert drawing.alt.endswith("by 0.00 on average, from −1.00 to 1.00.")


def test_filters_stand_side_by_side_as_asked():
    drawing = figures.strongest_patches(KERNELS[..., :3], PATCHES, per_row=1)
    columns = {one.get_subplotspec().colspan.start for one in found(drawing, "panel:*")}
    assert columns == {0, 1}


def test_each_tuning_curve_shares_a_scale_with_its_shuffles():
    drawing = DRAWINGS["tuning_curves"]()
    assert the(drawing, "panel:0").get_ylim() == (0, 1.05 * 2)
    assert the(drawing, "panel:1").get_ylim() == (0, 1)  # it never answers
    line = the(drawing, "curve:0")
    np.testing.assert_array_equal(line.get_ydata(), CURVES[:, 0])
    np.testing.assert_allclose(line.get_xdata(), [0, 60, 120])
    band = found(drawing, "null")[0].get_paths()[0].vertices
    low, high = np.percentile([CURVES / 2, CURVES / 4], [2.5, 97.5], axis=0)[..., 0]
    assert {*low, *high} <= {*band[:, 1]}
    taller = figures.tuning_curves(CURVES, np.stack([CURVES * 4] * 2), BARS)
    assert the(taller, "panel:0").get_ylim() == (0, 1.05 * 8)
    assert "Above them at some angle: 0 of 2." in taller.alt


def test_a_filled_bar_is_a_filter_that_counts():
    drawing = DRAWINGS["against_shuffles"]()
    bars = the(drawing, "panel:bars"), the(drawing, "panel:digits")
    filled = [
        [one.get_facecolor()[3] > 0 for one in panel.patches if one.get_gid() != "luck"]
        for panel in bars
    ]
    assert filled == [[True, False, True], [False] * 3]
    assert bars[0].get_ylim() != bars[1].get_ylim()


def test_luck_reaches_as_high_as_a_filter_may_that_does_not_count():
    of_bars, of_digits = found(DRAWINGS["against_shuffles"](), "luck")
    # filter 2 counts, although one of its four shuffles does as much
    assert of_bars.get_data().values.tolist() == [1.5, 1.75, 2.0]
    assert of_digits.get_data().values.tolist() == [9, 10, 11]  # none counts


def test_each_answer_stands_above_its_bar():
    drawing = DRAWINGS["turned_bars"]()
    heights = [found(drawing, f"answer:{i}")[0].get_height() for i in range(3)]
    assert heights == [1, 2, 0.5]
    pictures = [array_in(the(drawing, f"panel:bar:{index}")) for index in range(3)]
    np.testing.assert_array_equal(pictures, IMAGES[:3, :9, :9, 0])
    np.testing.assert_array_equal(array_in(the(drawing, "panel:kernel")), KERNEL)
    drawing.figure.draw_without_rendering()
    columns = the(drawing, "panel:answers")
    for index in range(3):
        picture = the(drawing, f"panel:bar:{index}").get_window_extent()
        middle = columns.transData.transform((index, 0))[0]
        assert picture.x0 < middle < picture.x1


def test_no_kernel_is_dropped():
    drawing = figures.kernel_grid(RNG.normal(size=(3, 3, 1, 11)), columns=4)
    assert len(images_of(drawing)) == 11


@pytest.mark.parametrize("drawn", ["kernel_grid", "feature_map_grid"])
def test_the_marked_panel_is_framed(drawn):
    array = KERNELS if drawn == "kernel_grid" else MAPS
    drawing = getattr(figures, drawn)(array, mark=2)
    framed = [
        panel.get_gid()
        for panel in found(drawing, "panel:*")
        if panel.spines["left"].get_linewidth() > 1
    ]
    assert framed == ["panel:2"]
    assert "2 is framed." in drawing.alt


def test_the_loss_is_drawn_at_its_step_and_validation_at_the_end_of_each_epoch():
    drawing = DRAWINGS["loss_curve"]()
    line, marks = the(drawing, "curve:training"), the(drawing, "curve:validation")
    np.testing.assert_array_equal(line.get_xdata(), [4, 16, 40])
    np.testing.assert_array_equal(line.get_ydata(), [2.25, 0.5, 0.0625])
    np.testing.assert_array_equal(marks.get_xdata(), [20, 40])
    np.testing.assert_array_equal(marks.get_ydata(), LOSSES["validation"])
    assert list(the(drawing, "chance").get_ydata()) == [2.302585] * 2
    assert not found(figures.loss_curve(**LOSSES), "chance")


def test_softmax_and_cross_entropy_are_those_of_the_logits():
    scores = np.array([1000.0, 1001.0, 999.0])  # too large for exp
    drawing = figures.softmax_bars({"a": scores}, 1)
    bars = [bar.get_height() for bar in found(drawing, "probability:a:*")]
    expected = np.exp([0.0, 1.0, -1.0]) / np.exp([0.0, 1.0, -1.0]).sum()
    np.testing.assert_allclose(bars, expected)
    assert f"the loss {-np.log(expected[1]):.4f}." in drawing.alt
    assert [bar.get_height() for bar in found(drawing, "logit:a:*")] == [*scores]


def test_bars_too_small_to_see_are_told():
    rows = {"a": np.array([0.25, -0.5]), "b": np.array([20.0, 0.0])}
    drawing = figures.softmax_bars(rows, 0)
    (words,) = found(drawing, "small:*")
    assert words.get_gid() == "small:a"
    assert words.get_text() == "too small to see:\nfrom −0.50 to 0.25"


def test_every_channel_has_its_partial_map_and_the_sum_has_all():
    drawing = DRAWINGS["partial_maps"]()
    drawn = {panel.get_gid(): panel.images[0] for panel in found(drawing, "panel:*")}
    for channel in range(5):
        shown = drawn[f"panel:partial:{channel}"]
        np.testing.assert_array_equal(shown.get_array(), CHANNELS[..., channel])
        assert shown.get_clim() == (-np.abs(CHANNELS).max(), np.abs(CHANNELS).max())
    small = the(drawing, "panel:partial:4")
    assert small.get_title() == "4"
    total = CHANNELS.sum(axis=2) + 0.25
    np.testing.assert_allclose(drawn["panel:sum"].get_array(), total)
    np.testing.assert_allclose(drawn["panel:relu"].get_array(), np.maximum(total, 0))
    row, column = np.unravel_index(total.argmax(), total.shape)
    corner = (column - 0.5, row - 0.5, 1, 1)
    assert corner_and_sides(the(drawing, "frame:sum")) == corner
    patch = (column - 2.5, row - 2.5, 5, 5)
    framed = found(drawing, "frame:input:*")
    assert len(framed) == 4
    assert {corner_and_sides(one) for one in framed} == {patch}


def test_channels_that_add_and_channels_that_take_away_are_drawn_in_full():
    partial_maps = np.zeros((3, 3, 8))
    partial_maps[1, 1] = [0, 1, 0, 4, 0, 3, 0, 0]
    partial_maps[0, 0, [2, 6]] = -5, -6
    drawing = figures.partial_maps(
        np.ones((3, 3, 8)), np.ones((1, 1, 8)), partial_maps, 0
    )
    inputs = {panel.get_gid() for panel in found(drawing, "panel:input:*")}
    assert inputs == {f"panel:input:{channel}" for channel in (2, 3, 5, 6)}
    assert "channels 2, 3, 5 and 6" in drawing.alt


def test_each_bar_of_a_sum_begins_where_the_one_before_ends():
    drawing = DRAWINGS["adding_up"]()
    parts = [*found(drawing, "part:?"), the(drawing, "part:bias")]
    spans = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in parts]
    assert spans == [(0, 0.75), (0.75, 0.25), (0.25, 0.5), (0.5, 0.625)]
    whole = the(drawing, "sum")
    assert (whole.get_y(), whole.get_height()) == (0, 0.625)


def test_the_confusion_writes_its_counts():
    drawing = DRAWINGS["confusion_grid"]()
    right = {text.get_text() for text in found(drawing, "count:*")}
    wrong = {text.get_text() for text in found(drawing, "value:*")}
    assert (right, wrong) == ({"50"}, {"3", "7"})
    assert the(drawing, "value:4:9").get_text() == "7"
    one = np.diag(np.full(10, 50))
    one[8, 7] = 1
    assert figures.confusion_grid(one).alt.endswith(
        "The most frequent: 8 read as 7: 1."
    )
    one[8, 7] = 0
    assert "nothing off the diagonal" in figures.confusion_grid(one).alt


def test_the_description_tells_order_from_disorder():
    halves = np.ones((4, 4, 1, 2))
    halves[:, 2:] = -1
    chessboard = np.broadcast_to(
        (-1.0) ** np.indices((4, 4)).sum(axis=0)[..., np.newaxis, np.newaxis],
        (4, 4, 1, 2),
    )
    alt = figures.kernel_grid({"halves": halves, "chessboard": chessboard}).alt
    first, second = alt.split("Halves, ")[1].split("Chessboard, ")
    assert "of the pairs of neighbours 83% have the same sign" in first
    assert "of the pairs of neighbours 0% have the same sign" in second


def test_the_worst_mistakes_come_first_and_are_at_most_twenty():
    sure = GUESSES * np.linspace(0.5, 1, 30)[:, np.newaxis]
    drawing = figures.mistakes_grid(IMAGES, TRUTH, sure)
    titles = [panel.get_title() for panel in found(drawing, "panel:*")]
    assert titles[0].startswith(f"{TRUTH[27]} read as {(TRUTH[27] + 1) % 10}")
    assert len(titles) == 10
    all_wrong = figures.mistakes_grid(IMAGES, (TRUTH + 5) % 10, np.eye(10)[TRUTH])
    assert len(found(all_wrong, "panel:*")) == 20
    assert "30 of 30 digits misread, the 20 most confident drawn, by" in all_wrong.alt
    none = figures.mistakes_grid(IMAGES, TRUTH, np.eye(10)[TRUTH])
    assert none.alt == "0 of 30 digits misread."


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: figures.kernel_grid(np.ones((5, 5, 3))), r"\(kh, kw, c_in, c_out\)"),
        (
            lambda: figures.kernel_grid(np.ones((5, 5, 2, 3)), scaled_alone=True),
            "scaled_alone: expected kernels of one input channel",
        ),
        (
            lambda: figures.kernel_grid(KERNELS, titles=["one"]),
            r"titles: expected one for each .*, got 1 for shape \(5, 5, 1, 10\)",
        ),
        (
            lambda: figures.kernel_grid(np.ones((5, 5, 2, 1)), titles=["one"]),
            "of one input channel, got 1 for",
        ),
        (
            lambda: figures.layer_in_full(KERNELS, [0, 10]),
            "filters: expected indices from 0 to 9, got 10",
        ),
        (lambda: figures.layer_in_full(KERNELS, []), "filters: expected at least one"),
        (lambda: figures.kernel_grid(KERNELS, mark=10), "index from 0 to 9, got 10"),
        (
            lambda: figures.one_pixel(np.eye(9), np.ones((3, 3)), 7, 0),
            "patch of 3 by 3 pixels inside the image of 9 by 9, got .* at 7, 0",
        ),
        (
            lambda: figures.one_pixel(np.eye(9), np.ones((3, 3)), -1, 0),
            "patch of 3 by 3 pixels inside",
        ),
        (
            lambda: figures.filling_the_map(np.eye(9), np.eye(7), [(0, 0), (7, 0)]),
            r"a map of 7 by 7, got \(7, 0\)",
        ),
        (
            lambda: figures.filling_the_map(np.eye(9), np.eye(10), [(0, 0)]),
            "at most 9 by 9 values, got 10 by 10",
        ),
        (
            lambda: figures.receptive_fields(SEVEN, [("a", 20, 1), ("b", 10, 1)]),
            "expected kernels that fit, got 10 weights in 'b' on 9 values",
        ),
        (lambda: figures.receptive_fields(SEVEN, []), "layers: expected at least one"),
        (
            lambda: figures.answers_to_a_dot(DOT, KERNEL, DOT, KERNEL),
            r"the shape of the image, \(9, 9\), got \(9, 9\) and \(5, 5\)",
        ),
        (
            lambda: figures.answers_to_a_dot(DOT + 1, KERNEL, DOT, DOT),
            "one pixel that is not zero, got 81",
        ),
        (
            lambda: figures.kernel_gallery({"a": np.eye(3)}, {"b": np.eye(3)}),
            r"maps: expected \['a'\], got \['b'\]",
        ),
        (lambda: figures.feature_map_grid(MAPS[0]), r"\(h, w, n\)"),
        (
            lambda: figures.places_of_a_kernel({"tight": {**CASE, "kernel": 10}}),
            "got 'tight', where it covers 10 pixels and there are 9",
        ),
        (
            lambda: figures.null_distribution({"a": (1.0, np.array([]))}, label="b"),
            r"shape \(0,\) for 'a'",
        ),
        (
            lambda: figures.null_distribution({"a": (np.nan, NULL)}, label="b"),
            "a finite number",
        ),
        (
            lambda: figures.before_and_after({"a": (ONE, WEIGHTS)}),
            r"one shape, not empty, got \(1, 1\) and \(2, 2\) for 'a'",
        ),
        (
            lambda: figures.before_and_after({"a": (ONE[:0], ONE[:0])}),
            r"not empty, got \(0, 1\) and \(0, 1\)",
        ),
        (
            lambda: figures.energy_profiles({"a": ONE, "b": PROFILES}),
            r"as many components in each, got \[\(1, 1\), \(2, 3\)\]",
        ),
        (
            lambda: figures.energy_profiles(dict.fromkeys("abcde", ONE)),
            "at most 4 arrays",
        ),
        (lambda: figures.broken_layers({}), "layers"),
        (lambda: figures.broken_layers({"a": (KERNELS, 1.5)}), "layers"),
        (lambda: figures.broken_layers({"a": (MAPS, 0.5)}), "kernels"),
        (lambda: figures.kernels_in_order(KERNELS, {}), "rows"),
        (lambda: figures.kernels_in_order(KERNELS, {"a": [1, 2]}), "rows"),
        (lambda: figures.kernels_in_order(ONE_KERNEL, {"a": [np.nan]}), "rows"),
        (lambda: figures.kernels_in_order(MAPS, {"a": [1]}), "kernels"),
        (
            lambda: figures.network_dots({"a": {"b": []}}, label="c"),
            r"at least one, got \[\] in 'a'",
        ),
        (
            lambda: figures.network_dots({"a": {"b": [np.nan]}}, label="c"),
            r"expected finite numbers, at least one, got \[nan\] in 'a'",
        ),
        (lambda: figures.network_dots({"a": {}}, label="c"), "rows"),
        (
            lambda: figures.filter_bars({"a": [1.0], "b": [1.0, 2.0]}, label="c"),
            "as many in each row, got",
        ),
        (
            lambda: figures.filter_bars({"a": [np.nan]}, label="c"),
            "rows: expected finite numbers",
        ),
        (
            lambda: figures.filter_bars({"a": [1.0]}, label="c", chance={"b": (0, 1)}),
            r"chance: expected names of \['a'\], got \['b'\]",
        ),
        (
            lambda: figures.network_dots(
                {"a": {"b": [1.0]}}, label="c", chance={"d": 0.0}
            ),
            r"chance: expected names of \['a'\], got \['d'\]",
        ),
        (
            lambda: figures.network_dots(
                {"a": {f"{index}": [0.0] for index in range(6)}}, label="c"
            ),
            "at most 5 different things measured",
        ),
        (
            lambda: figures.tuning_curves(CURVES, CURVES, BARS),
            r"\(n, c_out\), \(m, n, c_out\) and \(n,\), got \(3, 2\), \(3, 2\)",
        ),
        (
            lambda: figures.tuning_curves(CURVES, CURVES[np.newaxis], BARS[:2]),
            r"got \(3, 2\), \(1, 3, 2\) and \(2,\)",
        ),
        (
            lambda: figures.turned_bars(KERNEL, IMAGES[:3, ..., 0], BARS[:2], BARS),
            r"\(n,\) and \(n,\), got \(5, 5\), \(3, 28, 28\), \(2,\) and \(3,\)",
        ),
        (
            lambda: figures.against_shuffles({}, {}, label=""),
            "tests: expected at least one, got none",
        ),
        (
            lambda: figures.against_shuffles(
                {"a": (BARS, CURVES)}, {"a": BARS > 0}, label=""
            ),
            "tests and counted_ones: expected the same titles",
        ),
        (
            lambda: figures.against_shuffles(
                {"a": (BARS, CURVES.T)}, {"b": BARS > 0}, label=""
            ),
            r"for \['a'\] and \['b'\]",
        ),
        (
            lambda: figures.strongest_patches(KERNELS, PATCHES),
            r"\(n, m, kh, kw\), got \(5, 5, 1, 10\) and \(3, 4, 5, 5\)",
        ),
        (
            lambda: figures.strongest_patches(np.ones((5, 5, 2, 3)), PATCHES),
            r"\(kh, kw, 1, n\)",
        ),
        (lambda: figures.map_panels({}), "maps: expected at least one, got none"),
        (
            lambda: figures.partial_maps(MAPS, KERNELS[:, :, 0], SIGNED, 0),
            "one number of channels, got 6, 10 and 3",
        ),
        (lambda: figures.adding_up(np.array([]), 1), "numbers: expected at least one"),
        (lambda: figures.softmax_bars({}, 1), "logits: expected at least one"),
        (
            lambda: figures.loss_curve(np.array([0]), np.array([np.nan]), [1]),
            "steps after the first: expected at least one",
        ),
    ],
)
def test_wrong_arrays_are_refused(call, told):
    with pytest.raises(ValueError, match=told):
        call()


def test_whole_numbers_can_be_drawn_as_a_table():
    drawing = figures.kernel_grid(np.arange(18).reshape(3, 3, 2, 1))
    assert drawing.alt.startswith("2 kernels of 3 by 3 weights in a table of 2 rows")


def test_the_third_panel_is_the_product_of_the_other_two():
    drawing = DRAWINGS["error_times_pixel"]()
    pixels, errors, products = images_of(drawing)
    expected = pixels.get_array() * errors.get_array()
    np.testing.assert_array_equal(products.get_array(), expected)
    assert products.get_clim() == errors.get_clim()
    assert pixels.get_clim() == (0, 1)
    (total,) = re.findall(r"sum (\S+)", the(drawing, "panel:products").get_xlabel())
    assert float(total.replace("−", "-")) == pytest.approx(expected.sum(), rel=0.05)


def test_pixels_and_errors_of_other_sizes_are_refused():
    with pytest.raises(
        ValueError, match=r"one shape \(h, w\), got \(2, 2\) and \(2, 1\)"
    ):
        figures.error_times_pixel(np.ones((2, 2)), np.ones((2, 1)))


def test_every_frame_of_a_film_stands_at_its_step():
    """On the axis of the curves, with the kernels of that step, and none on another."""
    drawing = DRAWINGS["film_strip"]()
    frames = the(drawing, "panel:film").images
    assert len(frames) == len(FILM["steps"]) - 1  # 40 and 41 are too close together
    ends = [image.get_extent()[:2] for image in frames]
    assert all(right < left for (_, right), (left, _) in pairwise(ends))
    for image, (left, right) in zip(frames, ends, strict=True):
        step = int(image.get_gid().removeprefix("frame:"))
        assert (left + right) / 2 == pytest.approx(np.log1p(step / 8))
        kernels = FILM["kernels"][FILM["steps"].tolist().index(step)]
        rows = image.get_array()
        for place, number in enumerate([7, 3, 1]):
            shown = rows[6 * place : 6 * place + 5]
            np.testing.assert_array_equal(shown, kernels[:, :, 0, number])
        assert np.ma.getmaskarray(rows)[5].all()
        assert len(rows) == 3 * 6 - 1
    largest = np.abs(FILM["kernels"][..., [7, 3, 1]]).max()
    assert {image.get_clim() for image in frames} == {(-largest, largest)}
    (axis,) = {panel.get_xlim() for panel in found(drawing, "panel:*")}
    assert axis[0] < 0 < np.log1p(100 / 8) < axis[1]


def test_a_film_has_six_frames_at_most_and_its_rows_have_names():
    many = {
        "steps": np.arange(40),
        "kernels": np.ones((40, 5, 5, 1, 3)),
        "losses": np.ones(40),
        "order": np.zeros(40),
        "shuffled": np.zeros((40, 2)),
    }
    assert len(the(figures.film_strip(**many), "panel:film").images) == 6
    film = the(DRAWINGS["film_strip"](), "panel:film")
    names = [one.get_text() for one in film.get_yticklabels()]
    assert names == ["7", "3", "1"]
    (framed,) = found(DRAWINGS["film_strip"](), "frame:mark")
    assert framed.get_y() == 6 - 0.5


def test_the_curves_of_a_film_have_every_record():
    drawing = DRAWINGS["film_strip"]()
    for name, values in (("loss", FILM["losses"][1:]), ("Moran's I", FILM["order"])):
        curve = the(drawing, f"curve:{name}")
        np.testing.assert_array_equal(curve.get_ydata(), values)
        steps = FILM["steps"][-len(values) :]
        np.testing.assert_allclose(np.expm1(curve.get_xdata()) * 8, steps, atol=1e-9)
    band = the(drawing, "shuffled").get_paths()[0].vertices
    low, high = np.percentile(FILM["shuffled"], [2.5, 97.5], axis=1)
    assert band[:, 1].min() == pytest.approx(low.min())
    assert band[:, 1].max() == pytest.approx(high.max())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": np.array([0, 8, 8, 40, 41, 100])}, "steps: expected two or more"),
        (
            {"kernels": FILM["kernels"][1:]},
            r"kernels: expected shape \(6, kh, kw, 1, n",
        ),
        ({"losses": FILM["losses"][1:]}, r"got \(5,\), \(6,\) and \(6, 41\)"),
        ({"mark": 10}, "mark: expected an index from 0 to 9, got 10"),
        ({"only": [3, 10]}, r"only: expected indices from 0 to 9, .* got \[3, 10\]"),
        ({"only": []}, r"only: .* at least one, got \[\]"),
        ({"only": [3], "mark": 1}, r"mark: .* kernels shown, \[3\], got 1"),
    ],
)
def test_a_film_of_parts_that_do_not_fit_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        figures.film_strip(**FILM | change)


def test_a_line_with_the_given_slope_goes_through_the_dot():
    drawing = DRAWINGS["loss_of_a_weight"]()
    np.testing.assert_array_equal(the(drawing, "curve").get_ydata(), 2.25 + TURNED**2)
    (x,), (y,) = the(drawing, "dot").get_data()
    assert (x, y) == (-0.5, 2.5)
    line_x, line_y = the(drawing, "slope").get_data()
    np.testing.assert_allclose(line_y - y, -1.0 * (line_x - x))
    assert line_x[0] < x < line_x[1]


@pytest.mark.parametrize("slope", [-1.0, 1.0])
def test_the_arrow_points_where_the_loss_falls(slope):
    drawing = figures.loss_of_a_weight(TURNED, slope * TURNED, at=0.0, slope=slope)
    (start, _), (end, _) = the(drawing, "arrow")._posA_posB
    assert np.sign(end - start) == -np.sign(slope)
    assert f"becomes {'smaller' if slope > 0 else 'larger'}." in drawing.alt
    assert not found(SINGLE["loss_of_a_weight"](), "arrow")


@pytest.mark.parametrize(
    ("weights", "losses", "at", "message"),
    [
        (TURNED, TURNED[1:], 0.0, r"one shape \(n,\), got \(9,\) and \(8,\)"),
        (TURNED[::-1], TURNED, 0.0, "two or more that increase"),
        (TURNED[:1], TURNED[:1], -1.0, "two or more that increase"),
        (TURNED, TURNED, 2.0, "at: expected a value within the weights, got 2.0"),
    ],
)
def test_a_curve_that_is_none_is_refused(weights, losses, at, message):
    with pytest.raises(ValueError, match=message):
        figures.loss_of_a_weight(weights, losses, at=at, slope=1.0)


def test_counts_of_networks_have_whole_numbers_below():
    counts = {"pass": {"untrained": [0, 1], "trained": [3, 14]}}
    drawing = figures.network_dots(counts, label="filters that pass")
    ticks = the(drawing, "panel:networks").get_xticks()
    assert all(float(tick).is_integer() for tick in ticks)
    shares = {"share": {"trained": [0.1, 1.0]}}
    ticks = the(
        figures.network_dots(shares, label="share"), "panel:networks"
    ).get_xticks()
    assert not all(float(tick).is_integer() for tick in ticks)
