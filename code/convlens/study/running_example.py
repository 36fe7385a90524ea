"""The example that every page follows: one digit and one learned kernel."""

from __future__ import annotations

import numpy as np


def running_kernel(maps: np.ndarray) -> int:
    """Choose the kernel that the book follows: the one that answers most strongly.

    Args:
        maps: The feature maps of one image, shape ``(h, w, c)``.

    Returns:
        The index of the map with the largest value.

    Example:
        >>> running_kernel(np.array([[[0.1, 0.9, 0.3]]]))
        1
    """
    return int(np.argmax(maps.max(axis=(0, 1))))
