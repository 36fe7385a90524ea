"""Every drawing: panels, limits, description, and nothing left open or changed."""

import json
import re
from fnmatch import fnmatchcase
from functools import partial
from itertools import pairwise
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from convlens import figures
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

RNG = np.random.default_rng(0)
KERNELS = RNG.normal(size=(5, 5, 1, 10))
MAPS = np.maximum(RNG.normal(size=(28, 28, 6)), 0)
MAPS[:, :, 4] = 0
SIGNED = RNG.normal(size=(28, 28, 3))
CASE = {"size": 8, "kernel": 3, "stride": 2, "dilation": 1, "zeros": (0, 1)}
HISTORY = {
    "loss": [0.5, 0.25],
    "accuracy": [0.75, 0.875],
    "val_loss": [0.375, 0.3125],
    "val_accuracy": [0.8, 0.9],
}
CONFUSION = np.diag(np.full(10, 50)) + np.eye(10, k=1, dtype=int) * 3
CONFUSION[4, 9] = 7
IMAGES = RNG.random((30, 28, 28, 1))
TRUTH = np.arange(30) % 10
GUESSES = np.eye(10)[(TRUTH + (np.arange(30) % 3 == 0)) % 10] * 0.75

NULL = np.linspace(60, 110, 40)
WEIGHTS = np.array([[-1.0, 0.5], [0.25, 1.0]])
PROFILES = np.array([[0.25, 0.25, 0.5], [0.5, 0.375, 0.125]])
SEVEN = IMAGES[0, :, :, 0]
KERNEL = KERNELS[:, :, 0, 0]
BARS = np.radians([0, 60, 120])
CURVES = np.array([[1.0, 0.0], [2.0, 0.0], [0.5, 0.0]])
PATCHES = np.stack(
    [IMAGES[:4, 3:8, 3:8, 0], IMAGES[:4, 9:14, 9:14, 0], np.zeros((4, 5, 5))]
)
WAY = {"relu1": MAPS, "pool1": MAPS[::2, ::2], "relu2": MAPS[::4, ::4]}

DRAWINGS = {
    "one_convolution": partial(figures.one_convolution, SEVEN, KERNEL, MAPS[:, :, 0]),
    "kernel_grid": partial(figures.kernel_grid, {"one": KERNELS, "two": KERNELS / 2}),
    "error_times_pixel": partial(
        figures.error_times_pixel, SEVEN, SIGNED[:, :, 0] / 1000
    ),
    "feature_map_grid": partial(figures.feature_map_grid, MAPS, mark=2),
    "learning_curves": partial(figures.learning_curves, HISTORY),
    "confusion_grid": partial(figures.confusion_grid, CONFUSION),
    "mistakes_grid": partial(figures.mistakes_grid, IMAGES, TRUTH, GUESSES),
    "null_distribution": partial(
        figures.null_distribution,
        {"a 7": (275.0, NULL), "60 digits": (90.0, NULL[:20] / 2)},
        label="summed answer",
        measured="trained",
        null="shuffle",
    ),
    "before_and_after": partial(
        figures.before_and_after,
        {"weak": (WEIGHTS, WEIGHTS + 0.25), "strong": (WEIGHTS, 2 * WEIGHTS)},
    ),
    "energy_profiles": partial(
        figures.energy_profiles, {"untrained": PROFILES[:1], "trained": PROFILES}
    ),
    "network_dots": partial(
        figures.network_dots,
        {
            "share": {"untrained": [0.0625, 0.125], "trained": [0.25, 0.5]},
            "a measure with a long name": {"trained": [0.75, 0.5]},
        },
        label="mean over kernels",
        chance={"share": 0.125},
    ),
    "one_pixel": partial(figures.one_pixel, SEVEN, KERNEL, 3, 9),
    "filling_the_map": partial(
        figures.filling_the_map,
        SEVEN,
        SIGNED[:24, :24, 0],
        [(0, 0), (7, 9), (23, 23)],
    ),
    "kernel_gallery": partial(
        figures.kernel_gallery,
        {"one": KERNEL, "two": KERNELS[:, :, 0, 1] / 4},
        {"one": SIGNED[:, :, 0], "two": SIGNED[:, :, 1]},
    ),
    "places_of_a_kernel": partial(figures.places_of_a_kernel, {"same": CASE}),
    "receptive_fields": partial(
        figures.receptive_fields,
        SEVEN,
        {"inner": (9, 9, 5, 5), "outer": (-2, 1, 16, 16)},
    ),
    "map_panels": partial(
        figures.map_panels, {"whole": SIGNED[:, :, 0], "half": SIGNED[::2, ::2, 0]}
    ),
    "digits_by_maps": partial(
        figures.digits_by_maps, IMAGES[:3], TRUTH[:3], np.stack([MAPS] * 3), [1, 4]
    ),
    "blank_shares": partial(
        figures.blank_shares,
        {"relu1": np.array([0, 0.25, 1.0]), "relu2": np.array([0.5, 0.0])},
    ),
    "digit_grid": partial(figures.digit_grid, IMAGES[:6], TRUTH[:6]),
    "strongest_patches": partial(figures.strongest_patches, KERNELS[..., :3], PATCHES),
    "through_the_network": partial(
        figures.through_the_network, SEVEN, WAY, np.eye(10)[7] * 0.75
    ),
    "tuning_curves": partial(
        figures.tuning_curves, CURVES, np.stack([CURVES / 2, CURVES / 4]), BARS
    ),
}

FILM = {
    "steps": np.array([0, 8, 16, 40, 41, 100]),
    "kernels": np.stack([KERNELS * scale for scale in (0.5, 1, 1.5, 2, 2, 3)]),
    "losses": np.array([np.nan, 2.25, 2.0, 1.0, 0.75, 0.5]),
    "order": np.array([-0.05, 0.0, 0.25, 0.375, 0.375, 0.5]),
    "shuffled": np.linspace(-0.25, 0.15, 6 * 41).reshape(41, 6).T,
}
DRAWINGS["film_strip"] = partial(figures.film_strip, **FILM, mark=3)

ONE = np.ones((1, 1))
SINGLE = {  # size 1 everywhere: singular nouns, no neighbours
    "kernel_grid": partial(figures.kernel_grid, np.ones((1, 1, 1, 1)), mark=0),
    "kernel_grid, a table": partial(figures.kernel_grid, np.ones((1, 1, 4, 1)) / 2),
    "error_times_pixel": partial(figures.error_times_pixel, ONE, -ONE),
    "feature_map_grid": partial(figures.feature_map_grid, ONE[..., np.newaxis]),
    "film_strip": partial(
        figures.film_strip,
        steps=np.array([0, 1]),
        kernels=np.zeros((2, 1, 1, 1, 1)),
        losses=np.array([np.nan, 0.25]),
        order=np.zeros(2),
        shuffled=np.zeros((2, 1)),
        mark=0,
    ),
    "learning_curves": partial(
        figures.learning_curves, {name: some[:1] for name, some in HISTORY.items()}
    ),
    "mistakes_grid": partial(
        figures.mistakes_grid, IMAGES[:1], np.array([4]), np.eye(10)[[9]]
    ),
    "null_distribution": partial(
        figures.null_distribution, {"a 7": (-1.0, np.array([-1.0]))}, label="answer"
    ),
    "before_and_after": partial(figures.before_and_after, {"weak": (ONE, ONE)}),
    "energy_profiles": partial(figures.energy_profiles, {"trained": ONE}),
    "network_dots": partial(
        figures.network_dots, {"share": {"trained": [0.5]}}, label="mean"
    ),
    "one_pixel": partial(figures.one_pixel, ONE, -ONE, 0, 0),
    "filling_the_map": partial(figures.filling_the_map, ONE, ONE, [(0, 0)]),
    "kernel_gallery": partial(figures.kernel_gallery, {"one": ONE}, {"one": -ONE}),
    "places_of_a_kernel": partial(
        figures.places_of_a_kernel,
        {"a": {"size": 1, "kernel": 1, "stride": 1, "dilation": 1, "zeros": (0, 0)}},
    ),
    "receptive_fields": partial(figures.receptive_fields, ONE, {"a": (0, 0, 1, 1)}),
    "map_panels": partial(figures.map_panels, {"a": ONE}),
    "digits_by_maps": partial(
        figures.digits_by_maps, IMAGES[:1], TRUTH[:1], MAPS[np.newaxis], [1]
    ),
    "blank_shares": partial(figures.blank_shares, {"relu1": np.array([0.9999])}),
    "digit_grid": partial(figures.digit_grid, IMAGES[:1], TRUTH[:1]),
    "strongest_patches": partial(
        figures.strongest_patches, np.ones((1, 1, 1, 1)), np.ones((1, 1, 1, 1))
    ),
    "through_the_network": partial(
        figures.through_the_network, ONE, {"a": MAPS[:, :, :1]}, np.eye(10)[7]
    ),
    "tuning_curves": partial(
        figures.tuning_curves, ONE, ONE[np.newaxis], np.array([0.0])
    ),
}
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
    assert corner_and_sides(the(drawing, "frame:mark")) == (19.5, -0.5, 3, 15)
    assert drawing.alt.startswith(
        "24 kernels of 3 by 3 weights in a table of 4 rows (input channels) by 6 "
        "columns (filters) on one scale"
    )
    assert drawing.alt.endswith("Filter 5 is framed.")


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
    total = f"{products.sum():.2f}".replace("-", "−")
    assert panel.get_xlabel() == f"their sum: {total}"
    assert the(drawing, "frame:patch").get_xy() == (8.5, 2.5)


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


def test_one_convolution_shows_what_it_is_given():
    image, kernel = np.zeros((9, 9)), np.arange(8.0).reshape(4, 2)
    image[2] = 0.25
    feature_map = np.zeros((9, 9))
    feature_map[4, 6] = 2.0
    drawing = figures.one_convolution(image, kernel, feature_map)
    given = {"image": image, "kernel": kernel, "map": feature_map}
    for name, array in given.items():
        np.testing.assert_array_equal(array_in(the(drawing, f"panel:{name}")), array)
    assert the(drawing, "panel:image").images[0].cmap(0.0)[:3] == to_rgb("black")
    # an even kernel reaches one row less up than down, as Keras pads
    assert corner_and_sides(the(drawing, "frame:patch")) == (5.5, 2.5, 2, 4)
    assert corner_and_sides(the(drawing, "frame:largest")) == (5.5, 3.5, 1, 1)
    assert "11% of them above zero (black is 0)" in drawing.alt
    assert "its rows sum to 1.00, 5.00, 9.00, 13.00, its columns to 12.00, 16.00" in (
        drawing.alt
    )


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


def test_a_patch_outside_the_image_is_told():
    fields = {"far": (-9, 30, 5, 5), "half": (-2, 0, 4, 4)}
    alt = figures.receptive_fields(IMAGES[0, :, :, 0], fields).alt
    assert "far: 5 by 5 pixels from row −9, column 30, 0% of them inside" in alt
    assert "half: 4 by 4 pixels from row −2, column 0, 50% of them inside" in alt


def test_the_legend_names_each_frame_by_its_colour():
    drawing = DRAWINGS["receptive_fields"]()
    (legend,) = drawing.figure.legends
    colours = [to_rgb(line.get_color()) for line in legend.get_lines()]
    frames = [the(drawing, f"frame:{name}") for name in ("inner", "outer")]
    assert colours == [to_rgb(one.get_edgecolor()) for one in frames]
    words = [text.get_text() for text in legend.get_texts()]
    assert words == ["inner: 5x5", "outer: 16x16"]


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
    assert inches / 5.4 * 390 > 15  # pixels on a screen 390 wide


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
    zero = the(drawing, "zero:*")
    assert zero.get_x() == 8 - 0.45
    assert zero.get_hatch()


def test_the_inner_frame_lies_on_the_outer_one():
    drawing = DRAWINGS["receptive_fields"]()
    inner, outer = (the(drawing, f"frame:{name}") for name in ("inner", "outer"))
    outline = the(drawing, "outline:inner")
    assert inner.get_zorder() > outline.get_zorder() > outer.get_zorder()
    assert corner_and_sides(outer) == (0.5, -2.5, 16, 16)
    # the zeros outside are on the picture
    assert the(drawing, "panel:image").get_ylim()[1] < -2.5


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


def test_every_value_on_the_way_is_equally_large():
    narrow = Figure((6, 3), layout="constrained").subfigures(1, 2)[0]
    for into in (None, narrow):
        drawing = DRAWINGS["through_the_network"](into=into)
        drawing._repr_mimebundle_()
        units = [
            panel.get_window_extent().width / array_in(panel).shape[1]
            for panel in found(drawing, "panel:*")
            if panel.images
        ]
        assert len(units) == 4
        np.testing.assert_allclose(units, units[0])


def test_frames_are_nested_only_where_they_are():
    fields = {"inner": (9, 9, 5, 5), "outer": (-2, 1, 16, 16), "apart": (0, 0, 3, 30)}
    told = figures.receptive_fields(SEVEN, fields).alt
    assert "with 3 frames. inner" in told
    turned = dict(reversed([*fields.items()][:2]))
    assert (
        "2 frames, one inside the other" in figures.receptive_fields(SEVEN, turned).alt
    )
    twice = {"a": (1, 1, 4, 4), "b": (1, 1, 4, 4)}
    assert "with 2 frames. a" in figures.receptive_fields(SEVEN, twice).alt


def test_inverted_images_are_told_truly():
    image = 1 - np.eye(9)
    assert (
        "6 of 9 pixels above zero (black is 0)"
        in figures.one_pixel(image, np.ones((3, 3)), 0, 0).alt
    )
    told = figures.one_convolution(image, np.ones((3, 3)), image).alt
    assert "89% of them above zero (black is 0)" in told


def test_shares_are_not_rounded_to_none_or_all():
    image = np.zeros((28, 28))
    image[3, 3] = 1
    told = figures.one_convolution(image, KERNEL, 1 - image).alt
    assert "under 1% of them above zero" in told
    assert "over 99% of its 28 by 28 values" in told


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
        "trained: 275.00",
        "trained: 90.00",
    }


def test_an_axis_of_null_values_below_zero_ends_at_zero():
    drawing = figures.null_distribution({"a": (-3.0, -NULL)}, label="b")
    low, high = the(drawing, "panel:a").get_xlim()
    assert low < -110
    assert high == 0
    flat = figures.null_distribution({"a": (0.0, np.zeros(3))}, label="b")
    assert the(flat, "panel:a").get_xlim() == (0, 1)
    assert flat.alt.endswith("at least as large: 3 of 3.")


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


def test_every_network_has_a_line_of_its_profile():
    drawing = DRAWINGS["energy_profiles"]()
    line = the(drawing, "profile:trained:1")
    np.testing.assert_array_equal(line.get_ydata(), PROFILES[1])
    assert line.get_xdata().tolist() == [0, 1, 2]
    assert len(found(drawing, "profile:*")) == 3
    first, other = (
        the(drawing, "profile:untrained:0"),
        the(drawing, "profile:trained:0"),
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


def test_tuning_curves_share_a_scale_with_their_shuffles():
    drawing = DRAWINGS["tuning_curves"]()
    panels = found(drawing, "panel:*")
    assert {panel.get_ylim() for panel in panels} == {(0, 1.05 * 2)}
    line = the(drawing, "curve:0")
    np.testing.assert_array_equal(line.get_ydata(), CURVES[:, 0])
    np.testing.assert_allclose(line.get_xdata(), [0, 60, 120])
    band = found(drawing, "null")[0].get_paths()[0].vertices
    low, high = np.percentile([CURVES / 2, CURVES / 4], [2.5, 97.5], axis=0)[..., 0]
    assert {*low, *high} <= {*band[:, 1]}
    taller = figures.tuning_curves(CURVES, np.stack([CURVES * 4] * 2), BARS)
    assert the(taller, "panel:0").get_ylim() == (0, 1.05 * 8)
    assert "Above them at some angle: 0 of 2." in taller.alt


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


def test_the_frame_is_where_the_map_is_largest():
    image, kernel = np.zeros((9, 9)), np.ones((3, 3))
    feature_map = np.zeros((9, 9))
    feature_map[4, 6] = 2.0
    drawing = figures.one_convolution(image, kernel, feature_map)
    assert corner_and_sides(the(drawing, "frame:patch")) == (4.5, 2.5, 3, 3)
    assert "row 4, column 6" in drawing.alt


def test_the_curves_are_the_history():
    drawing = DRAWINGS["learning_curves"]()
    for name, values in HISTORY.items():
        line = the(drawing, f"curve:{name}")
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert the(drawing, "panel:loss").get_ylim()[0] == 0


def test_the_confusion_writes_its_counts():
    drawing = DRAWINGS["confusion_grid"]()
    words = {text.get_text() for text in found(drawing, "count:*")}
    assert words == {"50", "3", "7"}
    assert the(drawing, "count:4:9").get_text() == "7"
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
            lambda: figures.kernel_gallery({"a": np.eye(3)}, {"b": np.eye(3)}),
            r"maps: expected \['a'\], got \['b'\]",
        ),
        (lambda: figures.feature_map_grid(MAPS[0]), r"\(h, w, n\)"),
        (
            lambda: figures.one_convolution(np.ones((5, 5)), KERNEL, MAPS[0]),
            "shape of the image",
        ),
        (
            lambda: figures.one_convolution(SEVEN, KERNEL, SIGNED[:, :, 0]),
            "values after ReLU, none below 0, got −",
        ),
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
            lambda: figures.strongest_patches(KERNELS, PATCHES),
            r"\(n, m, kh, kw\), got \(5, 5, 1, 10\) and \(3, 4, 5, 5\)",
        ),
        (
            lambda: figures.strongest_patches(np.ones((5, 5, 2, 3)), PATCHES),
            r"\(kh, kw, 1, n\)",
        ),
        (lambda: figures.map_panels({}), "maps: expected at least one, got none"),
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
    (total,) = re.findall(r"sum (\S+)", the(drawing, "panel:products").get_title())
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
        step = round(((left + right) / 2) ** 2)
        assert (left + right) / 2 == pytest.approx(np.sqrt(step))
        kernels = FILM["kernels"][FILM["steps"].tolist().index(step)]
        np.testing.assert_array_equal(image.get_array()[6:11], kernels[:, :, 0, 1])
        assert np.ma.getmaskarray(image.get_array())[5].all()
    largest = np.abs(FILM["kernels"]).max()
    assert {image.get_clim() for image in frames} == {(-largest, largest)}
    (axis,) = {panel.get_xlim() for panel in found(drawing, "panel:*")}
    assert axis[0] < 0 < 10 < axis[1]


def test_the_curves_of_a_film_have_every_record():
    drawing = DRAWINGS["film_strip"]()
    for name, values in (("loss", FILM["losses"][1:]), ("Moran's I", FILM["order"])):
        curve = the(drawing, f"curve:{name}")
        np.testing.assert_array_equal(curve.get_ydata(), values)
        steps = FILM["steps"][-len(values) :]
        np.testing.assert_allclose(curve.get_xdata() ** 2, steps)
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
    ],
)
def test_a_film_of_parts_that_do_not_fit_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        figures.film_strip(**FILM | change)
