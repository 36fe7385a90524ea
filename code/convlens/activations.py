"""Feature maps: the output of each layer for given images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convlens.models import check_built, find_layer

if TYPE_CHECKING:
    import keras

BATCH = 500  # images at a time


def feature_maps(
    model: keras.Model,
    x: np.ndarray,
    *,
    layers: Sequence[str] | None = None,
    before_activation: bool = False,
) -> dict[str, np.ndarray]:
    """Compute the feature maps of images, layer by layer.

    Args:
        model: A built Keras model with one input, `Sequential` or functional.
        x: Images, shape ``(n, h, w, c)``, scaled as in training.
        layers: Names of layers. By default, every layer that outputs feature maps.
        before_activation: Return the values that enter a layer's activation: for
            ``Conv2D(..., activation="relu")`` those before ReLU, for an activation
            layer its input. A layer without an activation returns its output.

    Returns:
        Arrays of shape ``(n, h, w, c)`` by layer name, in the order of ``layers``.

    Raises:
        ValueError: A layer is unknown or outputs no maps, the model was never built or
            is subclassed, or ``x`` has no batch axis (Keras would read the rows of one
            image as images).

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> feature_maps(model, np.zeros((1, 28, 28, 1), "float32"))["conv1"].shape
        (1, 24, 24, 4)
    """
    chosen = _chosen_layers(model, x, layers)
    read = _before_activation if before_activation else _output
    return _compute(model, x, {one.name: read(one) for one in chosen})


def map_peaks(
    model: keras.Model, x: np.ndarray, *, layers: Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """Find the largest value of each feature map, without keeping the maps.

    After ReLU, a map whose largest value is 0 is blank. A filter whose maps are blank
    for every image is dead.

    Args:
        model: As in `feature_maps`.
        x: As in `feature_maps`.
        layers: As in `feature_maps`.

    Returns:
        Arrays of shape ``(n, c)`` by layer name.

    Raises:
        ValueError: As `feature_maps`.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> map_peaks(model, np.zeros((2, 28, 28, 1), "float32"))["conv1"].shape
        (2, 4)
    """
    import keras

    chosen = _chosen_layers(model, x, layers)
    peaks = {one.name: keras.ops.max(one.output, axis=(1, 2)) for one in chosen}
    return _compute(model, x, peaks)


def _chosen_layers(
    model: keras.Model, x: np.ndarray, layers: Sequence[str] | None
) -> list[keras.Layer]:
    _check_images(model, x)
    if layers is None:
        return [one for one in model.layers if _gives_maps(one)]
    chosen = [find_layer(model, name) for name in layers]
    for one in chosen:
        if len(one.output.shape) != 4:
            raise ValueError(
                "layers: expected layers that output maps (n, h, w, c), got "
                f"{one.name!r}, a {type(one).__name__}"
            )
    return chosen


def _compute(
    model: keras.Model, x: np.ndarray, outputs: dict[str, keras.KerasTensor]
) -> dict[str, np.ndarray]:
    """Call the sub-model batch by batch.

    `keras.Model.predict` would compile each new sub-model, which is slower and makes
    TensorFlow warn of retracing.
    """
    import keras

    submodel = keras.Model(model.inputs[0], outputs)
    starts = range(0, max(len(x), 1), BATCH)
    found = [submodel(x[one : one + BATCH], training=False) for one in starts]
    return {
        name: np.concatenate([keras.ops.convert_to_numpy(one[name]) for one in found])
        for name in outputs
    }


def _output(layer: keras.Layer) -> keras.KerasTensor:
    return layer.output


def _before_activation(layer: keras.Layer) -> keras.KerasTensor:
    """Return what enters a layer's activation; without one, the layer's output.

    The output of a layer includes its activation. So a copy of the layer with the same
    weights and no activation computes the values before it.
    """
    import keras

    own = ("ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax")
    if isinstance(layer, tuple(getattr(keras.layers, name) for name in own)):
        return layer.input
    if getattr(layer, "activation", None) in (None, keras.activations.linear):
        return layer.output
    changed = {"activation": "linear", "name": f"{layer.name}_before_activation"}
    plain = type(layer).from_config(layer.get_config() | changed)
    before = plain(layer.input)
    plain.set_weights(layer.get_weights())
    return before


def _gives_maps(layer: keras.Layer) -> bool:
    is_input = type(layer).__name__ == "InputLayer"
    return not is_input and len(layer.output.shape) == 4


def _check_images(model: keras.Model, x: np.ndarray) -> None:
    check_built(model)
    expected = model.inputs[0].shape[1:]
    shape = np.shape(x)
    fits = all(e in (None, n) for e, n in zip(expected, shape[1:], strict=False))
    if len(shape) != len(expected) + 1 or not fits:
        hint = " One image needs a batch axis: x[np.newaxis]."
        raise ValueError(
            f"x: expected shape (n, {', '.join(map(str, expected))}), got {shape}."
            + (hint if len(shape) == len(expected) else "")
        )
