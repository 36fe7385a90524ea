"""Which digits does the network confuse, and more often than by chance?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from convlens.statistics import NullComparison, compare_with_null
from convlens.study.findings import Evidence, Finding, null_numbers, null_range
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted, p_value

PAGE = "Build and train the CNN on MNIST"
DRAWS = 10_000  # of each null distribution


def measure(network: TrainedNetwork) -> Numbers:
    """Compute the confusion matrix, and compare it with two null distributions."""
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
    """Null: each mistake falls on each pair of digits with the same chance.

    A pair is a true digit that is among the test digits, and one of nine wrong answers.
    Two statistics: the count of the most frequent pair, and chi-squared over all pairs.
    """
    there = confusion.sum(axis=1, keepdims=True) > 0
    wrong = confusion[there & ~np.eye(10, dtype=bool)]
    pairs = wrong.size
    if not wrong.sum():
        return {"pairs": pairs, "largest": None, "all pairs": None}
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(wrong.sum(), [1 / pairs] * pairs, size=DRAWS)
    expected = wrong.sum() / pairs

    def chi_squared(counts: np.ndarray) -> np.ndarray:
        # rounded, or ties would break by the order in which equal terms are summed
        return ((counts - expected) ** 2 / expected).sum(axis=-1).round(9)

    largest = compare_with_null(float(wrong.max()), drawn.max(axis=1))
    all_pairs = compare_with_null(float(chi_squared(wrong)), chi_squared(drawn))
    compared = {"largest": asdict(largest), "all pairs": asdict(all_pairs)}
    return {"pairs": pairs, **compared}


def _against_equally_hard_digits(confusion: np.ndarray) -> Numbers | None:
    """Null hypothesis: all digits have the same error rate (hypergeometric counts).

    The test statistic is chi-squared of the table of digits by right and wrong.
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
        return ((counts - totals * share) ** 2 / scale).sum(axis=-1).round(9)

    return asdict(compare_with_null(float(chi_squared(wrong)), chi_squared(drawn)))


def _surest_mistake(truth: np.ndarray, probabilities: np.ndarray) -> Numbers:
    """Find the most confident mistake; count predictions at least as confident.

    Its probability is None if there is no mistake.
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
    names = "pairs", "largest", "all pairs"
    yield _commonest_confusion(confusion, *(found[name] for name in names))
    yield _worst_digit(confusion, found["equally hard digits"])
    names = "surest mistake", "as sure", "as sure and right"
    yield _surest(*(found[name] for name in names))


def _commonest_confusion(
    confusion: np.ndarray,
    pairs: int,
    largest: Numbers | None,
    all_pairs: Numbers | None,
) -> Finding:
    name, seeds = "commonest-confusion", "Another seed makes other mistakes."
    null = f"the same mistakes spread evenly over the {pairs} pairs of digits"
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
        f"{alone} than the largest of {pairs} pairs gets by chance: {one.mean:.1f} "
        f"(95 % from {one.low:.0f} to {one.high:.0f}). All {pairs} pairs together: "
        f"chi-squared is {every.value:.0f}, and mistakes spread evenly give "
        f"{null_range(every, 0)} ({p_value(every.p)}): {verdict}.",
        {
            "mistakes": int(wrong.sum()),
            "pairs": pairs,
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
    totals = confusion.sum(axis=1)
    there = np.flatnonzero(totals)
    if compared is None:
        told = (
            "There is nothing to compare: all test digits were read right, or all "
            "wrong, or all are the same digit."
        )
        return Finding(name, PAGE, told, {"digits": len(there)}, null)
    held = NullComparison(**compared)
    share = np.diag(confusion) / np.maximum(totals, 1)
    worst, best = (int(there[pick(share[there])]) for pick in (np.argmin, np.argmax))
    verdict = "no digit is shown to be harder than the others"
    if held.above:
        verdict = "some digits are harder for this network than others"
    return Finding(
        name,
        PAGE,
        f"The least often read right is {worst}, {share[worst]:.2%}; the most often "
        f"{best}, {share[best]:.2%}. Chi-squared over "
        f"{counted(len(there), 'digit')} is {held.value:.1f}; equally hard digits give "
        f"{null_range(held, 1)} "
        f"({p_value(held.p)}): {verdict}.",
        {
            "worst": worst,
            "share read right, worst": float(share[worst]),
            "best": best,
            "share read right, best": float(share[best]),
            "digits": len(there),
            **null_numbers(held),
        },
        f"{null_range(held, 1)}: {null}",
        held.p,
        "The worst was picked after looking: on average it looks worse than it is.",
    )


def _surest(surest: float | None, as_sure: int, right: int) -> Finding:
    sentence = "It makes no mistake on these digits, so there is none to draw."
    numbers = {"as sure": as_sure, "as sure and right": right}
    if surest is not None:
        others = (
            f"Of the {as_sure:,} digits read with at least that probability, "
            f"{right:,} {'was' if right == 1 else 'were'} right."
        )
        if as_sure == 1:
            others = "No other digit was read with at least that probability."
        sentence = f"The surest mistake had a probability of {surest:.4f}. {others}"
        numbers = {"surest mistake": surest, **numbers}
    null = "none: the largest of many, not compared with chance"
    return Finding("surest-mistake", PAGE, sentence, numbers, null)
