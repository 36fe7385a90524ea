"""Moran's I: how alike the neighbouring weights of a kernel are."""

from __future__ import annotations

import numpy as np


def morans_i(kernels: np.ndarray) -> np.ndarray:
    """Compute Moran's I of each kernel: how alike neighbouring weights are.

    ``I = (n / W) * sum_ij w_ij (x_i - mean)(x_j - mean) / sum_i (x_i - mean)^2``, where
    ``w_ij`` is 1 for weights that touch above, below, left or right (rook neighbours),
    else 0, and ``W`` is the sum of all ``w_ij``. Scale and offset do not matter.

    Weights in random order have an I of -1 / (kh * kw - 1) on average, and a chessboard
    of -1. For the largest possible value, see `largest_morans_i`.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all equal.

    Source:
        Moran, "Notes on continuous stochastic phenomena", Biometrika 37, 1950.

    Example:
        >>> ramp = np.arange(9.0).reshape(3, 3, 1, 1)
        >>> chessboard = (np.indices((3, 3)).sum(axis=0) % 2).reshape(3, 3, 1, 1)
        >>> morans_i(ramp).item()
        0.5
        >>> round(morans_i(chessboard).item(), 6)
        -1.0
    """
    centred = kernels - kernels.mean(axis=(-4, -3), keepdims=True)
    down = centred[..., 1:, :, :, :] * centred[..., :-1, :, :, :]
    across = centred[..., 1:, :, :] * centred[..., :-1, :, :]
    kh, kw = kernels.shape[-4:-2]
    pairs = (kh - 1) * kw + kh * (kw - 1)
    together = (down.sum(axis=(-4, -3)) + across.sum(axis=(-4, -3))) / pairs
    spread = (centred**2).mean(axis=(-4, -3))
    differ = np.ptp(kernels, axis=(-4, -3)) > 0  # spread may exceed 0 by rounding
    return np.divide(together, spread, out=np.zeros_like(together), where=differ)


def largest_morans_i(kh: int, kw: int) -> float:
    """Compute the largest Moran's I that a kernel of this size can have.

    Args:
        kh: Rows of weights.
        kw: Columns of weights.

    Returns:
        A number below 1, reached by the smoothest pattern of this size.

    Source:
        De Jong, Sprenger and van Veen, "On extreme values of Moran's I and Geary's c",
        Geographical Analysis 16, 1984.

    Example:
        >>> round(largest_morans_i(5, 5), 2)
        0.85
    """
    rows, columns = np.indices((kh, kw)).reshape(2, -1)
    distance = np.abs(rows[:, None] - rows) + np.abs(columns[:, None] - columns)
    neighbours = (distance == 1).astype(float)
    centring = np.eye(kh * kw) - 1 / (kh * kw)
    largest = np.linalg.eigvalsh(centring @ neighbours @ centring)[-1]
    return float(kh * kw / neighbours.sum() * largest)
