"""What is the test accuracy, and at which epoch was the validation loss lowest?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convlens.study.findings import Evidence, Finding
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted

PAGE = "Build and train the CNN on MNIST"
FEW = 5  # epochs: with fewer, overfitting has hardly time to appear


def measure(network: TrainedNetwork) -> Numbers:
    """Count correct predictions on the test images; collect the validation losses."""
    from scipy.stats import binomtest  # slow to import, used only here

    images = network.images
    correct = int(np.sum(network.probabilities.argmax(axis=1) == images.y_test))
    total = len(images.y_test)
    interval = binomtest(correct, total).proportion_ci(method="wilson")
    return {
        "correct": correct,
        "total": total,
        "interval": [float(interval.low), float(interval.high)],
        "commonest": float(np.bincount(images.y_test).max() / len(images.y_test)),
        "validation losses": network.record.history["val_loss"],
        "validated": images.validation_count,
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State the share read right, and the epoch with the lowest validation loss."""
    found = evidence.running
    names = "correct", "total", "interval", "commonest"
    yield _share_read_right(*(found[name] for name in names))
    yield _lowest_validation_loss(found["validation losses"], found["validated"])


def _share_read_right(
    correct: int, total: int, interval: list[float], commonest: float
) -> Finding:
    low, high = interval
    return Finding(
        "test-accuracy",
        PAGE,
        f"Of {counted(total, 'test digit')} that it had never seen, the network reads "
        f"{correct:,} right. That is **{correct / total:.2%}**, with a 95% confidence "
        f"interval from {low:.2%} to {high:.2%}. Always answering the most common "
        f"digit would give {commonest:.2%}.",
        {
            "read right": correct,
            "test digits": total,
            "share read right": correct / total,
            "interval from": low,
            "interval to": high,
            "share of the commonest digit": commonest,
        },
        f"{commonest:.2%}: always answer the most common digit",
        limit="The interval allows for other test digits, not for another random seed.",
    )


def _lowest_validation_loss(losses: list[float], validated: int) -> Finding:
    best, epochs = int(np.argmin(losses)) + 1, len(losses)
    lowest, last = losses[best - 1], losses[-1]
    if best == epochs:
        meaning = "which was the last: there is no sign of overfitting"
        if epochs < FEW:
            meaning += f", but in {counted(epochs, 'epoch')} it could hardly appear"
    elif last > lowest:
        meaning = (
            f"and ended at {last:.4f}. One training is too little to call this "
            "overfitting"
        )
    else:
        meaning = "and it did not rise again"
    return Finding(
        "lowest-validation-loss",
        PAGE,
        f"The validation loss was at its lowest, {lowest:.4f}, after epoch {best} of "
        f"{epochs}, {meaning}.",
        {
            "epoch": best,
            "epochs": epochs,
            "lowest loss": lowest,
            "last loss": last,
            "validation images": validated,
        },
        f"1 in {epochs}, if every epoch were equally likely to have the lowest loss",
        limit=f"Measured on {counted(validated, 'validation image')}.",
    )
