"""Sign flips are counted exactly; p-values of kernels and their choice are right."""

from itertools import product

import keras
import numpy as np
import pytest
from convlens.statistics import (
    compare_with_null,
    discoveries,
    fresh_kernels,
    kernel_p_values,
    sign_flip_test,
    smallest_sign_flip_p,
)
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, permutation_test

small_numbers = st.lists(st.integers(-4, 4), min_size=1, max_size=8)


def sign_flip_p_in_loops(differences: list[int]) -> float:
    """Every pattern of signs, in whole numbers."""
    patterns = list(product((1, -1), repeat=len(differences)))
    flipped = [
        sum(s * d for s, d in zip(p, differences, strict=True)) for p in patterns
    ]
    return sum(abs(one) >= abs(sum(differences)) for one in flipped) / len(patterns)


@given(small_numbers)
def test_equals_a_count_of_all_patterns(differences):
    expected = sign_flip_p_in_loops(differences)
    assert sign_flip_test(np.array(differences)) == expected
    # tenths and thirds, where sums that should be equal differ in their last digit
    assert sign_flip_test(np.array(differences) / 10) == expected
    assert sign_flip_test(-np.array(differences) / 3e-9) == expected


def test_equals_scipy():
    differences = np.random.default_rng(0).normal(0.5, size=10)
    of_scipy = permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flip_test(differences) == pytest.approx(of_scipy.pvalue)


def test_the_smallest_p_is_that_of_equal_signs():
    for n in (1, 2, 5, 6, 10, 20):
        assert sign_flip_test(np.linspace(1, 2, n)) == smallest_sign_flip_p(n)
    assert smallest_sign_flip_p(5) > 0.05 > smallest_sign_flip_p(6)
    assert sign_flip_test(np.zeros(7)) == 1


def test_the_level_is_kept_where_nothing_differs():
    draws = np.random.default_rng(1).standard_cauchy(size=(2000, 7))
    found = np.array([sign_flip_test(one) for one in draws])
    for level in (1 / 64, 2 / 64, 0.25):
        assert np.mean(found <= level) == pytest.approx(level, abs=0.03)
    assert found.min() == smallest_sign_flip_p(7)


@pytest.mark.parametrize("shape", [(0,), (21,), (3, 2)])
def test_a_wrong_number_of_networks_is_refused(shape):
    with pytest.raises(ValueError, match="differences: expected shape .* 1 to 20, got"):
        sign_flip_test(np.ones(shape))


def test_other_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="differences: expected finite numbers"):
        sign_flip_test(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="n: expected at least 1 network, got 0"):
        smallest_sign_flip_p(0)
    with pytest.raises(ValueError, match=r"shape: expected \(kh, kw, c_in, c_out\)"):
        fresh_kernels((5, 5), copies=2)  # pyright: ignore[reportArgumentType]
    for wrong in (np.array([0.1, np.nan]), np.array([1.2]), np.ones((2, 2))):
        with pytest.raises(ValueError, match=r"p_values: expected shape \(k,\)"):
            discoveries(wrong)
    values = np.ones(3)
    for null in (np.ones((4, 2)), np.ones(0), np.float64(1)):
        with pytest.raises(ValueError, match="values and null: expected shapes"):
            kernel_p_values(values, null)
    with pytest.raises(ValueError, match="values and null: expected finite"):
        kernel_p_values(values, np.array([0, np.inf]))


def test_each_kernel_is_compared_with_its_own_null():
    rng = np.random.default_rng(2)
    values, null = rng.integers(0, 9, size=5), rng.integers(0, 9, size=(40, 5))
    own = [compare_with_null(v, null[:, k]).p for k, v in enumerate(values)]
    common = [compare_with_null(v, null[:, 0]).p for v in values]
    assert len({*own}) > 2
    assert kernel_p_values(values, null).tolist() == own
    assert kernel_p_values(values, null[:, 0]).tolist() == common
    expected = (sum(null[:, 0] >= values[0]) + 1) / 41  # ties count as b
    assert own[0] == expected


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.sampled_from([0.05, 0.3]))
def test_discoveries_are_those_of_the_step_up_rule(p_values, rate):
    """The largest k with the k-th smallest p at most rate * k / n; those are kept."""
    ordered, n = sorted(p_values), len(p_values)
    steps = [k for k in range(1, n + 1) if ordered[k - 1] <= rate * k / n]
    limit = ordered[max(steps) - 1] if steps else -1
    near = any(abs(p * n / k - rate) < 1e-9 for p in p_values for k in range(1, n + 1))
    if not near:  # rounding decides there
        kept = discoveries(np.array(p_values), rate)
        assert kept.tolist() == [p <= limit for p in p_values]


def test_fresh_kernels_are_drawn_as_keras_draws_them():
    shape = (5, 5, 2, 16)
    found = fresh_kernels(shape, copies=50, seed=3)
    assert found.shape == (50, *shape)
    of_keras = np.asarray(keras.initializers.GlorotUniform(seed=0)(shape))
    limit = np.sqrt(6 / (25 * 18))
    assert 0.98 * limit < np.abs(of_keras).max() <= limit
    assert np.abs(found).max() <= limit
    assert kstest(found.ravel(), "uniform", (-limit, 2 * limit)).pvalue > 0.01
    np.testing.assert_array_equal(found, fresh_kernels(shape, copies=50, seed=3))
    assert not np.array_equal(found, fresh_kernels(shape, copies=50, seed=4))
    assert not np.array_equal(found[0], found[1])
