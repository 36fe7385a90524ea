"""Moran's I has its textbook values; null distributions and p-values are right."""

import numpy as np
import pytest
from convlens.statistics import (
    compare_with_null,
    initial_weight_correlation,
    largest_morans_i,
    morans_i,
    shuffled_weights,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

kernels = arrays(np.float64, (4, 5, 1, 2), elements=st.floats(-3, 3, width=16))


def morans_i_in_loops(kernel: np.ndarray) -> float:
    """The textbook formula, written out."""
    centred = kernel - kernel.mean()
    rows, columns = kernel.shape
    total = pairs = 0.0
    for r in range(rows):
        for c in range(columns):
            for down, across in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                if 0 <= r + down < rows and 0 <= c + across < columns:
                    total += centred[r, c] * centred[r + down, c + across]
                    pairs += 1
    return kernel.size / pairs * total / (centred**2).sum()


@given(kernels)
def test_equals_the_formula(weights):
    found = morans_i(weights)
    for channel in range(2):
        kernel = weights[:, :, 0, channel]
        if np.ptp(kernel) > 1e-3:
            assert found[0, channel] == pytest.approx(morans_i_in_loops(kernel))


@given(kernels, st.floats(0.5, 4), st.floats(-2, 2))
def test_scale_and_offset_do_not_matter(weights, scale, offset):
    if np.ptp(weights, axis=(0, 1)).min() > 0.1:
        np.testing.assert_allclose(
            morans_i(scale * weights + offset),
            morans_i(weights),
            atol=1e-6,
        )


@given(kernels)
def test_no_kernel_exceeds_the_largest(weights):
    assert morans_i(weights).max() <= largest_morans_i(4, 5) + 1e-9


def test_the_largest_is_reached():
    """A chain of three: the eigenvector is known, (1, 0, -1), with Moran's I of 0."""
    assert largest_morans_i(1, 3) == pytest.approx(0)
    assert largest_morans_i(5, 5) > morans_i(
        np.add.outer(np.arange(5.0), np.arange(5.0)).reshape(5, 5, 1, 1)
    )


def test_equal_weights_give_zero():
    assert morans_i(np.full((5, 5, 1, 1), 0.25)).item() == 0


def test_random_order_gives_the_chance_level():
    weights = np.random.default_rng(0).normal(size=(5, 5, 1, 16))
    shuffled = shuffled_weights(weights, copies=400)
    assert morans_i(shuffled).mean() == pytest.approx(-1 / 24, abs=0.005)


def test_a_value_is_compared_with_its_null_distribution():
    chance = np.arange(1000.0)
    held = compare_with_null(990.0, chance)
    assert (held.mean, held.p) == (499.5, 11 / 1001)
    assert held.above
    assert not compare_with_null(500.0, chance).above
    assert compare_with_null(5000.0, chance).p == 1 / 1001


def test_a_start_that_is_still_there_is_seen():
    rng = np.random.default_rng(0)
    before, other = rng.normal(size=(2, 5, 5, 1, 40))
    kept = initial_weight_correlation(before, before + 2 * other)
    assert kept.value == pytest.approx(1 / np.sqrt(5), abs=0.08)
    assert kept.above
    assert abs(kept.mean) < 0.05


def test_a_start_that_is_gone_is_not_seen():
    before, after = np.random.default_rng(1).normal(size=(2, 5, 5, 1, 40))
    assert not initial_weight_correlation(before, after).above


def test_the_start_of_each_kernel_is_its_own():
    before = np.random.default_rng(2).normal(size=(5, 5, 2, 8))
    swapped = initial_weight_correlation(before, before[..., ::-1])
    assert abs(swapped.value) < 0.2
    assert initial_weight_correlation(before, np.ones_like(before)).value == 0
    with pytest.raises(ValueError, match=r"after: expected the shape of before"):
        initial_weight_correlation(before, before[..., :3])


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("value", [0.1, 0.25, 1 / 9])
def test_equal_weights_of_any_size_give_zero(size, value):
    assert morans_i(np.full((size, size, 1, 1), value)).item() == 0


def test_shuffling_keeps_the_numbers_of_each_kernel():
    kernels = np.random.default_rng(5).normal(size=(5, 5, 16, 32))
    shuffled = shuffled_weights(kernels, seed=3, copies=2)
    assert shuffled.shape == (2, *kernels.shape)
    ordered = np.sort(kernels.reshape(25, -1), axis=0)
    for one in shuffled:
        np.testing.assert_array_equal(np.sort(one.reshape(25, -1), axis=0), ordered)
    assert not np.array_equal(shuffled[0], shuffled[1])
    # each kernel in an order of its own
    ranks = shuffled[0].reshape(25, -1).argsort(axis=0)
    before = kernels.reshape(25, -1).argsort(axis=0)
    assert len({tuple(order) for order in ranks.T}) > 1
    assert not np.array_equal(ranks, before)
    np.testing.assert_array_equal(shuffled, shuffled_weights(kernels, seed=3, copies=2))
