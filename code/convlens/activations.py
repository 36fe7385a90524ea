"""Feature maps: what each layer of a model makes of an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convlens.kernels import find_layer

if TYPE_CHECKING:
    import keras


def feature_maps(
    model: keras.Model, x: np.ndarray, *, layers: Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """Compute the feature maps of images, by layer, through a sub-model.

    Args:
        model: A built Keras model with one input, `Sequential` or functional.
        x: Images, shape ``(n, h, w, c)``, as the model was trained on them.
        layers: Names of layers; left out, every layer whose output is a stack of maps.

    Returns:
        By layer name, in the order asked for, an array of shape ``(n, h, w, c)``.

    Raises:
        ValueError: A layer is unknown, the model was never built, or ``x`` has no
            batch axis (Keras would take the rows of one image for images).

    Example:
        >>> from convlens.network import build_cnn
        >>> maps = feature_maps(build_cnn(), np.zeros((1, 28, 28, 1), "float32"))
        >>> {name: array.shape[1:] for name, array in maps.items()}["pool2"]
        (7, 7, 32)
    """
    import keras

    _check_images(model, x)
    if layers is None:
        chosen = [one for one in model.layers if _gives_maps(one)]
    else:
        chosen = [find_layer(model, name) for name in layers]
    outputs = {one.name: one.output for one in chosen}
    submodel = keras.Model(model.inputs[0], outputs)
    found = submodel.predict(x, batch_size=500, verbose=0)
    return {name: np.asarray(found[name]) for name in outputs}


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


def _gives_maps(layer: keras.Layer) -> bool:
    is_input = type(layer).__name__ == "InputLayer"
    return not is_input and len(layer.output.shape) == 4


def _check_images(model: keras.Model, x: np.ndarray) -> None:
    if not model.built or not model.inputs:
        raise ValueError(
            f"model: expected a built model, got {model.name!r}, which has no input "
            "yet. Give it a keras.Input or call it once."
        )
    expected = model.inputs[0].shape[1:]
    shape = np.shape(x)
    fits = all(e in (None, n) for e, n in zip(expected, shape[1:], strict=False))
    if len(shape) != len(expected) + 1 or not fits:
        hint = " One image needs a batch axis: x[np.newaxis]."
        raise ValueError(
            f"x: expected shape (n, {', '.join(map(str, expected))}), got {shape}."
            + (hint if len(shape) == len(expected) else "")
        )
