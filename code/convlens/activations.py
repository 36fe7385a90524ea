"""Feature maps: what each layer of a model makes of an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convlens.kernels import check_built, find_layer

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
    """Compute the feature maps of images, by layer, through a sub-model.

    Args:
        model: A built Keras model with one input, `Sequential` or functional.
        x: Images, shape ``(n, h, w, c)``, as the model was trained on them.
        layers: Names of layers; left out, every layer whose output is a stack of maps.
        before_activation: Give the values that enter a layer's activation: for
            ``Conv2D(..., activation="relu")`` those before ReLU, for a layer that is an
            activation its input. Any other layer gives its output all the same.

    Returns:
        By layer name, in the order asked for, an array of shape ``(n, h, w, c)``.

    Raises:
        ValueError: A layer is unknown or gives no maps, the model was never built, or
            ``x`` has no batch axis (Keras would take the rows of one image for images).

    Example:
        >>> from convlens.network import build_cnn
        >>> maps = feature_maps(build_cnn(), np.zeros((1, 28, 28, 1), "float32"))
        >>> {name: array.shape[1:] for name, array in maps.items()}["pool2"]
        (7, 7, 32)
    """
    chosen = _chosen_layers(model, x, layers)
    read = _before_activation if before_activation else _output
    return _compute(model, x, {one.name: read(one) for one in chosen})


def map_peaks(
    model: keras.Model, x: np.ndarray, *, layers: Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """Find the largest value of each feature map, for many images in little memory.

    After ReLU, a map with a peak of 0 is blank; one that is blank on every image is
    dead.

    Args:
        model: As in `feature_maps`.
        x: As in `feature_maps`.
        layers: As in `feature_maps`.

    Returns:
        By layer name an array of shape ``(n, c)``.

    Raises:
        ValueError: As `feature_maps`.

    Example:
        >>> from convlens.network import build_cnn
        >>> images = np.zeros((2, 28, 28, 1), "float32")
        >>> map_peaks(build_cnn(), images, layers=["relu1"])["relu1"].shape
        (2, 16)
    """
    import keras

    chosen = _chosen_layers(model, x, layers)
    peaks = {one.name: keras.ops.max(one.output, axis=(1, 2)) for one in chosen}
    return _compute(model, x, peaks)


def running_kernel(maps: np.ndarray) -> int:
    """Choose the kernel that the book follows: the one that answers most strongly.

    Args:
        maps: The feature maps of one image, shape ``(h, w, c)``.

    Returns:
        The index of the map with the largest value.

    Example:
        >>> running_kernel(np.array([[[0.1, 0.9, 0.3]]]))
        1
    """
    return int(np.argmax(maps.max(axis=(0, 1))))


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
                "layers: expected layers that give maps (n, h, w, c), got "
                f"{one.name!r}, a {type(one).__name__}"
            )
    return chosen


def _compute(
    model: keras.Model, x: np.ndarray, outputs: dict[str, keras.KerasTensor]
) -> dict[str, np.ndarray]:
    """Call the sub-model batch by batch.

    `keras.Model.predict` would compile every sub-model anew: slower, and TensorFlow
    warns of it on the page.
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
    """What enters the activation of a layer; its output where there is none.

    A layer's own output is defined once, with its activation. So a copy of the layer,
    with the same weights and no activation, computes what comes before.
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
