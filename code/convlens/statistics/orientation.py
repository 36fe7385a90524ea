"""Orientation: in which direction a kernel varies most, and how clearly."""

from __future__ import annotations

import numpy as np

from convlens.statistics._energy import (
    energy,
    frequencies,
    kernel_size,
    share_of,
    weighted_power,
)


def orientation(kernels: np.ndarray) -> np.ndarray:
    """Measure the direction in which each kernel varies most.

    Half the phase of ``sum P e^(2 i theta)``, where ``P`` is the power at each
    frequency of the kernel without its mean, and ``theta`` the direction of that
    frequency. The angle is that of the normal of the stripes, not of the stripes: 0
    where the weights change from left to right, pi/2 where they change from top to
    bottom; between them it turns counter-clockwise, as the kernel is drawn. Scale and
    offset do not matter.

    For random weights all angles occur, those near 0 and pi/2 a little more often.
    Where `orientation_selectivity` is no larger than for random weights, the angle
    means nothing. The square outline of a kernel pulls the angle towards the nearer
    axis: for a 5x5 ramp by up to 12 degrees, for a grating or a bar by about 2.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.

    Returns:
        Radians in [0, pi), shape ``(..., c_in, c_out)``; 0 for a kernel whose weights
        are all equal.

    Raises:
        ValueError: The kernels have fewer than four axes.

    Source:
        Granlund and Knutsson, "Signal Processing for Computer Vision", 1995, chapter 6.

    Example:
        >>> right = np.array([[-1.0, 0.0, 1.0]] * 3)
        >>> down = np.stack([right, right.T], axis=-1)[:, :, None]
        >>> np.degrees(orientation(down)).round().tolist()
        [[0.0, 90.0]]
    """
    cosine, sine = _second_moment(_without_mean(kernels))
    angle = np.mod(np.arctan2(sine, cosine) / 2, np.pi)
    angle[angle == np.pi] = 0  # the rest of a tiny negative angle rounds to pi
    return angle


def orientation_selectivity(kernels: np.ndarray) -> np.ndarray:
    """Measure how clearly each kernel varies in one direction: 1 - circular variance.

    ``|sum P e^(2 i theta)| / sum P``, with ``P`` and ``theta`` as in `orientation`. It
    lies in [0, 1]; scale and offset do not matter. It is 0 for a kernel that varies
    equally in all directions, such as a blob or a chessboard.

    Independent weights give 0.20 on average for 5x5, 0.3 for 3x3, 0.15 for 7x7. The
    square outline of a kernel adds power along both axes, so no 5x5 kernel comes near
    1: a bar has 0.6 to 0.75, a ramp 0.57 along an axis and 0.24 along a diagonal.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all equal.

    Raises:
        ValueError: The kernels have fewer than four axes.

    Source:
        Ringach, Shapley and Hawken, "Orientation selectivity in macaque V1", Journal of
        Neuroscience 22, 2002.

    Example:
        >>> bar = np.array([[0, 1, 0]] * 3).reshape(3, 3, 1, 1)
        >>> blob = np.outer([1, 2, 1], [1, 2, 1]).reshape(3, 3, 1, 1)
        >>> round(orientation_selectivity(bar).item(), 2)
        0.78
        >>> orientation_selectivity(blob).item() < 1e-9
        True
    """
    centred = _without_mean(kernels)
    return share_of(np.hypot(*_second_moment(centred)), energy(centred))


def _without_mean(kernels: np.ndarray) -> np.ndarray:
    """Subtract its mean from each kernel; equal weights become exactly 0."""
    kernel_size(kernels)  # the check of their axes
    weights = kernels.astype(float)
    centred = weights - weights.mean(axis=(-4, -3), keepdims=True)
    differ = np.ptp(weights, axis=(-4, -3), keepdims=True) != 0
    return np.where(differ, centred, 0)  # without what rounding leaves


def _second_moment(kernels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum P cos(2 theta) and P sin(2 theta) over all frequencies."""
    down, right = frequencies(*kernel_size(kernels))
    twice = 2 * np.arctan2(-down, right)  # rows are counted downwards
    cosine = np.where(np.hypot(down, right) > 0, np.cos(twice), 0)
    return weighted_power(kernels, cosine), weighted_power(kernels, np.sin(twice))
