"""Errors and gradients are the derivatives of the loss, and a step follows them."""

import keras
import numpy as np
import pytest
from convlens.convolution import cross_correlate
from convlens.gradients import error_map, kernel_gradient, one_step
from convlens.kernels import layer_kernels
from keras import layers

RNG = np.random.default_rng(0)
IMAGES = RNG.random((4, 8, 8, 2), dtype="float32")
LABELS = np.array([0, 2, 1, 2])


def network(*between, padding="same") -> keras.Model:
    """Two convolutions and a softmax, with other layers in between."""
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(3, 3, padding=padding, name="conv1"),
            layers.ReLU(),
            *between,
            layers.MaxPooling2D(2),
            layers.Conv2D(4, 3, padding=padding, activation="relu", name="conv2"),
            layers.Flatten(),
            layers.Dense(3, "softmax", name="digit"),
        ]
    )


def branched() -> keras.Model:
    """A functional model whose first layer is read on two ways."""
    keras.utils.set_random_seed(0)
    image = keras.Input((8, 8, 2))
    maps = layers.Conv2D(3, 3, padding="same", name="conv1")(image)
    sides = [layers.ReLU()(maps), layers.Activation("tanh")(maps)]
    flat = layers.Flatten()(layers.Concatenate()(sides))
    return keras.Model(image, layers.Dense(3, "softmax")(flat))


def gradient_by_keras(model) -> np.ndarray:
    after = one_step(model, IMAGES, LABELS, rate=1)
    return layer_kernels(model, "conv1") - layer_kernels(after, "conv1")


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_error_times_pixel_is_the_gradient_that_keras_computes(padding):
    model = network(padding=padding)
    errors = error_map(model, "conv1", IMAGES, LABELS)
    found = kernel_gradient(IMAGES, errors, (3, 3), padding=padding)
    by_keras = gradient_by_keras(model)
    assert np.abs(by_keras).max() > 1e-3
    np.testing.assert_allclose(found, by_keras, atol=1e-6)


def test_errors_meet_where_ways_through_the_network_do():
    model = branched()
    errors = error_map(model, "conv1", IMAGES, LABELS)
    found = kernel_gradient(IMAGES, errors, (3, 3), padding="same")
    np.testing.assert_allclose(found, gradient_by_keras(model), atol=1e-6)


def test_the_error_of_a_squared_error_has_its_closed_form():
    """With maps as outputs: twice the difference, over the number of values."""
    model = keras.Sequential(
        [keras.Input((8, 8, 2)), layers.Conv2D(3, 3, name="conv1")]
    )
    targets = RNG.random((4, 6, 6, 3), dtype="float32")
    kernels, biases = model.get_weights()
    difference = cross_correlate(IMAGES, kernels) + biases - targets
    found = error_map(model, "conv1", IMAGES, targets, loss="mse")
    expected = 2 * difference / difference.size
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_errors_are_those_of_the_network_at_work():
    """Dropout passes everything, and batch normalisation uses what it has learned."""
    plain = error_map(network(), "conv1", IMAGES, LABELS)
    with_dropout = network(layers.Dropout(0.9), layers.BatchNormalization(epsilon=0))
    found = error_map(with_dropout, "conv1", IMAGES, LABELS)
    np.testing.assert_allclose(found, plain, atol=1e-6)


def test_the_gradient_is_the_sum_written_out():
    errors = RNG.normal(size=(4, 7, 6, 3))
    found = kernel_gradient(IMAGES, errors, (2, 3))
    expected = sum(
        errors[n, r, s, 2] * IMAGES[n, r + 1, s + 2, 0]
        for n in range(4)
        for r in range(7)
        for s in range(6)
    )
    assert found.shape == (2, 3, 2, 3)
    assert found[1, 2, 0, 2] == pytest.approx(expected)


def test_a_step_is_rate_times_gradient_for_every_weight():
    model = network()
    small, whole = (one_step(model, IMAGES, LABELS, rate=r) for r in (0.25, 1))
    every = (one.get_weights() for one in (model, small, whole))
    for old, near, far in zip(*every, strict=True):
        np.testing.assert_allclose(near, old + 0.25 * (far - old), atol=1e-6)


def test_the_given_model_stays_as_it_was():
    model = network()
    before = model.get_weights()
    one_step(model, IMAGES, LABELS, rate=1)
    error_map(model, "conv2", IMAGES, LABELS)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert all(one.trainable for one in model.layers)
    assert not model.compiled


def test_errors_shrink_as_the_batch_grows():
    model = network()
    alone = error_map(model, "conv1", IMAGES[:1], LABELS[:1])
    among = error_map(model, "conv1", IMAGES, LABELS)
    np.testing.assert_allclose(alone[0] / 4, among[0], atol=1e-7)


def test_errors_of_another_size_are_refused():
    message = r"expected shape \(4, 6, 6, c_out\) for kernels of 3x3, got \(4, 8, 8, 1"
    with pytest.raises(ValueError, match=message):
        kernel_gradient(IMAGES, np.ones((4, 8, 8, 1)), (3, 3))


def test_a_layer_without_maps_is_refused():
    with pytest.raises(ValueError, match="layers that output maps"):
        error_map(network(), "digit", IMAGES, LABELS)
