"""Scale-free measures of kernels, with the chance they are held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class AgainstChance:
    """A measured value beside what chance gives.

    Attributes:
        value: What was measured.
        low: The 2.5th percentile of the chance values.
        middle: Their mean.
        high: Their 97.5th percentile.
        p: Share of chance values at least as large, with the measured one counted
            among them: (b + 1) / (m + 1).
    """

    value: float
    low: float
    middle: float
    high: float
    p: float

    @property
    def above(self) -> bool:
        """Whether the value lies above all but the top fortieth of chance values."""
        return self.value > self.high


def neighbour_agreement(kernels: np.ndarray) -> np.ndarray:
    """Measure how much neighbouring weights agree: Moran's I of each kernel.

    Weights in random order give -1 / (kh * kw - 1) on average, a chessboard -1; for the
    most, see `largest_agreement`. Neighbours stand above, below, left and right.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``.

    Returns:
        Shape ``(..., c_in, c_out)``; 0 for a kernel whose weights are all equal.

    Source:
        Moran, "Notes on continuous stochastic phenomena", Biometrika 37, 1950.

    Example:
        >>> ramp = np.arange(9.0).reshape(3, 3, 1, 1)
        >>> chessboard = (np.indices((3, 3)).sum(axis=0) % 2).reshape(3, 3, 1, 1)
        >>> neighbour_agreement(ramp).item()
        0.5
        >>> round(neighbour_agreement(chessboard).item(), 6)
        -1.0
    """
    centred = kernels - kernels.mean(axis=(-4, -3), keepdims=True)
    down = centred[..., 1:, :, :, :] * centred[..., :-1, :, :, :]
    across = centred[..., 1:, :, :] * centred[..., :-1, :, :]
    kh, kw = kernels.shape[-4:-2]
    pairs = (kh - 1) * kw + kh * (kw - 1)
    together = (down.sum(axis=(-4, -3)) + across.sum(axis=(-4, -3))) / pairs
    spread = (centred**2).mean(axis=(-4, -3))
    differ = np.ptp(kernels, axis=(-4, -3)) > 0  # rounding spreads even equal ones
    return np.divide(together, spread, out=np.zeros_like(together), where=differ)


def largest_agreement(kh: int, kw: int) -> float:
    """Find the largest Moran's I that a kernel of this size can have.

    Args:
        kh: Weights down.
        kw: Weights across.

    Returns:
        A number below 1: that of the smoothest pattern, a bow over the kernel.

    Source:
        De Jong, Sprenger and van Veen, "On extreme values of Moran's I and Geary's c",
        Geographical Analysis 16, 1984.

    Example:
        >>> round(largest_agreement(5, 5), 2)
        0.85
    """
    rows, columns = np.indices((kh, kw)).reshape(2, -1)
    distance = np.abs(rows[:, None] - rows) + np.abs(columns[:, None] - columns)
    neighbours = (distance == 1).astype(float)
    centring = np.eye(kh * kw) - 1 / (kh * kw)
    largest = np.linalg.eigvalsh(centring @ neighbours @ centring)[-1]
    return float(kh * kw / neighbours.sum() * largest)


def against_chance(value: float, chance: np.ndarray) -> AgainstChance:
    """Hold a measured value against values that chance alone gave.

    Args:
        value: What was measured.
        chance: The same measure of ``m`` random cases, shape ``(m,)``.

    Returns:
        The value, the middle and the central 95 % of chance, and the one-sided p.

    Source:
        Phipson and Smyth, "Permutation p-values should never be zero", 2010.

    Example:
        >>> against_chance(2.0, np.linspace(-1, 1, 99)).p
        0.01
    """
    low, high = np.percentile(chance, [2.5, 97.5])
    p = float((np.count_nonzero(chance >= value) + 1) / (len(chance) + 1))
    return AgainstChance(value, float(low), float(chance.mean()), float(high), p)


def own_start(
    before: np.ndarray, after: np.ndarray, *, seed: int = 0, copies: int = 1000
) -> AgainstChance:
    """Measure how much of its initial weights each trained kernel still has.

    Args:
        before: Initial kernels, shape ``(kh, kw, c_in, c_out)``.
        after: The trained kernels, in the same order.
        seed: Of the random pairings.
        copies: How many random pairings of trained with initial kernels.

    Returns:
        The correlation of trained with own initial weights, the mean over kernels, held
        against kernels paired at random.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> before = np.random.default_rng(0).normal(size=(5, 5, 1, 16))
        >>> round(own_start(before, 3 * before + 1).value, 6)
        1.0
    """
    if before.shape != after.shape:
        raise ValueError(
            f"after: expected the shape of before, {before.shape}, got {after.shape}"
        )
    places = before.shape[0] * before.shape[1]
    first, second = (
        one.reshape(places, -1) - one.reshape(places, -1).mean(axis=0)
        for one in (before, after)
    )
    spread = np.outer(np.linalg.norm(second, axis=0), np.linalg.norm(first, axis=0))
    together = second.T @ first
    correlation = np.divide(
        together, spread, out=np.zeros_like(together), where=spread > 0
    )
    count = len(correlation)
    shuffle = np.random.default_rng(seed).permuted
    others = shuffle(np.broadcast_to(np.arange(count), (copies, count)), axis=1)
    chance = correlation[np.arange(count), others].mean(axis=1)
    return against_chance(float(np.trace(correlation) / count), chance)
