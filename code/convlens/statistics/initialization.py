"""How far the initial weights still show in trained kernels."""

from __future__ import annotations

import numpy as np

from convlens.statistics.nulls import NullComparison, compare_with_null


def initial_weight_correlation(
    before: np.ndarray, after: np.ndarray, *, seed: int = 0, copies: int = 1000
) -> NullComparison:
    """Correlate each trained kernel with its own initial weights.

    Args:
        before: Initial kernels, shape ``(kh, kw, c_in, c_out)``.
        after: The trained kernels, in the same order.
        seed: Random seed of the permutations.
        copies: Number of permutations in the null distribution.

    Returns:
        The correlation, averaged over kernels, and its null distribution: the same
        average with the initial kernels permuted.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> before = np.random.default_rng(0).normal(size=(5, 5, 1, 16))
        >>> round(initial_weight_correlation(before, 3 * before + 1).value, 6)
        1.0
    """
    if before.shape != after.shape:
        raise ValueError(
            f"after: expected the shape of before, {before.shape}, got {after.shape}"
        )
    places = before.shape[0] * before.shape[1]
    first, second = (
        one.reshape(places, -1) - one.reshape(places, -1).mean(axis=0)
        for one in (before, after)
    )
    spread = np.outer(np.linalg.norm(second, axis=0), np.linalg.norm(first, axis=0))
    together = second.T @ first
    correlation = np.divide(
        together, spread, out=np.zeros_like(together), where=spread > 0
    )
    count = len(correlation)
    shuffle = np.random.default_rng(seed).permuted
    others = shuffle(np.broadcast_to(np.arange(count), (copies, count)), axis=1)
    null = correlation[np.arange(count), others].mean(axis=1)
    return compare_with_null(float(np.trace(correlation) / count), null)
