"""How do the filters of the first layer answer to uniform grey images?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convlens.activations import feature_maps
from convlens.kernels import layer_kernels
from convlens.statistics import shuffled_weights
from convlens.study.findings import Evidence, Finding
from convlens.study.runs import Numbers, TrainedNetwork

GREYS = 11  # from black to white


def measure(network: TrainedNetwork) -> Numbers:
    """Apply all filters, trained and with shuffled weights, to uniform grey images.

    On a uniform grey g, the response of a filter is relu(g * sum of its weights + bias)
    away from the padding, so it is taken at the centre of the image.
    """
    greys = np.linspace(0, 1, GREYS, dtype="float32")
    even = np.broadcast_to(greys[:, None, None, None], (GREYS, 28, 28, 1))
    answers = feature_maps(network.trained, np.array(even), layers=["relu1"])["relu1"]
    kernels = layer_kernels(network.trained, "conv1")
    biases = network.trained.get_layer("conv1").get_weights()[1]
    sums = shuffled_weights(kernels)[0].sum(axis=(0, 1, 2))
    shuffled = np.maximum(np.outer(greys, sums) + biases, 0)
    return {
        "filters": len(biases),
        "silent": int(np.sum(answers[:, 14, 14].max(axis=0) == 0)),
        "silent, shuffled": int(np.sum(shuffled.max(axis=0) == 0)),
        "sums below zero": int(np.sum(kernels.sum(axis=(0, 1, 2)) < 0)),
        "biases below zero": int(np.sum(biases < 0)),
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State how many filters are silent on even greys, and why that says little."""
    found = evidence.running
    filters, silent = found["filters"], found["silent"]
    yield Finding(
        "even-greys",
        "What the kernels look like",
        f"**{silent} of {filters}** trained filters answer with exactly 0 to every "
        "even grey from black to white. With the weights of each kernel shuffled it is "
        f"{found['silent, shuffled']} of {filters}, because shuffling changes neither "
        "the sum of the weights nor the bias. So silence on even areas says nothing "
        "about how the weights are arranged.",
        found,
        f"not chance but a control: {found['silent, shuffled']} of {filters} with the "
        "weights shuffled inside each kernel",
        limit="Eleven greys, measured away from the border of the image.",
    )
