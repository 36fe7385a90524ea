"""Which digits does the network confuse, and more often than by chance?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from convlens.statistics import NullComparison, compare_with_null
from convlens.study.findings import Evidence, Finding, null_numbers, null_range
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted, listed

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
    """State the most frequent confusion, the worst digit, and the surest mistake."""
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
    name, seeds = (
        "commonest-confusion",
        "With another seed the network makes other mistakes.",
    )
    null = f"as many mistakes, spread evenly at random over the {pairs} pairs of digits"
    if largest is None or all_pairs is None:
        told = "The network makes no mistake on these digits."
        return Finding(name, PAGE, told, {"mistakes": 0}, null, limit=seeds)
    one, every = NullComparison(**largest), NullComparison(**all_pairs)
    wrong = confusion - np.diag(np.diag(confusion))
    alone = "more often" if one.above else "no more often"
    verdict = "nothing shows that some pairs are confused more often than others"
    if every.above:
        verdict = "some pairs of digits are confused more often than others"
    return Finding(
        name,
        PAGE,
        f"The network makes {counted(int(wrong.sum()), 'mistake')}. "
        f"{_most_frequent(wrong)} That is {alone} than chance explains: in the random "
        f"tables, the most frequent of the {pairs} pairs occurs {one.mean:.1f} times "
        f"on average, and {one.low:.0f} to {one.high:.0f} times in 95% of them. Over "
        f"all pairs, chi-squared is {every.value:.0f}; in the random tables it is "
        f"{every.mean:.0f} on average, and {every.low:.0f} to {every.high:.0f} in 95% "
        f"of them. So {verdict}.",
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
        named = listed([f"{true} read as {read}" for true, read in pairs[:3]])
        more = ", and others" if len(pairs) > 3 else ""
        return (
            f"{len(pairs)} confusions are equally frequent, with {most} each: "
            f"{named}{more}."
        )
    true, read = pairs[0]
    there, back = (counted(int(n), "time") for n in (most, wrong[read, true]))
    return (
        f"The most frequent is {true} read as {read} ({there}; the other way round, "
        f"{back})."
    )


def _worst_digit(confusion: np.ndarray, compared: Numbers | None) -> Finding:
    name, null = (
        "worst-digit",
        "as many mistakes, dealt at random to all test digits alike",
    )
    totals = confusion.sum(axis=1)
    there = np.flatnonzero(totals)
    if compared is None:
        told = (
            "There is nothing to compare: all test digits were read right, or all were "
            "read wrong, or all are the same digit."
        )
        return Finding(name, PAGE, told, {"digits": len(there)}, null)
    held = NullComparison(**compared)
    share = np.diag(confusion) / np.maximum(totals, 1)
    worst, best = (int(there[pick(share[there])]) for pick in (np.argmin, np.argmax))
    verdict = "No digit is shown to be harder than the others"
    if held.above:
        verdict = "Some digits are harder for this network than others"
    return Finding(
        name,
        PAGE,
        f"The network reads {worst} worst, {share[worst]:.2%} of them right, and "
        f"{best} best, {share[best]:.2%}. {verdict}: chi-squared over "
        f"{counted(len(there), 'digit')} is {held.value:.1f}, and digits that are "
        f"equally hard give {null_range(held, 1)}.",
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
        "The worst digit was picked after looking, so on average it looks worse than "
        "it is.",
    )


def _surest(surest: float | None, as_sure: int, right: int) -> Finding:
    sentence = "The network makes no mistake on these digits."
    numbers = {"as sure": as_sure, "as sure and right": right}
    if surest is not None:
        others = (
            f"Of the {as_sure:,} digits that it read with at least this probability, "
            f"{right:,} {'was' if right == 1 else 'were'} right."
        )
        if as_sure == 1:
            others = "It read no other digit with at least this probability."
        sentence = (
            "In its most confident mistake the network gave the wrong digit a "
            f"probability of {surest:.4f}. {others}"
        )
        numbers = {"surest mistake": surest, **numbers}
    null = "none: the largest of many, not compared with chance"
    return Finding("surest-mistake", PAGE, sentence, numbers, null)
