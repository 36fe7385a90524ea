"""Kernels read out of a Keras model."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

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
        ValueError: There is no such layer; the message lists the names that come near.

    Example:
        >>> from convlens.network import build_cnn
        >>> find_layer(build_cnn(), "conv_1")
        Traceback (most recent call last):
        ...
        ValueError: layer: expected the name of a layer of 'cnn', got 'conv_1'. \
Near it: conv1, conv2
    """
    names = [one.name for one in model.layers]
    if layer in names:
        return model.get_layer(layer)
    near = difflib.get_close_matches(layer, names, n=3) or names
    raise ValueError(
        f"layer: expected the name of a layer of {model.name!r}, got {layer!r}. "
        f"Near it: {', '.join(near)}"
    )


def layer_kernels(model: keras.Model, layer: str) -> np.ndarray:
    """Read the kernels of a convolution layer, as an array of its own.

    Args:
        model: Any Keras model.
        layer: The name of a `Conv2D` layer of it.

    Returns:
        Shape ``(kh, kw, c_in, c_out)``, as Keras stores them (PyTorch stores
        ``(c_out, c_in, kh, kw)``). Writing to it does not change the model.

    Raises:
        ValueError: There is no such layer, or it has no two-dimensional kernels.

    Example:
        >>> from convlens.network import build_cnn
        >>> layer_kernels(build_cnn(), "conv1").shape
        (5, 5, 1, 16)
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


def shuffled_inside(
    kernels: np.ndarray, *, seed: int = 0, copies: int = 1
) -> np.ndarray:
    """Shuffle the weights inside each kernel: same numbers, no arrangement.

    This is the control to set beside every picture of kernels: whatever is seen in
    both is in the eye, not in the arrangement.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        seed: Of the random order.
        copies: How many independent shuffles.

    Returns:
        Shape ``(copies, kh, kw, c_in, c_out)``.

    Example:
        >>> weights = np.arange(8.0).reshape(2, 2, 1, 2)
        >>> shuffled = shuffled_inside(weights, seed=1)
        >>> sorted(shuffled[0, :, :, 0, 1].ravel()) == [1.0, 3.0, 5.0, 7.0]
        True
    """
    kh, kw, *channels = kernels.shape
    flat = np.broadcast_to(
        kernels.reshape(kh * kw, -1), (copies, kh * kw, kernels[0, 0].size)
    )
    shuffled = np.random.default_rng(seed).permuted(flat, axis=1)
    return shuffled.reshape(copies, kh, kw, *channels)
