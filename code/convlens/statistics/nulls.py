"""Null distributions: fresh and shuffled kernels, and values compared with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convlens.statistics.over_networks import kernel_p_values


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
        The value, the mean and the central 95% of the null distribution, and the
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
    p = kernel_p_values(np.array([value]), null).item()
    return NullComparison(float(value), float(low), float(null.mean()), float(high), p)


def fresh_kernels(
    shape: tuple[int, int, int, int], *, copies: int, seed: int = 0
) -> np.ndarray:
    """Draw kernels as they are before training, as a null distribution.

    Weights are independent and uniform between minus and plus
    ``sqrt(6 / (kh * kw * (c_in + c_out)))``, as Keras draws them by default (Glorot
    uniform). The measures of a kernel in this package do not depend on its scale, so
    the draws also stand for initializers that differ from this one in scale alone.

    Args:
        shape: Of one layer, ``(kh, kw, c_in, c_out)``.
        copies: How many layers to draw.
        seed: Random seed of the draws.

    Returns:
        Shape ``(copies, kh, kw, c_in, c_out)``.

    Raises:
        ValueError: The shape is not four numbers.

    Source:
        Glorot and Bengio, "Understanding the difficulty of training deep feedforward
        neural networks", AISTATS 2010, equation 16.

    Example:
        >>> fresh_kernels((5, 5, 1, 16), copies=100).shape
        (100, 5, 5, 1, 16)
    """
    if len(shape) != 4:
        raise ValueError(f"shape: expected (kh, kw, c_in, c_out), got {shape}")
    kh, kw, c_in, c_out = shape
    limit = np.sqrt(6 / (kh * kw * (c_in + c_out)))
    return np.random.default_rng(seed).uniform(-limit, limit, (copies, *shape))


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
