"""Your filters look like noise: four checks.

A filter that looks like noise may do its work all the same, or it may do nothing. Four
questions tell which. Are its weights more ordered than chance would make them? Does it
answer more strongly than its own weights shuffled? On how many images is its map blank?
How many right answers are lost without it?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convlens import activations
from convlens.activations import map_peaks
from convlens.convolution import cross_correlate
from convlens.interventions import remove_kernel
from convlens.kernels import layer_kernels
from convlens.models import find_layer
from convlens.statistics import kernel_p_values, morans_i, shuffled_weights
from convlens.statistics.responses import blank_share, response_against_shuffles
from convlens.words import counted

if TYPE_CHECKING:
    import keras

COPIES = 200  # shuffles of each kernel
LEVEL = 0.05  # a filter whose p-value is above it is within chance
MOSTLY = 0.9  # a filter that is blank on a larger share of the images is mostly blank
ANSWERING = 100  # images on which a layer's filters and their shuffles answer


@dataclass(frozen=True)
class FilterChecks:
    """Four checks of each filter of a layer, in arrays of shape ``(c_out,)``.

    Attributes:
        order: Moran's I of the filter's kernels, averaged over input channels; about
            ``-1 / (kh * kw - 1)`` for weights in random order.
        order_p: One-sided p-value of ``order`` among 200 shuffles of the filter's own
            weights, not adjusted for the number of filters: of filters without order,
            one in twenty has a p-value below 0.05.
        answer_ratio: The filter's answer after ReLU, divided by the mean answer of the
            same shuffles; about 1 where only the numbers matter and not their
            arrangement, nan where no shuffle answers.
        answer_p: The same p-value for the answer.
        blank: Share of images on which the filter's map is blank, in [0, 1].
        cost: How many right answers are lost when the filter is removed (negative if
            some are gained), or None if they were not counted.
    """

    order: np.ndarray
    order_p: np.ndarray
    answer_ratio: np.ndarray
    answer_p: np.ndarray
    blank: np.ndarray
    cost: np.ndarray | None

    @property
    def failed(self) -> np.ndarray:
        """Which filters failed the first three checks, shape ``(c_out,)``.

        Those within chance in order and in answer (p above 0.05) that are blank on
        more than nine images in ten.
        """
        chance = (self.order_p > LEVEL) & (self.answer_p > LEVEL)
        return chance & (self.blank > MOSTLY)

    def table(self) -> str:
        """Write the checks as text, one filter per line of at most 60 characters.

        Returns:
            A heading, the filters, and a last line that says how many of them failed
            the first three checks.
        """
        heading = "filter   order      p   answer      p   blank"
        lines = [
            f"{index:6}{self.order[index]:8.2f}{self.order_p[index]:7.3f}"
            f"{self.answer_ratio[index]:#9.3g}{self.answer_p[index]:7.3f}"
            f"{100 * self.blank[index]:6.0f} %"
            for index in range(len(self.order))
        ]
        if self.cost is not None:
            heading += "    cost"
            lines = [f"{a}{b:8}" for a, b in zip(lines, self.cost, strict=True)]
        filters = counted(len(lines), "filter")
        failed = np.count_nonzero(self.failed)
        last = f"{failed} of {filters} failed the first three checks."
        return "\n".join([heading, *lines, last])


def filter_checks(
    kernels: np.ndarray,
    biases: np.ndarray,
    images: np.ndarray,
    *,
    cost: np.ndarray | None = None,
    seed: int = 0,
) -> FilterChecks:
    """Check the filters of a layer, given as arrays from any framework.

    Weights of a PyTorch `Conv2d` come in another order of axes:
    ``conv.weight.detach().permute(2, 3, 1, 0).numpy()`` are its kernels,
    ``conv.bias.detach().numpy()`` its biases, and ``batch.permute(0, 2, 3, 1).numpy()``
    its images.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        biases: Shape ``(c_out,)``; zeros for a layer without biases.
        images: What enters the layer, shape ``(n, h, w, c_in)``, scaled as in training.
            Every filter is shuffled 200 times and applied to every image: a hundred
            images take seconds.
        cost: Right answers lost when each filter is removed, shape ``(c_out,)``, if
            they were counted.
        seed: Of the shuffles.

    Returns:
        The checks, with zeros around each image and ReLU after the layer.

    Raises:
        ValueError: The shapes do not fit each other.

    Source:
        Phipson and Smyth, "Permutation p-values should never be zero", 2010, for the
        p-values; Moran, "Notes on continuous stochastic phenomena", 1950, for order.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> edge = np.repeat([-1.0, -1, 0, 1, 1], 5).reshape(5, 5)
        >>> kernels = np.stack([edge, rng.permutation(edge.ravel()).reshape(5, 5)], -1)
        >>> images = np.repeat(rng.random((20, 4, 1, 1)), 4, axis=1)
        >>> images = np.repeat(images, 16, axis=2)  # stripes
        >>> found = filter_checks(kernels[:, :, np.newaxis], np.zeros(2), images)
        >>> found.order_p < 0.05
        array([ True, False])
    """
    _check_arrays(kernels, biases, images, cost)
    responses = [
        cross_correlate(image[np.newaxis], kernels, padding="same").max(axis=(1, 2))
        for image in images  # the maps of all of them would fill memory
    ]
    peaks = np.maximum(np.concatenate(responses) + biases, 0)
    return _checked(kernels, biases, images, peaks, cost, seed)


def layer_checks(
    model: keras.Model,
    layer: str,
    x: np.ndarray,
    y: np.ndarray,
    *,
    after: str | None = None,
    seed: int = 0,
) -> FilterChecks:
    """Check the filters of a layer of a Keras classifier.

    Args:
        model: A built Keras model with one input, `Sequential` or functional, that
            outputs one number per class.
        layer: The name of one of its `Conv2D` layers.
        x: Images, shape ``(n, h, w, c)``, scaled as in training. Blank maps and cost
            are counted over all of them; answers are compared with shuffles on the
            first hundred, because that takes longest.
        y: Their classes, whole numbers, shape ``(n,)``.
        after: The name of the layer whose maps are looked at for blank ones, such as a
            ReLU layer after batch normalisation. By default, the layer's own output
            with ReLU.
        seed: Of the shuffles.

    Returns:
        The checks. The cost counts right answers among the ``n``, with each filter set
        to zero by `convlens.interventions.remove_kernel`.

    Raises:
        ValueError: The model was never built or is subclassed, there is no such layer,
            it is no `Conv2D`, or shapes do not fit.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [
        ...         keras.Input((12, 12, 1)),
        ...         keras.layers.Conv2D(2, 5, activation="relu", name="conv1"),
        ...         keras.layers.GlobalMaxPooling2D(),
        ...     ]
        ... )
        >>> x = np.random.default_rng(0).random((10, 12, 12, 1))
        >>> checks = layer_checks(model, "conv1", x, np.zeros(10, int))
        >>> checks.blank.shape, checks.table().splitlines()[-1][1:]
        ((2,), ' of 2 filters failed the first three checks.')
    """
    name = after or layer
    peaks = np.maximum(map_peaks(model, x, layers=[name])[name], 0)
    right = _right_answers(model, x, y)
    kernels = layer_kernels(model, layer)
    filters = range(kernels.shape[-1])
    if peaks.shape[1] != len(filters):
        raise ValueError(
            f"after: expected a layer with {len(filters)} maps, one for each filter of "
            f"{layer!r}, got {name!r} with {peaks.shape[1]}"
        )
    left = [_right_answers(remove_kernel(model, layer, one), x, y) for one in filters]
    biases = [*find_layer(model, layer).get_weights()[1:], np.zeros(len(filters))][0]
    inputs = _inputs(model, layer, x[:ANSWERING])
    return _checked(kernels, biases, inputs, peaks, right - np.array(left), seed)


def _checked(
    kernels: np.ndarray,
    biases: np.ndarray,
    images: np.ndarray,
    peaks: np.ndarray,
    cost: np.ndarray | None,
    seed: int,
) -> FilterChecks:
    order = morans_i(kernels).mean(axis=0)
    shuffled = shuffled_weights(kernels, seed=seed, copies=COPIES)
    answer, answers = response_against_shuffles(
        kernels, biases, images, copies=COPIES, seed=seed
    )
    mean = answers.mean(axis=0)
    ratio = np.full(len(answer), np.nan)
    np.divide(answer, mean, out=ratio, where=mean > 0)
    return FilterChecks(
        order=order,
        order_p=kernel_p_values(order, morans_i(shuffled).mean(axis=-2)),
        answer_ratio=ratio,
        answer_p=kernel_p_values(answer, answers),
        blank=blank_share(peaks),
        cost=cost,
    )


def _right_answers(model: keras.Model, x: np.ndarray, y: np.ndarray) -> int:
    """Count right answers, without the compiling of `keras.Model.predict`."""
    import keras

    if np.shape(y) != (len(x),):
        raise ValueError(f"y: expected shape ({len(x)},), got {np.shape(y)}")
    found = 0
    for one in range(0, len(x), activations.BATCH):
        outputs = model(x[one : one + activations.BATCH], training=False)
        classes = keras.ops.convert_to_numpy(outputs).argmax(axis=-1)
        found += int(np.sum(classes == y[one : one + activations.BATCH]))
    return found


def _inputs(model: keras.Model, layer: str, x: np.ndarray) -> np.ndarray:
    """Compute what enters a layer."""
    import keras

    before = keras.Model(model.inputs[0], find_layer(model, layer).input)
    return keras.ops.convert_to_numpy(before(x, training=False))


def _check_arrays(
    kernels: np.ndarray,
    biases: np.ndarray,
    images: np.ndarray,
    cost: np.ndarray | None,
) -> None:
    fits = kernels.ndim == images.ndim == 4 and images.shape[3] == kernels.shape[2]
    if not fits or not len(images):
        raise ValueError(
            "kernels and images: expected shapes (kh, kw, c_in, c_out) and "
            "(n, h, w, c_in), at least one image, got "
            f"{kernels.shape} and {images.shape}"
        )
    for name, given in {"biases": biases, "cost": cost}.items():
        if given is not None and np.shape(given) != kernels.shape[3:]:
            raise ValueError(
                f"{name}: expected one number per filter, shape {kernels.shape[3:]}, "
                f"got {np.shape(given)}"
            )
