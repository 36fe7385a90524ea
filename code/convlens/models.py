"""What is inside a Keras model: its layers, and whether they can be read."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def find_layer(model: keras.Model, layer: str) -> keras.Layer:
    """Find a layer by its name.

    Args:
        model: Any Keras model.
        layer: The layer's name.

    Returns:
        The layer.

    Raises:
        ValueError: There is no such layer; the message lists similar names.

    Example:
        >>> import keras
        >>> layers = [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        >>> find_layer(keras.Sequential(layers, name="mine"), "conv_1")
        Traceback (most recent call last):
        ...
        ValueError: layer: expected the name of a layer of 'mine', got 'conv_1'. \
Similar names: conv1
    """
    names = [one.name for one in model.layers]
    if layer in names:
        return model.get_layer(layer)
    near = difflib.get_close_matches(layer, names, n=3) or names
    raise ValueError(
        f"layer: expected the name of a layer of {model.name!r}, got {layer!r}. "
        f"Similar names: {', '.join(near)}" + _inner(model, layer)
    )


def _inner(model: keras.Model, layer: str) -> str:
    """Name the nested model that holds the layer, if one does."""
    for one in model.layers:
        if layer in (inner.name for inner in getattr(one, "layers", [])):
            return f". It is inside {one.name!r}: read it from that model"
    return ""


def check_built(model: keras.Model) -> None:
    """Refuse a model that has no symbolic input, so that no layer's output is known.

    Args:
        model: Any Keras model.

    Raises:
        ValueError: The model was never built, or it is subclassed. A subclassed model
            can be read as ``keras.Model(image, model.call(image))``, where ``image``
            is ``keras.Input(shape)``: its layers have outputs from then on.

    Example:
        >>> import keras
        >>> check_built(keras.Sequential([keras.layers.ReLU()], name="fresh"))
        Traceback (most recent call last):
        ...
        ValueError: model: expected a built model, Sequential or functional, got \
'fresh', which has no input yet. Begin it with a keras.Input, or build it. Read a \
subclassed model as keras.Model(image, model.call(image)), where image = \
keras.Input(shape).
    """
    if not model.built or not getattr(model, "inputs", None):
        raise ValueError(
            "model: expected a built model, Sequential or functional, got "
            f"{model.name!r}, which has no input yet. Begin it with a keras.Input, or "
            "build it. Read a subclassed model as keras.Model(image, "
            "model.call(image)), where image = keras.Input(shape)."
        )
