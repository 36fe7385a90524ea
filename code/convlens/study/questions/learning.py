"""Does a step of training lower the loss, and does order in the kernels grow with it?

Two primary statistics, fixed before the runs, each tested over networks with an exact
sign-flip test:

- The loss on a batch before one step of plain gradient descent, minus the loss after
  it, from the initial weights. Control: steps of the same length in random directions.
- Moran's I, averaged over the kernels of the first layer, at the end of training minus
  at step 0. Control: the trained weights shuffled inside each kernel.

When half of that rise was reached is described, not tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from convlens.statistics import (
    NullComparison,
    compare_with_null,
    morans_i,
    shuffled_weights,
)
from convlens.study.findings import Evidence, Finding, over_networks
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted, signed

if TYPE_CHECKING:
    import keras

PAGE = "How a filter learns"
BATCH = 64  # training images, the first ones
RATE = 0.1
DIRECTIONS = 20
SHUFFLES = 1000


def measure(network: TrainedNetwork) -> Numbers:
    """Take one step from the initial weights, and follow order through the training."""
    film = network.record.film
    order = morans_i(film["kernels"]).mean(axis=(1, 2))
    shuffles = shuffled_weights(film["kernels"][-1], copies=SHUFFLES)
    null = morans_i(shuffles).mean(axis=(1, 2))
    return {
        "one step": _one_step(network),
        "kernels": film["kernels"].shape[-1],
        "steps": film["steps"].tolist(),
        "order": order.tolist(),
        "losses": film["losses"][1:].tolist(),  # step 0 has none
        "end": asdict(compare_with_null(float(order[-1]), null)),
    }


def _one_step(network: TrainedNetwork) -> Numbers:
    from convlens.gradients import one_step  # it imports Keras

    x, y = network.images.x_train[:BATCH], network.images.y_train[:BATCH]
    start = network.untrained
    before = mean_loss(start, x, y)
    there = one_step(start, x, y, rate=RATE)
    after = mean_loss(there, x, y)
    moves = zip(start.get_weights(), there.get_weights(), strict=True)
    length = np.sqrt(sum(np.sum((new - old) ** 2) for old, new in moves))
    rng = np.random.default_rng(network.seed)
    elsewhere = []
    for _ in range(DIRECTIONS):
        there.set_weights(_moved(start.get_weights(), length, rng))
        elsewhere.append(mean_loss(there, x, y))
    return {
        "images": len(x),
        "rate": RATE,
        "before": before,
        "after": after,
        "after random steps": float(np.mean(elsewhere)),
    }


def _moved(
    weights: list[np.ndarray], length: float, rng: np.random.Generator
) -> list[np.ndarray]:
    """Move all weights by a given length in a random direction."""
    direction = [rng.standard_normal(one.shape) for one in weights]
    norm = np.sqrt(sum(np.sum(one**2) for one in direction))
    moves = zip(weights, direction, strict=True)
    return [one + length / norm * move for one, move in moves]


def mean_loss(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    """Compute the mean cross-entropy of a classifier that ends in softmax.

    Args:
        model: From images to probabilities.
        x: Images, shape ``(n, h, w, c)``.
        y: Their labels, whole numbers, shape ``(n,)``.

    Returns:
        The mean of minus the logarithm of each right digit's probability, which counts
        as at least 1e-7, as in Keras.

    Example:
        >>> import keras
        >>> even = keras.Sequential([keras.Input((4,)), keras.layers.Softmax()])
        >>> round(mean_loss(even, np.zeros((2, 4)), np.array([0, 3])), 4)  # log of 4
        1.3863
    """
    import keras

    probabilities = keras.ops.convert_to_numpy(model(x, training=False))
    right = probabilities[np.arange(len(y)), y].astype(float)
    return float(-np.log(np.maximum(right, 1e-7)).mean())


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State what a step does to the loss, and what training does to the order."""
    yield _one_step_lowers_the_loss(evidence)
    yield _order_grows(evidence)
    yield _when_order_came(evidence)


def _one_step_lowers_the_loss(evidence: Evidence) -> Finding:
    names = ("before", "after", "after random steps")
    before, after, elsewhere = (evidence.each("one step", name) for name in names)
    over = over_networks(before - after)
    step = evidence.running["one step"]
    verdict = "lowered" if over.shown else "is not shown to lower"
    fall, by_luck = (before - after).mean(), (before - elsewhere).mean()
    random = signed(-float(by_luck), 4)
    decides = over.shown and abs(by_luck) < fall / 10
    direction = " So it was the direction that lowered the loss." * bool(decides)
    return Finding(
        "one-step-lowers-the-loss",
        PAGE,
        "One step of plain gradient descent from the untrained network, with a rate of "
        f"{step['rate']} and the first {counted(step['images'], 'training image')} as "
        f"its batch, {verdict} the loss on that batch ({over.words}). The loss went "
        f"from {before.mean():.4f} to **{after.mean():.4f}**{_average(over.count)}. "
        f"In random directions, {DIRECTIONS} steps of the same length changed it by "
        f"{random} on average.{direction}",
        {
            "loss before": float(before.mean()),
            "loss after": float(after.mean()),
            "loss after random steps": float(elsewhere.mean()),
            "rate": step["rate"],
            "images": step["images"],
            "random steps": DIRECTIONS,
            **over.numbers("loss before minus after"),
        },
        f"{random} on average: steps of the same length in {DIRECTIONS} random "
        "directions",
        over.p,
        "The same step can raise the loss on other images.",
        networks=len(evidence.seeds),
    )


def _average(networks: int) -> str:
    return " on average" if networks > 1 else ""


def _order_grows(evidence: Evidence) -> Finding:
    order = evidence.each("order")
    start, end, shuffled = order[:, 0], order[:, -1], evidence.each("end", "mean")
    rise, beyond = over_networks(end - start), over_networks(end - shuffled)
    above = sum(NullComparison(**one["end"]).above for one in evidence.networks)
    # too few for a test over networks: each must pass its own
    orderly = beyond.shown and (beyond.p is not None or above == beyond.count)
    if not rise.shown:
        verdict = f"are not shown to be more alike than at step 0 ({rise.words})"
    elif not orderly:
        verdict = (
            f"are more alike than at step 0 ({rise.words}), but are not shown to be "
            "more alike than the same weights shuffled"
        )
    else:
        verdict = (
            f"are more alike than at step 0 ({rise.words}), and more alike than the "
            "same weights shuffled"
        )
    null = signed(float(shuffled.mean()))
    return Finding(
        "order-grows",
        PAGE,
        f"After training, neighbouring weights {verdict}. Moran's I, averaged over the "
        f"{evidence.running['kernels']} kernels of a network, went from "
        f"{signed(float(start.mean()))} to **{signed(float(end.mean()))}**"
        f"{_average(rise.count)}; shuffling the trained weights gives {null}. It ended "
        f"above 97.5% of a network's own shuffles in {above} of "
        f"{counted(rise.count, 'network')}.",
        {
            "kernels": evidence.running["kernels"],
            "Moran's I at step 0, mean": float(start.mean()),
            "Moran's I at the end, mean": float(end.mean()),
            "Moran's I of shuffled weights, mean": float(shuffled.mean()),
            "networks beyond 97.5% of their shuffles": above,
            **rise.numbers("rise of Moran's I"),
        },
        f"{null} on average: the trained weights shuffled inside each kernel",
        rise.p,
        "This is order in the first layer, and only the kind that Moran's I measures.",
        networks=len(evidence.seeds),
    )


def _when_order_came(evidence: Evidence) -> Finding:
    """Describe, over the networks whose order rose, when half of the rise was there."""
    rising = [one for one in evidence.networks if one["order"][-1] > one["order"][0]]
    count = len(evidence.networks)
    sentence = (
        "In no network did Moran's I end above its beginning, so there is no rise to "
        "take half of."
    )
    numbers: dict[str, float] = {"networks whose order rose": len(rising)}
    if rising:
        share, first, then, last = np.array([_half_way(one) for one in rising]).T
        low, high = f"{share.min():.0%}", f"{share.max():.0%}"
        fall = float((first - last).mean())
        fallen = float((first - then).mean()) / fall if fall > 0 else None
        sentence = (
            f"Moran's I rose in {len(rising)} of {counted(count, 'network')}, and half "
            "of its rise was reached after "
            f"**{low if low == high else f'{low} to {high}'}** of the steps. By then "
            f"the loss of a batch had gone from {first.mean():.2f} to "
            f"{then.mean():.2f}{_average(len(rising))}{_which_first(fallen)}."
        )
        numbers |= {
            "share of the steps, smallest": float(share.min()),
            "share of the steps, largest": float(share.max()),
            "loss of the first batches, mean": float(first.mean()),
            "loss at half of the rise, mean": float(then.mean()),
        }
        if fallen is not None:
            numbers["share of the fall of the loss by then"] = fallen
    return Finding(
        "when-order-came",
        PAGE,
        sentence,
        numbers,
        "none: this describes what happened, and tests nothing",
        limit="The learning rate falls to zero, so kernels that stand still at the end "
        "may have had more to learn.",
        networks=len(evidence.seeds),
    )


def _which_first(fallen: float | None) -> str:
    """Say whether the loss or the order came first, by the loss's share of its fall."""
    if fallen is None:
        return ""
    if fallen > 0.6:
        verdict = "the loss was ahead of order"
    elif fallen < 0.4:
        verdict = "order was ahead of the loss"
    else:
        verdict = "order and the fall of the loss went together"
    return f", {fallen:.0%} of its whole fall: {verdict}"


def _half_way(found: Numbers) -> tuple[float, float, float, float]:
    """Find the first record at which half of the rise of order was reached.

    Returns:
        Its share of all steps; the mean loss of the batches before the first record, of
        those between this record and the one before it, and of the last ones.
    """
    order, steps, losses = found["order"], found["steps"], found["losses"]
    half = (order[0] + order[-1]) / 2
    record = next(k for k, one in enumerate(order) if one >= half)
    return steps[record] / steps[-1], losses[0], losses[record - 1], losses[-1]
