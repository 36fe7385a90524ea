"""Null distributions by permutation, and a value compared with one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class NullComparison:
    """A value compared with its null distribution.

    Attributes:
        value: What was measured.
        low: The 2.5th percentile of the null distribution.
        mean: Its mean.
        high: Its 97.5th percentile.
        p: One-sided p-value: (b + 1) / (m + 1), where b of the m null values are at
            least as large as the observed one.
    """

    value: float
    low: float
    mean: float
    high: float
    p: float

    @property
    def above(self) -> bool:
        """Whether the value exceeds the 97.5th percentile of its null distribution."""
        return self.value > self.high


def compare_with_null(value: float, null: np.ndarray) -> NullComparison:
    """Compare a value with its null distribution.

    Args:
        value: What was measured.
        null: The same measure under the null hypothesis, ``m`` draws, shape ``(m,)``.

    Returns:
        The value, the mean and the central 95 % of the null distribution, and the
        one-sided p-value.

    Raises:
        ValueError: ``null`` is empty, or one of the numbers is not finite.

    Source:
        Phipson and Smyth, "Permutation p-values should never be zero", 2010.

    Example:
        >>> compare_with_null(2.0, np.linspace(-1, 1, 99)).p
        0.01
    """
    null = np.asarray(null, dtype=float)
    if null.ndim != 1 or not null.size or not np.isfinite([value, *null]).all():
        raise ValueError(
            "value and null: expected a finite number and at least one finite null "
            f"value, got {value!r} and an array of shape {null.shape}"
        )
    low, high = np.percentile(null, [2.5, 97.5])
    p = float((np.count_nonzero(null >= value) + 1) / (len(null) + 1))
    return NullComparison(float(value), float(low), float(null.mean()), float(high), p)


def shuffled_weights(
    kernels: np.ndarray, *, seed: int = 0, copies: int = 1
) -> np.ndarray:
    """Permute the weights inside each kernel: the same numbers in random order.

    Draw them beside the kernels as a control: a pattern that shows in both does not
    come from the arrangement of the weights.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        seed: Random seed of the permutations.
        copies: Number of independent shuffles.

    Returns:
        Shape ``(copies, kh, kw, c_in, c_out)``.

    Example:
        >>> weights = np.arange(8.0).reshape(2, 2, 1, 2)
        >>> shuffled = shuffled_weights(weights, seed=1)
        >>> sorted(shuffled[0, :, :, 0, 1].ravel()) == [1.0, 3.0, 5.0, 7.0]
        True
    """
    kh, kw, *channels = kernels.shape
    flat = np.broadcast_to(
        kernels.reshape(kh * kw, -1), (copies, kh * kw, kernels[0, 0].size)
    )
    shuffled = np.random.default_rng(seed).permuted(flat, axis=1)
    return shuffled.reshape(copies, kh, kw, *channels)
