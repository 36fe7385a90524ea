"""Two layers read as one: the kernels of a second layer, on the pixels of the image."""

from __future__ import annotations

import numpy as np


def effective_kernels(first: np.ndarray, second: np.ndarray, pool: int) -> np.ndarray:
    """Combine the kernels of two layers, with a pooling between them, into one layer's.

    A value of the second layer is a weighted sum over pooled maps. If pooling takes the
    mean of its values, and there is no ReLU, those are weighted sums of pixels. Then
    the second layer is a weighted sum of pixels as well, and this function returns its
    weights. Neighbouring weights of the second layer read places ``pool`` pixels apart.

    Max pooling and ReLU make this an approximation. To measure how good it is, compute
    `convlens.cross_correlate` of the images with these kernels and ``stride=pool``, and
    correlate the result with the layer's own values.

    Args:
        first: Kernels of the first layer, shape ``(kh, kw, c_in, c)``; its stride is 1.
        second: Kernels of the second layer, shape ``(kh2, kw2, c, c_out)``.
        pool: Rows and columns of the pooling between them, which is also its stride;
            1 for none.

    Returns:
        Shape ``(kh + pool * kh2 - 1, kw + pool * kw2 - 1, c_in, c_out)``: 14x14 for two
        layers of 5x5 and a pooling of 2x2.

    Raises:
        ValueError: The shapes do not fit each other, or ``pool`` is below 1.

    Source:
        Voss et al., "Visualizing weights", Distill, 2021.

    Example:
        >>> first, second = np.ones((5, 5, 1, 16)), np.ones((5, 5, 16, 32))
        >>> effective_kernels(first, second, pool=2).shape
        (14, 14, 1, 32)
    """
    _check(first, second, pool)
    kh, kw, c_in, _ = first.shape
    kh2, kw2, _, c_out = second.shape
    pooled = np.zeros((kh + pool - 1, kw + pool - 1, *first.shape[2:]))
    for row, column in np.ndindex(pool, pool):
        pooled[row : row + kh, column : column + kw] += first / pool**2
    whole = np.zeros((kh + pool * kh2 - 1, kw + pool * kw2 - 1, c_in, c_out))
    height, width = pooled.shape[:2]
    for row, column in np.ndindex(kh2, kw2):
        top, left = pool * row, pool * column
        whole[top : top + height, left : left + width] += pooled @ second[row, column]
    return whole


def _check(first: np.ndarray, second: np.ndarray, pool: int) -> None:
    if first.ndim != 4 or second.ndim != 4 or first.shape[3] != second.shape[2]:
        raise ValueError(
            "first and second: expected shapes (kh, kw, c_in, c) and (kh2, kw2, c, "
            f"c_out), got {first.shape} and {second.shape}"
        )
    if pool < 1:
        raise ValueError(f"pool: expected at least 1, got {pool}")
