"""Change the kernels of a layer, to see what the network does without them.

Every function here returns a changed copy of a model. The copy has the same layer
names and the same trainable layers, and all other weights are equal to the last bit.
The model that was given is never changed, not even if the copy is trained later. The
copy is not compiled: compile it before training or evaluating it.
"""

from __future__ import annotations

from operator import index as whole_number
from typing import TYPE_CHECKING

import numpy as np

from convlens import activations
from convlens.activations import feature_maps
from convlens.kernels import layer_kernels
from convlens.models import check_built, find_layer
from convlens.statistics import part_in, shuffled_weights

if TYPE_CHECKING:
    import keras


def with_kernels(
    model: keras.Model,
    layer: str,
    kernels: np.ndarray,
    biases: np.ndarray | None = None,
) -> keras.Model:
    """Copy a model, with other kernels in one layer.

    Args:
        model: A built Keras model, `Sequential` or functional.
        layer: The name of one of its `Conv2D` layers.
        kernels: Shape ``(kh, kw, c_in, c_out)``, that of the layer's own kernels.
        biases: Shape ``(c_out,)``; by default, the layer keeps its biases.

    Returns:
        The copy, not compiled.

    Raises:
        ValueError: The model was never built or is subclassed, there is no such layer,
            it is no `Conv2D`, or a shape is not that of the layer's weights.

    Example:
        Put a layer's initial weights back into a trained network:

        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> initial = model.get_layer("conv1").get_weights()
        >>> model.get_layer("conv1").set_weights([0 * one for one in initial])
        >>> back = with_kernels(model, "conv1", *initial)
        >>> bool((layer_kernels(back, "conv1") == initial[0]).all())
        True
    """
    found = _convolution(model, layer)
    _check_shape("kernels", kernels, found.kernel)
    if biases is not None:
        _check_biases("biases", found)
        _check_shape("biases", biases, found.bias)
    copy = _copy(model)
    changed = copy.get_layer(layer)
    changed.kernel.assign(kernels)
    if biases is not None:
        changed.bias.assign(biases)
    return copy


def keep_subspace(model: keras.Model, layer: str, basis: np.ndarray) -> keras.Model:
    """Copy a model, with each kernel of one layer projected on a subspace.

    Args:
        model: As in `with_kernels`.
        layer: As in `with_kernels`.
        basis: Vectors that span the subspace, one per column, shape ``(kh * kw, d)``;
            each is a kernel, row after row. They need not be orthogonal or independent.

    Returns:
        The copy, not compiled. Each slice ``(kh, kw)`` of its kernels is the part of
        the original slice that lies in the subspace; biases are kept. Of the energy of
        random kernels, a share of ``rank(basis) / (kh * kw)`` remains on average.

    Raises:
        ValueError: As `with_kernels`, or ``basis`` has another shape or a number that
            is not finite.

    Example:
        Keep only the mean of each kernel:

        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> flat = keep_subspace(model, "conv1", np.ones((25, 1)))
        >>> bool(np.ptp(layer_kernels(flat, "conv1"), axis=(0, 1)).max() < 1e-6)
        True
    """
    _convolution(model, layer)
    kernels = layer_kernels(model, layer)
    return with_kernels(model, layer, part_in(kernels, basis))


def remove_subspace(model: keras.Model, layer: str, basis: np.ndarray) -> keras.Model:
    """Copy a model, without the part of each kernel that lies in a subspace.

    The kernels of `keep_subspace` and of `remove_subspace` sum to the original ones.

    Args:
        model: As in `with_kernels`.
        layer: As in `with_kernels`.
        basis: As in `keep_subspace`.

    Returns:
        The copy, not compiled. Each slice ``(kh, kw)`` of its kernels is orthogonal to
        every column of ``basis``; biases are kept. Of the energy of random kernels, a
        share of ``1 - rank(basis) / (kh * kw)`` remains on average.

    Raises:
        ValueError: As `keep_subspace`.

    Example:
        Take the mean out of each kernel:

        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> centred = remove_subspace(model, "conv1", np.ones((25, 1)))
        >>> bool(abs(layer_kernels(centred, "conv1").mean(axis=(0, 1))).max() < 1e-6)
        True
    """
    _convolution(model, layer)
    kernels = layer_kernels(model, layer)
    return with_kernels(model, layer, kernels - part_in(kernels, basis))


def remove_kernel(
    model: keras.Model, layer: str, index: int, *, mean: float | None = None
) -> keras.Model:
    """Copy a model, with one filter of a layer switched off.

    Args:
        model: As in `with_kernels`.
        layer: As in `with_kernels`.
        index: Which filter, from 0 to ``c_out - 1``.
        mean: By default, kernel and bias are set to zero. With a number, the filter
            outputs this number everywhere: its kernel is zero, and its bias is the
            number. With the filter's mean activation this is mean ablation: the
            filter no longer tells images apart, but keeps its average effect. After
            ReLU a mean is never negative, so a bias of that size passes ReLU
            unchanged, and `mean_activation` of the ReLU layer can be used as it is.

    Returns:
        The copy, not compiled.

    Raises:
        ValueError: As `with_kernels`, or ``index`` is out of range, or ``mean`` is
            given and the layer has no biases or an activation that changes ``mean``.

    Source:
        Morcos et al., "On the importance of single directions for generalization",
        ICLR 2018 (zero); Nanda et al., "Progress measures for grokking via mechanistic
        interpretability", ICLR 2023 (mean).

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [
        ...         keras.Input((28, 28, 1)),
        ...         keras.layers.Conv2D(4, 5, name="conv1"),
        ...         keras.layers.ReLU(name="relu1"),
        ...     ]
        ... )
        >>> x = np.random.default_rng(0).random((2, 28, 28, 1))
        >>> mean = mean_activation(model, "relu1", x)[3]
        >>> without = remove_kernel(model, "conv1", 3, mean=mean)
        >>> bool((feature_maps(without, x)["relu1"][..., 3] == mean).all())
        True
    """
    found = _convolution(model, layer)
    kernels = layer_kernels(model, layer)
    filters = kernels.shape[-1]
    if not 0 <= whole_number(index) < filters:
        raise ValueError(
            f"index: expected a number from 0 to {filters - 1}, got {index}"
        )
    kernels[..., index] = 0
    if mean is not None:
        _check_biases("mean", found)
        _check_passes(found, mean)
    if not found.use_bias:
        return with_kernels(model, layer, kernels)
    biases = np.array(found.get_weights()[1])
    biases[index] = 0 if mean is None else mean
    return with_kernels(model, layer, kernels, biases)


def mean_activation(model: keras.Model, layer: str, x: np.ndarray) -> np.ndarray:
    """Compute the mean of each map of a layer, over all images and all places.

    Args:
        model: As in `convlens.feature_maps`.
        layer: The name of a layer that outputs maps.
        x: At least one image, shape ``(n, h, w, c)``, scaled as in training.

    Returns:
        Shape ``(c,)``, float32, in the units of the layer's output.

    Raises:
        ValueError: As `convlens.feature_maps`, or there is no image.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((4, 4, 1)), keras.layers.ReLU(name="relu1")]
        ... )
        >>> mean_activation(model, "relu1", np.ones((2, 4, 4, 1)))
        array([1.], dtype=float32)
    """
    if not len(x):
        raise ValueError("x: expected at least one image, got none")
    starts = range(0, len(x), activations.BATCH)
    sums = [
        feature_maps(model, x[one : one + activations.BATCH], layers=[layer])[layer]
        .mean(axis=(1, 2), dtype=np.float64)
        .sum(axis=0)
        for one in starts
    ]
    # In the type of the maps, so that a bias with this value is this value.
    return (np.sum(sums, axis=0) / len(x)).astype(np.float32)


def frozen(
    model: keras.Model,
    layer: str,
    kernels: np.ndarray,
    biases: np.ndarray | None = None,
) -> keras.Model:
    """Copy a model, with other kernels in one layer that do not change in training.

    Args:
        model: As in `with_kernels`.
        layer: As in `with_kernels`.
        kernels: As in `with_kernels`: random ones, or a `derivative_bank`.
        biases: As in `with_kernels`.

    Returns:
        The copy, not compiled; this layer is not trainable, the others are as before.

    Raises:
        ValueError: As `with_kernels`.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> fixed = frozen(model, "conv1", derivative_bank(5, 5, 4), np.zeros(4))
        >>> len(fixed.trainable_variables)
        0
    """
    copy = with_kernels(model, layer, kernels, biases)
    copy.get_layer(layer).trainable = False
    return copy


def derivative_bank(kh: int, kw: int, count: int) -> np.ndarray:
    """Make a bank of kernels by hand: oriented derivatives of a Gaussian.

    The first half (and the odd one) are first derivatives, which answer to edges. Their
    angles are spread evenly over a full turn, because an edge from dark to bright and
    one from bright to dark are different edges after ReLU. The others are second
    derivatives with their sign changed, which answer to bright bars. A bar is the same
    after half a turn, so their angles are spread over half a turn. The standard
    deviation is ``min(kh, kw) / 5``, so the kernel ends 2.5 standard deviations from
    its centre.

    Args:
        kh: Rows of weights, at least 3.
        kw: Columns of weights, at least 3.
        count: Number of kernels, at least 1.

    Returns:
        Shape ``(kh, kw, 1, count)``, float64. The weights of each kernel sum to zero,
        and their squares to 1. The first edge is bright on its right, the first bar
        upright; from there the angles go anticlockwise.

    Raises:
        ValueError: ``kh`` or ``kw`` is below 3, or ``count`` below 1.

    Source:
        Freeman and Adelson, "The design and use of steerable filters", IEEE
        Transactions on Pattern Analysis and Machine Intelligence 13, 1991.

    Example:
        >>> derivative_bank(3, 3, 2)[..., 0, 0].round(2)  # an edge, bright on the right
        array([[-0.17,  0.  ,  0.17],
               [-0.67,  0.  ,  0.67],
               [-0.17,  0.  ,  0.17]])
    """
    if min(kh, kw) < 3 or count < 1:
        raise ValueError(
            "kh, kw and count: expected kh and kw of at least 3 and a count of at "
            f"least 1, got {kh}, {kw} and {count}"
        )
    edges = (count + 1) // 2
    turns = np.arange(edges) / edges
    half_turns = np.arange(count - edges) / max(2 * (count - edges), 1)
    angles = 2 * np.pi * np.concatenate([turns, half_turns])
    y, x = np.indices((kh, kw, 1))[:2].astype(float)
    y, x = y - (kh - 1) / 2, x - (kw - 1) / 2
    sigma = min(kh, kw) / 5
    along = (x * np.cos(angles) - y * np.sin(angles)) / sigma  # rows go down
    gaussian = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    bank = gaussian * np.where(np.arange(count) < edges, along, 1 - along**2)
    bank -= bank.mean(axis=(0, 1))
    return (bank / np.linalg.norm(bank, axis=(0, 1)))[:, :, np.newaxis]


def redrawn(model: keras.Model, layer: str, seed: int) -> keras.Model:
    """Copy a model, with new random weights in one layer.

    Args:
        model: As in `with_kernels`.
        layer: As in `with_kernels`.
        seed: At least 0. The kernels are those that the layer's own initializer draws
            with this seed; random biases are drawn with another seed made from it.

    Returns:
        The copy, not compiled; the layer is as if it had never been trained.

    Raises:
        ValueError: As `with_kernels`, or ``seed`` is negative, or the layer's kernels
            were not drawn by one of Keras' random initializers.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> drawn = layer_kernels(redrawn(model, "conv1", seed=1), "conv1")
        >>> expected = keras.initializers.GlorotUniform(seed=1)((5, 5, 1, 4))
        >>> bool((drawn == keras.ops.convert_to_numpy(expected)).all())
        True
    """
    found = _convolution(model, layer)
    if seed < 0:
        raise ValueError(f"seed: expected at least 0, got {seed}")
    if not _is_random(found.kernel_initializer):
        raise ValueError(
            "layer: expected a layer whose kernel_initializer is random, got "
            f"{layer!r} with {found.kernel_initializer!r}"
        )
    kernels = _drawn(found.kernel_initializer, found.kernel, seed)
    if not found.use_bias:
        return with_kernels(model, layer, kernels)
    # One seed for both would draw the biases from the same numbers as the kernels.
    other = int(np.random.SeedSequence(seed).generate_state(1)[0]) >> 1
    biases = _drawn(found.bias_initializer, found.bias, other)
    return with_kernels(model, layer, kernels, biases)


def shuffled_kernels(model: keras.Model, layer: str, seed: int) -> keras.Model:
    """Copy a model, with the weights inside each kernel of one layer permuted.

    Args:
        model: As in `with_kernels`.
        layer: As in `with_kernels`.
        seed: Of the permutations, as in `convlens.shuffled_weights`.

    Returns:
        The copy, not compiled. Each slice ``(kh, kw)`` of its kernels has the same
        weights in an order of its own; biases are kept.

    Raises:
        ValueError: As `with_kernels`.

    Example:
        >>> import keras
        >>> model = keras.Sequential(
        ...     [keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 5, name="conv1")]
        ... )
        >>> shuffled = shuffled_kernels(model, "conv1", seed=0)
        >>> before, after = (layer_kernels(one, "conv1") for one in (model, shuffled))
        >>> sorted(before.ravel()) == sorted(after.ravel())
        True
    """
    _convolution(model, layer)
    kernels = layer_kernels(model, layer)
    return with_kernels(model, layer, shuffled_weights(kernels, seed=seed)[0])


def _convolution(model: keras.Model, layer: str) -> keras.layers.Conv2D:
    import keras

    check_built(model)
    found = find_layer(model, layer)
    if not isinstance(found, keras.layers.Conv2D):
        raise ValueError(
            f"layer: expected a Conv2D layer, got {layer!r}, a {type(found).__name__}"
        )
    return found


def _copy(model: keras.Model) -> keras.Model:
    import keras

    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    pairs = zip(model.weights, copy.weights, strict=True)
    for own, other in pairs:  # Keras 3.0 copies this of layers, not of their weights
        other.trainable = own.trainable
    return copy


def _check_shape(name: str, given: np.ndarray, own: keras.Variable) -> None:
    if np.shape(given) != tuple(own.shape):
        raise ValueError(
            f"{name}: expected shape {tuple(own.shape)}, got {np.shape(given)}"
        )


def _check_biases(name: str, layer: keras.layers.Conv2D) -> None:
    if not layer.use_bias:
        raise ValueError(
            f"{name}: expected a layer with biases, got {layer.name!r}, which has none"
        )


def _check_passes(layer: keras.layers.Conv2D, mean: float) -> None:
    """Refuse a mean that the layer's own activation would turn into another number."""
    import keras

    value = np.full((1, 1), mean, np.float32)
    after = keras.ops.convert_to_numpy(layer.activation(keras.ops.array(value)))
    if not np.array_equal(after, value):
        raise ValueError(
            f"mean: expected a number that the activation of {layer.name!r} leaves as "
            f"it is, got {mean}, which becomes {after.item()}"
        )


def _is_random(initializer: object) -> bool:
    return "seed" in getattr(initializer, "get_config", dict)()


def _drawn(
    initializer: keras.Initializer, variable: keras.Variable, seed: int
) -> np.ndarray:
    """Draw the values of a variable with the layer's initializer and another seed."""
    import keras

    if _is_random(initializer):
        config = initializer.get_config() | {"seed": seed}
        initializer = type(initializer).from_config(config)
    values = initializer(tuple(variable.shape), dtype=variable.dtype)
    return np.array(keras.ops.convert_to_numpy(values))
