"""Does the second layer say more about the digit than the first?

Primary statistic: the share of the variance of map peaks that lies between digits (eta
squared), averaged over the maps of a layer, of the second layer minus of the first;
test: exact sign-flip over networks. Null: permuted labels; control: the same network
untrained.

The same test judges two more differences. For the second layer drawn as kernels on the
image: the correlation of its values with those of these kernels, minus that with the
kernels of another filter. For pictures found by gradient ascent: their Moran's I,
trained minus untrained.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from convlens.activations import feature_maps, map_peaks
from convlens.convolution import cross_correlate
from convlens.effective import effective_kernels
from convlens.kernels import layer_kernels
from convlens.receptive_fields import receptive_field
from convlens.statistics import morans_i
from convlens.study.findings import (
    NOT_INDEPENDENT,
    Evidence,
    Finding,
    bold,
    over_networks,
    shares,
    spread,
    verdict_on,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import signed

if TYPE_CHECKING:
    import keras

PAGE = "Deeper: the second layer"
LAYERS = ("relu1", "relu2")
STATES = ("untrained", "trained")
DIGITS = 1_000  # test images, the first ones
READ = 100  # of these, for values at all places
CLIMBED = 8  # filters of the second layer, the first ones
PERMUTATIONS = 20  # of the labels


def measure(network: TrainedNetwork) -> Numbers:
    """Measure both layers, before and after training."""
    x, y = network.images.x_test[:DIGITS], network.images.y_test[:DIGITS]
    models = network.untrained, network.trained
    found: Numbers = {"images": len(x), "filters": CLIMBED}
    for state, model in zip(STATES, models, strict=True):
        peaks = map_peaks(model, x, layers=[*LAYERS, "conv2"])
        found[state] = {
            "told": {layer: _told(peaks[layer], y) for layer in LAYERS},
            "as one": _as_one(model, x[:READ]),
            "climbed": _climbed(model, peaks["conv2"]),
        }
    return found


def eta_squared(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Measure which share of the variance of numbers lies between classes.

    Args:
        values: One number per image and map, shape ``(n, c)``.
        labels: The classes of the images, shape ``(n,)``.

    Returns:
        Shape ``(c,)``, from 0, where all classes have the same mean, to 1, where each
        image has the mean of its class; 0 for a map whose numbers are all equal. With k
        classes that tell nothing it is ``(k - 1) / (n - 1)`` on average.

    Source:
        Fisher, "Statistical Methods for Research Workers", 1925.

    Example:
        >>> values = np.array([[0.0, 1.0], [0.0, 3.0], [2.0, 1.0], [2.0, 3.0]])
        >>> eta_squared(values, np.array([4, 4, 9, 9])).tolist()
        [1.0, 0.0]
    """
    # float64: the variance of equal numbers has to be 0
    centred = values.astype(float) - values.mean(axis=0, dtype=float)
    between = np.zeros(values.shape[1])
    for label in np.unique(labels):
        mine = centred[labels == label]
        between += len(mine) * mine.mean(axis=0) ** 2
    whole = (centred**2).sum(axis=0)
    vary = np.ptp(values, axis=0) > 0
    return np.divide(between, whole, out=np.zeros_like(between), where=vary)


def _told(peaks: np.ndarray, y: np.ndarray) -> Numbers:
    """Average eta squared over maps, for the labels and for permuted ones."""
    rng = np.random.default_rng(0)
    null = [eta_squared(peaks, rng.permutation(y)).mean() for _ in range(PERMUTATIONS)]
    return {
        "digit": float(eta_squared(peaks, y).mean()),
        "permuted": float(np.mean(null)),
    }


def _as_one(model: keras.Model, x: np.ndarray) -> Numbers:
    """Correlate the second layer's values with kernels that stand for both layers."""
    first, second = (layer_kernels(model, name) for name in ("conv1", "conv2"))
    kernels = effective_kernels(first, second, pool=2)
    straight = cross_correlate(x, kernels, stride=2, padding="same")
    values = feature_maps(model, x, layers=["conv2"])["conv2"]
    inside = np.s_[:, 3:-3, 3:-3]  # where the kernel lies inside the image
    own = correlations(straight[inside], values[inside])
    others = correlations(np.roll(straight, 1, axis=3)[inside], values[inside])
    return {"own": own.tolist(), "others": float(others.mean())}


def correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Correlate the maps of two sets, filter by filter.

    Args:
        first: Shape ``(n, h, w, c)``.
        second: The same shape.

    Returns:
        Shape ``(c,)``; 0 for a map whose values are all equal.

    Example:
        >>> maps = np.arange(8.0).reshape(2, 2, 2, 1)
        >>> correlations(maps, -maps).round(6)
        array([-1.])
    """
    one, other = (
        maps - maps.mean(axis=(0, 1, 2), dtype=float) for maps in (first, second)
    )
    together = (one * other).sum(axis=(0, 1, 2))
    whole = np.sqrt((one**2).sum(axis=(0, 1, 2)) * (other**2).sum(axis=(0, 1, 2)))
    vary = (np.ptp(first, axis=(0, 1, 2)) > 0) & (np.ptp(second, axis=(0, 1, 2)) > 0)
    return np.divide(together, whole, out=np.zeros_like(whole), where=vary)


def _climbed(model: keras.Model, peaks: np.ndarray) -> Numbers:
    """Find pictures by gradient ascent, and compare them with real patches."""
    from convlens.ascent import strongest_inputs  # it imports Keras

    filters = np.arange(CLIMBED)
    pictures = strongest_inputs(model, "conv2", filters.tolist())
    field, middle = receptive_field(model, "conv2"), 7
    top, left, height, width = field.patch(middle, middle)
    seen = pictures[:, top : top + height, left : left + width, 0]
    maps = feature_maps(model, pictures, layers=["conv2"])["conv2"]
    answers = maps[filters, middle, middle, filters]
    return {
        "beyond real": int(np.sum(answers > peaks[:, filters].max(axis=0))),
        "order": float(morans_i(np.moveaxis(seen, 0, -1)[:, :, np.newaxis]).mean()),
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State what the second layer says, and how far its pictures can be trusted."""
    yield _second_layer_as_one(evidence)
    yield _pictures_by_ascent(evidence)
    yield _peaks_tell_the_digit(evidence)


def _second_layer_as_one(evidence: Evidence) -> Finding:
    own = evidence.each("trained", "as one", "own")
    before = evidence.each("untrained", "as one", "own").mean(axis=1)
    others = evidence.each("trained", "as one", "others")
    mean = own.mean(axis=1)
    better = over_networks(mean - others)
    # with a correlation r, the straight sum explains r^2 of the variance
    most = np.sign(mean) * mean**2 - 0.5
    trust = "neither a good nor a poor"
    if over_networks(most).shown:
        trust = "a good"
    elif over_networks(-most).shown:
        trust = "a poor"
    return Finding(
        "second-layer-as-one",
        PAGE,
        f"One kernel for both layers is {trust} summary of a filter of the second "
        f"layer. On real digits, what a filter computes and what its kernel predicts "
        f"have a correlation of {bold(spread(mean))}, averaged over {own.shape[1]} "
        f"filters; before training it was {signed(before.mean())}. In the first "
        f"network, single filters lie between {signed(own[0].min())} and "
        f"{signed(own[0].max())}. With the kernel of another filter the correlation "
        f"is {signed(others.mean())}. A filter's own kernel predicts it better: "
        f"{better.words}.",
        {
            "filters": own.shape[1],
            **over_networks(mean).numbers("correlation with the own kernel"),
            **over_networks(before).numbers("correlation before training"),
            **over_networks(others).numbers("correlation with another kernel"),
            **better.numbers("own minus another kernel"),
            "lowest of a filter": float(own[0].min()),
            "highest of a filter": float(own[0].max()),
        },
        "the kernel of another filter of the same network",
        better.p,
        "Only places where the kernel lies inside the image count. The kernels take "
        "pooling as a mean and leave ReLU out.",
        networks=better.count,
    )


def _pictures_by_ascent(evidence: Evidence) -> Finding:
    beyond, plain = (
        int(evidence.each(state, "climbed", "beyond real").sum())
        for state in ("trained", "untrained")
    )
    order, before = (
        evidence.each(state, "climbed", "order") for state in ("trained", "untrained")
    )
    more = over_networks(order - before)
    filters = evidence.running["filters"] * len(order)
    verdict = verdict_on(
        order - before,
        "So training made the pictures more orderly.",
        "So training made the pictures less orderly.",
        "So training is not shown to make the pictures more orderly.",
    )
    return Finding(
        "pictures-by-ascent",
        PAGE,
        f"**{beyond} of {filters}** trained filters answer more strongly to their "
        f"picture than to any patch of {evidence.running['images']:,} digits, and so "
        f"do {plain} of {filters} filters with random weights. Moran's I of the "
        f"pictures is {bold(spread(order))} after training and "
        f"{bold(spread(before))} with random weights. It is larger after training: "
        f"{more.words}.{verdict}",
        {
            "filters": filters,
            "test digits": evidence.running["images"],
            "filters beyond real patches, trained": beyond,
            "filters beyond real patches, untrained": plain,
            **over_networks(order).numbers("Moran's I of pictures, trained"),
            **over_networks(before).numbers("Moran's I of pictures, untrained"),
            **more.numbers("Moran's I, trained minus untrained"),
        },
        "the same search in the same network with its initial weights",
        more.p,
        f"{NOT_INDEPENDENT} Each picture is the end of one search from one start.",
        networks=more.count,
    )


def _peaks_tell_the_digit(evidence: Evidence) -> Finding:
    first, second = (evidence.each("trained", "told", one, "digit") for one in LAYERS)
    first_before, second_before = (
        evidence.each("untrained", "told", one, "digit") for one in LAYERS
    )
    permuted = evidence.each("trained", "told", "relu2", "permuted")
    more, then = (
        over_networks(second - first),
        over_networks(second_before - first_before),
    )
    verdict = verdict_on(
        second - first,
        "So the deeper layer says more about which digit it is.",
        "So the deeper layer says less about which digit it is.",
        "So the deeper layer is not shown to say more about which digit it is.",
    )
    return Finding(
        "peaks-tell-the-digit",
        PAGE,
        f"Which digit it is explains {bold(shares(first))} of the variance of a map's "
        f"peak in the first layer and {bold(shares(second))} in the second, averaged "
        f"over the maps. The share is larger in the second layer: {more.words}. Before "
        f"training the shares were {first_before.mean():.1%} and "
        f"{second_before.mean():.1%}; larger in the second: {then.words}. Labels in "
        f"random order explain {permuted.mean():.1%}.{verdict}",
        {
            **over_networks(first).numbers("eta squared, first layer"),
            **over_networks(second).numbers("eta squared, second layer"),
            **over_networks(first_before).numbers("eta squared, first, untrained"),
            **over_networks(second_before).numbers("eta squared, second, untrained"),
            **over_networks(permuted).numbers("eta squared, permuted labels"),
            **more.numbers("second minus first layer"),
            **then.numbers("second minus first layer, untrained"),
            **({} if then.p is None else {"p before training": then.p}),
        },
        f"{shares(permuted)}: the second layer with its labels in random order",
        more.p,
        "A peak is one number of a map. That it depends on the digit does not say "
        "which shape the filter answers to.",
        networks=more.count,
    )
