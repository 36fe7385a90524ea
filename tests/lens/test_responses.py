"""Filters answer to even areas, turned bars and images as a loop says they do."""

import numpy as np
import pytest
from convlens.convolution import cross_correlate
from convlens.statistics import kernel_p_values, orientation, shuffled_weights
from convlens.statistics.responses import (
    bar_images,
    blank_share,
    even_response,
    preferred_angle,
    response_against_shuffles,
    tuning_curve,
    tuning_selectivity,
)
from hypothesis import given
from hypothesis import strategies as st

ANGLES = np.arange(36) * np.pi / 36


def filters(shape=(3, 5, 2, 4), seed=0):
    """Random kernels and biases of both signs."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), rng.normal(size=shape[-1])


def derivatives(order, degrees):
    """Gaussian derivatives along angles, counter-clockwise, shape (7, 7, 1, k)."""
    up, across = np.meshgrid(3.0 - np.arange(7), np.arange(7) - 3.0, indexing="ij")
    turn = np.radians(degrees)
    along = across[..., None] * np.cos(turn) + up[..., None] * np.sin(turn)
    factor = along if order == 1 else 1 - along**2
    return (factor * np.exp(-(up**2 + across**2) / 2)[..., None])[:, :, None]


def apart(one, other):
    """The angle between two directions, in degrees."""
    return np.degrees(np.abs(np.mod(one - other + np.pi / 2, np.pi) - np.pi / 2))


@given(st.integers(0, 50), st.floats(0, 1))
def test_an_even_area_is_answered_as_an_even_image_is(seed, grey):
    kernels, biases = filters(seed=seed)
    expected = cross_correlate(np.full((1, 3, 5, 2), grey), kernels) + biases
    found = even_response(kernels, biases, grey)
    np.testing.assert_allclose(found, np.maximum(expected[0, 0, 0], 0), atol=1e-12)


def test_each_grey_and_filter_has_its_answer():
    kernels, biases = filters()
    greys = np.array([0.0, 0.5, 1.0])
    found = even_response(kernels, biases, greys)
    assert found.shape == (3, 4)
    np.testing.assert_array_equal(found[0], np.maximum(biases, 0))
    np.testing.assert_array_equal(found[1], even_response(kernels, biases, 0.5))
    shuffled = shuffled_weights(kernels)[0]
    np.testing.assert_allclose(even_response(shuffled, biases, greys), found)


def test_bars_lie_at_their_angles():
    flat, up_right, upright = bar_images(9, np.radians([0, 45, 90]), width=1)[..., 0]
    row = np.outer(np.arange(9) == 4, np.ones(9))
    np.testing.assert_allclose(flat, row, atol=1e-12)
    np.testing.assert_allclose(upright, row.T, atol=1e-12)
    np.testing.assert_allclose(np.diagonal(up_right[::-1]), 1)
    assert up_right[0, 0] == up_right[8, 8] == 0
    assert bar_images(8, ANGLES).shape == (36, 8, 8, 1)


@pytest.mark.parametrize("width", [2.0, 3.5])
def test_bars_are_equally_wide_at_every_angle(width):
    """In a disc of 51 pixels across, each adds up to its area, jagged or not."""
    y, x = np.indices((61, 61)) - 30
    disc = (x**2 + y**2 <= 25.5**2)[..., np.newaxis]
    bars = bar_images(61, ANGLES, width=width)
    assert bars.min() == 0
    assert bars.max() == 1
    np.testing.assert_allclose((bars * disc).sum(axis=(1, 2, 3)), 51 * width, rtol=0.03)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("width", [1.0, 2.0, 3.0])
def test_an_oriented_filter_prefers_its_angle(order, width):
    degrees = np.arange(0, 180, 7.5)
    kernels = derivatives(order, degrees)
    curve = tuning_curve(kernels, np.zeros(24), ANGLES, width=width)
    bar_direction = np.radians(degrees) + np.pi / 2  # across the kernel's own angle
    assert apart(preferred_angle(curve, ANGLES), bar_direction).max() < 5
    assert apart(orientation(kernels)[0], bar_direction + np.pi / 2).max() < 5
    assert tuning_selectivity(curve, ANGLES).min() > 0.25


def test_a_round_filter_prefers_no_angle():
    up, across = np.indices((7, 7)) - 3
    blob = np.exp(-(up**2 + across**2) / 2)[:, :, None, None]
    curve = tuning_curve(blob, np.zeros(1), ANGLES)
    assert curve.max() / curve.min() < 1.1
    assert tuning_selectivity(curve, ANGLES).item() < 0.01


@pytest.mark.parametrize("shape", [(5, 5, 1, 3), (4, 6, 3, 2)])
def test_a_tuning_curve_is_the_peak_of_the_maps_of_long_bars(shape):
    """A large image has slanted bars at every distance from some place."""
    kernels, biases = filters(shape)
    bars = np.repeat(bar_images(61, ANGLES), shape[2], axis=3)
    peaks = (cross_correlate(bars, kernels) + biases).max(axis=(1, 2))
    slanted = ANGLES % (np.pi / 4) > 0.01
    found = tuning_curve(kernels, biases, ANGLES)
    expected = np.maximum(peaks, 0)
    np.testing.assert_allclose(found[slanted], expected[slanted], rtol=0, atol=0.15)
    assert (found > expected - 0.15).all()


def test_a_bar_out_of_sight_counts_too():
    """A filter that every bar weakens answers to black with its bias."""
    kernels = -np.ones((3, 3, 1, 1))
    np.testing.assert_array_equal(tuning_curve(kernels, np.full(1, 0.5), ANGLES), 0.5)


def test_circular_means_have_their_known_values():
    quarter = np.radians([0, 45, 90, 135])
    even, two_neighbours, one, nothing = (
        [1, 1, 1, 1],
        [1, 0, 0, 1],
        [0, 0, 3, 0],
        [0] * 4,
    )
    curve = np.transpose([even, two_neighbours, one, nothing])
    selectivity = tuning_selectivity(curve, quarter)
    np.testing.assert_allclose(selectivity, [0, np.sqrt(0.5), 1, 0], atol=1e-12)
    angle = np.degrees(preferred_angle(curve, quarter))
    np.testing.assert_allclose(angle[1:], [157.5, 90, 0])


@given(st.integers(0, 200))
def test_preferred_angles_lie_in_half_a_turn(seed):
    """A sum that is real but for rounding must not give pi, which is 0 again."""
    half = np.random.default_rng(seed).random((17, 3))
    curve = np.concatenate([[[5.0] * 3], half, [[1.0] * 3], half[::-1]])
    angle = preferred_angle(curve, ANGLES)
    assert angle.min() >= 0
    assert angle.max() < np.pi


@pytest.mark.parametrize("channels", [1, 3])
def test_answers_and_those_of_shuffles_equal_a_loop(channels):
    kernels, biases = filters((3, 4, channels, 2))
    images = np.random.default_rng(1).random((3, 6, 5, channels))
    own, null = response_against_shuffles(kernels, biases, images, copies=4, seed=7)
    every = [kernels, *shuffled_weights(kernels, seed=7, copies=4)]
    for index, weights in enumerate(every):
        answers = np.zeros(2)
        for image in np.pad(images, ((0, 0), (1, 1), (1, 2), (0, 0))):
            for row in range(6):
                for column in range(5):
                    patch = image[row : row + 3, column : column + 4, :, None]
                    products = (patch * weights).sum(axis=(0, 1, 2))
                    answers += np.maximum(products + biases, 0)
        found = own if index == 0 else null[index - 1]
        np.testing.assert_allclose(found, answers / 3)


def test_many_shuffles_are_split_without_a_change(monkeypatch):
    kernels, biases = filters((3, 3, 1, 2))
    images = np.random.default_rng(1).random((2, 9, 9, 1))
    whole = response_against_shuffles(kernels, biases, images, copies=7)
    monkeypatch.setattr("convlens.statistics.responses.BATCH", 3 * 9 * 9 * 2)
    split = response_against_shuffles(kernels, biases, images, copies=7)
    np.testing.assert_allclose(split[0], whole[0])
    np.testing.assert_allclose(split[1], whole[1])
    assert whole[1].shape == (7, 2)


def test_only_the_order_of_weights_counts():
    """Equal weights answer just as their shuffles do, an edge more than all of them."""
    images = np.zeros((4, 12, 12, 1), dtype="float32")
    for column, image in enumerate(images):
        image[:, 3 + column :] = 1
    kernels = np.full((5, 5, 1, 2), 0.1, dtype="float32")
    kernels[..., 1] = np.linspace(-1, 1, 5)[:, None]
    biases = np.array([-0.5, -2.0], dtype="float32")
    own, null = response_against_shuffles(kernels, biases, images)
    assert own[0] > 0
    np.testing.assert_array_equal(null[:, 0], own[0])
    assert kernel_p_values(own, null).tolist() == [1, 1 / 201]


def test_rounding_decides_no_p_value():
    """Weights above zero answer alike in any order, where no border cuts the images."""
    kernels = np.abs(filters((5, 5, 1, 4))[0]).astype("float32")
    images = np.zeros((3, 13, 13, 1), dtype="float32")
    images[:, 2:-2, 2:-2] = np.random.default_rng(1).random((3, 9, 9, 1))
    own, null = response_against_shuffles(kernels, np.zeros(4), images)
    assert kernel_p_values(own, null).tolist() == [1] * 4


def test_blank_maps_are_counted():
    peaks = np.array([[0.0, 0.0, 1.0], [0.0, 1e-6, 2.0], [0.0, 3.0, 0.1]])
    np.testing.assert_allclose(blank_share(peaks), [1, 1 / 3, 0])


def test_errors_name_the_argument():
    kernels, biases = filters()
    images = np.ones((2, 8, 8, 2))
    for call in (
        lambda: even_response(kernels, biases[:3], 0.5),
        lambda: tuning_curve(kernels[0], biases, ANGLES),
        lambda: response_against_shuffles(kernels, biases[:1], images),
    ):
        with pytest.raises(ValueError, match="kernels and biases: expected .* got"):
            call()
    for wrong in (images[..., :1], images[0], images[:0]):
        with pytest.raises(ValueError, match=r"images: expected shape \(n, h, w, 2\)"):
            response_against_shuffles(kernels, biases, wrong)
    for angles, width in ((0.3, 2), (ANGLES, 0.5)):
        with pytest.raises(ValueError, match="angles and width: expected .* got"):
            bar_images(9, angles, width=width)
    for measure in (preferred_angle, tuning_selectivity):
        with pytest.raises(ValueError, match=r"curve and angles: .* got \(36, 4\) and"):
            measure(np.ones((36, 4)), ANGLES[:35])
    for wrong in (np.ones(4), np.ones((0, 4))):
        with pytest.raises(ValueError, match=r"peaks: expected shape \(n, c\)"):
            blank_share(wrong)
