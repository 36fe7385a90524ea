"""Energy shares: how much of a kernel lies in a few simple patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convlens.statistics._energy import (
    energy,
    frequencies,
    kernel_size,
    share_of,
    weighted_power,
    weights_in_rows,
)
from convlens.statistics._scipy import require_scipy

if TYPE_CHECKING:
    from scipy.stats.distributions import rv_frozen


def subspace_share(kernels: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Measure the share of each kernel's energy inside a subspace.

    ``|Q^T k|^2 / |k|^2``, where ``k`` holds the kernel's weights and the columns of
    ``Q`` are the basis, made orthonormal. It lies in [0, 1], and scale does not matter.
    For independent normal weights it follows a Beta law, see `share_null`, with mean
    ``d / (kh * kw)``; independent weights of any other law have nearly this mean.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.
        basis: Patterns as columns, shape ``(kh * kw, d)``: row ``i * kw + j`` belongs
            to the weight in row i and column j. They need not be orthogonal.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all zero.

    Raises:
        ValueError: The kernels have fewer than four axes, the basis is not of shape
            ``(kh * kw, d)``, or its columns depend on each other.

    Example:
        >>> kernel = np.array([[3.0, 4.0]]).reshape(1, 2, 1, 1)
        >>> round(subspace_share(kernel, np.array([[1.0], [0.0]])).item(), 6)
        0.36
    """
    rows = weights_in_rows(kernels)
    inside = rows @ _orthonormal(basis, rows.shape[-1])
    return share_of((inside**2).sum(axis=-1), energy(kernels))


def _orthonormal(basis: np.ndarray, size: int) -> np.ndarray:
    """Make the columns of a basis orthonormal, each pointing where it pointed."""
    if basis.ndim != 2 or len(basis) != size or not basis.size:
        raise ValueError(
            f"basis: expected shape ({size}, d), one row per weight, got {basis.shape}"
        )
    if np.linalg.matrix_rank(basis) < basis.shape[1]:
        raise ValueError(
            f"basis: expected {basis.shape[1]} independent columns, "
            f"got {np.linalg.matrix_rank(basis)}"
        )
    q, r = np.linalg.qr(basis)
    return q * np.sign(np.diagonal(r))


def part_in(kernels: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Project every kernel on the span of some patterns.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        basis: The patterns as columns, shape ``(kh * kw, d)``. Columns that depend on
            others add nothing.

    Returns:
        The part of each kernel in the span, float64, shape as ``kernels``.

    Raises:
        ValueError: The basis has another shape, or a number that is not finite.

    Example:
        >>> kernel = np.array([3.0, 4.0]).reshape(1, 2, 1, 1)
        >>> part_in(kernel, np.array([[0.0], [2.0]])).ravel().round(6)
        array([0., 4.])
    """
    kh, kw = kernels.shape[:2]
    basis = np.asarray(basis, dtype=float)
    if basis.ndim != 2 or len(basis) != kh * kw or not np.isfinite(basis).all():
        raise ValueError(
            f"basis: expected finite numbers of shape ({kh * kw}, d), one column per "
            f"vector, got shape {basis.shape}"
        )
    vectors, sizes, _ = np.linalg.svd(basis, full_matrices=False)
    smallest = sizes.max(initial=0) * max(basis.shape) * np.finfo(float).eps
    span = vectors[:, sizes > smallest]
    flat = kernels.reshape(kh * kw, -1).astype(float)
    return (span @ (span.T @ flat)).reshape(kernels.shape)


def polynomial_basis(kh: int, kw: int, degree: int) -> np.ndarray:
    """Return the polynomials up to a degree, as orthonormal patterns.

    The monomials ``x^i y^j`` with ``i + j <= degree``, in the order 1, x, y, x^2, x y,
    y^2, and so on, are made orthonormal one after the other. ``x`` grows to the right
    and ``y`` downwards. Where they are 0 makes no difference: another origin adds only
    monomials that come earlier.

    Args:
        kh: Rows of weights.
        kw: Columns of weights.
        degree: The largest ``i + j``.

    Returns:
        Shape ``(kh * kw, (degree + 1) * (degree + 2) / 2)``.

    Raises:
        ValueError: The degree is negative, or the kernel has too few rows or columns to
            tell the monomials apart.

    Example:
        >>> polynomial_basis(5, 5, 2).shape
        (25, 6)
        >>> polynomial_basis(1, 3, 0).round(3).ravel().tolist()
        [0.577, 0.577, 0.577]
    """
    if not 0 <= degree < min(kh, kw):
        raise ValueError(
            f"degree: expected 0 to {min(kh, kw) - 1} for a kernel of {kh}x{kw} "
            f"weights, got {degree}"
        )
    y, x = np.indices((kh, kw)).reshape(2, -1)
    powers = [(total - j, j) for total in range(degree + 1) for j in range(total + 1)]
    return _orthonormal(np.stack([x**i * y**j for i, j in powers], axis=1), kh * kw)


def gradient_share(kernels: np.ndarray) -> np.ndarray:
    """Measure how much of each kernel is a ramp: its energy share in span{x, y}.

    A ramp in any direction has a share of 1; a kernel of equal weights has 0. It lies
    in [0, 1], and scale does not matter. Independent weights have ``2 / (kh * kw)`` on
    average: 0.08 for 5x5, 0.22 for 3x3. For the whole law, see `share_null`.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``, with at least 2x2 weights.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all zero.

    Raises:
        ValueError: The kernels have fewer than four axes, or fewer than 2x2 weights.

    Example:
        >>> ramp = np.array([[-1.0, 0.0, 1.0]] * 3).reshape(3, 3, 1, 1)
        >>> round(gradient_share(ramp).item(), 6), gradient_share(ramp**2).item() < 1e-9
        (1.0, True)
    """
    basis = polynomial_basis(*kernel_size(kernels), degree=1)
    return subspace_share(kernels, basis[:, 1:])


def quadratic_share(kernels: np.ndarray) -> np.ndarray:
    """Measure how smooth each kernel is: its share in span{1, x, y, x^2, x y, y^2}.

    It lies in [0, 1], and scale does not matter. Independent weights have
    ``6 / (kh * kw)`` on average: 0.24 for 5x5, but 0.67 for 3x3, where it can show
    little. For the whole law, see `share_null`.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``, with at least 3x3 weights.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all zero.

    Raises:
        ValueError: The kernels have fewer than four axes, or fewer than 3x3 weights.

    Example:
        >>> bowl = np.add.outer(np.arange(-2, 3) ** 2, np.arange(-2, 3) ** 2)
        >>> round(quadratic_share(bowl.reshape(5, 5, 1, 1)).item(), 6)
        1.0
    """
    return subspace_share(kernels, polynomial_basis(*kernel_size(kernels), degree=2))


def dc_share(kernels: np.ndarray) -> np.ndarray:
    """Measure how much of each kernel is its mean: its energy share in span{1}.

    It is 1 for equal weights and 0 for weights that sum to zero, which answer nothing
    to an even grey. Scale does not matter. Independent weights of mean zero have
    ``1 / (kh * kw)`` on average: 0.04 for 5x5. For the whole law, see `share_null`.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all zero.

    Raises:
        ValueError: The kernels have fewer than four axes.

    Example:
        >>> kernels = np.array([[1.0, 1.0], [1.0, -1.0]]).reshape(1, 2, 1, 2)
        >>> dc_share(kernels).round(6).tolist()
        [[1.0, 0.0]]
    """
    return subspace_share(kernels, polynomial_basis(*kernel_size(kernels), degree=0))


def low_frequency_share(kernels: np.ndarray, cutoff: float = 0.25) -> np.ndarray:
    """Measure how coarse each kernel is: its share of power at low frequencies.

    The kernel, with zeros around it up to 63x63 weights (or its own size where that is
    larger), is Fourier transformed. The share is the power within a radius of
    ``cutoff`` cycles per pixel, the mean included, over the power everywhere. It lies
    in [0, 1], and scale does not matter. Independent weights of mean zero have on
    average the share of the grid that lies within the radius: 0.196 for 0.25, and
    always about the disc's area, ``pi * cutoff^2``.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.
        cutoff: Radius in cycles per pixel, above 0 and at most 0.5.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all zero.

    Raises:
        ValueError: The kernels have fewer than four axes, or the cutoff is out of
            range.

    Example:
        >>> even = np.ones((5, 5, 1, 1))
        >>> chessboard = (-1.0) ** np.indices((5, 5)).sum(axis=0).reshape(5, 5, 1, 1)
        >>> round(low_frequency_share(even).item(), 2)
        0.85
        >>> round(low_frequency_share(chessboard).item(), 4)
        0.0031
    """
    if not 0 < cutoff <= 0.5:
        raise ValueError(f"cutoff: expected above 0 and at most 0.5, got {cutoff}")
    low = np.hypot(*frequencies(*kernel_size(kernels))) <= cutoff
    # By Parseval's theorem, the power everywhere is the energy.
    return share_of(weighted_power(kernels, low), energy(kernels))


def share_null(dimension: int, size: int) -> rv_frozen:
    """Return the law of an energy share of independent normal weights.

    The energy of ``n`` normal weights is a sum of two independent chi-squared
    variables, with ``d`` and ``n - d`` degrees of freedom, so that the share of the
    first follows Beta(d / 2, (n - d) / 2). Kernels with uniform initial weights follow
    it nearly: the mean is the same, the spread a little smaller.

    Args:
        dimension: ``d``, the number of independent columns of the basis.
        size: ``n = kh * kw``, the number of weights in a kernel.

    Returns:
        A frozen distribution of SciPy, with ``mean()``, ``cdf(x)``, ``sf(x)``,
        ``ppf(q)``.

    Raises:
        ValueError: The dimension is below 1, or not below the size.
        ImportError: SciPy is not installed.

    Source:
        Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions", volume 2,
        2nd edition, 1995, chapter 25.

    Example:
        >>> gradient = share_null(2, 25)
        >>> [round(float(x), 3) for x in (gradient.mean(), gradient.ppf(0.95))]
        [0.08, 0.229]
    """
    if not 0 < dimension < size:
        raise ValueError(
            f"dimension: expected 1 to {size - 1} for {size} weights, got {dimension}"
        )
    return require_scipy("stats").beta(dimension / 2, (size - dimension) / 2)
