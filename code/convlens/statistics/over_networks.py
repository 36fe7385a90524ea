"""P-values: of the kernels of a layer, and over trained networks.

Within one network, p-values tell which kernels stand out from a null distribution. A
claim about networks is tested over several networks, with one number from each.
"""

from __future__ import annotations

import numpy as np

from convlens.statistics._scipy import require_scipy

MOST = 20  # networks: a million patterns of signs


def sign_flip_test(differences: np.ndarray) -> float:
    """Test exactly whether paired differences over networks have a mean of zero.

    There is one number per trained network: trained minus untrained, or one recipe
    minus another from the same random seed. If the two did not differ, each number
    could as well have the other sign. So p is the share of all ``2^n`` patterns of
    signs, the observed one among them, whose ``|mean|`` is at least as large as the
    observed one. The test is two-sided and does not assume a normal distribution.

    The trained network is the unit, not the kernel. Kernels of one network share its
    images, its order of batches and its other kernels, so they resemble each other, and
    sixteen of them are not sixteen independent experiments. A claim about networks
    needs several networks: with fewer than six, p can never reach 5%, because the
    smallest is ``2 / 2^n``, see `smallest_sign_flip_p`.

    Args:
        differences: One per network, shape ``(n,)``, with n from 1 to 20.

    Returns:
        The p-value, from ``2 / 2^n`` to 1. Where nothing differs, it is at most alpha
        with a probability of at most alpha.

    Raises:
        ValueError: There are no differences, more than 20, or one is not finite.

    Source:
        Fisher, "The Design of Experiments", 1935, section 21.

    Example:
        >>> sign_flip_test(np.array([0.3, 0.2, 0.4, 0.1, 0.3, 0.2]))
        0.03125
    """
    differences = np.asarray(differences, dtype=float)
    if differences.ndim != 1 or not 1 <= len(differences) <= MOST:
        raise ValueError(
            f"differences: expected shape (n,) with n from 1 to {MOST}, "
            f"got {differences.shape}"
        )
    if not np.isfinite(differences).all():
        raise ValueError(f"differences: expected finite numbers, got {differences}")
    # With the first sign fixed: the other half of the patterns mirrors this one.
    sums = differences[:1]
    for difference in differences[1:]:
        sums = np.concatenate([sums + difference, sums - difference])
    rounding = 1e-12 * np.abs(differences).sum()
    return float(np.mean(np.abs(sums) >= abs(differences.sum()) - rounding))


def smallest_sign_flip_p(n: int) -> float:
    """Return the smallest p-value that `sign_flip_test` can give.

    Args:
        n: Number of networks.

    Returns:
        ``2 / 2^n``: all differences have the same sign.

    Raises:
        ValueError: ``n`` is below 1.

    Example:
        >>> smallest_sign_flip_p(5), smallest_sign_flip_p(6)
        (0.0625, 0.03125)
    """
    if n < 1:
        raise ValueError(f"n: expected at least 1 network, got {n}")
    return 2 / 2**n


def kernel_p_values(values: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Compare a measure of each kernel with its null distribution, one-sided.

    ``p = (b + 1) / (m + 1)``, where b of the m null values are at least as large as the
    kernel's own. Under the null, p is at most alpha with a probability of at most
    alpha. For a measure that should be small, pass both with a minus sign.

    Args:
        values: One per kernel, shape ``(k,)``.
        null: The same measure under the null hypothesis: shape ``(m,)``, the same for
            all kernels, as from `fresh_kernels`; or ``(m, k)``, a column for each, as
            from `shuffled_weights`.

    Returns:
        Shape ``(k,)``, from ``1 / (m + 1)`` to 1.

    Raises:
        ValueError: The shapes do not fit, or one of the numbers is not finite.

    Source:
        Phipson and Smyth, "Permutation p-values should never be zero", 2010.

    Example:
        >>> kernel_p_values(np.array([99.0, 50.0]), np.arange(99.0)).tolist()
        [0.01, 0.5]
    """
    values, null = np.asarray(values), np.asarray(null)
    fits = null.size and null.ndim and null.shape[1:] in ((), values.shape)
    if values.ndim != 1 or not fits:
        raise ValueError(
            "values and null: expected shapes (k,) and (m,) or (m, k), "
            f"got {values.shape} and {null.shape}"
        )
    if not (np.isfinite(values).all() and np.isfinite(null).all()):
        raise ValueError("values and null: expected finite numbers, got others")
    columns = null.reshape(len(null), -1)
    return (np.count_nonzero(columns >= values, axis=0) + 1) / (len(null) + 1)


def discoveries(p_values: np.ndarray, rate: float = 0.05) -> np.ndarray:
    """Choose the kernels of a layer that stand out, by Benjamini and Hochberg.

    Of those chosen, a share of at most ``rate`` is expected to be false, if the
    p-values are independent or depend on each other positively.

    Args:
        p_values: One per kernel of the layer, shape ``(k,)``.
        rate: The false discovery rate.

    Returns:
        Booleans, shape ``(k,)``. Where no kernel differs from the null, any is chosen
        with a probability of at most ``rate``.

    Raises:
        ValueError: A p-value is not in [0, 1].
        ImportError: SciPy is not installed.

    Source:
        Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the
        Royal Statistical Society B 57, 1995.

    Example:
        >>> discoveries(np.array([0.01, 0.02, 0.03, 0.5])).tolist()
        [True, True, True, False]
    """
    p_values = np.asarray(p_values)
    if p_values.ndim != 1 or not ((p_values >= 0) & (p_values <= 1)).all():
        raise ValueError(
            f"p_values: expected shape (k,), each in [0, 1], got {p_values}"
        )
    return require_scipy("stats").false_discovery_control(p_values) <= rate
