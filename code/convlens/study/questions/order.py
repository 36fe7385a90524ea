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
    """State whether neighbours agree: on average, one by one, and in layer 2."""
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
        f"In the trained kernels, neighbouring weights agree {verdict}: averaged over "
        f"the {found['kernels']} kernels, Moran's I is **{signed(trained.value)}**. "
        f"For the same weights shuffled it is {null_range(trained)}; before training "
        f"it was {signed(before)}.",
        {
            **null_numbers(trained),
            "untrained": before,
            "largest possible": largest,
            "kernels": found["kernels"],
        },
        f"{null_range(trained)}: the weights shuffled inside each kernel",
        trained.p,
        f"{NOT_INDEPENDENT} Neighbours that agree do not make an “edge detector”.",
    )


def _kernels_beyond_shuffles(found: Numbers) -> Finding:
    kernels, trained = found["kernels"], found["trained beyond shuffles"]
    before, expected = found["untrained beyond shuffles"], kernels / 40
    p = found["p of trained beyond shuffles"]
    verdict = "more than chance explains" if p < 0.025 else "not shown to be more"
    left = kernels - trained
    others = "The other one does" if left == 1 else f"The other {left:,} do"
    proves = "it is" if left == 1 else "they are"
    rest = (
        f" {others} not stand out from {'its' if left == 1 else 'their'} own shuffles, "
        f"which does not prove that {proves} random."
    ) * (left > 0)
    return Finding(
        "kernels-beyond-shuffles",
        KERNELS,
        f"Taken one by one, **{trained} of {kernels}** trained kernels have a larger "
        f"Moran's I than 97.5% of their own shuffles; before training it was {before}."
        f" Chance alone would give about {expected:.1f}, so this is {verdict} "
        f"({p_value(p)}).{rest}",
        {
            "trained beyond shuffles": trained,
            "untrained beyond shuffles": before,
            "expected by chance": expected,
            "kernels": kernels,
        },
        f"{expected:.1f}: 2.5% of {kernels} kernels, each compared with its own "
        "shuffles",
        p,
        f"{NOT_INDEPENDENT} A kernel that does not stand out may still be ordered in "
        "another way, and the network may need it.",
    )


def _second_layer_agrees(found: Numbers) -> Finding:
    trained, before = NullComparison(**found["trained"]), found["untrained"]
    verdict = "more" if trained.above else "no more"
    return Finding(
        "second-layer-agrees",
        KERNELS,
        f"In the second layer, neighbouring weights agree {verdict} than chance "
        f"explains: averaged over its {found['kernels']} kernels, Moran's I is "
        f"**{signed(trained.value)}**. For the same weights shuffled it is "
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
