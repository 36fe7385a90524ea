"""Kernels known by name in image processing."""

from __future__ import annotations

import numpy as np


def named_kernels() -> dict[str, np.ndarray]:
    """Return kernels known by name in image processing.

    Returns:
        Arrays of shape ``(3, 3)`` by name, written as they lie over the image: use them
        with `convlens.convolution.cross_correlate`, which does not flip them.

    Source:
        Sobel and Feldman 1968 for the two edge kernels, as in Gonzalez and Woods,
        "Digital Image Processing", 4th edition, 2018, chapter 3.

    Example:
        >>> named_kernels()["edge below"]
        array([[-1., -2., -1.],
               [ 0.,  0.,  0.],
               [ 1.,  2.,  1.]])
    """
    binomial, slope = np.array([1.0, 2.0, 1.0]), np.array([-1.0, 0.0, 1.0])
    dot = np.zeros((3, 3))
    dot[1, 1] = 1.0
    average = np.full((3, 3), 1 / 9)
    return {
        "identity": dot,
        "shift right": np.roll(dot, -1, axis=1),
        "average": average,
        "soft blur": np.outer(binomial, binomial) / 16,
        "sharpen": 2 * dot - average,
        "edge below": np.outer(slope, binomial),
        "edge right": np.outer(binomial, slope),
        "outline": dot - average,
    }
