"""Gradient ascent on the input: a picture to which one filter answers strongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from convlens.activations import _before_activation
from convlens.models import check_built, find_layer


def strongest_inputs(
    model: keras.Model,
    layer: str,
    filters: Sequence[int],
    *,
    steps: int = 48,
    rate: float = 0.1,
    seed: int = 0,
) -> np.ndarray:
    """Search, by gradient ascent, for the pictures to which filters answer most.

    The pictures are the only weights that are trained. Adam raises the value that each
    filter has in the middle of its map, before the activation, and keeps the pixels in
    [0, 1]. The search starts from seeded noise, because on an even picture many filters
    have no gradient. Only pixels in the receptive field of that value change; cut them
    out with `convlens.receptive_field`.

    Any network has such pictures, even one with random weights. Draw both side by side:
    what shows in both was not learned.

    Args:
        model: A built Keras model, `Sequential` or functional, whose input has one
            size. It stays as it was.
        layer: The name of one of its layers that output maps.
        filters: Indices of the layer's maps.
        steps: Steps of Adam, at least 1.
        rate: Its learning rate, in units of a pixel: about as far as a pixel moves in
            one step.
        seed: Of the noise, the same for all filters.

    Returns:
        One picture per filter, shape ``(len(filters), h, w, c)``, float32 in [0, 1].
        Each is where one search ended; a stronger picture may exist.

    Raises:
        ValueError: The model was never built or is subclassed; there is no such layer,
            or it outputs no maps of one size; no filter is given, or one that is not
            there; ``steps`` is below 1.

    Source:
        Erhan, Bengio, Courville and Vincent, "Visualizing higher-layer features of a
        deep network", technical report 1341, University of Montreal, 2009.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((5, 5, 1)), keras.layers.Conv2D(2, 5, name="conv1")]
        ... )
        >>> edge = np.repeat([-1.0, -1, 0, 1, 1], 5).reshape(5, 5)
        >>> kernels = np.stack([edge, edge.T], axis=-1)[:, :, np.newaxis]
        >>> model.get_layer("conv1").set_weights([kernels, np.zeros(2)])
        >>> strongest_inputs(model, "conv1", [0]).round()[0, [0, 1, 3, 4], :, 0]
        array([[0., 0., 0., 0., 0.],
               [0., 0., 0., 0., 0.],
               [1., 1., 1., 1., 1.],
               [1., 1., 1., 1., 1.]], dtype=float32)
    """
    reader = _reader_of_the_middle(model, layer)
    shape, maps = model.inputs[0].shape[1:], reader.output.shape[-1]
    _check(maps, filters, steps)
    climb = _Climb(reader, shape)
    one_hot = np.eye(len(filters), dtype="float32")
    climb.build(one_hot.shape)
    noise = np.random.default_rng(seed).random((1, int(np.prod(shape))), "float32")
    climb.pictures.set_weights([np.repeat(noise, len(filters), axis=0)])
    # Keras takes the mean over filters; times their number, each climbs as if alone.
    climb.compile(
        keras.optimizers.Adam(rate),
        loss=lambda mine, answers: -len(filters) * keras.ops.sum(mine * answers, -1),
    )
    goals = np.eye(maps, dtype="float32")[list(filters)]
    every = (np.tile(one, (steps, 1)) for one in (one_hot, goals))
    climb.fit(*every, batch_size=len(filters), shuffle=False, verbose=0)
    return np.array(climb.pictures.get_weights()[0]).reshape(-1, *shape)


class _Climb(keras.Model):
    """Pictures as weights: a one-hot row goes in, and chooses the picture to read."""

    def __init__(self, reader: keras.Model, shape: tuple[int, int, int]) -> None:
        super().__init__(name="climb")
        self.reader, self.shape = reader, shape
        self.pictures = keras.layers.Dense(
            int(np.prod(shape)),
            use_bias=False,
            kernel_constraint=lambda pixels: keras.ops.clip(pixels, 0, 1),
        )

    def build(self, input_shape: tuple[int, int]) -> None:
        self.pictures.build(input_shape)
        self.built = True

    def call(self, one_hot: Any) -> Any:
        pictures = keras.ops.reshape(self.pictures(one_hot), (-1, *self.shape))
        return self.reader(pictures)  # no argument `training`, so no dropout


def _reader_of_the_middle(model: keras.Model, layer: str) -> keras.Model:
    """Build a frozen copy of the model that outputs the middle of a layer's maps."""
    check_built(model)
    found = find_layer(model, layer)
    maps = _before_activation(found)
    if len(maps.shape) != 4 or None in maps.shape[1:]:
        raise ValueError(
            "layer: expected a layer that outputs maps (n, h, w, c) of one size, got "
            f"{layer!r}, a {type(found).__name__} with output {maps.shape}"
        )
    middle = maps[:, maps.shape[1] // 2, maps.shape[2] // 2, :]
    reader = keras.Model(model.inputs[0], middle)
    copy = keras.models.clone_model(reader)
    copy.set_weights(reader.get_weights())
    copy.trainable = False  # of the reader, it would freeze the given model's layers
    return copy


def _check(maps: int, filters: Sequence[int], steps: int) -> None:
    if not len(filters) or not all(0 <= one < maps for one in filters):
        raise ValueError(
            f"filters: expected one or more numbers from 0 to {maps - 1}, "
            f"got {list(filters)}"
        )
    if steps < 1:
        raise ValueError(f"steps: expected at least 1, got {steps}")
