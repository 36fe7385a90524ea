"""The ledger: every sentence of the book that a result decides, with its evidence.

Each function takes measured numbers and returns a `Claim`; the sentence it carries is
chosen by those numbers. Pages print the sentence, the colophon prints the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import binomtest

from convlens.statistics import AgainstChance, against_chance


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


def share_read_right(
    correct: int, total: int, commonest: float, *, data: str, seed: int
) -> Claim:
    """State the share of test images read right, with its 95 % interval.

    Args:
        correct: Test images read right.
        total: Test images.
        commonest: Share of the commonest digit among them, in [0, 1].
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its interval is Wilson's.

    Source:
        Wilson, "Probable inference, the law of succession, and statistical
        inference", Journal of the American Statistical Association 22, 1927.

    Example:
        >>> share_read_right(90, 100, 0.2, data="digits", seed=0).value
        0.9
    """
    low, high = binomtest(correct, total).proportion_ci(method="wilson")
    return Claim(
        "test-accuracy",
        f"Of {total:,} test digits that it never saw, the network reads "
        f"{correct:,} right: **{correct / total:.2%}**, 95 % interval "
        f"{low:.2%} to {high:.2%}.",
        correct / total,
        f"{commonest:.2%}: always name the commonest digit",
        (seed,),
        f"One network, {data}. The interval covers the choice of test digits, not the "
        "choice of random seed.",
        "Build and train the CNN on MNIST",
    )


def lowest_validation_loss(losses: list[float], *, data: str, seed: int) -> Claim:
    """State after which epoch the validation loss was lowest.

    Args:
        losses: Validation loss after each epoch.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value counts epochs from 1.

    Example:
        >>> lowest_validation_loss([0.3, 0.1, 0.2], data="digits", seed=0).value
        2
    """
    best, epochs = int(np.argmin(losses)) + 1, len(losses)
    if best == epochs:
        meaning = (
            "the last one: no sign yet that it learns the training images by heart"
        )
    else:
        meaning = "and it rose again after that: the network has begun to overfit"
    return Claim(
        "lowest-validation-loss",
        f"The validation loss was lowest after epoch {best} of {epochs}, {meaning}.",
        best,
        f"1 in {epochs}: any epoch is as good as another",
        (seed,),
        f"One training, {data}.",
        "Build and train the CNN on MNIST",
    )


def commonest_confusion(confusion: np.ndarray, *, data: str, seed: int) -> Claim:
    """State which digit is most often taken for which, and whether chance would do.

    Args:
        confusion: Counts, shape ``(10, 10)``; rows are the true digits.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value is the count of the commonest confusion. Chance spreads
        the same number of mistakes evenly over the 90 confusions, ten thousand times.

    Example:
        >>> counts = np.eye(10, dtype=int) * 9
        >>> counts[4, 9] = 5
        >>> print(commonest_confusion(counts, data="digits", seed=0).sentence)
        Of its 5 mistakes the commonest is a 4 read as a 9, 5 times: \
more often than chance explains.
    """
    wrong = confusion - np.diag(np.diag(confusion))
    mistakes, most = int(wrong.sum()), int(wrong.max())
    pairs = [f"a {true} read as a {read}" for true, read in np.argwhere(wrong == most)]
    spread = np.random.default_rng(0).multinomial(mistakes, [1 / 90] * 90, size=10_000)
    held = against_chance(most, spread.max(axis=1))
    if mistakes == 0:
        sentence = "It makes no mistake on these digits."
    else:
        verdict = "more often than" if held.above else "no more often than"
        sentence = (
            f"Of its {mistakes:,} mistakes the commonest is {' or '.join(pairs[:3])}, "
            f"{most} times: {verdict} chance explains."
        )
    return Claim(
        "commonest-confusion",
        sentence,
        most,
        f"{held.middle:.1f} (95 % from {held.low:.0f} to {held.high:.0f}): the same "
        "mistakes spread evenly over the 90 confusions",
        (seed,),
        f"One network, {data}. Another seed makes other mistakes.",
        "Build and train the CNN on MNIST",
    )


def neighbours_agree(
    trained: AgainstChance, before: float, *, kernels: int, data: str, seed: int
) -> Claim:
    """State whether neighbouring weights of the trained kernels agree.

    Args:
        trained: Mean Moran's I over the trained kernels, held against the same
            weights shuffled.
        before: The mean over the same kernels before training.
        kernels: How many there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> held = AgainstChance(0.4, -0.1, -0.04, 0.02, 0.001)
        >>> claim = neighbours_agree(held, -0.05, kernels=16, data="digits", seed=0)
        >>> "far from chance" in claim.sentence
        True
    """
    low, middle, high = map(_signed, (trained.low, trained.middle, trained.high))
    chance = f"{middle} (95 % from {low} to {high})"
    if trained.above:
        verdict = "Training left order in the kernels, far from chance"
    else:
        verdict = "The order in the kernels is no more than chance gives"
    return Claim(
        "neighbours-agree",
        f"{verdict}: over the {kernels} kernels, neighbouring weights agree with an "
        f"average Moran's I of **{_signed(trained.value)}** (1 is perfect agreement). "
        f"The same weights shuffled give {chance}; before training it was "
        f"{_signed(before)}.",
        trained.value,
        f"{chance}: the weights shuffled inside each kernel",
        (seed,),
        f"One network, {data}; kernels of one network are not independent. Smooth is "
        "not yet “edge detector”.",
        "How filters learn features",
    )


def kernels_that_answer(
    answering: int, blank: int, untrained: int, *, kernels: int, data: str, seed: int
) -> Claim:
    """State how many kernels answer the running digit, and how many stay silent.

    Args:
        answering: Maps whose peak is at least a tenth of the strongest map's.
        blank: Maps that are zero everywhere.
        untrained: ``answering`` of the same network before training.
        kernels: How many there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> claim = kernels_that_answer(9, 2, 16, kernels=16, data="digits", seed=0)
        >>> print(claim.sentence)
        To this digit 9 of the 16 kernels answer, with a peak of at least a tenth \
of the strongest; 2 stay blank. Before training 16 answered.
    """
    return Claim(
        "kernels-that-answer",
        f"To this digit {answering} of the {kernels} kernels answer, with a peak of at "
        f"least a tenth of the strongest; {blank} stay blank. Before training "
        f"{untrained} answered.",
        answering,
        f"{untrained} of {kernels}: the same kernels before training",
        (seed,),
        f"One network and one digit, {data}. A kernel that is silent here may answer "
        "another digit.",
        "How filters learn features",
    )


def _signed(number: float) -> str:
    """Two decimals, with a true minus sign, and no minus before zero."""
    return f"{number:z.2f}".replace("-", "\N{MINUS SIGN}")


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
