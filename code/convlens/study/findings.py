"""Findings: statements derived from numbers, and the phrases they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from convlens.statistics import NullComparison
from convlens.statistics.over_networks import sign_flip_test
from convlens.study.runs import Numbers
from convlens.words import counted, p_value, signed

NOT_INDEPENDENT = "Kernels of one network are not independent."
# Fewer networks cannot reach p < 0.05 in an exact sign-flip test: 2 / 2**5 = 0.0625.
ENOUGH_NETWORKS = 6


@dataclass(frozen=True)
class Evidence:
    """The numbers of one question, over all networks measured.

    Attributes:
        seeds: Random seeds of the networks.
        networks: The numbers of each, in the order of the seeds.
    """

    seeds: tuple[int, ...]
    networks: tuple[Numbers, ...]

    @property
    def running(self) -> Numbers:
        """The numbers of the network that the pages show: the first."""
        return self.networks[0]

    def each(self, *path: str) -> np.ndarray:
        """Collect one number, or one list of numbers, of every network.

        Args:
            path: The names that lead to it, from the outside in.

        Returns:
            Shape ``(networks,)``, or ``(networks, n)`` for lists.

        Example:
            >>> Evidence((0, 5), ({"a": {"b": 1}}, {"a": {"b": 2}})).each("a", "b")
            array([1., 2.])
        """
        found = []
        for network in self.networks:
            value: Any = network
            for name in path:
                value = value[name]
            found.append(value)
        return np.array(found, dtype=float)


@dataclass(frozen=True)
class OverNetworks:
    """A difference that was measured in every network.

    Attributes:
        count: How many networks.
        mean: The mean of the differences.
        low: The smallest.
        high: The largest.
        above: In how many networks it is above zero.
        p: Two-sided p of the exact sign-flip test; None for too few networks.
    """

    count: int
    mean: float
    low: float
    high: float
    above: int
    p: float | None

    @property
    def shown(self) -> bool:
        """Whether a difference above zero is supported.

        With enough networks: their sign-flip test gives p < 0.05. With fewer, which no
        test can decide: every network has it.
        """
        if self.p is None:
            return self.above == self.count
        return self.p < 0.05 and self.mean > 0

    @property
    def words(self) -> str:
        """In how many networks it is above zero, and what a test over them says.

        A phrase to end a sentence with.
        """
        if self.count == 1:
            return "not " * (not self.above) + "in the one network measured"
        networks = counted(self.count, "network")
        which = "all" if self.above == self.count else f"{self.above} of"
        if self.p is None:
            return f"in {which} {networks}"
        return f"in {which} {networks}; exact sign-flip test, {p_value(self.p)}"

    def numbers(self, name: str) -> dict[str, float]:
        """List what a ledger keeps of it, each number by a name.

        Args:
            name: What was measured.
        """
        return {
            f"{name}, mean": self.mean,
            f"{name}, smallest": self.low,
            f"{name}, largest": self.high,
            f"networks in which {name} is above 0": self.above,
            "networks": self.count,
        }


def over_networks(differences: Iterable[float]) -> OverNetworks:
    """Summarise a difference over networks, with the test of its sign.

    The trained network, not the kernel, is the unit: the kernels of one network are
    trained together, and are not independent.

    Args:
        differences: One per network, such as a trained value minus an untrained one.

    Returns:
        Mean, range, how many are above zero, and the p of the exact sign-flip test.

    Example:
        >>> found = over_networks([0.2, 0.3, 0.1])
        >>> found.words
        'in all 3 networks'
        >>> over_networks([0.1] * 6).words
        'in all 6 networks; exact sign-flip test, p = 0.031'
    """
    values = np.array([*differences], dtype=float)
    enough = len(values) >= ENOUGH_NETWORKS
    return OverNetworks(
        count=len(values),
        mean=float(values.mean()),
        low=float(values.min()),
        high=float(values.max()),
        above=int(np.sum(values > 0)),
        p=sign_flip_test(values) if enough else None,
    )


@dataclass(frozen=True)
class Finding:
    """One statement that follows from the numbers of a question.

    Attributes:
        name: What pages call it by.
        page: The title of the page that says it.
        sentence: The statement, in Markdown; the numbers choose its words.
        numbers: Every number behind it, by name.
        null: The null distribution or the control, in words.
        p: The p-value against that null distribution, where one was computed.
        limit: What the statement does not say, beyond the limits that the ledger
            derives from data and seeds.
        networks: On how many of the networks measured it rests, the first ones.
        short: The same in one or two sentences, for the page that sums up the book;
            empty for a statement that is not summed up there.
    """

    name: str
    page: str
    sentence: str
    numbers: Mapping[str, float]
    null: str
    p: float | None = None
    limit: str = ""
    networks: int = 1
    short: str = ""


def verdict_on(differences: np.ndarray, more: str, less: str, neither: str) -> str:
    """Choose what follows from a difference; nothing does from too few networks.

    Args:
        differences: One per network.
        more: What to say where they are shown to be above zero.
        less: What to say where they are shown to be below zero.
        neither: What to say where neither is shown.

    Returns:
        A space and the sentence; empty for too few networks.

    Example:
        >>> verdict_on(np.full(6, 0.1), "More.", "Less.", "Neither.")
        ' More.'
        >>> verdict_on(np.full(3, 0.1), "More.", "Less.", "Neither.")
        ''
    """
    found = over_networks(differences)
    if found.p is None:
        return ""
    if found.shown:
        return f" {more}"
    return f" {less if over_networks(-differences).shown else neither}"


def spread(values: np.ndarray, decimals: int = 2) -> str:
    """Write the mean over networks, then the smallest and the largest in brackets.

    Args:
        values: One per network.
        decimals: Digits after the point.

    Returns:
        A phrase, with signs as in `convlens.words.signed`.

    Example:
        >>> spread(np.array([0.25, 0.75])), spread(np.array([0.5]))
        ('0.50 (0.25 to 0.75)', '0.50')
    """
    low, mean, high = (
        signed(one, decimals) for one in (values.min(), values.mean(), values.max())
    )
    return mean if low == high else f"{mean} ({low} to {high})"


def shares(values: np.ndarray) -> str:
    """Write a mean share over networks as a percentage, with its range.

    Args:
        values: One per network, in [0, 1].

    Returns:
        A phrase.

    Example:
        >>> shares(np.array([0.25, 0.75]))
        '50.0% (25.0% to 75.0%)'
    """
    low, mean, high = (
        f"{one:.1%}" for one in (values.min(), values.mean(), values.max())
    )
    return mean if low == high else f"{mean} ({low} to {high})"


def bold(told: str) -> str:
    """Make the first word of a phrase bold: its number.

    Example:
        >>> bold("0.50 (0.25 to 0.75)")
        '**0.50** (0.25 to 0.75)'
    """
    number, space, rest = told.partition(" ")
    return f"**{number}**{space}{rest}"


def null_range(compared: NullComparison, decimals: int = 2) -> str:
    """Describe a null distribution in words: its mean and its central 95%.

    Args:
        compared: A value beside its null distribution.
        decimals: Digits after the point.

    Returns:
        A phrase to go on with after "the same weights shuffled give".

    Example:
        >>> null_range(NullComparison(0.4, -0.1, 0.0, 0.1, 0.01))
        '0.00 on average, and in 95% of the draws between −0.10 and 0.10'
    """
    low, mean, high = (
        signed(one, decimals) for one in (compared.low, compared.mean, compared.high)
    )
    return f"{mean} on average, and in 95% of the draws between {low} and {high}"


def null_numbers(compared: NullComparison) -> dict[str, float]:
    """List a value and its null distribution as numbers by name.

    Args:
        compared: A value beside its null distribution.

    Returns:
        The value, and the mean and the central 95% of the null distribution.

    Example:
        >>> list(null_numbers(NullComparison(0.4, -0.1, 0.0, 0.1, 0.01)))
        ['value', 'null mean', 'null 2.5%', 'null 97.5%']
    """
    return {
        "value": compared.value,
        "null mean": compared.mean,
        "null 2.5%": compared.low,
        "null 97.5%": compared.high,
    }
