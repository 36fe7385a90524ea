"""Energy shares follow their Beta law, and have known values on known kernels."""

import sys

import numpy as np
import pytest
from convlens.statistics import (
    dc_share,
    fresh_kernels,
    gradient_share,
    low_frequency_share,
    polynomial_basis,
    quadratic_share,
    share_null,
    subspace_share,
)
from convlens.statistics._scipy import require_scipy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kstest

SHARES = [gradient_share, quadratic_share, dc_share, low_frequency_share]
kernels = arrays(np.float64, (5, 5, 1, 2), elements=st.floats(-3, 3, width=16))
Y, X = np.mgrid[-2:3, -2:3].astype(float)
EVEN = np.ones((5, 5))
CHESSBOARD = (-1.0) ** np.indices((5, 5)).sum(axis=0)


def measure(share, kernel: np.ndarray) -> float:
    return share(kernel[:, :, None, None]).item()


def normal_kernels() -> np.ndarray:
    return np.random.default_rng(7).normal(size=(2000, 5, 5, 1, 1))


def subspace_share_in_steps(kernel: np.ndarray, basis: np.ndarray) -> float:
    """Fit the kernel with the basis by least squares: what the fit explains."""
    weights = kernel.ravel()
    fit = basis @ np.linalg.lstsq(basis, weights, rcond=None)[0]
    return (fit @ fit) / (weights @ weights)


def low_frequency_share_in_steps(kernel: np.ndarray, cutoff: float) -> float:
    power = np.abs(np.fft.fft2(kernel, (63, 63))) ** 2
    low = 0.0
    for row, down in enumerate(np.fft.fftfreq(63)):
        for column, right in enumerate(np.fft.fftfreq(63)):
            if down**2 + right**2 <= cutoff**2:
                low += power[row, column]
    return low / power.sum()


@pytest.mark.parametrize(
    ("share", "dimension"), [(gradient_share, 2), (quadratic_share, 6), (dc_share, 1)]
)
def test_normal_weights_follow_the_beta_law(share, dimension):
    law = share_null(dimension, 25)
    assert law.mean() == pytest.approx(dimension / 25)
    assert kstest(share(normal_kernels()).ravel(), law.cdf).pvalue > 0.01


def test_equals_a_fit_by_least_squares():
    rng = np.random.default_rng(3)
    kernel, basis = rng.normal(size=(4, 5)), rng.normal(size=(20, 3))
    expected = subspace_share_in_steps(kernel, basis)
    assert subspace_share(kernel[:, :, None, None], basis).item() == pytest.approx(
        expected
    )


@pytest.mark.parametrize("cutoff", [0.1, 0.25, 0.5])
def test_the_low_share_equals_a_sum_over_frequencies(cutoff):
    kernel = np.random.default_rng(4).normal(size=(4, 5))
    found = low_frequency_share(kernel[:, :, None, None], cutoff).item()
    assert found == pytest.approx(low_frequency_share_in_steps(kernel, cutoff))


def test_the_low_share_of_noise_is_about_the_area_of_the_disc():
    noise = fresh_kernels((5, 5, 1, 16), copies=1000)
    assert low_frequency_share(noise).mean() == pytest.approx(np.pi / 16, abs=0.003)
    assert low_frequency_share(noise, 0.5).mean() == pytest.approx(np.pi / 4, abs=0.003)


def test_a_kernel_larger_than_the_grid_keeps_all_its_power():
    kernel = np.random.default_rng(5).normal(size=(64, 3))
    power = np.abs(np.fft.fft2(kernel, (65, 63))) ** 2
    radius = np.hypot(
        *np.meshgrid(np.fft.fftfreq(65), np.fft.fftfreq(63), indexing="ij")
    )
    expected = power[radius <= 0.25].sum() / power.sum()
    assert measure(low_frequency_share, kernel) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kernel", "gradient", "quadratic", "dc"),
    [
        (X, 1, 1, 0),
        (0.3 * X - 2 * Y, 1, 1, 0),
        (X * Y, 0, 1, 0),
        (EVEN, 0, 1, 1),
        (EVEN + X / np.sqrt(2), 0.5, 1, 0.5),
        (CHESSBOARD, 0, None, 1 / 625),
        (0 * X, 0, 0, 0),
    ],
    ids=["ramp", "oblique ramp", "saddle", "even", "half", "chessboard", "zero"],
)
def test_known_kernels_have_known_shares(kernel, gradient, quadratic, dc):
    assert measure(gradient_share, kernel) == pytest.approx(gradient, abs=1e-12)
    assert measure(dc_share, kernel) == pytest.approx(dc, abs=1e-12)
    if quadratic is not None:
        assert measure(quadratic_share, kernel) == pytest.approx(quadratic, abs=1e-12)


def test_even_weights_are_low_and_a_chessboard_is_not():
    assert measure(low_frequency_share, EVEN) > 0.8
    assert measure(low_frequency_share, CHESSBOARD) < 0.01
    assert measure(low_frequency_share, 0 * EVEN) == 0


@given(kernels, st.floats(0.5, 4))
def test_scale_and_quarter_turns_do_not_matter(weights, scale):
    if np.abs(weights).max() > 0.1:
        turned = np.rot90(-scale * weights)
        for share in SHARES:
            np.testing.assert_allclose(share(turned), share(weights), atol=1e-9)


@pytest.mark.parametrize("share", SHARES)
def test_small_float32_weights_are_measured(share):
    kernel = np.random.default_rng(6).normal(size=(5, 5, 2, 3)).astype("float32")
    tiny = kernel * np.float32(2.0**-100)
    np.testing.assert_allclose(share(tiny), share(kernel))


@pytest.mark.parametrize("share", SHARES)
def test_leading_axes_and_channels_keep_their_places(share):
    many = np.random.default_rng(8).normal(size=(3, 4, 5, 2, 6))
    found = share(many)
    assert found.shape == (3, 2, 6)
    for place in np.ndindex(found.shape):
        one = many[place[0], :, :, place[1], place[2]]
        assert found[place] == pytest.approx(measure(share, one))


@pytest.mark.parametrize("share", SHARES)
def test_a_missing_weight_is_not_taken_for_zero(share):
    assert np.isnan(measure(share, np.where(X == 0, np.nan, X)))


def test_polynomials_are_orthonormal_and_in_order():
    basis = polynomial_basis(4, 5, 2)
    np.testing.assert_allclose(basis.T @ basis, np.eye(6), atol=1e-12)
    y, x = np.mgrid[-1.5:2, -2:3]
    monomials = [np.ones_like(x), x, y, x**2, x * y, y**2]
    for k, monomial in enumerate(monomials):
        # It is in the span of the first k + 1 columns, and points along the last.
        parts = basis.T @ monomial.ravel()
        np.testing.assert_allclose(parts[k + 1 :], 0, atol=1e-12)
        assert parts[k] > 0


def test_wrong_arguments_are_named():
    kernel = np.ones((2, 3, 1, 1))
    with pytest.raises(ValueError, match=r"kernels: expected shape .*, got \(5, 5\)"):
        dc_share(np.ones((5, 5)))
    with pytest.raises(ValueError, match=r"basis: expected shape \(6, d\).*\(5, 2\)"):
        subspace_share(kernel, np.ones((5, 2)))
    with pytest.raises(
        ValueError, match="basis: expected 2 independent columns, got 1"
    ):
        subspace_share(kernel, np.ones((6, 2)))
    with pytest.raises(ValueError, match="degree: expected 0 to 1 .* 2x3 .*, got 2"):
        quadratic_share(kernel)
    with pytest.raises(ValueError, match="degree: expected 0 to 4 .*, got -1"):
        polynomial_basis(5, 5, -1)
    for cutoff in (0, 0.6):
        with pytest.raises(
            ValueError, match="cutoff: expected above 0 and at most 0.5"
        ):
            low_frequency_share(kernel, cutoff)
    for dimension in (0, 25):
        with pytest.raises(ValueError, match="dimension: expected 1 to 24"):
            share_null(dimension, 25)


def test_without_scipy_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(
        ImportError, match=r"python -m pip install scipy\), or .* extra"
    ):
        require_scipy("stats")
