"""Are neighbouring weights of the kernels more alike than expected by chance?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from convlens.kernels import layer_kernels
from convlens.statistics import (
    NullComparison,
    compare_with_null,
    largest_morans_i,
    morans_i,
    shuffled_weights,
)
from convlens.study.findings import (
    NOT_INDEPENDENT,
    Evidence,
    Finding,
    null_numbers,
    null_range,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import p_value, signed

KERNELS = "What the kernels look like"
SHUFFLES = {"conv1": 1000, "conv2": 200}


def measure(network: TrainedNetwork) -> Numbers:
    """Compare Moran's I of both layers with shuffled and with initial weights."""
    found: Numbers = {}
    for layer, copies in SHUFFLES.items():
        after = layer_kernels(network.trained, layer)
        before = layer_kernels(network.untrained, layer)
        kernels = int(np.prod(after.shape[2:]))
        beyond = _beyond_shuffles(after, copies)
        found[layer] = {
            "kernels": kernels,
            "largest possible": largest_morans_i(*after.shape[:2]),
            "trained": asdict(_mean_against_shuffles(after, copies)),
            "untrained": float(morans_i(before).mean()),
            "trained beyond shuffles": beyond,
            "untrained beyond shuffles": _beyond_shuffles(before, copies),
            "p of trained beyond shuffles": _p_of_count(beyond, kernels),
        }
    return found


def _mean_against_shuffles(kernels: np.ndarray, copies: int) -> NullComparison:
    null = morans_i(shuffled_weights(kernels, copies=copies))
    return compare_with_null(float(morans_i(kernels).mean()), null.mean(axis=(1, 2)))


def _beyond_shuffles(kernels: np.ndarray, copies: int) -> int:
    """Count kernels whose Moran's I exceeds the 97.5th percentile of their shuffles."""
    null = morans_i(shuffled_weights(kernels, copies=copies))
    return int(np.sum(morans_i(kernels) > np.percentile(null, 97.5, axis=0)))


def _p_of_count(beyond: int, kernels: int) -> float:
    """One-sided p of so many kernels beyond their shuffles, by chance one of 40."""
    from scipy.stats import binomtest  # slow to import, used only here

    return float(binomtest(beyond, kernels, 1 / 40, alternative="greater").pvalue)


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State whether neighbours agree: on average, kernel by kernel, in both layers."""
    first, second = (evidence.running[layer] for layer in SHUFFLES)
    yield _neighbours_agree(first)
    yield _kernels_beyond_shuffles(first)
    yield _second_layer_agrees(second)


def _neighbours_agree(found: Numbers) -> Finding:
    trained, before = NullComparison(**found["trained"]), found["untrained"]
    if not trained.above:
        verdict = "no more than chance explains"
    elif trained.value > before:
        verdict = "more than chance explains"
    else:
        verdict = "more than chance explains, but no more than before training"
    largest = found["largest possible"]
    return Finding(
        "neighbours-agree",
        KERNELS,
        f"In the trained kernels, neighbouring weights agree {verdict}. Moran's I "
        f"measures it: near 0 for weights in random order, at most {signed(largest)} "
        f"for kernels of this size. Over the {found['kernels']} kernels it is "
        f"**{signed(trained.value)}** on average; the same weights shuffled give "
        f"{null_range(trained)}; before training it was {signed(before)}.",
        {
            **null_numbers(trained),
            "untrained": before,
            "largest possible": largest,
            "kernels": found["kernels"],
        },
        f"{null_range(trained)}: the weights shuffled inside each kernel",
        trained.p,
        f"{NOT_INDEPENDENT} Agreement does not make an “edge detector”.",
    )


def _kernels_beyond_shuffles(found: Numbers) -> Finding:
    kernels, trained = found["kernels"], found["trained beyond shuffles"]
    before, expected = found["untrained beyond shuffles"], kernels / 40
    p = found["p of trained beyond shuffles"]
    verdict = "more than chance explains" if p < 0.025 else "not shown to be more"
    left = kernels - trained
    noise = f" The other {left:,} cannot be told from noise in this way." * (left > 0)
    return Finding(
        "kernels-beyond-shuffles",
        KERNELS,
        f"One by one, **{trained} of {kernels}** trained kernels have neighbours that "
        "agree more than in all but a fortieth of their own shuffles. Before training "
        f"it was {before}; chance alone gives about {expected:.1f}, so this is "
        f"{verdict} ({p_value(p)}).{noise}",
        {
            "trained beyond shuffles": trained,
            "untrained beyond shuffles": before,
            "expected by chance": expected,
            "kernels": kernels,
        },
        f"{expected:.1f}: a fortieth of {kernels} kernels, each against its own "
        "shuffles",
        p,
        f"{NOT_INDEPENDENT} A kernel that this measure cannot tell from noise may "
        "still have an order that it does not see, or be one that the network needs.",
    )


def _second_layer_agrees(found: Numbers) -> Finding:
    trained, before = NullComparison(**found["trained"]), found["untrained"]
    verdict = "more" if trained.above else "no more"
    return Finding(
        "second-layer-agrees",
        KERNELS,
        f"In the second layer, neighbouring weights agree {verdict} than chance gives: "
        f"Moran's I is **{signed(trained.value)}** on average over its "
        f"{found['kernels']} kernels. For the same weights shuffled it is "
        f"{null_range(trained)}; before training it was {signed(before)}.",
        {
            **null_numbers(trained),
            "untrained": before,
            "kernels": found["kernels"],
        },
        f"{null_range(trained)}: the weights shuffled inside each kernel",
        trained.p,
        NOT_INDEPENDENT,
    )
