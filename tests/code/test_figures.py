"""Every drawing: panels, limits, description, and nothing left open or changed."""

import json

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from convlens import figures
from matplotlib.colors import to_rgb

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

DRAWINGS = {
    "one_convolution": lambda: figures.one_convolution(
        IMAGES[0, :, :, 0], KERNELS[:, :, 0, 0], MAPS[:, :, 0]
    ),
    "kernel_grid": lambda: figures.kernel_grid({"one": KERNELS, "two": KERNELS / 2}),
    "feature_map_grid": lambda: figures.feature_map_grid(MAPS, mark=2),
    "learning_curves": lambda: figures.learning_curves(HISTORY),
    "confusion_grid": lambda: figures.confusion_grid(CONFUSION),
    "mistakes_grid": lambda: figures.mistakes_grid(IMAGES, TRUTH, GUESSES),
    "one_pixel": lambda: figures.one_pixel(
        IMAGES[0, :, :, 0], KERNELS[:, :, 0, 0], 3, 9
    ),
    "filling_the_map": lambda: figures.filling_the_map(
        IMAGES[0, :, :, 0], SIGNED[:24, :24, 0], [(0, 0), (7, 9), (23, 23)]
    ),
    "kernel_gallery": lambda: figures.kernel_gallery(
        {"one": KERNELS[:, :, 0, 0], "two": KERNELS[:, :, 0, 1]},
        {"one": SIGNED[:, :, 0], "two": SIGNED[:, :, 1]},
    ),
    "places_of_a_kernel": lambda: figures.places_of_a_kernel({"same": CASE}),
    "receptive_fields": lambda: figures.receptive_fields(
        IMAGES[0, :, :, 0], {"inner": (9, 9, 5, 5), "outer": (-2, 1, 16, 16)}
    ),
    "map_panels": lambda: figures.map_panels(
        {"whole": SIGNED[:, :, 0], "half": SIGNED[::2, ::2, 0]}
    ),
    "digits_by_maps": lambda: figures.digits_by_maps(
        IMAGES[:3], TRUTH[:3], np.stack([MAPS] * 3), [1, 4]
    ),
    "blank_shares": lambda: figures.blank_shares(
        {"relu1": np.array([0, 0.25, 1.0]), "relu2": np.array([0.5, 0.0])}
    ),
    "digit_grid": lambda: figures.digit_grid(IMAGES[:6], TRUTH[:6]),
    "through_the_network": lambda: figures.through_the_network(
        IMAGES[0, :, :, 0],
        {"relu1": MAPS, "pool1": MAPS[::2, ::2], "relu2": MAPS[::4, ::4]},
        np.eye(10)[7] * 0.75,
    ),
}


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


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_is_a_few_sentences_with_numbers(name):
    alt = DRAWINGS[name]().alt
    assert any(character.isdigit() for character in alt)
    assert alt.endswith(".")
    assert 60 < len(alt) < 1200


def test_every_drawing_is_tested():
    public = {
        name
        for name, thing in vars(figures).items()
        if getattr(thing, "__module__", "").startswith(figures.__name__)
        and callable(thing)
        and not name.startswith("_")
    }
    assert public == {*DRAWINGS, "Drawing"} == set(figures.__all__)


def images_of(drawing):
    """The arrays drawn, without the colour bars."""
    return [
        axes.images[0]
        for axes in drawing.figure.axes
        if axes.images and axes.get_title()
    ]


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
    assert "from 0.00 to" in figures.feature_map_grid(MAPS).alt
    assert "Blank, 0 everywhere: 4." in figures.feature_map_grid(MAPS).alt


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


def test_zero_is_marked_on_a_signed_bar():
    for name in ("kernel_grid", "filling_the_map", "map_panels"):
        bars = [axes for axes in DRAWINGS[name]().figure.axes if axes.get_xlabel()]
        (line,) = bars[-1].lines
        assert list(line.get_xdata()) == [0, 0]


def test_many_input_channels_become_one_table():
    kernels = RNG.normal(size=(3, 3, 4, 6))
    drawing = figures.kernel_grid(kernels, mark=5)
    axes = drawing.figure.axes[0]
    table = axes.images[0].get_array()
    assert table.shape == (15, 23)
    np.testing.assert_array_equal(table[4:7, 20:23], kernels[:, :, 1, 5])
    assert np.ma.getmaskarray(table)[3].all()
    assert axes.images[0].get_clim() == (-np.abs(kernels).max(), np.abs(kernels).max())
    assert axes.patches[-1].get_x() == 20 - 0.5
    assert drawing.alt.startswith("4 by 6 kernels of 3 by 3 weights on one scale")
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
    written = [text.get_text() for text in drawing.figure.axes[3].texts]
    assert written == [f"{v:z.2f}".replace("-", "−") for v in products.ravel()]
    colours = {text.get_color() for text in drawing.figure.axes[1].texts}
    assert colours == {"black", "white"}
    dark = [text.get_color() == "white" for text in drawing.figure.axes[1].texts]
    assert dark == [value < 0.5 for value in image[3:8, 9:14].ravel()]
    total = f"{products.sum():.2f}".replace("-", "−")
    assert drawing.figure.axes[3].get_xlabel() == f"their sum: {total}"
    assert drawing.figure.axes[0].patches[-1].get_xy() == (8.5, 2.5)


def test_frames_of_kernels_that_are_not_square():
    image, kernel = IMAGES[0, :, :, 0], RNG.normal(size=(2, 5))
    patch = figures.one_pixel(image, kernel, 4, 6).figure.axes[0].patches[-1]
    assert (patch.get_width(), patch.get_height()) == (5, 2)
    assert patch.get_xy() == (5.5, 3.5)
    made = figures.filling_the_map(image, SIGNED[:27, :24, 0], [(0, 0), (5, 6)])
    patch = made.figure.axes[1].patches[-1]
    assert (patch.get_width(), patch.get_height()) == (5, 2)
    counts = [
        np.count_nonzero(~np.ma.getmaskarray(one.images[0].get_array()))
        for one in made.figure.axes[2:4]
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
    axes = drawing.figure.axes
    for shown, given in zip(axes, (image, kernel, feature_map), strict=False):
        np.testing.assert_array_equal(shown.images[0].get_array(), given)
    assert axes[0].images[0].cmap(0.0)[:3] == to_rgb("black")
    # an even kernel reaches one row less up than down, as Keras pads
    assert axes[0].patches[-1].get_xy() == (5.5, 2.5)
    assert axes[2].patches[-1].get_xy() == (5.5, 3.5)
    assert "11% of them not black" in drawing.alt
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
    limits = {
        axes.images[0].get_clim()
        for axes in figures.map_panels(maps).figure.axes
        if axes.images
    }
    assert (-9 * MAPS[:, :, 0].max(), 9 * MAPS[:, :, 0].max()) in limits


def test_nothing_but_zeros_can_be_drawn():
    blank = np.zeros((8, 8, 3))
    assert "Blank, 0 everywhere: 0, 1, 2." in figures.feature_map_grid(blank).alt
    assert "from 0.00 to 0.00" in figures.map_panels({"a": blank[..., 0]}).alt
    figures.kernel_grid(np.zeros((3, 3, 1, 2)))._repr_mimebundle_()
    figures.blank_shares({"one": np.zeros(3)})._repr_mimebundle_()


def test_panels_left_over_stay_empty():
    drawing = figures.kernel_grid(RNG.normal(size=(3, 3, 1, 5)), columns=4)
    empty = [one for one in drawing.figure.axes if not one.images and not one.axison]
    assert len(empty) == 3


def test_a_patch_outside_the_image_is_told():
    fields = {"far": (-9, 30, 5, 5), "half": (-2, 0, 4, 4)}
    alt = figures.receptive_fields(IMAGES[0, :, :, 0], fields).alt
    assert "far: 5 by 5 pixels from row -9, column 30, 0% of them inside" in alt
    assert "half: 4 by 4 pixels from row -2, column 0, 50% of them inside" in alt


def test_the_legend_names_each_frame_by_its_colour():
    figure = DRAWINGS["receptive_fields"]().figure
    colours = [line.get_color() for line in figure.legends[0].get_lines()]
    frames = figure.axes[0].patches[1::2]
    assert colours == [one.get_edgecolor() for one in frames]
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == ["inner: 5x5", "outer: 16x16"]


def test_the_map_is_filled_in_reading_order():
    axes = DRAWINGS["filling_the_map"]().figure.axes
    below = [one.images[0].get_array() for one in axes[3:6]]
    counts = [np.count_nonzero(~np.ma.getmaskarray(one)) for one in below]
    assert counts == [1, 7 * 24 + 10, 576]
    np.testing.assert_array_equal(below[2], SIGNED[:24, :24, 0])
    patch = axes[1].patches[-1]
    assert (*patch.get_xy(), patch.get_width()) == (8.5, 6.5, 5)


def test_the_gallery_has_one_scale_for_all_maps():
    drawing = DRAWINGS["kernel_gallery"]()
    largest = np.abs(SIGNED[:, :, :2]).max()
    limits = [one.images[0].get_clim() for one in drawing.figure.axes if one.images]
    assert limits.count((-largest, largest)) >= 2


def test_places_are_those_of_the_formula():
    drawing = DRAWINGS["places_of_a_kernel"]()
    (axes,) = drawing.figure.axes
    starts = [line.get_xdata()[0] for line in axes.lines]
    assert starts == [0, 2, 4, 6]
    assert axes.lines[-1].get_xdata().tolist() == [6, 7, 8]
    hatched = [patch.get_x() for patch in axes.patches if patch.get_hatch()]
    assert hatched == [8 - 0.45]
    assert "0 zeros before and 1 after" in drawing.alt


def test_the_inner_frame_lies_on_the_outer_one():
    drawing = DRAWINGS["receptive_fields"]()
    (axes,) = drawing.figure.axes
    inner, outer = axes.patches[1], axes.patches[3]
    assert inner.get_zorder() > axes.patches[0].get_zorder() > outer.get_zorder()
    assert (*outer.get_xy(), outer.get_width()) == (0.5, -2.5, 16)
    assert axes.get_ylim()[1] < -2.5  # the zeros outside are on the picture
    assert "outer: 16 by 16 pixels from row -2, column 1, 88% of them" in drawing.alt


def test_a_smaller_map_has_a_smaller_picture():
    whole, half = DRAWINGS["map_panels"]().figure.axes[:2]
    assert whole.get_xlim() == half.get_xlim()
    assert half.patches[0].get_width() == 14
    assert whole.images[0].get_clim() == half.images[0].get_clim()


def test_each_row_is_one_digit():
    axes = DRAWINGS["digits_by_maps"]().figure.axes
    np.testing.assert_array_equal(axes[3].images[0].get_array(), IMAGES[1, :, :, 0])
    np.testing.assert_array_equal(axes[4].images[0].get_array(), MAPS[:, :, 1])
    assert [one.get_title() for one in axes[:3]] == ["image", "1", "4"]
    limits = {one.images[0].get_clim() for one in axes[1:3]}
    assert limits == {(0, MAPS[:, :, [1, 4]].max())}


def test_a_dead_map_is_told_from_a_blank_one():
    drawing = DRAWINGS["blank_shares"]()
    colours = [bar.get_facecolor()[:3] for bar in drawing.figure.axes[0].patches]
    assert colours[2] != colours[1] == colours[0]
    assert "1 blank on no image, 1 on some (the most: map 1, on 25.0%" in drawing.alt
    assert "relu2, 2 maps: 1 blank on no image, 1 on some" in drawing.alt


def test_every_map_is_on_the_way_through_the_network():
    drawing = DRAWINGS["through_the_network"]()
    axes = drawing.figure.axes
    table = axes[1].images[0].get_array()
    assert table.shape == (4 * 29 - 1, 2 * 29 - 1)
    np.testing.assert_array_equal(table[29:57, 29:57], MAPS[:, :, 3])
    assert [bar.get_height() for bar in axes[-1].patches] == [0] * 7 + [0.75, 0, 0]
    # every value is drawn equally large
    units = [
        one.get_position().width * drawing.figure.get_figwidth() / shape
        for one, shape in zip(axes[:4], (28, 57, 29, 15), strict=True)
    ]
    np.testing.assert_allclose(units, units[0])


def test_no_kernel_is_dropped():
    drawing = figures.kernel_grid(RNG.normal(size=(3, 3, 1, 11)), columns=4)
    assert len(images_of(drawing)) == 11


@pytest.mark.parametrize("drawn", ["kernel_grid", "feature_map_grid"])
def test_the_marked_panel_is_framed(drawn):
    array = KERNELS if drawn == "kernel_grid" else MAPS
    drawing = getattr(figures, drawn)(array, mark=2)
    framed = [
        axes.get_title()
        for axes in drawing.figure.axes
        if axes.get_title() and axes.spines["left"].get_linewidth() > 1
    ]
    assert framed == ["2"]
    assert "2 is framed." in drawing.alt


def test_the_frame_is_where_the_map_is_largest():
    image, kernel = np.zeros((9, 9)), np.ones((3, 3))
    feature_map = np.zeros((9, 9))
    feature_map[4, 6] = 2.0
    drawing = figures.one_convolution(image, kernel, feature_map)
    patch = drawing.figure.axes[0].patches[-1]
    assert (*patch.get_xy(), patch.get_width()) == (4.5, 2.5, 3)
    assert "row 4, column 6" in drawing.alt


def test_the_curves_are_the_history():
    loss, accuracy = DRAWINGS["learning_curves"]().figure.axes
    np.testing.assert_array_equal(loss.lines[0].get_ydata(), HISTORY["loss"])
    np.testing.assert_array_equal(accuracy.lines[1].get_ydata(), [0.8, 0.9])
    assert loss.get_ylim()[0] == 0


def test_the_confusion_writes_its_counts():
    drawing = DRAWINGS["confusion_grid"]()
    words = {text.get_text() for text in drawing.figure.axes[0].texts}
    assert words == {"50", "3", "7"}
    assert "4 read as 9: 7; " in drawing.alt
    assert "Read right, by digit: 0: 50 of 53, 1: 50 of 53" in drawing.alt
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
    first, second = alt.split("Halves: ")[1].split("Chessboard: ")
    assert "of the pairs of neighbours 83% have the same sign" in first
    assert "of the pairs of neighbours 0% have the same sign" in second


def test_the_worst_mistakes_come_first_and_are_at_most_twenty():
    sure = GUESSES * np.linspace(0.5, 1, 30)[:, np.newaxis]
    drawing = figures.mistakes_grid(IMAGES, TRUTH, sure)
    titles = [axes.get_title() for axes in drawing.figure.axes if axes.get_title()]
    assert titles[0].startswith(f"{TRUTH[27]} read as {(TRUTH[27] + 1) % 10}")
    assert len(titles) == 10
    all_wrong = figures.mistakes_grid(IMAGES, (TRUTH + 5) % 10, np.eye(10)[TRUTH])
    titles = [axes.get_title() for axes in all_wrong.figure.axes if axes.get_title()]
    assert len(titles) == 20
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
            lambda: figures.one_convolution(
                np.ones((5, 5)), KERNELS[..., 0, 0], MAPS[0]
            ),
            "shape of the image",
        ),
    ],
)
def test_wrong_arrays_are_refused(call, told):
    with pytest.raises(ValueError, match=told):
        call()


def test_whole_numbers_can_be_drawn_as_a_table():
    drawing = figures.kernel_grid(np.arange(18).reshape(3, 3, 2, 1))
    assert "2 by 1 kernels" in drawing.alt
