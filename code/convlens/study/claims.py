"""The ledger: every sentence of the book that depends on a result, and its evidence.

Pages print the sentences, the colophon prints the ledger. Numbers come from
`convlens.study.runs`; the sentences are never cached.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from convlens.study.data import Images
from convlens.study.findings import ENOUGH_NETWORKS, Evidence, Finding
from convlens.study.questions import every_question
from convlens.study.runs import Question, chosen_seeds, measured, short_name


@dataclass(frozen=True)
class Claim:
    """One statement of the book and its evidence.

    Attributes:
        finding: The statement, its numbers, its null distribution.
        question: The question whose numbers it follows from.
        data: The name of the images, safe to print as Markdown.
        seeds: Random seeds of the networks that it rests on.
    """

    finding: Finding
    question: str
    data: str
    seeds: tuple[int, ...]

    @property
    def limit(self) -> str:
        """What the statement does not say: the standard limits, then its own."""
        return f"{self.standard_limit} {self.finding.limit}".strip()

    @property
    def standard_limit(self) -> str:
        """How many networks the statement rests on, on which data."""
        few = len(self.seeds) < ENOUGH_NETWORKS
        networks = "One network"
        if len(self.seeds) > 1:
            networks = f"{len(self.seeds)} networks"
        if not few:
            return f"{networks}, {self.data}."
        return (
            f"{networks}, {self.data}: too few to tell what other random seeds give; "
            f"a test over networks needs {ENOUGH_NETWORKS}."
        )


class Ledger:
    """Claims by name.

    Args:
        claims: The claims, each with another name.

    Raises:
        ValueError: Two claims have the same name.

    Example:
        >>> blue = Finding("sky", "page", "It is blue.", {"blue": 1.0}, "none")
        >>> Ledger([Claim(blue, "colours", "MNIST", (0,))]).say("sky")
        'It is blue.'
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims: dict[str, Claim] = {}
        for claim in claims:
            name = claim.finding.name
            if name in self.claims:
                raise ValueError(
                    f"claims: expected different names, got {name!r} twice"
                )
            self.claims[name] = claim

    def say(self, name: str) -> Sentence:
        """Return the sentence of a claim, which a notebook shows as Markdown.

        Args:
            name: The claim's name.

        Raises:
            ValueError: There is no such claim; the message lists those there are.
        """
        return Sentence(self._found(name).finding.sentence)

    def short(self, name: str) -> Sentence:
        """Return the short form of a claim, with the limit that is its own.

        The limits that all claims share are in `shared_limit`, once for a page.

        Args:
            name: The claim's name.

        Raises:
            ValueError: There is no such claim, or it has no short form.
        """
        finding = self._found(name).finding
        if not finding.short:
            raise ValueError(f"name: expected a claim with a short form, got {name!r}")
        return Sentence(f"{finding.short} *{finding.limit}*")

    def shared_limit(self) -> Sentence:
        """Say on how many networks and on which data the claims over networks rest."""
        most = max(self.claims.values(), key=lambda claim: len(claim.seeds))
        return Sentence(most.standard_limit)

    def numbers(self, name: str) -> Mapping[str, float]:
        """Return every number behind a claim, by what it is.

        Args:
            name: The claim's name.

        Raises:
            ValueError: There is no such claim; the message lists those there are.
        """
        return self._found(name).finding.numbers

    def listing(self) -> Sentence:
        """Return the whole ledger as a Markdown list, narrow enough for a phone."""
        return Sentence("\n".join(map(_entry, self.claims.values())))

    def _found(self, name: str) -> Claim:
        if name not in self.claims:
            there = ", ".join(self.claims)
            raise ValueError(f"name: expected one of {there}, got {name!r}")
        return self.claims[name]


class Sentence(str):
    """Text that a notebook shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)


def ledger(images: Images, seeds: tuple[int, ...] | None = None) -> Ledger:
    """Return every claim of the book, made from numbers that are measured once.

    Args:
        images: The digits; networks are trained on them first if need be.
        seeds: Of the networks. By default those of `chosen_seeds`.

    Returns:
        The ledger.

    Raises:
        RuntimeError: Training or measuring failed; the message ends with its last
            lines.

    Example:
        >>> from convlens.study import load_images
        >>> found = ledger(load_images("digits")).numbers("test-accuracy")
        >>> found["share read right"] > 0.9
        True
    """
    seeds = seeds or chosen_seeds()
    questions = every_question()
    numbers = measured(questions, images, seeds)
    claims = []
    for question in questions:
        name = short_name(question)
        evidence = Evidence(seeds, tuple(one[name] for one in numbers))
        for finding in question.conclude(evidence):
            rests_on = seeds[: finding.networks]
            claims.append(Claim(finding, name, as_text(images.name), rests_on))
    return Ledger(claims)


def evidence_of(
    question: Question, images: Images, seeds: tuple[int, ...] | None = None
) -> Evidence:
    """Return the numbers of one question for every network, measured once.

    Args:
        question: A module of `convlens.study.questions`.
        images: The digits; networks are trained on them first if need be.
        seeds: Of the networks. By default those of `chosen_seeds`.

    Returns:
        The evidence from which the ledger draws that question's claims.

    Raises:
        RuntimeError: Training or measuring failed; the message ends with its last
            lines.

    Example:
        >>> from convlens.study import load_images
        >>> from convlens.study.questions import accuracy
        >>> evidence_of(accuracy, load_images("digits"), seeds=(0,)).seeds
        (0,)
    """
    seeds = seeds or chosen_seeds()
    numbers = measured([question], images, seeds)
    return Evidence(seeds, tuple(one[short_name(question)] for one in numbers))


def as_text(name: str) -> str:
    r"""Escape untrusted text, so that Markdown prints it literally.

    Args:
        name: Any text, such as the name of a file.

    Returns:
        The text on one line, with the special characters of HTML and Markdown escaped.

    Example:
        >>> print(as_text("<b>my*digits*.npz"))
        &lt;b&gt;my\*digits\*.npz
    """
    line = " ".join(name.split())
    return re.sub(r"([\\`*_{}\[\]$#~|])", r"\\\1", html.escape(line))


def _number(number: float) -> str:
    """Write a count whole, and any other number with four digits."""
    if number == int(number):
        return f"{int(number):,}".replace("-", "\N{MINUS SIGN}")
    return f"{number:.4g}".replace("-", "\N{MINUS SIGN}")


def _entry(claim: Claim) -> str:
    finding = claim.finding
    numbers = "; ".join(f"{name} {_number(n)}" for name, n in finding.numbers.items())
    lines = [
        f"- {finding.sentence}",
        f"numbers: {numbers or 'none'}",
        f"chance level: {finding.null}",
        f"p-value: {finding.p:.2g}" if finding.p is not None else "",
        f"random {'seed' if len(claim.seeds) == 1 else 'seeds'}: "
        f"{', '.join(map(str, claim.seeds))}",
        f"limit: {claim.limit}",
        f"page: {finding.page} (`{finding.name}`)",
    ]
    return "\n  - ".join(filter(None, lines))
