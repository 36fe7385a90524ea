"""One convolution written in three ways: a loop, windows, one matrix product.

They are here to be read: one image, one kernel, no padding, a stride of 1. To compute
with, take `convlens.convolution.cross_correlation`.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convlens.convolution.sizes import check_dtypes


def with_a_loop(
    image: np.ndarray,
    kernel: np.ndarray,
) -> np.ndarray:
    """Loop over the places; at each, sum the products of patch and kernel.

    Args:
        image: Shape ``(h, w)``.
        kernel: Shape ``(kh, kw)``.

    Returns:
        Shape ``(h - kh + 1, w - kw + 1)``.

    Raises:
        ValueError: The kernel does not fit into the image, or the numbers are of a
            type that would overflow.

    Example:
        >>> with_a_loop(np.arange(9.0).reshape(3, 3), np.array([[0, 1], [2, 3]]))
        array([[19., 25.],
               [37., 43.]])
    """
    _check(image, kernel)
    kh, kw = kernel.shape
    rows, columns = (
        image.shape[0] - kh + 1,
        image.shape[1] - kw + 1,
    )
    result = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            patch = image[
                row : row + kh,
                column : column + kw,
            ]
            result[row, column] = np.sum(patch * kernel)
    return result


def with_windows(
    image: np.ndarray,
    kernel: np.ndarray,
) -> np.ndarray:
    """View all patches at once, and sum their products with the kernel in NumPy.

    Args:
        image: As in `with_a_loop`.
        kernel: As in `with_a_loop`.

    Returns:
        As `with_a_loop`.

    Raises:
        ValueError: The kernel does not fit into the image, or the numbers are of a
            type that would overflow.

    Example:
        >>> with_windows(np.arange(9.0).reshape(3, 3), np.array([[0, 1], [2, 3]]))
        array([[19., 25.],
               [37., 43.]])
    """
    _check(image, kernel)
    patches = sliding_window_view(image, kernel.shape)
    return np.sum(patches * kernel, axis=(2, 3))


def with_one_product(
    image: np.ndarray,
    kernel: np.ndarray,
) -> np.ndarray:
    """Write each patch as a row of a matrix, and multiply it by the weights.

    Args:
        image: As in `with_a_loop`.
        kernel: As in `with_a_loop`.

    Returns:
        As `with_a_loop`.

    Raises:
        ValueError: The kernel does not fit into the image, or the numbers are of a
            type that would overflow.

    Source:
        Chellapilla, Puri and Simard, "High performance convolutional neural networks
        for document processing", 2006.

    Example:
        >>> with_one_product(np.arange(9.0).reshape(3, 3), np.array([[0, 1], [2, 3]]))
        array([[19., 25.],
               [37., 43.]])
    """
    _check(image, kernel)
    patches = sliding_window_view(image, kernel.shape)
    matrix = patches.reshape(-1, kernel.size)
    return (matrix @ kernel.ravel()).reshape(
        patches.shape[:2],
    )


def _check(image: np.ndarray, kernel: np.ndarray) -> None:
    check_dtypes(image=image, kernel=kernel)
    fits = image.ndim == kernel.ndim == 2 and 0 not in kernel.shape
    if not fits or any(np.greater(kernel.shape, image.shape)):
        raise ValueError(
            "image and kernel: expected shapes (h, w) and (kh, kw), the kernel no "
            f"larger than the image, got {image.shape} and {kernel.shape}"
        )
