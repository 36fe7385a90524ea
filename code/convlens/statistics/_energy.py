"""The energy of kernels: sums of squared weights, in places and in frequencies."""

from __future__ import annotations

import numpy as np


def kernel_size(kernels: np.ndarray) -> tuple[int, int]:
    """Return the rows and columns of weights, of kernels with at least four axes."""
    if kernels.ndim < 4:
        raise ValueError(
            f"kernels: expected shape (..., kh, kw, c_in, c_out), got {kernels.shape}"
        )
    kh, kw = kernels.shape[-4:-2]
    return kh, kw


def weights_in_rows(kernels: np.ndarray) -> np.ndarray:
    """Write the weights of each kernel as one row: (..., c_in, c_out, kh * kw)."""
    kh, kw = kernel_size(kernels)
    # float64: the square of a small float32 would vanish
    rows = np.moveaxis(kernels.astype(float), (-4, -3), (-2, -1))
    return rows.reshape(*rows.shape[:-2], kh * kw)


def share_of(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, with 0 where there is nothing to share."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def frequencies(kh: int, kw: int) -> tuple[np.ndarray, np.ndarray]:
    """List the frequencies at which kernels of a size are measured.

    The grid is that of a Fourier transform of the kernel with zeros around it, 63x63,
    or larger where the kernel is. An odd grid has no frequency of exactly half a cycle
    per pixel, which would belong to two directions at once.

    Returns:
        Cycles per pixel downwards and to the right, each ``(rows, columns)``.
    """
    down = np.fft.fftfreq(max(63, kh | 1))
    right = np.fft.fftfreq(max(63, kw | 1))
    return down[:, None] + 0 * right, 0 * down[:, None] + right


def weighted_power(kernels: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Sum the Fourier power of each kernel, every frequency with a weight.

    The sum is a quadratic form of the kernel's weights. Its matrix is computed once, so
    that no kernel is transformed, however many there are.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.
        weight: One number for each of the `frequencies`, the same for opposite ones.

    Returns:
        Shape ``(..., c_in, c_out)``. If all weights are 1, it is the kernel's energy.
    """
    rows = weights_in_rows(kernels)
    down, right = np.indices(kernel_size(kernels)).reshape(2, -1)
    lags = np.fft.ifft2(weight).real
    form = lags[down[:, None] - down, right[:, None] - right]
    return np.sum(rows @ form * rows, axis=-1)


def energy(kernels: np.ndarray) -> np.ndarray:
    """Sum the squared weights of each kernel."""
    return (weights_in_rows(kernels) ** 2).sum(axis=-1)
