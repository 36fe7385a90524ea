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
        if getattr(thing, "__module__", "") == figures.__name__
        and callable(thing)
        and not name.startswith("_")
    }
    assert public == {*DRAWINGS, "Drawing"}


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
    assert "Blank, 0 everywhere: 4." in figures.feature_map_grid(MAPS).alt


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
        (lambda: figures.kernel_grid(np.ones((5, 5, 2, 3))), r"\(kh, kw, 1, n\)"),
        (lambda: figures.kernel_grid(KERNELS, mark=10), "index from 0 to 9, got 10"),
        (lambda: figures.feature_map_grid(-MAPS), "no value below 0"),
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
