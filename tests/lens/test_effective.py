"""Two layers read as one: exact where nothing is left out."""

import keras
import numpy as np
import pytest
from convlens import cross_correlate
from convlens.effective import effective_kernels
from keras import layers

RNG = np.random.default_rng(0)


def straight_model(pool: int) -> keras.Model:
    """Two convolutions with a mean pooling between them, without padding or ReLU."""
    image = keras.Input((30, 31, 2))
    x = layers.Conv2D(3, (5, 4), use_bias=False)(image)
    x = layers.AveragePooling2D(pool)(x)
    return keras.Model(image, layers.Conv2D(4, (3, 2), use_bias=False)(x))


@pytest.mark.parametrize("pool", [1, 2, 3])
def test_without_relu_and_with_mean_pooling_two_layers_are_one(pool):
    model = straight_model(pool)
    first, second = RNG.normal(size=(5, 4, 2, 3)), RNG.normal(size=(3, 2, 3, 4))
    model.set_weights([first, second])
    images = RNG.random((2, 30, 31, 2))
    expected = keras.ops.convert_to_numpy(model(images))
    kernels = effective_kernels(first, second, pool)
    height, width = expected.shape[1:3]
    found = cross_correlate(images, kernels, stride=pool)[:, :height, :width]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3)


def test_the_books_two_layers_make_kernels_of_fourteen_by_fourteen():
    """As large as the receptive field, on the places where Keras' padding puts them."""
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(3, 5, padding="same", use_bias=False)(image)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(4, 5, padding="same", use_bias=False)(x)
    model = keras.Model(image, x)
    images = RNG.random((2, 28, 28, 1))
    kernels = effective_kernels(*model.get_weights(), pool=2)
    assert kernels.shape == (14, 14, 1, 4)
    expected = keras.ops.convert_to_numpy(model(images))[:, 3:-3, 3:-3]
    found = cross_correlate(images, kernels, stride=2, padding="same")[:, 3:-3, 3:-3]
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("first", "second", "pool", "message"),
    [
        ((5, 5, 1, 3), (5, 5, 4, 2), 2, r"got \(5, 5, 1, 3\) and \(5, 5, 4, 2\)"),
        ((5, 5, 1), (5, 5, 1, 2), 2, r"got \(5, 5, 1\) and"),
        ((5, 5, 1, 3), (5, 5, 3), 2, r"and \(5, 5, 3\)"),
        ((5, 5, 1, 3), (5, 5, 3, 2), 0, "pool: expected at least 1, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(first, second, pool, message):
    with pytest.raises(ValueError, match=message):
        effective_kernels(np.zeros(first), np.zeros(second), pool)
