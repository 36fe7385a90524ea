"""A small network and a few images: all that the tests of the lens look into."""

import keras
import numpy as np
import pytest
from keras import layers


@pytest.fixture
def model() -> keras.Model:
    """A network of the book's shape, untrained, with biases that are not zero."""
    keras.utils.set_random_seed(0)
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(16, 5, padding="same", name="conv1")(image)
    x = layers.ReLU(name="relu1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(32, 5, padding="same", name="conv2")(x)
    x = layers.ReLU(name="relu2")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Flatten(name="flatten")(x)
    digit = layers.Dense(10, "softmax", name="digit")(x)
    network = keras.Model(image, digit, name="cnn")
    rng = np.random.default_rng(0)
    for name in ("conv1", "conv2"):
        kernels, biases = network.get_layer(name).get_weights()
        biases = rng.normal(scale=0.1, size=biases.shape)
        network.get_layer(name).set_weights([kernels, biases])
    return network


@pytest.fixture(scope="session")
def images() -> np.ndarray:
    """Seeded noise: float32 in [0, 1), shape ``(5, 28, 28, 1)``."""
    return np.random.default_rng(1).random((5, 28, 28, 1), dtype="float32")
