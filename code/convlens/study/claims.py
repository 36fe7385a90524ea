"""The ledger: every sentence of the book that depends on a result, and its evidence.

Pages print the sentences, and the colophon prints the whole ledger. The numbers come
from `convlens.study.runs` and are kept; the sentences are worded anew each time.
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
from convlens.words import counted, listed, p_value


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
        networks += f" trained on {self.data}"
        if not few:
            return f"{networks}."
        return (
            f"{networks}, too few to tell what other random seeds would give; a test "
            f"over networks needs at least {ENOUGH_NETWORKS}."
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
        """Return the short form of a claim; `basis` says what it rests on.

        Args:
            name: The claim's name.

        Raises:
            ValueError: There is no such claim, or it has no short form.
        """
        finding = self._found(name).finding
        if not finding.short:
            raise ValueError(f"name: expected a claim with a short form, got {name!r}")
        return Sentence(finding.short)

    def basis(self, name: str) -> Sentence:
        """Say what a claim rests on: its chance level, its seeds, its own limit.

        The limits that all claims share are in `shared_limit`, once for a page.

        Args:
            name: The claim's name.

        Raises:
            ValueError: There is no such claim; the message lists those there are.
        """
        claim = self._found(name)
        told = {
            "Chance level": claim.finding.null,
            _seeds(claim): listed([*map(str, claim.seeds)]),
            "Limit": claim.finding.limit.rstrip("."),
        }
        return Sentence(
            " ".join(f"*{what}:* {text}." for what, text in told.items() if text)
        )

    def shared_limit(self) -> Sentence:
        """Say what the claims over networks rest on, and how their numbers are written.

        A page that says such a claim says this once, before the first.
        """
        most = max(self.claims.values(), key=lambda claim: len(claim.seeds))
        limit = most.standard_limit
        rests_on = limit[:1].lower() + limit[1:]
        told = f"What this page says of networks rests on {rests_on}"
        if len(most.seeds) > 1:
            told += (
                " A number before brackets is the mean over these networks; the "
                "brackets hold the smallest and the largest."
            )
        return Sentence(told)

    def numbers(self, name: str) -> Mapping[str, float]:
        """Return every number behind a claim, by what it is.

        Args:
            name: The claim's name.

        Raises:
            ValueError: There is no such claim; the message lists those there are.
        """
        return self._found(name).finding.numbers

    def listing(self) -> Sentence:
        """Return the whole ledger as a Markdown list."""
        return Sentence("\n".join(map(_as_item, self.claims.values())))

    def _repr_markdown_(self) -> str:
        return str(self.listing())

    def _repr_html_(self) -> str:
        """Show the ledger in a notebook as a table that fits on a phone.

        Its two columns hold what is told and the text; each claim is a group of rows.
        """
        groups = "".join(map(_as_rows, self.claims.values()))
        return f'<table class="ledger">{groups}</table>'

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


def _seeds(claim: Claim) -> str:
    return "Random seed" if len(claim.seeds) == 1 else "Random seeds"


def _told(claim: Claim) -> dict[str, str]:
    """What the ledger tells of a claim, beside its sentence, in Markdown."""
    finding = claim.finding
    numbers = "; ".join(f"{name} {_number(n)}" for name, n in finding.numbers.items())
    told = {
        "Chance level": finding.null,
        "Test": p_value(finding.p) if finding.p is not None else "",
        _seeds(claim): listed([*map(str, claim.seeds)]),
        "Limit": claim.limit,
        "Numbers": numbers,
        "Page": f"{finding.page} ({finding.name})",
    }
    return {what: text for what, text in told.items() if text}


def _as_item(claim: Claim) -> str:
    """An item of a Markdown list, with a list of its own."""
    told = [f"{what}: {text}" for what, text in _told(claim).items()]
    return "\n  - ".join([f"- {claim.finding.sentence}", *told])


def _as_rows(claim: Claim) -> str:
    """A group of rows in an HTML table; the claim's sentence is its heading."""
    # notebooks align the text of their tables to the right, so each cell says otherwise
    head, side, text = (
        f'style="text-align: left; vertical-align: top; {more}"'
        for more in ("font-weight: normal; padding-top: 1.5em", "width: 7.5em", "")
    )
    told = {what: _as_html(one) for what, one in _told(claim).items()}
    if "Numbers" in told:  # they are many, so they open on demand
        summary = counted(len(claim.finding.numbers), "number")
        told["Numbers"] = (
            f"<details><summary>{summary}</summary>{told['Numbers']}</details>"
        )
    rows = "".join(
        f'<tr><th scope="row" {side}>{what}</th><td {text}>{one}</td></tr>'
        for what, one in told.items()
    )
    sentence = _as_html(claim.finding.sentence)
    title = f'<tr><th scope="rowgroup" colspan="2" {head}>{sentence}</th></tr>'
    return f"<tbody>{title}{rows}</tbody>"


def _as_html(text: str) -> str:
    """Turn the Markdown of a claim into HTML: its bold words, and nothing else.

    What `as_text` escaped is text here too.
    """
    plain = [
        html.escape(html.unescape(re.sub(r"\\([\\`*_{}\[\]$#~|])", r"\1", part)))
        for part in re.split(r"\*\*", text)
    ]
    bold = [f"<strong>{part}</strong>" for part in plain[1::2]]
    plain[1::2] = bold
    return "".join(plain)
