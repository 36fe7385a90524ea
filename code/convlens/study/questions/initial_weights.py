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
    """State how much the weights grew, and whether the initial ones still show."""
    found = evidence.running
    kept, growth = NullComparison(**found["correlation"]), found["growth"]
    verdict = "still show" if kept.above else "are not shown to be left"
    older = " So the trained kernels still contain a part of their random start."
    yield Finding(
        "weights-moved",
        "What the kernels look like",
        f"After {counted(found['epochs'], 'epoch')} of training the weights are "
        f"{growth:.1f} times as large as before, and the initial ones {verdict}: the "
        f"{found['kernels']} trained kernels correlate with their own initial weights "
        f"at **{signed(kept.value)}** on average. Paired instead with the initial "
        f"weights of kernels drawn at random, they correlate at {null_range(kept)}."
        f"{older * kept.above}",
        {
            **null_numbers(kept),
            "growth": growth,
            "epochs": found["epochs"],
            "kernels": found["kernels"],
        },
        f"{null_range(kept)}: trained kernels paired with initial ones at random",
        kept.p,
        NOT_INDEPENDENT,
    )
