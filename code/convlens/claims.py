"""The ledger: every sentence of the book that a result decides, with its evidence.

Each function takes measured numbers and returns a `Claim`; the sentence it carries is
chosen by those numbers. Pages print the sentence, the colophon prints the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np

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
    from scipy.stats import binomtest  # slow to import, and a build mostly reads

    low, high = binomtest(correct, total).proportion_ci(method="wilson")
    return Claim(
        "test-accuracy",
        f"Of {total:,} test digits that it never saw, the network reads "
        f"{correct:,} right: **{correct / total:.2%}**, 95 % interval "
        f"{low:.2%} to {high:.2%}. Always naming the commonest digit gives "
        f"{commonest:.2%}.",
        correct / total,
        f"{commonest:.2%}: always name the commonest digit",
        (seed,),
        f"One network, {data}. The interval covers the choice of test digits, not the "
        "choice of random seed.",
        "Build and train the CNN on MNIST",
    )


def lowest_validation_loss(
    losses: list[float], *, validated: int, data: str, seed: int
) -> Claim:
    """State after which epoch the validation loss was lowest.

    Args:
        losses: Validation loss after each epoch.
        validated: How many validation images there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value counts epochs from 1.

    Example:
        >>> told = {"validated": 100, "data": "digits", "seed": 0}
        >>> print(lowest_validation_loss([0.3, 0.1, 0.2], **told).sentence)
        The validation loss was lowest after epoch 2 of 3, at 0.1000, and ended at \
0.2000: one training is too little to call this overfitting.
    """
    best, epochs = int(np.argmin(losses)) + 1, len(losses)
    if losses[-1] > losses[best - 1]:
        meaning = (
            f"and ended at {losses[-1]:.4f}: one training is too little to call this "
            "overfitting"
        )
    else:
        meaning = "and did not rise again"
    return Claim(
        "lowest-validation-loss",
        f"The validation loss was lowest after epoch {best} of {epochs}, at "
        f"{losses[best - 1]:.4f}, {meaning}.",
        best,
        f"1 in {epochs}, were every epoch as likely to be the lowest",
        (seed,),
        f"One training, {validated:,} validation images, {data}.",
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
        Mistakes: 5. The most frequent is 4 read as 9: 5 of them, and 9 read as 4: 0. \
That is more than chance gives: 1.1 (95 % from 1 to 2).
    """
    wrong = confusion - np.diag(np.diag(confusion))
    mistakes, most = int(wrong.sum()), int(wrong.max())
    spread = np.random.default_rng(0).multinomial(mistakes, [1 / 90] * 90, size=10_000)
    held = against_chance(most, spread.max(axis=1))
    chance = f"{held.middle:.1f} (95 % from {held.low:.0f} to {held.high:.0f})"
    verdict = "more" if held.above else "no more"
    sentence = "It makes no mistake on these digits."
    if mistakes:
        sentence = (
            f"Mistakes: {mistakes:,}. {_most_frequent(wrong)} That is {verdict} than "
            f"chance gives: {chance}."
        )
    return Claim(
        "commonest-confusion",
        sentence,
        most,
        f"{chance}: the same mistakes spread evenly over the 90 confusions",
        (seed,),
        f"One network, {data}. Another seed makes other mistakes.",
        "Build and train the CNN on MNIST",
    )


def _most_frequent(wrong: np.ndarray) -> str:
    most = wrong.max()
    pairs = np.argwhere(wrong == most)
    if len(pairs) > 1:
        named = ", ".join(f"{true} read as {read}" for true, read in pairs[:3])
        more = " among them" if len(pairs) > 3 else ""
        return (
            f"{len(pairs)} confusions are equally frequent, {most} each: {named}{more}."
        )
    true, read = pairs[0]
    return (
        f"The most frequent is {true} read as {read}: {most} of them, and {read} read "
        f"as {true}: {wrong[read, true]}."
    )


def surest_mistake(
    truth: np.ndarray, probabilities: np.ndarray, *, data: str, seed: int
) -> Claim:
    """State how sure the network was of its surest mistake, and how often it was right.

    Args:
        truth: Labels, shape ``(n,)``.
        probabilities: What the network gave, shape ``(n, 10)``.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value is the probability given to the surest wrong answer, 0
        where there is none.

    Example:
        >>> sure = np.eye(10)[[3, 5]] * 0.91
        >>> claim = surest_mistake(np.array([3, 8]), sure, data="digits", seed=0)
        >>> print(claim.sentence)
        The surest mistake had a probability of 0.9100. Of the 2 digits read with at \
least that probability, 1 were right.
    """
    read, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = read != truth
    value = float(sure[wrong].max()) if wrong.any() else 0.0
    as_sure = sure >= value
    sentence = "It makes no mistake on these digits, so there is none to draw."
    if wrong.any():
        sentence = (
            f"The surest mistake had a probability of {value:.4f}. Of the "
            f"{np.sum(as_sure):,} digits read with at least that probability, "
            f"{np.sum(as_sure & ~wrong):,} were right."
        )
    return Claim(
        "surest-mistake",
        sentence,
        value,
        "0.1: ten digits equally likely",
        (seed,),
        f"One network, {data}.",
        "Build and train the CNN on MNIST",
    )


def neighbours_agree(
    trained: AgainstChance,
    before: float,
    *,
    kernels: int,
    largest: float,
    data: str,
    seed: int,
) -> Claim:
    """State whether neighbouring weights of the trained kernels agree.

    Args:
        trained: Mean Moran's I over the trained kernels, held against the same
            weights shuffled.
        before: The mean over the same kernels before training.
        kernels: How many there are.
        largest: The largest Moran's I that a kernel of this size can have.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> held = AgainstChance(0.4, -0.1, -0.04, 0.02, 0.001)
        >>> told = {"kernels": 16, "largest": 0.85, "data": "digits", "seed": 0}
        >>> print(neighbours_agree(held, -0.05, **told).sentence[:77])
        In the trained kernels, neighbouring weights agree more than chance explains.
    """
    low, middle, high = map(_signed, (trained.low, trained.middle, trained.high))
    chance = f"{middle} (95 % from {low} to {high})"
    if not trained.above:
        verdict = "no more than chance explains"
    elif trained.value > before:
        verdict = "more than chance explains"
    else:
        verdict = "more than chance explains, but no more than before training"
    return Claim(
        "neighbours-agree",
        f"In the trained kernels, neighbouring weights agree {verdict}. Moran's I "
        f"measures it: near 0 for weights in random order, at most {_signed(largest)} "
        f"for kernels of this size. Over the {kernels} kernels it is "
        f"**{_signed(trained.value)}** on average; the same weights shuffled give "
        f"{chance}; before training it was {_signed(before)}.",
        trained.value,
        f"{chance}: the weights shuffled inside each kernel",
        (seed,),
        f"One network, {data}; kernels of one network are not independent. Agreement "
        "does not make an “edge detector”.",
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
        For this image 9 of the 16 feature maps reach at least a tenth of the \
strongest map's peak; 2 are zero everywhere. Before training 16 reached it.
    """
    return Claim(
        "kernels-that-answer",
        f"For this image {answering} of the {kernels} feature maps reach at least a "
        f"tenth of the strongest map's peak; {blank} are zero everywhere. Before "
        f"training {untrained} reached it.",
        answering,
        f"not chance but a control: {untrained} of {kernels} before training",
        (seed,),
        f"One network and one image, {data}. A map that is blank here may not be for "
        "another image.",
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
