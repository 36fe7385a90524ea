"""Which part of the first layer does the network need to read digits?

Primary statistic: test accuracy with only the smooth part of every kernel, minus that
with only the rest; test: exact sign-flip over networks.

The same test judges one difference for each other claim: smooth minus random patterns;
noise in the rest minus noise in the smooth part; a learned minus a frozen first layer,
trained from the same random seed; initial kernels put in minus new random ones; right
answers lost without the kernel that validation images name as the most needed; the rank
correlation of a kernel's Moran's I with what its removal costs.

The smooth part of a kernel is its projection on six patterns, the polynomials up to the
second degree. Whatever replaces this part or the rest is scaled to the same energy,
kernel by kernel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from convlens.interventions import (
    keep_subspace,
    redrawn,
    remove_kernel,
    remove_subspace,
    with_kernels,
)
from convlens.kernels import layer_kernels
from convlens.statistics import (
    morans_i,
    part_in,
    polynomial_basis,
    quadratic_share,
)
from convlens.study.findings import (
    NOT_INDEPENDENT,
    Evidence,
    Finding,
    OverNetworks,
    bold,
    over_networks,
    shares,
    spread,
    verdict_on,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.study.variants import DERIVATIVES, OWN, RANDOM, SHORT
from convlens.words import signed

if TYPE_CHECKING:
    import keras

TRAININGS = (OWN, SHORT, RANDOM, DERIVATIVES)
PAGE = "Does it matter? Break it"
BATCH = 500
TESTED = 1_000  # test images, the first ones
COMPARED = 2_000  # test images for whole trainings, whose differences are smaller
RANKED = 400  # validation images, the first ones
DRAWS = 2  # of everything random
NEW = 10**6  # seed of new weights, far from those that `build_cnn` begins with


def measure(network: TrainedNetwork) -> Numbers:
    """Break the first layer in many ways, and read test images each time."""
    images = network.images
    x, y = images.x_test[:TESTED], images.y_test[:TESTED]
    return {
        "images": len(x),
        "commonest": float(np.bincount(y).max() / len(y)),
        "trained": share_right(network.trained, x, y),
        "parts": _parts(network.trained, x, y),
        "put in": _put_in(network, x, y),
        "first layers": _first_layers(network),
        "one by one": _one_by_one(network, x, y),
    }


def share_right(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    """Measure which share of images a model reads right.

    Args:
        model: A network that outputs a probability for each digit.
        x: Images, shape ``(n, 28, 28, 1)``.
        y: Their digits, shape ``(n,)``.

    Returns:
        The share, in [0, 1].

    Example:
        >>> from convlens.study import build_cnn, load_images
        >>> images = load_images("digits")
        >>> share_right(build_cnn(), images.x_test[:50], images.y_test[:50]) < 0.6
        True
    """
    return float(np.mean(_probabilities(model, x).argmax(axis=1) == y))


def _probabilities(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Call the model itself: `predict` would compile each of many broken copies."""
    import keras

    starts = range(0, len(x), BATCH)
    found = [model(x[one : one + BATCH], training=False) for one in starts]
    return np.concatenate([keras.ops.convert_to_numpy(one) for one in found])


def _log_loss(probabilities: np.ndarray, y: np.ndarray) -> float:
    """Mean cross-entropy, in nats per image."""
    right = probabilities[np.arange(len(y)), y]
    return float(-np.log(np.maximum(right, 1e-7)).mean())


def _parts(model: keras.Model, x: np.ndarray, y: np.ndarray) -> Numbers:
    """Keep one part of every kernel, or replace one part by noise."""
    kernels = layer_kernels(model, "conv1")
    kh, kw = kernels.shape[:2]
    basis = polynomial_basis(kh, kw, degree=2)
    smooth = layer_kernels(keep_subspace(model, "conv1", basis), "conv1")
    rest = layer_kernels(remove_subspace(model, "conv1", basis), "conv1")
    put = partial(_with_these, model, x, y)
    rng = np.random.default_rng(0)
    found: dict[str, list[float]] = {"smooth": [put(smooth)], "rest": [put(rest)]}
    for _ in range(DRAWS):
        directions = rng.normal(size=basis.shape)
        few = part_in(kernels, directions)
        noise = rng.normal(size=kernels.shape)
        like_smooth, like_rest = _noise_like(smooth, rest, noise, basis)
        for name, kept in {
            "random few": as_strong(few, smooth),
            "random rest": as_strong(kernels - few, rest),
            "smooth and noise": smooth + like_rest,
            "rest and noise": rest + like_smooth,
        }.items():
            found.setdefault(name, []).append(put(kept))
    return {name: float(np.mean(values)) for name, values in found.items()}


def _noise_like(
    smooth: np.ndarray, rest: np.ndarray, noise: np.ndarray, basis: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Split noise as the kernels were split, and scale each part to theirs."""
    inside = part_in(noise, basis)
    return as_strong(inside, smooth), as_strong(noise - inside, rest)


def _with_these(
    model: keras.Model, x: np.ndarray, y: np.ndarray, kernels: np.ndarray
) -> float:
    return share_right(with_kernels(model, "conv1", kernels), x, y)


def as_strong(kernels: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Scale every kernel to the energy of its partner.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        others: Their partners, of the same shape.

    Returns:
        The scaled kernels; one whose weights are all zero stays as it is.

    Example:
        >>> kernel = np.array([3.0, 4.0]).reshape(1, 2, 1, 1)
        >>> as_strong(kernel, 2 * kernel).ravel()
        array([6., 8.])
    """
    own, theirs = (np.linalg.norm(one, axis=(0, 1)) for one in (kernels, others))
    return kernels * np.divide(theirs, own, out=np.ones_like(own), where=own > 0)


def _put_in(network: TrainedNetwork, x: np.ndarray, y: np.ndarray) -> Numbers:
    """Replace the trained first layer, and nothing else, by an untrained one."""
    model = network.trained
    start = network.untrained.get_layer("conv1").get_weights()
    drawn = [redrawn(model, "conv1", NEW + draw) for draw in range(DRAWS)]
    return {
        "initial": share_right(with_kernels(model, "conv1", *start), x, y),
        "new": float(np.mean([share_right(one, x, y) for one in drawn])),
    }


def _first_layers(network: TrainedNetwork) -> Numbers:
    """Compare a learned first layer with frozen ones, in short trainings."""
    images = network.images
    x, y = images.x_test[:COMPARED], images.y_test[:COMPARED]
    variants = {"learned": SHORT, "random": RANDOM, "derivatives": DERIVATIVES}
    right = {
        name: share_right(network.trained_as(variant), x, y)
        for name, variant in variants.items()
    }
    trained_on = len(SHORT.recipe.training_part(images)[0])
    return right | {"tested on": len(x), "trained on": trained_on}


def _one_by_one(network: TrainedNetwork, x: np.ndarray, y: np.ndarray) -> Numbers:
    """Remove one kernel at a time: rank them by validation images, then test."""
    model = network.trained
    some, labels = (part[:RANKED] for part in network.images.validation_part)
    before = _probabilities(model, x)
    costs, ranking, lost = [], [], []
    for index in range(layer_kernels(model, "conv1").shape[3]):
        broken = remove_kernel(model, "conv1", index)
        after = _probabilities(broken, x)
        costs.append(_log_loss(after, y) - _log_loss(before, y))
        lost.append(_right(before, y) - _right(after, y))
        ranking.append(_log_loss(_probabilities(broken, some), labels))
    order = np.argsort(-np.array(ranking), kind="stable")
    return {
        "ranked on": len(some),
        "order": order.tolist(),
        "lost": lost,
        "correlation": _with_cost(layer_kernels(model, "conv1"), np.array(costs)),
    }


def _right(probabilities: np.ndarray, y: np.ndarray) -> int:
    return int(np.sum(probabilities.argmax(axis=1) == y))


def _with_cost(kernels: np.ndarray, costs: np.ndarray) -> Numbers:
    """Correlate measures of the kernels with what their removal costs, by ranks."""
    measures = {
        "Moran's I": morans_i(kernels),
        "quadratic share": quadratic_share(kernels),
        "size": np.linalg.norm(kernels, axis=(0, 1)),
    }
    return {
        name: rank_correlation(values.ravel(), costs)
        for name, values in measures.items()
    }


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Compute Spearman's rank correlation, 0 where all values of one are equal.

    Example:
        >>> rank_correlation(np.array([1, 2, 9]), np.array([5, 6, 7]))
        1.0
        >>> rank_correlation(np.array([1, 2, 9]), np.array([5, 5, 5]))
        0.0
    """
    from scipy.stats import spearmanr  # slow to import, used only here

    if not np.ptp(first) or not np.ptp(second):
        return 0.0
    return float(spearmanr(first, second)[0])


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State which parts are needed, and whether the orderly kernels are."""
    parts = {name: evidence.each("parts", name) for name in evidence.running["parts"]}
    yield _smooth_part(evidence, parts)
    yield _smooth_against_random(evidence, parts)
    yield _noise_in_each_part(evidence, parts)
    yield _frozen_first_layers(evidence)
    yield _untrained_kernels_put_in(evidence)
    yield _one_kernel_removed(evidence)
    yield _orderly_kernels(evidence)


def _smooth_part(evidence: Evidence, parts: Mapping[str, np.ndarray]) -> Finding:
    trained, smooth, rest = evidence.each("trained"), parts["smooth"], parts["rest"]
    more = over_networks(smooth - rest)
    verdict = verdict_on(
        smooth - rest,
        "So the network needs the smooth part more than the rest.",
        "So the network needs the rest more than the smooth part.",
        "So neither part is shown to be needed more than the other.",
    )
    return Finding(
        "smooth-part-works",
        PAGE,
        f"With whole kernels, a network reads {trained.mean():.1%} of the first "
        f"{evidence.running['images']:,} test digits right; with the smooth part "
        f"alone, {bold(shares(smooth))}; with the rest alone, {bold(shares(rest))}. "
        f"The smooth part does better: {more.words}.{verdict}",
        {
            "test digits": evidence.running["images"],
            **over_networks(trained).numbers("read right, whole kernels"),
            **over_networks(smooth).numbers("read right, smooth part"),
            **over_networks(rest).numbers("read right, rest"),
            **more.numbers("smooth part minus rest"),
        },
        "the rest of the same kernels",
        more.p,
        "The later layers were trained on maps of whole kernels.",
        networks=more.count,
        short="With the smooth part of every kernel alone, a network reads "
        f"{bold(shares(smooth))} of the digits right; with the rest alone, "
        f"{bold(shares(rest))} (more with the smooth part: {more.words}).{verdict}",
    )


def _smooth_against_random(
    evidence: Evidence, parts: Mapping[str, np.ndarray]
) -> Finding:
    few, most = parts["random few"], parts["random rest"]
    better = over_networks(parts["smooth"] - few)
    verdict = verdict_on(
        parts["smooth"] - few,
        "So it matters that the six are smooth.",
        "So smooth patterns are worse than random ones.",
        "So smooth patterns are not shown to be better than random ones.",
    )
    return Finding(
        "smooth-against-random",
        PAGE,
        "With six random patterns, as strong as the smooth part, a network reads "
        f"{bold(shares(few))} of the same digits right; with the nineteen that are "
        f"left over, as strong as the rest, {most.mean():.1%}. The six smooth patterns "
        f"do better than six random ones: {better.words}."
        f"{verdict}",
        {
            **over_networks(few).numbers("read right, six random patterns"),
            **over_networks(most).numbers("read right, without six random patterns"),
            **better.numbers("smooth part minus six random patterns"),
        },
        "six random patterns, scaled to the energy of the smooth part; the mean of "
        f"{DRAWS} draws",
        better.p,
        networks=len(evidence.seeds),
    )


def _noise_in_each_part(evidence: Evidence, parts: Mapping[str, np.ndarray]) -> Finding:
    in_rest, in_smooth = parts["smooth and noise"], parts["rest and noise"]
    milder = over_networks(in_rest - in_smooth)
    verdict = verdict_on(
        in_rest - in_smooth,
        "So the exact weights matter more in the smooth part than in the rest.",
        "So the exact weights matter more in the rest than in the smooth part.",
        "So the exact weights are not shown to matter more in either part.",
    )
    return Finding(
        "noise-in-each-part",
        PAGE,
        "With equally strong noise in place of the rest, a network reads "
        f"{bold(shares(in_rest))} right; in place of the smooth part, "
        f"{bold(shares(in_smooth))}. "
        f"Noise does less harm in the rest: {milder.words}.{verdict}",
        {
            **over_networks(in_rest).numbers("read right, noise in the rest"),
            **over_networks(in_smooth).numbers("read right, noise in the smooth part"),
            **milder.numbers("noise in the rest minus noise in the smooth part"),
        },
        f"noise of the same energy in the other part; the mean of {DRAWS} draws",
        milder.p,
        "The noise is confined to the patterns of the part that it replaces.",
        networks=len(evidence.seeds),
    )


def _frozen_first_layers(evidence: Evidence) -> Finding:
    each = partial(evidence.each, "first layers")
    learned, random, by_hand = each("learned"), each("random"), each("derivatives")
    gain, best = over_networks(learned - random), over_networks(by_hand - learned)
    first = evidence.running["first layers"]
    verdict = verdict_on(
        learned - random,
        "So a learned first layer helps, in short trainings.",
        "So a learned first layer does harm, in short trainings.",
        "So a learned first layer is not shown to help, in short trainings.",
    )
    return Finding(
        "frozen-first-layers",
        PAGE,
        f"After the short training on {first['trained on']:,} images, a network with "
        f"a learned first layer reads {bold(shares(learned))} of the first "
        f"{first['tested on']:,} test digits right; with a frozen random one, "
        f"{bold(f'{random.mean():.1%}')}; with frozen edge and bar detectors made by "
        f"hand, {bold(f'{by_hand.mean():.1%}')}. The detectors made by hand do better "
        f"than a learned layer: {best.words}. A learned layer does better than a "
        f"random one: {gain.words}.{verdict}",
        {
            "images in training": first["trained on"],
            "test digits": first["tested on"],
            **over_networks(learned).numbers("read right, learned"),
            **over_networks(random).numbers("read right, frozen at random"),
            **over_networks(by_hand).numbers("read right, derivatives"),
            **gain.numbers("learned minus random"),
            **best.numbers("derivatives minus learned"),
            **({} if best.p is None else {"p of derivatives minus learned": best.p}),
        },
        "the same training with a random first layer that does not learn, paired by "
        "random seed",
        gain.p,
        "Trainings were short; in longer ones the order of the three may change.",
        networks=gain.count,
        short="After a short training, a network whose first layer learned reads "
        f"**{learned.mean():.1%}** of {first['tested on']:,} test digits right. With a "
        f"first layer frozen at its random start it is **{random.mean():.1%}**; with "
        f"simple kernels made by hand, **{by_hand.mean():.1%}**. Learned kernels do "
        f"{_better('random ones', gain)}, and hand-made ones do "
        f"{_better('learned ones', best)}.",
    )


def _better(than: str, over: OverNetworks) -> str:
    """Say in how many networks something is better; a phrase to follow "do"."""
    if over.count == 1 and not over.above:
        return f"no better than {than} in the one network measured"
    return f"better than {than} {over.words}"


def _untrained_kernels_put_in(evidence: Evidence) -> Finding:
    initial, new = (evidence.each("put in", name) for name in ("initial", "new"))
    commonest = evidence.running["commonest"]
    more = over_networks(initial - new)
    verdict = verdict_on(
        initial - new,
        "So the later layers can still read the weights that training began with.",
        "So the initial weights do worse than new random ones.",
        "So the initial weights are not shown to do better than new random ones.",
    )
    return Finding(
        "untrained-kernels-put-in",
        PAGE,
        "With its initial weights back in the first layer, a network that had the "
        f"whole training reads {bold(shares(initial))} of the first "
        f"{evidence.running['images']:,} test digits right; with new random weights, "
        f"{bold(shares(new))}. Always naming the commonest of these digits would give "
        f"{commonest:.1%}. Initial weights do better than new ones: {more.words}."
        f"{verdict}",
        {
            "test digits": evidence.running["images"],
            **over_networks(initial).numbers("read right, initial weights"),
            **over_networks(new).numbers("read right, new random weights"),
            **more.numbers("initial minus new"),
            "share of the commonest digit": commonest,
        },
        f"new random weights, the mean of {DRAWS} draws; the commonest digit is "
        f"{commonest:.1%} of all",
        more.p,
        "The later layers were not trained again.",
        networks=more.count,
    )


def _one_kernel_removed(evidence: Evidence) -> Finding:
    lost = evidence.each("one by one", "lost")
    first = evidence.each("one by one", "order")[:, 0].astype(int)
    top = lost[np.arange(len(lost)), first]
    usual = np.median(lost, axis=1)
    free = int(np.sum(lost <= 0))
    found, running = over_networks(top), evidence.running
    verdict = verdict_on(
        top,
        "So the network needs that kernel.",
        "So the network reads better without that kernel.",
        "So no single kernel is shown to be needed.",
    )
    return Finding(
        "one-kernel-removed",
        PAGE,
        f"The kernel that {running['one by one']['ranked on']:,} validation images "
        f"name as the most needed costs {bold(spread(top, 1))} right answers on "
        f"{running['images']:,} test images. The median kernel costs "
        f"{signed(float(usual.mean()), 1)}, and {free:,} of all {lost.size:,} kernels "
        f"cost none. The kernel named as the most needed costs some: {found.words}."
        f"{verdict}",
        {
            "validation images": running["one by one"]["ranked on"],
            "test digits": running["images"],
            "kernels": lost.size,
            "kernels that cost none": free,
            **over_networks(usual).numbers("right answers lost, median kernel"),
            **found.numbers("right answers lost, most needed kernel"),
        },
        "0: the kernel is chosen on validation images, and its cost counted on others",
        found.p,
        "A kernel that costs nothing may be a spare for another one.",
        networks=found.count,
    )


def _orderly_kernels(evidence: Evidence) -> Finding:
    each = partial(evidence.each, "one by one", "correlation")
    order, smooth, size = each("Moran's I"), each("quadratic share"), each("size")
    found = over_networks(order)
    verdict = verdict_on(
        order,
        "So the more orderly kernels are needed more.",
        "So the more orderly kernels are needed less.",
        "So the more orderly kernels are not shown to be needed more.",
    )
    return Finding(
        "orderly-kernels",
        PAGE,
        "In a network, the rise of the loss when a kernel is removed has a rank "
        f"correlation of {bold(spread(order))} with Moran's I, of "
        f"{signed(smooth.mean())} with the share of energy in the smooth part and of "
        f"{signed(size.mean())} with the size of the weights. Cost and Moran's I rise "
        f"together: {found.words}.{verdict}",
        {
            **found.numbers("correlation of Moran's I with cost"),
            **over_networks(smooth).numbers("correlation of quadratic share with cost"),
            **over_networks(size).numbers("correlation of size with cost"),
        },
        "0: order tells nothing about the cost",
        found.p,
        f"{NOT_INDEPENDENT} A correlation is no cause: large weights, for example, may "
        "be both orderly and needed.",
        networks=found.count,
    )
