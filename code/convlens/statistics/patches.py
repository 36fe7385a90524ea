"""Patches: the principal components of what a kernel sees, and its energy on each."""

from __future__ import annotations

import numpy as np

from convlens.convolution.sizes import pad
from convlens.statistics._energy import energy, kernel_size, share_of, weights_in_rows
from convlens.statistics.shares import subspace_share

BATCH = 50  # images at once: their patches fit into a processor's cache


def patch_components(images: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the principal components of the patches that a first layer sees.

    Patches are taken at every position, with zeros around the image as
    ``padding="same"`` puts them, and from every channel alike. The mean patch is
    removed: a filter's bias can undo whatever the mean adds to its answer, so only the
    differences between patches can shape the kernel.

    The covariance is summed over small batches of images, so memory does not grow with
    their number: 60,000 images of 28x28 take a few seconds.

    Args:
        images: Shape ``(n, h, w, c)``.
        size: Rows and columns of a patch.

    Returns:
        The components as orthonormal columns, shape ``(size^2, size^2)``, from the
        largest variance to the smallest, with the largest weight of each positive; and
        the variances, shape ``(size^2,)``, in squared units of a pixel. Row
        ``i * size + j`` belongs to the pixel in row i and column j of the patch.

    Raises:
        ValueError: The images do not have four axes, there is none, or the size is
            below 1.

    Example:
        >>> images = np.random.default_rng(0).random((20, 8, 8, 1))
        >>> components, variances = patch_components(images, 3)
        >>> components.shape, bool(variances[0] >= variances[-1])
        ((9, 9), True)
    """
    if images.ndim != 4 or not images.size:
        raise ValueError(
            f"images: expected shape (n, h, w, c) with n above 0, got {images.shape}"
        )
    total, products, count = np.zeros(size**2), np.zeros((size**2, size**2)), 0
    for start in range(0, len(images), BATCH):
        patches = _patches(images[start : start + BATCH], size)
        total += patches.sum(axis=1)
        products += patches @ patches.T
        count += patches.shape[1]
    covariance = products / count - np.outer(total, total) / count**2
    variances, components = np.linalg.eigh(covariance)
    variances, components = variances[::-1], components[:, ::-1]
    # Rounded, so that of weights equally large the first decides.
    largest = np.abs(components).round(6).argmax(axis=0)
    signs = np.sign(components[largest, np.arange(size**2)])
    return components * signs, np.maximum(variances, 0)


def _patches(images: np.ndarray, size: int) -> np.ndarray:
    """Write the patches of a few images as columns, (size^2, n * h * w * c)."""
    n, h, w, c = images.shape
    padded = pad(images, (size, size), padding="same")
    patches = np.empty((size, size, n, h, w, c))
    for row, column in np.ndindex(size, size):
        patches[row, column] = padded[:, row : row + h, column : column + w]
    return patches.reshape(size**2, -1)


def energy_profile(kernels: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Measure how a layer's energy is spread over the components of patches.

    The share of each kernel's energy on each component, averaged over the layer's
    kernels with equal weight. Scale does not matter. The shares sum to 1; independent
    weights have ``1 / (kh * kw)`` on every component on average.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.
        components: Orthonormal columns, shape ``(kh * kw, kh * kw)``, as from
            `patch_components`.

    Returns:
        Shape ``(..., kh * kw)``, in the order of the components. A kernel whose weights
        are all zero adds 0 to each share.

    Raises:
        ValueError: The kernels have fewer than four axes, or the components are not
            orthonormal columns of their size.

    Source:
        Chowers and Weiss, "What do CNNs learn in the first layer and why?", ICML 2023.

    Example:
        >>> kernel = np.array([[3.0, 4.0]]).reshape(1, 2, 1, 1)
        >>> energy_profile(kernel, np.eye(2)).round(6).tolist()
        [0.36, 0.64]
    """
    rows = weights_in_rows(kernels)
    _check_components(components, rows.shape[-1])
    energies = (rows @ components) ** 2
    shares = share_of(energies, energy(kernels)[..., None])
    return shares.mean(axis=(-3, -2))


def weakest_share(
    kernels: np.ndarray, components: np.ndarray, count: int = 10
) -> np.ndarray:
    """Measure the share of each kernel's energy where patches vary least.

    It lies in [0, 1], and scale does not matter. Independent weights have
    ``count / (kh * kw)`` on average: 0.40 for ten components of a 5x5 kernel. For the
    whole law, see `share_null`.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.
        components: Orthonormal columns, shape ``(kh * kw, kh * kw)``, from the largest
            variance to the smallest, as from `patch_components`.
        count: How many of the last components to take.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all zero.

    Raises:
        ValueError: The kernels have fewer than four axes, the components are not
            orthonormal columns of their size, or the count is not 1 to kh * kw.

    Example:
        >>> kernel = np.array([[3.0, 4.0]]).reshape(1, 2, 1, 1)
        >>> round(weakest_share(kernel, np.eye(2), count=1).item(), 6)
        0.64
    """
    kh, kw = kernel_size(kernels)
    size = kh * kw
    _check_components(components, size)
    if not 1 <= count <= size:
        raise ValueError(f"count: expected 1 to {size}, got {count}")
    return subspace_share(kernels, components[:, size - count :])


def _check_components(components: np.ndarray, size: int) -> None:
    """Refuse what is not an orthonormal basis of kernels with ``size`` weights."""
    if components.shape != (size, size):
        raise ValueError(
            f"components: expected shape {(size, size)}, got {components.shape}"
        )
    off = np.abs(components.T @ components - np.eye(size)).max()
    if not off < 1e-3:  # loose enough for float32
        raise ValueError(
            "components: expected orthonormal columns, got products of columns that "
            f"differ from the identity by {off:.2g}"
        )
