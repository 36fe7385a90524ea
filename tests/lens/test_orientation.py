"""Orientation is the direction of a grating; selectivity says how clear it is."""

import numpy as np
import pytest
from convlens.statistics import fresh_kernels, orientation, orientation_selectivity
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

kernels = arrays(np.float64, (5, 5, 1, 2), elements=st.floats(-3, 3, width=16))


def grating(degrees: float, size: int = 15) -> np.ndarray:
    """Stripes whose normal has this angle, counter-clockwise from the right."""
    reach = size // 2
    up, right = np.mgrid[reach : -reach - 1 : -1, -reach : reach + 1]
    along = right * np.cos(np.radians(degrees)) + up * np.sin(np.radians(degrees))
    envelope = np.exp(-(up**2 + right**2) / (2 * (size / 5) ** 2))
    return (envelope * np.cos(2 * np.pi * 0.2 * along))[:, :, None, None]


def difference(first: np.ndarray, second: np.ndarray | float) -> np.ndarray:
    """Compare directions of stripes, which repeat after half a turn."""
    return np.abs((first - second + np.pi / 2) % np.pi - np.pi / 2)


def moment_in_steps(kernel: np.ndarray) -> complex:
    """The sum over frequencies, divided by all power, written out."""
    power = np.abs(np.fft.fft2(kernel - kernel.mean(), (63, 63))) ** 2
    total = 0j
    for row, down in enumerate(np.fft.fftfreq(63)):
        for column, right in enumerate(np.fft.fftfreq(63)):
            if (down, right) != (0, 0):
                length = np.hypot(down, right)
                total += power[row, column] * ((right - 1j * down) / length) ** 2
    return total / power.sum()


def test_equals_a_sum_over_frequencies():
    many = np.random.default_rng(0).normal(size=(3, 4, 5, 2, 1))
    angles, clear = orientation(many), orientation_selectivity(many)
    assert angles.shape == clear.shape == (3, 2, 1)
    for n, channel in np.ndindex(3, 2):
        moment = moment_in_steps(many[n, :, :, channel, 0])
        assert clear[n, channel, 0] == pytest.approx(abs(moment))
        assert difference(angles[n, channel, 0], np.angle(moment) / 2) < 1e-9


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 120, 170])
def test_a_grating_has_its_own_direction(degrees):
    found = orientation(grating(degrees)).item()
    assert difference(found, np.radians(degrees)) < np.radians(0.5)
    assert orientation_selectivity(grating(degrees)).item() > 0.9


def test_angles_are_below_half_a_turn_to_the_last_bit():
    """Stripes from left to right with noise too small to see, on either side of 0."""
    noise = np.random.default_rng(0).normal(scale=1e-17, size=(200, 3, 3, 1, 1))
    right = np.array([[-1.0, 0.0, 1.0]] * 3)[:, :, None, None]
    for angles in (orientation(right + noise), orientation(noise)):
        assert (angles >= 0).all()
        assert (angles < np.pi).all()


@given(kernels)
def test_a_quarter_turn_adds_a_quarter_turn(weights):
    turned = np.rot90(weights)
    clear = orientation_selectivity(weights)
    np.testing.assert_allclose(orientation_selectivity(turned), clear, atol=1e-6)
    off = difference(orientation(turned), orientation(weights) + np.pi / 2)
    assert off[clear > 1e-3].max(initial=0) < 1e-6


@given(kernels, st.floats(0.5, 4), st.floats(-2, 2))
def test_scale_and_offset_do_not_matter(weights, scale, offset):
    if np.ptp(weights, axis=(0, 1)).min() > 0.1:
        other = offset - scale * weights
        clear = orientation_selectivity(weights)
        np.testing.assert_allclose(orientation_selectivity(other), clear, atol=1e-6)
        off = difference(orientation(other), orientation(weights))
        assert off[clear > 1e-3].max(initial=0) < 1e-6


@given(kernels)
def test_selectivity_lies_between_0_and_1(weights):
    clear = orientation_selectivity(weights)
    assert (clear >= 0).all()
    assert (clear <= 1 + 1e-9).all()


def test_what_is_alike_in_all_directions_has_no_selectivity():
    blob = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])
    chessboard = np.indices((5, 5)).sum(axis=0) % 2
    both = np.stack([blob, chessboard], axis=-1)[:, :, None]
    np.testing.assert_allclose(orientation_selectivity(both), 0, atol=1e-9)


@pytest.mark.parametrize("value", [0, 0.1, 1 / 9])
def test_equal_weights_give_zero(value):
    even = np.full((5, 4, 1, 1), value)
    assert orientation(even).item() == orientation_selectivity(even).item() == 0
    assert orientation_selectivity(even.astype("float32")).item() == 0


def test_the_values_in_the_docstring_hold_under_noise():
    for size, expected in ((3, 0.295), (5, 0.203), (7, 0.153)):
        noise = fresh_kernels((size, size, 1, 16), copies=1000)
        assert orientation_selectivity(noise).mean() == pytest.approx(
            expected, abs=0.005
        )


def test_the_limits_in_the_docstring_hold():
    up, right = np.mgrid[2:-3:-1, -2:3]
    axis, diagonal = (
        orientation_selectivity(ramp[:, :, None, None].astype(float)).item()
        for ramp in (right, right + up)
    )
    assert (round(axis, 2), round(diagonal, 2)) == (0.57, 0.24)


def test_a_missing_weight_is_not_taken_for_zero():
    kernel = np.full((3, 3, 1, 1), 1.0)
    kernel[1, 1] = np.nan
    assert np.isnan(orientation(kernel)).all()
    assert np.isnan(orientation_selectivity(kernel)).all()


def test_a_flat_kernel_is_refused():
    with pytest.raises(ValueError, match=r"kernels: expected shape .*, got \(5, 5\)"):
        orientation(np.ones((5, 5)))
