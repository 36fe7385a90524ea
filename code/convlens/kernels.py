"""Kernels: those with names, and those read out of a Keras model."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


def named_kernels() -> dict[str, np.ndarray]:
    """Return the kernels that image processing has names for.

    Returns:
        By name an array of shape ``(3, 3)``. Each is written as it is laid over the
        image, so it is to be used with `convlens.convolution.cross_correlate`.

    Source:
        Sobel and Feldman 1968 for the two edge kernels, as in Gonzalez and Woods,
        "Digital Image Processing", 4th edition, 2018, chapter 3.

    Example:
        >>> named_kernels()["edge below"]
        array([[-1., -2., -1.],
               [ 0.,  0.,  0.],
               [ 1.,  2.,  1.]])
    """
    binomial, slope = np.array([1.0, 2.0, 1.0]), np.array([-1.0, 0.0, 1.0])
    dot = np.zeros((3, 3))
    dot[1, 1] = 1.0
    average = np.full((3, 3), 1 / 9)
    return {
        "identity": dot,
        "shift right": np.roll(dot, -1, axis=1),
        "average": average,
        "soft blur": np.outer(binomial, binomial) / 16,
        "sharpen": 2 * dot - average,
        "edge below": np.outer(slope, binomial),
        "edge right": np.outer(binomial, slope),
        "outline": dot - average,
    }


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
        f"Near it: {', '.join(near)}" + _inner(model, layer)
    )


def _inner(model: keras.Model, layer: str) -> str:
    """Say where the layer is, if it is inside a model that is a layer of this one."""
    for one in model.layers:
        if layer in (inner.name for inner in getattr(one, "layers", [])):
            return f". It is inside {one.name!r}: read it from that model"
    return ""


def check_built(model: keras.Model) -> None:
    """Refuse a model whose layers have no outputs to read yet.

    Args:
        model: Any Keras model.

    Raises:
        ValueError: It has no input: never built, or subclassed.

    Example:
        >>> import keras
        >>> check_built(keras.Sequential([keras.layers.ReLU()], name="fresh"))
        Traceback (most recent call last):
        ...
        ValueError: model: expected a built model, Sequential or functional, got \
'fresh', which has no input yet. Begin it with a keras.Input, or build it. A \
subclassed model never tells its layers' outputs: write it as a functional one.
    """
    if not model.built or not getattr(model, "inputs", None):
        raise ValueError(
            "model: expected a built model, Sequential or functional, got "
            f"{model.name!r}, which has no input yet. Begin it with a keras.Input, or "
            "build it. A subclassed model never tells its layers' outputs: write it as "
            "a functional one."
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
