"""Which digits does the network take for which, and is that more than chance?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from convlens.statistics import NullComparison, compare_with_null
from convlens.study.findings import Evidence, Finding, null_numbers, null_range
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted

PAGE = "Build and train the CNN on MNIST"
DRAWS = 10_000  # of each null distribution
PAIRS = 90  # true digit and another digit read


def measure(network: TrainedNetwork) -> Numbers:
    """Count confusions; compare them with mistakes spread by chance alone."""
    from sklearn.metrics import confusion_matrix  # slow to import, used only here

    truth, probabilities = network.images.y_test, network.probabilities
    read = probabilities.argmax(axis=1)
    confusion = confusion_matrix(truth, read, labels=range(10))
    return {
        "confusion": confusion.tolist(),
        **_against_even_spread(confusion),
        "equally hard digits": _against_equally_hard_digits(confusion),
        **_surest_mistake(truth, probabilities),
    }


def _against_even_spread(confusion: np.ndarray) -> Numbers:
    """Null: each mistake falls on each of the 90 pairs of digits with the same chance.

    Two statistics: the count of the most frequent pair, and chi-squared over all pairs.
    """
    wrong = confusion[~np.eye(10, dtype=bool)]
    if not wrong.sum():
        return {"largest": None, "all pairs": None}
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(wrong.sum(), [1 / PAIRS] * PAIRS, size=DRAWS)
    expected = wrong.sum() / PAIRS

    def chi_squared(counts: np.ndarray) -> np.ndarray:
        return ((counts - expected) ** 2 / expected).sum(axis=-1)

    largest = compare_with_null(float(wrong.max()), drawn.max(axis=1))
    all_pairs = compare_with_null(float(chi_squared(wrong)), chi_squared(drawn))
    return {"largest": asdict(largest), "all pairs": asdict(all_pairs)}


def _against_equally_hard_digits(confusion: np.ndarray) -> Numbers | None:
    """Null: the same number of mistakes, drawn from all test digits alike.

    The statistic is chi-squared of the table of digits by right and wrong.
    """
    totals = confusion.sum(axis=1)
    wrong = (totals - np.diag(confusion))[totals > 0]
    totals = totals[totals > 0]
    share = wrong.sum() / totals.sum()
    if len(totals) < 2 or share in (0, 1):
        return None
    rng = np.random.default_rng(0)
    drawn = rng.multivariate_hypergeometric(totals, wrong.sum(), size=DRAWS)

    def chi_squared(counts: np.ndarray) -> np.ndarray:
        scale = totals * share * (1 - share)
        return ((counts - totals * share) ** 2 / scale).sum(axis=-1)

    return asdict(compare_with_null(float(chi_squared(wrong)), chi_squared(drawn)))


def _surest_mistake(truth: np.ndarray, probabilities: np.ndarray) -> Numbers:
    """The probability of the surest wrong answer; answers as sure, and the right ones.

    It is None where there is no mistake.
    """
    wrong = probabilities.argmax(axis=1) != truth
    sure = probabilities.max(axis=1)
    surest = float(sure[wrong].max()) if wrong.any() else None
    as_sure = sure >= (surest or 0)
    return {
        "surest mistake": surest,
        "as sure": int(np.sum(as_sure)),
        "as sure and right": int(np.sum(as_sure & ~wrong)),
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State the commonest confusion, the worst-read digit and the surest mistake."""
    found = evidence.running
    confusion = np.array(found["confusion"])
    yield _commonest_confusion(confusion, found["largest"], found["all pairs"])
    yield _worst_digit(confusion, found["equally hard digits"])
    names = "surest mistake", "as sure", "as sure and right"
    yield _surest(*(found[name] for name in names))


def _commonest_confusion(
    confusion: np.ndarray, largest: Numbers | None, all_pairs: Numbers | None
) -> Finding:
    name, seeds = "commonest-confusion", "Another seed makes other mistakes."
    null = f"the same mistakes spread evenly over the {PAIRS} pairs of digits"
    if largest is None or all_pairs is None:
        told = "It makes no mistake on these digits."
        return Finding(name, PAGE, told, {"mistakes": 0}, null, limit=seeds)
    one, every = NullComparison(**largest), NullComparison(**all_pairs)
    wrong = confusion - np.diag(np.diag(confusion))
    alone = "more" if one.above else "no more"
    verdict = "nothing shows that the mistakes are spread unevenly over the pairs"
    if every.above:
        verdict = "the mistakes are not spread evenly over the pairs"
    return Finding(
        name,
        PAGE,
        f"Mistakes: {wrong.sum():,}. {_most_frequent(wrong)} Taken alone, that is "
        f"{alone} than the largest of {PAIRS} pairs gets by chance: {one.mean:.1f} "
        f"(95 % from {one.low:.0f} to {one.high:.0f}). All {PAIRS} pairs together: "
        f"chi-squared is {every.value:.0f}, and mistakes spread evenly give "
        f"{null_range(every, 0)} (p = {every.p:.2g}): {verdict}.",
        {
            "mistakes": int(wrong.sum()),
            **{f"largest pair, {key}": n for key, n in null_numbers(one).items()},
            "largest pair, p": one.p,
            **{f"all pairs, {key}": n for key, n in null_numbers(every).items()},
        },
        f"chi-squared {null_range(every, 0)}: {null}",
        every.p,
        seeds,
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


def _worst_digit(confusion: np.ndarray, compared: Numbers | None) -> Finding:
    name, null = "worst-digit", "the same mistakes, drawn from all test digits alike"
    if compared is None:
        told = "There is nothing to compare: too few digits, or too few mistakes."
        return Finding(name, PAGE, told, {}, null)
    held = NullComparison(**compared)
    totals = confusion.sum(axis=1)
    share = np.diag(confusion) / np.maximum(totals, 1)
    there = np.flatnonzero(totals)
    worst, best = (int(there[pick(share[there])]) for pick in (np.argmin, np.argmax))
    verdict = "no digit is shown to be harder than the others"
    if held.above:
        verdict = "some digits are harder for this network than others"
    return Finding(
        name,
        PAGE,
        f"Read worst is {worst}, {share[worst]:.2%} right; read best is {best}, "
        f"{share[best]:.2%} right. Chi-squared over {counted(len(there), 'digit')} is "
        f"{held.value:.1f}; equally hard digits give {null_range(held, 1)} "
        f"(p = {held.p:.2g}): {verdict}.",
        {"worst": worst, "best": best, **null_numbers(held)},
        f"{null_range(held, 1)}: {null}",
        held.p,
        "The worst of ten was picked after looking: on average it looks worse than it "
        "is.",
    )


def _surest(surest: float | None, as_sure: int, right: int) -> Finding:
    sentence = "It makes no mistake on these digits, so there is none to draw."
    numbers = {"as sure": as_sure, "as sure and right": right}
    if surest is not None:
        were = "was" if right == 1 else "were"
        sentence = (
            f"The surest mistake had a probability of {surest:.4f}. Of the "
            f"{counted(as_sure, 'digit')} read with at least that probability, "
            f"{right:,} {were} right."
        )
        numbers = {"surest mistake": surest, **numbers}
    null = "none: the largest of many, not compared with chance"
    return Finding("surest-mistake", PAGE, sentence, numbers, null)
