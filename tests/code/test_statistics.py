"""Moran's I has its textbook values, and chance is what it is said to be."""

import numpy as np
import pytest
from convlens.kernels import shuffled_inside
from convlens.statistics import (
    against_chance,
    largest_agreement,
    neighbour_agreement,
    own_start,
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
    found = neighbour_agreement(weights)
    for channel in range(2):
        kernel = weights[:, :, 0, channel]
        if np.ptp(kernel) > 1e-3:
            assert found[0, channel] == pytest.approx(morans_i_in_loops(kernel))


@given(kernels, st.floats(0.5, 4), st.floats(-2, 2))
def test_scale_and_offset_do_not_matter(weights, scale, offset):
    if np.ptp(weights, axis=(0, 1)).min() > 0.1:
        np.testing.assert_allclose(
            neighbour_agreement(scale * weights + offset),
            neighbour_agreement(weights),
            atol=1e-6,
        )


@given(kernels)
def test_no_kernel_exceeds_the_largest(weights):
    assert neighbour_agreement(weights).max() <= largest_agreement(4, 5) + 1e-9


def test_the_largest_is_reached():
    """A chain of three: the eigenvector is known, (1, 0, -1), with Moran's I of 0."""
    assert largest_agreement(1, 3) == pytest.approx(0)
    assert largest_agreement(5, 5) > neighbour_agreement(
        np.add.outer(np.arange(5.0), np.arange(5.0)).reshape(5, 5, 1, 1)
    )


def test_equal_weights_give_zero():
    assert neighbour_agreement(np.full((5, 5, 1, 1), 0.25)).item() == 0


def test_random_order_gives_the_chance_level():
    weights = np.random.default_rng(0).normal(size=(5, 5, 1, 16))
    shuffled = shuffled_inside(weights, copies=400)
    assert neighbour_agreement(shuffled).mean() == pytest.approx(-1 / 24, abs=0.005)


def test_held_against_chance():
    chance = np.arange(1000.0)
    held = against_chance(990.0, chance)
    assert (held.middle, held.p) == (499.5, 11 / 1001)
    assert held.above
    assert not against_chance(500.0, chance).above
    assert against_chance(5000.0, chance).p == 1 / 1001


def test_a_start_that_is_still_there_is_seen():
    rng = np.random.default_rng(0)
    before, other = rng.normal(size=(2, 5, 5, 1, 40))
    kept = own_start(before, before + 2 * other)
    assert kept.value == pytest.approx(1 / np.sqrt(5), abs=0.08)
    assert kept.above
    assert abs(kept.middle) < 0.05


def test_a_start_that_is_gone_is_not_seen():
    before, after = np.random.default_rng(1).normal(size=(2, 5, 5, 1, 40))
    assert not own_start(before, after).above


def test_the_start_of_each_kernel_is_its_own():
    before = np.random.default_rng(2).normal(size=(5, 5, 2, 8))
    swapped = own_start(before, before[..., ::-1])
    assert abs(swapped.value) < 0.2
    assert own_start(before, np.ones_like(before)).value == 0
    with pytest.raises(ValueError, match=r"after: expected the shape of before"):
        own_start(before, before[..., :3])


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("value", [0.1, 0.25, 1 / 9])
def test_equal_weights_of_any_size_give_zero(size, value):
    assert neighbour_agreement(np.full((size, size, 1, 1), value)).item() == 0
