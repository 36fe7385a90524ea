"""Shapes are found where they are, and in noise as often as the docstring says."""

import numpy as np
import pytest
from convlens.statistics import fresh_kernels, orientation
from convlens.statistics.shapes import shape_fits
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

NAMES = ["edge", "bar", "blob"]


def drawn(name, size, angle=0.0, *, width=0.8, down=0.0, right=0.0):
    """One shape, pixel by pixel; angles turn counter-clockwise, rows run downwards."""
    kernel = np.empty((size, size, 1, 1))
    middle = (size - 1) / 2
    for row in range(size):
        for column in range(size):
            up, across = middle + down - row, column - middle - right
            along = (across * np.cos(angle) + up * np.sin(angle)) / width
            gauss = np.exp(-(up**2 + across**2) / (2 * width**2))
            factor = {"edge": along, "bar": 1 - along**2, "blob": 1.0}[name]
            kernel[row, column] = factor * gauss
    return kernel


@pytest.mark.parametrize("size", [5, 6, 7])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("degrees", [0, 30, 100])
@pytest.mark.parametrize("place", [(0.0, 0.0), (0.6, -0.9)])
def test_each_shape_is_recognised(name, size, degrees, place):
    kernel = drawn(name, size, np.radians(degrees), down=place[0], right=place[1])
    fits = shape_fits(-2 * kernel)
    assert fits.best.item() == name
    # a centre between those of the templates costs a narrow bar most
    assert fits.explained[name].item() > (0.93 if any(place) else 0.95)
    others = [fits.explained[one].item() for one in NAMES if one != name]
    assert max(others) < 0.85


def test_classic_kernels_have_their_shapes():
    across = np.outer([1, 4, 6, 4, 1], [-1, -2, 0, 2, 1])
    line = np.outer([1, 4, 6, 4, 1], [-1, 0, 2, 0, -1])
    binomial = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])
    for kernel, name in ((across, "edge"), (line, "bar"), (binomial, "blob")):
        fits = shape_fits(kernel[:, :, None, None])
        assert fits.best.item() == name
        assert fits.explained[name].item() > 0.95


@pytest.mark.parametrize("name", ["edge", "bar"])
@pytest.mark.parametrize("degrees", [0, 20, 45, 70, 90, 110, 135, 160])
def test_the_fit_is_turned_like_the_kernel(name, degrees):
    kernel = drawn(name, 7, np.radians(degrees), width=1.0)
    fitted = shape_fits(kernel).fitted
    apart = np.degrees((orientation(fitted) - orientation(kernel)).item())
    assert abs((apart + 90) % 180 - 90) < 6


def test_what_is_fitted_explains_the_share():
    """The fit is a projection: what it explains and what is left make up the whole."""
    kernels = np.random.default_rng(0).normal(size=(2, 5, 5, 3, 4))
    fits = shape_fits(kernels)
    assert fits.fitted.shape == kernels.shape
    assert fits.best.shape == (2, 3, 4)
    most = np.max([fits.explained[name] for name in NAMES], axis=0)
    left = ((kernels - fits.fitted) ** 2).sum(axis=(1, 2))
    np.testing.assert_allclose(1 - left / (kernels**2).sum(axis=(1, 2)), most)
    one = shape_fits(kernels[1, :, :, 2:, 3:])
    np.testing.assert_allclose(one.fitted, fits.fitted[1, :, :, 2:, 3:])
    assert one.best.item() == fits.best[1, 2, 3]


@given(st.integers(0, 99), st.floats(1e-6, 1e6), st.sampled_from([-1, 1]))
def test_scale_and_sign_do_not_matter(seed, scale, sign):
    kernel = np.random.default_rng(seed).normal(size=(5, 5, 1, 1))
    plain, scaled = shape_fits(kernel), shape_fits(sign * scale * kernel)
    for name in NAMES:
        np.testing.assert_allclose(scaled.explained[name], plain.explained[name])
    np.testing.assert_allclose(scaled.fitted, sign * scale * plain.fitted)


@given(st.integers(0, 99))
@settings(max_examples=20)
def test_a_mirrored_kernel_is_explained_alike(seed):
    """Half of the templates' angles, or a centre, would be missing otherwise."""
    kernel = np.random.default_rng(seed).normal(size=(5, 5, 1, 1))
    for other in (kernel[::-1], kernel[:, ::-1], kernel.transpose(1, 0, 2, 3)):
        for name in NAMES:
            np.testing.assert_allclose(
                shape_fits(other).explained[name], shape_fits(kernel).explained[name]
            )


def test_noise_is_explained_as_much_as_the_docstring_says():
    five, three = (
        shape_fits(fresh_kernels((size, size, 1, 1), copies=3000, seed=5))
        for size in (5, 3)
    )
    for fits, expected in ((five, (0.26, 0.28, 0.15)), (three, (0.53, 0.55, 0.27))):
        for name, mean in zip(NAMES, expected, strict=True):
            assert fits.explained[name].mean() == pytest.approx(mean, abs=0.01)
    assert np.mean(five.best == "bar") == pytest.approx(2 / 3, abs=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_a_search_between_the_templates_finds_little_more(name):
    """SciPy searches from many starts, within the limits that the docstring names."""
    widest = {"edge": 2.0, "bar": 2 / np.sqrt(3), "blob": 1.0}[name]
    kernels = fresh_kernels((5, 5, 1, 1), copies=20, seed=8)
    found = shape_fits(kernels).explained[name].ravel()
    rows, columns = np.indices((5, 5))

    def missed(at, kernel):
        down, right, width, angle = at
        up, across = 2 + down - rows, columns - 2 - right
        along = (across * np.cos(angle) + up * np.sin(angle)) / width
        gauss = np.exp(-(up**2 + across**2) / (2 * width**2))
        shape = {"edge": along, "bar": 1 - along**2, "blob": 1.0}[name] * gauss
        return 1 - (shape * kernel).sum() ** 2 / (shape**2).sum() / (kernel**2).sum()

    limits = [(-1, 1), (-1, 1), (0.6, widest), (-np.pi, np.pi)]
    starts = np.random.default_rng(0).uniform(*np.transpose(limits), size=(8, 4))
    searched = [
        1 - min(minimize(missed, at, kernel, bounds=limits).fun for at in starts)
        for kernel in kernels[:, :, :, 0, 0]
    ]
    assert np.mean(searched - found) == pytest.approx(0, abs=0.01)


def test_equal_weights_are_partly_a_blob():
    fits = shape_fits(np.full((5, 5, 1, 1), -0.25))
    assert fits.best.item() == "blob"
    assert fits.explained["blob"].item() == pytest.approx(0.48, abs=0.01)


def test_a_kernel_of_zeros_has_no_shape():
    kernels = np.zeros((5, 5, 1, 2))
    kernels[:, :, :, 1:] = drawn("edge", 5)
    fits = shape_fits(kernels)
    assert fits.best.tolist() == [["none", "edge"]]
    assert all(fits.explained[name][0, 0] == 0 for name in NAMES)
    assert not fits.fitted[..., 0].any()


def test_kernels_too_small_for_a_shape_are_refused():
    with pytest.raises(ValueError, match=r"kernels: expected at least 3x3 .* got 2x5"):
        shape_fits(np.ones((2, 5, 1, 1)))
    with pytest.raises(ValueError, match=r"kernels: expected shape .* got \(5, 5\)"):
        shape_fits(np.ones((5, 5)))
