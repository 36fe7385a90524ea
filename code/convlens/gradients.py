"""How one step of training moves the kernels: errors, gradients, and the step.

The error of a value in a map is the derivative of the loss with respect to it: how fast
the loss rises as this value rises. A kernel uses each of its weights at every place, so
the gradient of a weight is a sum over places: error times the pixel under the weight.

Keras computes gradients in its backend and does not hand them out. One step of plain
gradient descent with rate 1 shows them with any backend: old weights minus new ones.
"""

from __future__ import annotations

import keras
import numpy as np

from convlens.activations import feature_maps
from convlens.convolution.sizes import Padding, pad

CROSS_ENTROPY = "sparse_categorical_crossentropy"


def one_step(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    *,
    rate: float,
    loss: str | keras.Loss = CROSS_ENTROPY,
) -> keras.Model:
    """Copy a model and take one step of plain gradient descent with the copy.

    With a rate of 1, the old weights minus the new ones are the gradient.

    Args:
        model: A built Keras model, `Sequential` or functional.
        x: A batch, shape ``(n, ...)``, scaled as in training.
        y: What the loss compares the outputs with, ``n`` of them.
        rate: The learning rate: new weights are the old ones minus rate times gradient.
        loss: A loss of Keras, averaged over the batch. By default cross-entropy, for
            whole numbers as labels and a model that ends in softmax.

    Returns:
        The copy after the step, compiled. The given model stays as it was. Layers that
        behave differently during training, such as dropout, behave as in training.

    Example:
        The squared error of 3 times 2, where 5 is right, is 1; its gradient is 4.

        >>> model = keras.Sequential(
        ...     [keras.Input((1,)), keras.layers.Dense(1, use_bias=False)]
        ... )
        >>> model.set_weights([np.array([[3.0]])])
        >>> after = one_step(model, np.ones((1, 1)) * 2, np.ones(1) * 5, rate=1,
        ...                  loss="mse")
        >>> model.get_weights()[0] - after.get_weights()[0]
        array([[4.]], dtype=float32)
    """
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    # eagerly: compiling a single step takes longer than taking it
    copy.compile(keras.optimizers.SGD(float(rate)), loss=loss, run_eagerly=True)
    copy.train_on_batch(x, y)
    return copy


def error_map(
    model: keras.Model,
    layer: str,
    x: np.ndarray,
    y: np.ndarray,
    *,
    loss: str | keras.Loss = CROSS_ENTROPY,
) -> np.ndarray:
    """Compute the error of each value in a layer's maps: how the loss depends on it.

    A number that begins at 0 is added to each value and trained for one step: see
    `one_step`.

    Args:
        model: A built Keras model with one input, `Sequential` or functional.
        layer: The name of a layer that outputs maps. For the gradient of its kernels
            this must be a convolution without an activation of its own.
        x: Images, shape ``(n, h, w, c)``, scaled as in training.
        y: What the loss compares the outputs with, ``n`` of them.
        loss: As in `one_step`.

    Returns:
        The derivative of the mean loss with respect to each value of the maps, shape
        ``(n, h, w, c)``. The loss is a mean over ``n`` images, so errors shrink as the
        batch grows. Layers behave as they do after training: dropout drops nothing.

    Raises:
        ValueError: There is no such layer or it outputs no maps, the model was never
            built or is subclassed, or ``x`` has no batch axis.

    Source:
        Rumelhart, Hinton and Williams, "Learning representations by back-propagating
        errors", Nature 323, 1986.

    Example:
        The loss is the square of one value, 2: its derivative is 4.

        >>> model = keras.Sequential(
        ...     [
        ...         keras.Input((1, 1, 1)),
        ...         keras.layers.Conv2D(1, 1, name="conv1"),
        ...         keras.layers.Flatten(),
        ...     ]
        ... )
        >>> model.set_weights([np.full((1, 1, 1, 1), 2.0), np.zeros(1)])
        >>> error_map(model, "conv1", np.ones((1, 1, 1, 1)), np.zeros(1), loss="mse")
        array([[[[4.]]]], dtype=float32)
    """
    shape = feature_maps(model, x, layers=[layer])[layer].shape

    def copied(one: keras.Layer) -> keras.Layer:
        copy = type(one).from_config(one.get_config())
        return _Nudged(copy, shape) if one.name == layer else copy

    nudged = keras.models.clone_model(model, clone_function=copied)
    for one in model.layers:
        if weights := one.get_weights():  # others may have another name in the copy
            nudged.get_layer(one.name).set_weights(weights)
    image = keras.Input(batch_shape=np.shape(x))
    at_work = keras.Model(image, _AtWork(nudged)(image))
    at_work.compile(keras.optimizers.SGD(1.0), loss=loss, run_eagerly=True)
    at_work.train_on_batch(x, y)
    return -np.array(keras.ops.convert_to_numpy(nudged.get_layer(layer).nudge))


class _Nudged(keras.layers.Layer):
    """A layer with a number of its own, at first 0, added to each of its outputs."""

    def __init__(self, layer: keras.Layer, shape: tuple[int, ...]) -> None:
        super().__init__(name=layer.name)
        self.layer = layer
        self.nudge = self.add_weight(shape=shape, initializer="zeros", name="nudge")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        # without it, Keras traces `call`, which takes images of one number only
        self.layer.build(input_shape)

    def call(self, x):
        return self.layer(x) + self.nudge

    def compute_output_spec(self, x):
        return self.layer(x)  # for any number of images, while the model is built

    def set_weights(self, weights: list[np.ndarray]) -> None:
        self.layer.set_weights(weights)


class _AtWork(keras.layers.Layer):
    """A model that acts as it does after training, also while it is trained.

    Keras overrides ``training=False`` of a call where it builds a larger model.
    """

    def __init__(self, model: keras.Model) -> None:
        super().__init__()
        self.model = model

    def call(self, x):
        return self.model(x, training=False)


def kernel_gradient(
    x: np.ndarray,
    errors: np.ndarray,
    size: tuple[int, int],
    *,
    padding: Padding = "valid",
) -> np.ndarray:
    """Sum error times pixel over all places and images, for each weight of a kernel.

    ``g[i, j, c, o] = sum over n, r, s of errors[n, r, s, o] * x[n, r + i, s + j, c]``,
    where ``x`` is padded. This is a cross-correlation as well, with the error map in
    the place of the kernel.

    Args:
        x: What the layer read, shape ``(n, h, w, c_in)``.
        errors: The errors of its output, shape ``(n, h_out, w_out, c_out)``, as from
            `error_map`.
        size: Rows and columns of its kernels, ``(kh, kw)``.
        padding: As in `convlens.convolution.cross_correlate`; the stride is 1.

    Returns:
        The gradient of the loss with respect to each weight, shape
        ``(kh, kw, c_in, c_out)``.

    Raises:
        ValueError: A kernel of this size would give maps of another size.

    Example:
        >>> x, errors = np.arange(4.0).reshape(1, 2, 2, 1), np.ones((1, 1, 2, 1))
        >>> kernel_gradient(x, errors, (2, 1))[:, 0, 0, 0]
        array([1., 5.])
    """
    padded = pad(x, size, padding=padding)
    (kh, kw), (height, width) = size, errors.shape[1:3]
    expected = (len(x), padded.shape[1] - kh + 1, padded.shape[2] - kw + 1)
    if errors.shape[:3] != expected:
        raise ValueError(
            f"errors: expected shape ({', '.join(map(str, expected))}, c_out) for "
            f"kernels of {kh}x{kw}, got {errors.shape}"
        )
    gradient = np.empty((kh, kw, x.shape[3], errors.shape[3]))
    for row, column in np.ndindex(kh, kw):
        seen = padded[:, row : row + height, column : column + width]
        gradient[row, column] = np.tensordot(seen, errors, axes=((0, 1, 2), (0, 1, 2)))
    return gradient
