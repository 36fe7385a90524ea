"""Can one number, Moran's I, tell a trained kernel from an untrained one?

Primary statistic: the area under the ROC curve (AUC) of Moran's I, over all kernels of
the first layer before and after training, minus 0.5. Test: an exact sign-flip test over
networks; within one network, that of Mann and Whitney. Control: the trained weights
shuffled inside each kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from convlens.kernels import layer_kernels
from convlens.statistics import (
    NullComparison,
    compare_with_null,
    morans_i,
    shuffled_weights,
)
from convlens.study.data import Images
from convlens.study.findings import (
    NOT_INDEPENDENT,
    Evidence,
    Finding,
    over_networks,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.study.training import training_record
from convlens.words import counted, p_value

PAGE = "Trained or not?"
LABELLINGS = 10_000
SHUFFLES = 200


def measure(network: TrainedNetwork) -> Numbers:
    """Tell all kernels by Moran's I, and those that the reader guesses."""
    after = layer_kernels(network.trained, "conv1")
    before = layer_kernels(network.untrained, "conv1")
    shuffled = shuffled_weights(after, copies=SHUFFLES)
    return {
        "all kernels": asdict(_against_random_labels(before, after)),
        "shuffled": float(np.mean([_auc(before, one) for one in shuffled])),
        **_called(_mixed(before, after, network.images)),
    }


def _auc(before: np.ndarray, after: np.ndarray) -> float:
    """Share of the pairs in which the kernel of the second group has the larger I."""
    from sklearn.metrics import roc_auc_score

    values = [morans_i(group).ravel() for group in (before, after)]
    labels = np.repeat([0, 1], [len(group) for group in values])
    return float(roc_auc_score(labels, np.concatenate(values)))


def _against_random_labels(before: np.ndarray, after: np.ndarray) -> NullComparison:
    """Compare the AUC with those of labels in random order: Mann and Whitney's test."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([morans_i(before), morans_i(after)], axis=None))
    count = len(ranks) // 2
    rows = np.tile(ranks, (LABELLINGS, 1))
    drawn = np.random.default_rng(0).permuted(rows, axis=1)[:, :count].sum(axis=1)
    null = (drawn - count * (count + 1) / 2) / count**2  # AUC from a sum of ranks
    # rounded, so that equal ones count as equal
    return compare_with_null(round(_auc(before, after), 9), null.round(9))


def _called(mixed: dict[str, Any]) -> Numbers:
    """Call that half of the kernels trained whose Moran's I is larger; count hits."""
    count = len(mixed["trained"])
    largest = np.argsort(mixed["morans_i"], kind="stable")[-(count // 2) :]
    hits = int(np.sum(np.array(mixed["trained"])[largest]))
    return {"kernels": count, "hits": hits, "p of hits": _p_of(hits, count)}


def _p_of(hits: int, count: int) -> float:
    """One-sided p of so many hits, where half of the kernels is drawn by lot."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(hits - 1, count, count // 2, count // 2))


def trained_or_not_kernels(images: Images) -> dict[str, list]:
    """Mix trained and untrained kernels of the network that the pages show.

    Half of its filters come as they are after training, the others as they were
    before, in an order that the digits decide. Each kernel is divided by the root mean
    square of its weights: training makes weights larger, and their size would tell.

    Args:
        images: The digits; the network is trained on them first if need be.

    Returns:
        Lists with one entry per kernel: ``filters``, its index in the layer;
        ``trained``, whether it is; ``weights``, rows of numbers; ``morans_i``. Numbers
        have four digits after the point.

    Raises:
        RuntimeError: The training failed; the message ends with its last lines.

    Example:
        >>> from convlens.study import load_images
        >>> mixed = trained_or_not_kernels(load_images("digits"))
        >>> len(mixed["weights"]), sum(mixed["trained"])
        (16, 8)
    """
    record = training_record(images)
    return _mixed(record.initial_weights[0], record.weights[0], images)


def _mixed(before: np.ndarray, after: np.ndarray, images: Images) -> dict[str, list]:
    count = after.shape[-1]
    rng = np.random.default_rng(int(images.fingerprint[:16], 16))
    filters = rng.permutation(count)
    trained = np.isin(filters, rng.permutation(count)[: count // 2])
    kernels = np.where(trained, after[:, :, 0, filters], before[:, :, 0, filters])
    strength = np.sqrt((kernels**2).mean(axis=(0, 1)))
    kernels = kernels / np.where(strength > 0, strength, 1)
    return {
        "filters": filters.tolist(),
        "trained": trained.tolist(),
        "weights": kernels.transpose(2, 0, 1).astype(float).round(4).tolist(),
        "morans_i": morans_i(kernels[:, :, np.newaxis])[0]
        .astype(float)
        .round(4)
        .tolist(),
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State how well Moran's I guesses, in the page's game and over all networks."""
    yield _number_guesses(evidence.running)
    yield _number_tells(evidence)


def _number_guesses(found: Numbers) -> Finding:
    half, hits, p = found["kernels"] // 2, found["hits"], found["p of hits"]
    luck = "more than luck explains" if p < 0.025 else "not shown to be more than luck"
    return Finding(
        "number-guesses",
        PAGE,
        f"Of the {half} kernels with the largest Moran's I, **{hits} of {half}** are "
        f"trained. A blind pick finds {half / 2:g} on average, so this is {luck} "
        f"({p_value(p)}).",
        {"hits": hits, "called trained": half, "hits by guessing": half / 2},
        f"{half / 2:g}: {half} of {found['kernels']} kernels drawn at random",
        p,
        NOT_INDEPENDENT,
    )


def _number_tells(evidence: Evidence) -> Finding:
    auc, shuffled = evidence.each("all kernels", "value"), evidence.each("shuffled")
    over = over_networks(auc - 0.5)
    held = [NullComparison(**one["all kernels"]) for one in evidence.networks]
    beyond = sum(one.above for one in held)
    # too few for a test over networks: each must pass its own
    tells = over.shown and (over.p is not None or beyond == over.count)
    verdict = "tells" if tells else "is not shown to tell"
    low, high = f"{auc.min():.0%}", f"{auc.max():.0%}"
    between = low if low == high else f"{low} to {high}"
    return Finding(
        "number-tells-trained",
        PAGE,
        f"Moran's I alone {verdict} trained kernels from untrained ones (AUC above one "
        f"half: {over.words}). Of all pairs of a trained and an untrained kernel of "
        f"one network, the trained one has the larger Moran's I in **{between}**; with "
        f"the trained weights shuffled, in {shuffled.mean():.0%}. Labels in random "
        "order would give one half on average, and "
        f"{beyond} of {counted(over.count, 'network')} exceeded 97.5% of such draws.",
        {
            "AUC, mean": float(auc.mean()),
            "AUC of shuffled weights, mean": float(shuffled.mean()),
            "AUC of random labels, 2.5%": held[0].low,
            "AUC of random labels, 97.5%": held[0].high,
            "networks beyond 97.5% of random labels": beyond,
            **over.numbers("AUC minus 0.5"),
        },
        f"0.5: the labels of one network's kernels in random order, {LABELLINGS:,} "
        f"times; {held[0].low:.2f} to {held[0].high:.2f} in 95% of them",
        over.p,
        "Every trained kernel began as one of the untrained ones, so the two groups of "
        "a network are not independent.",
        networks=over.count,
    )
