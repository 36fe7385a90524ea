"""The ledger: every sentence of the book that a result decides, with its evidence.

Pages print the sentences, the colophon prints the ledger. `convlens.findings` makes the
claims from measured numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Claim:
    """One statement of the book and what it rests on.

    Attributes:
        name: What pages call it by.
        sentence: The statement, in Markdown.
        value: The number behind it.
        chance: What chance alone would give.
        seeds: Random seeds of the networks measured.
        limit: What the statement does not say.
        page: The page that prints it.
    """

    name: str
    sentence: str
    value: float
    chance: str
    seeds: tuple[int, ...]
    limit: str
    page: str


class Ledger:
    """Claims by name.

    Args:
        claims: The claims, each with another name.

    Raises:
        ValueError: Two claims have the same name.

    Example:
        >>> ledger = Ledger([Claim("sky", "It is blue.", 1.0, "none", (0,), "-", "p")])
        >>> ledger.say("sky")
        'It is blue.'
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = {}
        for claim in claims:
            if claim.name in self.claims:
                raise ValueError(
                    f"claims: expected different names, got {claim.name!r}"
                )
            self.claims[claim.name] = claim

    def say(self, name: str) -> Sentence:
        """Return the sentence of a claim, which a notebook shows as Markdown.

        Args:
            name: The claim's name.

        Raises:
            ValueError: There is no such claim; the message lists those there are.
        """
        if name not in self.claims:
            there = ", ".join(self.claims)
            raise ValueError(f"name: expected one of {there}, got {name!r}")
        return Sentence(self.claims[name].sentence)

    def listing(self) -> Sentence:
        """Return the whole ledger as a Markdown list, narrow enough for a phone."""
        entries = []
        for claim in self.claims.values():
            entries.append(
                f"- {claim.sentence}\n"
                f"  - value: {claim.value:.4g}\n"
                f"  - chance level: {claim.chance}\n"
                f"  - random seeds: {', '.join(map(str, claim.seeds))}\n"
                f"  - limit: {claim.limit}\n"
                f"  - page: {claim.page} (`{claim.name}`)"
            )
        return Sentence("\n".join(entries))


class Sentence(str):
    """Text that a notebook shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)


def encode(ledger: Ledger) -> bytes:
    """Write a ledger as JSON.

    Example:
        >>> encode(Ledger([]))
        b'[]'
    """
    return json.dumps([asdict(claim) for claim in ledger.claims.values()]).encode()


def decode(content: bytes) -> Ledger:
    """Read a ledger back from `encode`.

    Example:
        >>> decode(b"[]").claims
        {}
    """
    return Ledger(
        Claim(**{**entry, "seeds": tuple(entry["seeds"])})
        for entry in json.loads(content)
    )
