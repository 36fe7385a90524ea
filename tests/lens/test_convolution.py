"""Convolution by hand equals Keras and SciPy, and refuses what Keras refuses."""

import keras
import numpy as np
import pytest
from convlens.convolution import (
    convolve,
    cross_correlate,
    named_kernels,
    output_size,
    pad,
    same_padding,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import convolve2d, correlate2d

sizes = st.integers(1, 9)
kernel_sizes = st.integers(1, 5)
values = st.floats(-4, 4, width=32)


@st.composite
def problems(draw, most_groups=1):
    """An image batch, filters, and options that Keras takes."""
    count = draw(st.integers(min(2, most_groups), most_groups))
    per_group, filters = draw(st.integers(1, 3)), count * draw(st.integers(1, 3))
    shape = (draw(st.integers(1, 2)), draw(sizes), draw(sizes), per_group * count)
    kernel = (draw(kernel_sizes), draw(kernel_sizes), per_group, filters)
    option = draw(st.sampled_from(["stride", "dilation"]))
    number = draw(st.integers(1, 3))
    options = {option: number, "padding": draw(st.sampled_from(["valid", "same"]))}
    dilation = options.get("dilation", 1)
    fits = all(
        dilation * (k - 1) < n for k, n in zip(kernel[:2], shape[1:3], strict=True)
    )
    assume(options["padding"] == "same" or fits)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    image = rng.normal(size=shape).astype("float32")
    return image, rng.normal(size=kernel).astype("float32"), options


def keras_conv(image, kernel, *, stride=1, padding="valid", dilation=1):
    result = keras.ops.conv(
        image, kernel, strides=stride, padding=padding, dilation_rate=dilation
    )
    return keras.ops.convert_to_numpy(result)


def assert_equals_keras(image, kernel, options):
    ours = cross_correlate(image, kernel, **options)
    theirs = keras_conv(image, kernel, **options)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_equals_keras(problem):
    assert_equals_keras(*problem)


@given(problems(most_groups=3))
@settings(max_examples=8, deadline=None)
def test_equals_keras_in_groups(problem):
    assert_equals_keras(*problem)


@pytest.mark.parametrize("stride", [(1, 2), (3, 1)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_stride_may_differ_between_the_axes(stride, padding):
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(1, 9, 8, 2)), rng.normal(size=(3, 4, 2, 3))
    assert_equals_keras(image, kernel, {"stride": stride, "padding": padding})


images_2d = arrays(np.float64, st.tuples(sizes, sizes), elements=values)
kernels_2d = arrays(np.float64, st.tuples(kernel_sizes, kernel_sizes), elements=values)


@given(images_2d, kernels_2d)
def test_equals_scipy(image, kernel):
    assume(all(k <= n for k, n in zip(kernel.shape, image.shape, strict=True)))
    expected = correlate2d(image, kernel, mode="valid")
    np.testing.assert_allclose(cross_correlate(image, kernel), expected, atol=1e-9)
    expected = convolve2d(image, kernel, mode="valid")
    np.testing.assert_allclose(convolve(image, kernel), expected, atol=1e-9)


@given(images_2d, kernels_2d, values, values)
def test_linear(image, kernel, a, b):
    other = image[::-1].copy()
    together = cross_correlate(a * image + b * other, kernel, padding="same")
    apart = a * cross_correlate(image, kernel, padding="same")
    apart = apart + b * cross_correlate(other, kernel, padding="same")
    np.testing.assert_allclose(together, apart, atol=1e-6)


@given(images_2d, kernels_2d, st.integers(0, 3), st.integers(0, 3))
def test_a_shifted_image_gives_a_shifted_map(image, kernel, down, across):
    around = ((4, 4), (4, 4))
    plain = cross_correlate(image, kernel, padding=around)
    moved_image = np.pad(image, ((down, 0), (across, 0)))
    moved = cross_correlate(moved_image, kernel, padding=around)
    np.testing.assert_allclose(moved[down:, across:], plain, atol=1e-9)


@given(images_2d)
def test_identity_kernel_changes_nothing(image):
    identity = np.zeros((3, 3))
    identity[1, 1] = 1
    np.testing.assert_array_equal(
        cross_correlate(image, identity, padding="same"), image
    )


def test_explicit_padding_stands_where_it_is_put():
    padded = pad(np.ones((1, 2, 3, 1)), (1, 1), padding=((1, 0), (0, 2)))
    expected = [[0, 0, 0, 0, 0], [1, 1, 1, 0, 0], [1, 1, 1, 0, 0]]
    np.testing.assert_array_equal(padded[0, :, :, 0], expected)


@given(sizes, kernel_sizes, st.integers(1, 3), st.integers(1, 3))
def test_size_and_padding_agree_with_the_result(size, kernel, stride, dilation):
    assume(min(stride, dilation) == 1)
    image, weights = np.ones((size, size)), np.ones((kernel, kernel))
    options = {"stride": stride, "dilation": dilation}
    same = cross_correlate(image, weights, padding="same", **options)
    assert same.shape[0] == output_size(size, kernel, padding="same", **options)
    before, after = same_padding(size, kernel, **options)
    assert after - before in (0, 1)
    explicit = ((before, after), (before, after))
    by_hand = cross_correlate(image, weights, padding=explicit, **options)
    np.testing.assert_array_equal(by_hand, same)
    valid = output_size(size, kernel, **options)
    if valid:
        assert cross_correlate(image, weights, **options).shape == (valid, valid)


ONES = np.ones((1, 4, 4, 2)), np.ones((3, 3, 2, 2))
REFUSED = {
    "stride 0": (*ONES, {"stride": 0}),
    "unknown padding": (*ONES, {"padding": "full"}),
    "too large a kernel": (ONES[0], np.ones((5, 3, 2, 2)), {}),
    "too wide a dilation": (*ONES, {"dilation": 2}),
    "other channels": (ONES[0], np.ones((3, 3, 3, 2)), {}),
    "no image": (np.ones((1, 0, 4, 2)), ONES[1], {}),
}


def keras_gives_nothing(image, kernel, options) -> bool:
    """Whether Keras raises, or gives an empty map, as older ones do without a place."""
    try:
        return keras_conv(image, kernel, **options).size == 0
    except Exception:
        return True


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_what_keras_refuses(case):
    image, kernel, options = REFUSED[case]
    with pytest.raises(ValueError, match="expected .* got"):
        cross_correlate(image, kernel, **options)
    assert keras_gives_nothing(image, kernel, options)


def test_stride_and_dilation_together_are_refused_as_by_keras():
    """By its layer: `keras.ops.conv` refuses them on TensorFlow alone."""
    with pytest.raises(ValueError, match="stride and dilation: expected at most one"):
        cross_correlate(np.ones((9, 9)), np.ones((3, 3)), stride=2, dilation=2)
    with pytest.raises(ValueError, match="strides > 1"):
        keras.layers.Conv2D(2, 3, strides=2, dilation_rate=2)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"stride": 1.5}, "stride"),
        ({"dilation": -1}, "dilation"),
        ({"padding": -1}, "padding"),
        ({"padding": (1, 2, 3)}, "padding"),
        ({"padding": ((1, 2), (3,))}, "padding"),
        ({"padding": 1.5}, "padding"),
        ({"padding": np.full((2, 2), -1)}, "padding"),
        ({"stride": (1, 1, 1)}, "stride"),
        ({"dilation": (1,)}, "dilation"),
    ],
)
def test_errors_name_the_argument(options, named):
    with pytest.raises(ValueError, match=f"^{named}: expected"):
        cross_correlate(np.ones((4, 4)), np.ones((2, 2)), **options)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, bool, complex])
def test_numbers_that_would_overflow_are_refused(dtype):
    with pytest.raises(ValueError, match="image: expected floats, int32 or int64, got"):
        cross_correlate(np.ones((4, 4), dtype), np.ones((2, 2)))
    with pytest.raises(ValueError, match="kernel: expected floats, int32 or int64"):
        cross_correlate(np.ones((4, 4)), np.ones((2, 2), dtype))


def test_whole_numbers_stay_whole():
    found = cross_correlate(np.full((3, 3), 200), np.ones((3, 3), int))
    assert found.tolist() == [[1800]]


def test_a_lone_axis_is_refused():
    with pytest.raises(ValueError, match=r"got \(4, 4\) and \(2, 2, 1, 1\)"):
        cross_correlate(np.ones((4, 4)), np.ones((2, 2, 1, 1)))


def test_named_kernels_do_what_their_names_say():
    kernels = named_kernels()
    image = np.zeros((9, 9))
    image[5:, :] = 1.0
    below = cross_correlate(image, kernels["edge below"])
    assert below.max() == below[3, 0] == 4
    assert np.all(cross_correlate(image, kernels["edge right"]) == 0)
    dot = np.zeros((9, 9))
    dot[4, 4] = 1.0
    assert cross_correlate(dot, kernels["shift right"], padding="same")[4, 5] == 1
    column = image.T
    right = cross_correlate(column, kernels["edge right"])
    assert right.max() == right[0, 3] == 4
    assert cross_correlate(dot, kernels["outline"], padding="same")[4, 4] > 0
    assert cross_correlate(dot, kernels["sharpen"], padding="same")[4, 4] > 1
    assert kernels["soft blur"][0].tolist() == [1 / 16, 2 / 16, 1 / 16]
    for name in ("identity", "shift right", "average", "soft blur", "sharpen"):
        assert kernels[name].sum() == pytest.approx(1)
    for name in ("edge below", "edge right", "outline"):
        assert kernels[name].sum() == pytest.approx(0)
