"""The loop, the windows and the matrix product are one convolution: that of Keras."""

import keras
import numpy as np
import pytest
from convlens.convolution import (
    cross_correlate,
    with_a_loop,
    with_one_product,
    with_windows,
)
from hypothesis import given, settings
from hypothesis import strategies as st

WAYS = [with_a_loop, with_windows, with_one_product]


@st.composite
def pairs(draw):
    """An image, and a kernel that fits into it."""
    kernel = draw(st.tuples(st.integers(1, 6), st.integers(1, 6)))
    image = [side + draw(st.integers(0, 9)) for side in kernel]
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    return rng.normal(size=image), rng.normal(size=kernel)


@pytest.mark.parametrize("way", WAYS)
@given(pairs())
@settings(max_examples=60, deadline=None)
def test_equals_keras(way, pair):
    image, kernel = pair
    batch, filters = image[None, :, :, None], kernel[:, :, None, None]
    theirs = keras.ops.conv(batch, filters, padding="valid")
    found = way(image, kernel)
    expected = keras.ops.convert_to_numpy(theirs)[0, :, :, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@given(pairs())
def test_the_three_ways_equal_the_package(pair):
    for way in WAYS:
        np.testing.assert_allclose(way(*pair), cross_correlate(*pair), atol=1e-9)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "shapes", [((4, 4), (5, 1)), ((4, 4, 1), (2, 2)), ((4, 4), (0, 2)), ((4,), (2,))]
)
def test_a_kernel_that_does_not_fit_is_refused(way, shapes):
    image, kernel = map(np.ones, shapes)
    with pytest.raises(ValueError, match=r"image and kernel: expected .*, got \("):
        way(image, kernel)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [np.uint8, bool])
def test_numbers_that_would_overflow_are_refused(way, kind):
    with pytest.raises(ValueError, match="image: expected floats, int32 or int64, got"):
        way(np.ones((3, 3), kind), np.ones((2, 2)))
    with pytest.raises(ValueError, match="kernel: expected floats, int32 or int64"):
        way(np.ones((3, 3)), np.ones((2, 2), kind))
