"""The kernels of a convolution layer, as an array."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convlens.models import find_layer

if TYPE_CHECKING:
    import keras


def layer_kernels(model: keras.Model, layer: str) -> np.ndarray:
    """Copy the kernels of a convolution layer into an array.

    Args:
        model: Any Keras model.
        layer: The name of one of its `Conv2D` layers.

    Returns:
        Shape ``(kh, kw, c_in, c_out)``, as Keras stores them (PyTorch stores
        ``(c_out, c_in, kh, kw)``). Writing to it does not change the model.

    Raises:
        ValueError: There is no such layer, or it has no two-dimensional kernels.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> layer_kernels(model, "conv1").shape
        (5, 5, 1, 4)
    """
    import keras

    found = find_layer(model, layer)
    kernel = getattr(found, "kernel", None)
    if kernel is None or len(kernel.shape) != 4:
        raise ValueError(
            f"layer: expected a layer with kernels (kh, kw, c_in, c_out), got "
            f"{layer!r}, a {type(found).__name__}"
        )
    return np.array(keras.ops.convert_to_numpy(kernel))
