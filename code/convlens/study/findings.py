"""Findings: statements derived from numbers, and the phrases they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convlens.statistics import NullComparison
from convlens.study.runs import Numbers
from convlens.words import signed

NOT_INDEPENDENT = "Kernels of one network are not independent."


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
    """

    name: str
    page: str
    sentence: str
    numbers: Mapping[str, float]
    null: str
    p: float | None = None
    limit: str = ""
    networks: int = 1


def null_range(compared: NullComparison, decimals: int = 2) -> str:
    """Describe a null distribution in words: its mean and its central 95 %.

    Args:
        compared: A value beside its null distribution.
        decimals: Digits after the point.

    Returns:
        A phrase to go on with after "the same weights shuffled give".

    Example:
        >>> null_range(NullComparison(0.4, -0.1, 0.0, 0.1, 0.01))
        '0.00 on average, and in 95 % of the draws between −0.10 and 0.10'
    """
    low, mean, high = (
        signed(one, decimals) for one in (compared.low, compared.mean, compared.high)
    )
    return f"{mean} on average, and in 95 % of the draws between {low} and {high}"


def null_numbers(compared: NullComparison) -> dict[str, float]:
    """List a value and its null distribution as numbers by name.

    Args:
        compared: A value beside its null distribution.

    Returns:
        The value, and the mean and the central 95 % of the null distribution.

    Example:
        >>> list(null_numbers(NullComparison(0.4, -0.1, 0.0, 0.1, 0.01)))
        ['value', 'null mean', 'null 2.5 %', 'null 97.5 %']
    """
    return {
        "value": compared.value,
        "null mean": compared.mean,
        "null 2.5 %": compared.low,
        "null 97.5 %": compared.high,
    }
