"""The network has the layers of the original, and training ignores test images."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from convlens.study.network import RECIPE, build_cnn, train


def test_the_layers_of_the_original():
    model = build_cnn()
    counted = {layer.name: layer.count_params() for layer in model.layers}
    assert counted == {
        "image": 0,
        "conv1": 416,
        "relu1": 0,
        "pool1": 0,
        "conv2": 12832,
        "relu2": 0,
        "pool2": 0,
        "flatten": 0,
        "digit": 15690,
    }
    assert model.get_layer("pool1").output.shape == (None, 14, 14, 16)
    assert model.get_layer("pool2").output.shape == (None, 7, 7, 32)


def test_the_seed_decides_the_initial_weights():
    first, again, other = build_cnn(0), build_cnn(0), build_cnn(1)
    for one, two in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_the_layers_start_from_different_numbers():
    weights = build_cnn(0).get_weights()
    first, second = weights[0].ravel(), weights[2].ravel()[: weights[0].size]
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.3


def test_training_never_looks_at_the_test_images(images):
    hidden = replace(
        images,
        x_test=np.full_like(images.x_test, np.nan),
        y_test=np.full_like(images.y_test, -1),
    )
    short = replace(RECIPE, epochs=1, least_steps=1)
    seen = train(build_cnn(), hidden, recipe=short)
    assert seen == train(build_cnn(), images, recipe=short)


@pytest.mark.parametrize(
    ("setting", "value", "usual"),
    [
        ("image_data_format", "channels_first", "channels_last"),
        ("floatx", "float64", "float32"),
    ],
)
def test_other_settings_of_keras_are_refused(setting, value, usual):
    change = getattr(keras.config, f"set_{setting}")
    change(value)
    try:
        with pytest.raises(RuntimeError, match=f"Keras: expected .* got .*{value}"):
            build_cnn()
    finally:
        change(usual)
