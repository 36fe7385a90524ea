"""How far did training move the kernels, and do their initial weights still show?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from convlens.kernels import layer_kernels
from convlens.statistics import NullComparison, initial_weight_correlation
from convlens.study.findings import (
    NOT_INDEPENDENT,
    Evidence,
    Finding,
    null_numbers,
    null_range,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted, signed


def measure(network: TrainedNetwork) -> Numbers:
    """Compare the trained kernels of the first layer with their initial weights."""
    after = layer_kernels(network.trained, "conv1")
    before = layer_kernels(network.untrained, "conv1")
    return {
        "kernels": after.shape[3],
        "epochs": len(network.record.history["loss"]),
        "growth": float(np.sqrt(np.mean(after**2) / np.mean(before**2))),
        "correlation": asdict(initial_weight_correlation(before, after)),
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State how much the weights grew, and whether their start still shows."""
    found = evidence.running
    kept, growth = NullComparison(**found["correlation"]), found["growth"]
    verdict = "still shows" if kept.above else "is not shown any more by this measure"
    older = " So part of the noise in a trained kernel is older than the training."
    yield Finding(
        "weights-moved",
        "What the kernels look like",
        f"In {counted(found['epochs'], 'epoch')}, training changed the size of the "
        f"weights by a factor of {growth:.1f}. Where each kernel began {verdict}: over "
        f"the {found['kernels']} kernels, the trained weights correlate with their own "
        f"initial weights at **{signed(kept.value)}** on average; with the initial "
        f"weights of kernels drawn at random at {null_range(kept)}."
        + older
        * kept.above,
        {
            **null_numbers(kept),
            "growth": growth,
            "epochs": found["epochs"],
            "kernels": found["kernels"],
        },
        f"{null_range(kept)}: trained and initial kernels paired at random",
        kept.p,
        NOT_INDEPENDENT,
    )
