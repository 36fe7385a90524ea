"""Does the arrangement of the weights make the answer of the first layer stronger?

The control is the same weights, shuffled inside each kernel, with the same biases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from convlens.convolution import cross_correlate
from convlens.kernels import layer_kernels
from convlens.statistics import NullComparison, compare_with_null, shuffled_weights
from convlens.study.findings import Evidence, Finding, null_numbers
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted

SHUFFLES = 200
DIGITS = 60  # test images, the first ones


def measure(network: TrainedNetwork) -> Numbers:
    """Sum the answers of all filters to the running digit, and to many digits."""
    kernels = layer_kernels(network.trained, "conv1")
    biases = network.trained.get_layer("conv1").get_weights()[1]
    shuffles = shuffled_weights(kernels, copies=SHUFFLES)
    digits = network.images.x_test[:DIGITS]
    found: Numbers = {"digits": len(digits), "shuffles": SHUFFLES}
    for name, x in (("the 7", network.seven), ("many digits", digits)):
        null = np.array([mean_answer(x, one, biases) for one in shuffles])
        own = mean_answer(x, kernels, biases)
        found[name] = asdict(compare_with_null(own, null))
    return found


def mean_answer(x: np.ndarray, kernels: np.ndarray, biases: np.ndarray) -> float:
    """Sum the feature maps of an image after ReLU, over filters and places.

    Args:
        x: Images, shape ``(n, h, w, c_in)``.
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        biases: Shape ``(c_out,)``.

    Returns:
        The mean of that sum over the images; ``padding="same"`` surrounds each with
        zeros.

    Example:
        >>> mean_answer(np.ones((2, 3, 3, 1)), np.ones((1, 1, 1, 1)), np.zeros(1))
        9.0
    """
    sums = cross_correlate(x, kernels, padding="same") + biases
    return float(np.maximum(sums, 0).sum() / len(x))


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State whether the trained filters answer more strongly than shuffled ones."""
    found = evidence.running
    seven, many = (NullComparison(**found[name]) for name in ("the 7", "many digits"))
    verdict = "The arrangement is not shown to make the answer stronger."
    if many.above:
        verdict = "So the arrangement of the weights makes the answer stronger."
    yield Finding(
        "answer-against-shuffles",
        "Feature maps",
        "The total answer of the trained filters to the “7”, summed over all maps and "
        f"places, is **{seven.value:,.0f}**. With their weights shuffled it is "
        f"{_null(seven)}. Averaged over {counted(found['digits'], 'test digit')} it is "
        f"{many.value:,.0f}; with the weights shuffled it is {_null(many)}. {verdict}",
        {
            **{
                f"the 7, {name}": number for name, number in null_numbers(seven).items()
            },
            **{
                f"digits, {name}": number for name, number in null_numbers(many).items()
            },
            "the 7, p": seven.p,
            "shuffles": found["shuffles"],
            "digits": found["digits"],
        },
        f"{_null(many)}: the weights shuffled inside each kernel, the biases kept",
        many.p,
        "The total says how strongly the filters answer, not what they answer to.",
    )


def _null(held: NullComparison) -> str:
    return (
        f"{held.mean:,.0f} on average ({held.low:,.0f} to {held.high:,.0f} for 95% of "
        "the shuffles)"
    )
