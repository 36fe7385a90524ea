"""Kernels and feature maps are those of the model, and errors help."""

import keras
import numpy as np
import pytest
from convlens.activations import feature_maps, running_kernel
from convlens.convolution import cross_correlate
from convlens.kernels import layer_kernels, shuffled_inside
from convlens.network import build_cnn
from keras import layers


def test_kernels_are_a_copy(model):
    kernels = layer_kernels(model, "conv1")
    kernels[:] = 0
    assert np.abs(layer_kernels(model, "conv1")).max() > 0


def test_an_unknown_layer_lists_the_near_ones(model):
    with pytest.raises(ValueError, match=r"got 'Conv1'\. Near it: conv1, conv2"):
        layer_kernels(model, "Conv1")
    with pytest.raises(ValueError, match=r"Near it: image, conv1, .*, digit"):
        layer_kernels(model, "xyz")


@pytest.mark.parametrize("layer", ["relu1", "digit"])
def test_a_layer_without_kernels_is_refused(model, layer):
    with pytest.raises(ValueError, match=f"layer with kernels .* got '{layer}'"):
        layer_kernels(model, layer)


def test_shuffling_keeps_the_numbers_of_each_kernel(model):
    kernels = layer_kernels(model, "conv2")
    shuffled = shuffled_inside(kernels, seed=3, copies=2)
    assert shuffled.shape == (2, *kernels.shape)
    ordered = np.sort(kernels.reshape(25, -1), axis=0)
    for one in shuffled:
        np.testing.assert_array_equal(np.sort(one.reshape(25, -1), axis=0), ordered)
    assert not np.array_equal(shuffled[0], shuffled[1])
    # each kernel in an order of its own
    ranks = shuffled[0].reshape(25, -1).argsort(axis=0)
    before = kernels.reshape(25, -1).argsort(axis=0)
    assert len({tuple(order) for order in ranks.T}) > 1
    assert not np.array_equal(ranks, before)
    np.testing.assert_array_equal(shuffled, shuffled_inside(kernels, seed=3, copies=2))


def test_feature_maps_equal_convolution_by_hand(images, model):
    seven = images.x_test[[images.running_seven]]
    maps = feature_maps(model, seven)
    assert list(maps) == ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2"]
    bias = model.get_layer("conv1").get_weights()[1]
    by_hand = cross_correlate(seven, layer_kernels(model, "conv1"), padding="same")
    np.testing.assert_allclose(maps["conv1"], by_hand + bias, atol=1e-5)
    np.testing.assert_allclose(maps["relu1"], np.maximum(by_hand + bias, 0), atol=1e-5)
    pooled = maps["relu1"].reshape(1, 14, 2, 14, 2, 16).max(axis=(2, 4))
    np.testing.assert_array_equal(maps["pool1"], pooled)


def test_layers_come_in_the_order_asked_for(images, model):
    maps = feature_maps(model, images.x_test[:3], layers=["relu2", "conv1"])
    assert [(name, array.shape) for name, array in maps.items()] == [
        ("relu2", (3, 14, 14, 32)),
        ("conv1", (3, 28, 28, 16)),
    ]


def test_a_sequential_model_works_too():
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="c")])
    maps = feature_maps(model, np.ones((1, 8, 8, 1), "float32"))
    assert maps["c"].shape == (1, 6, 6, 2)


def test_an_unbuilt_model_is_refused():
    model = keras.Sequential([layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match="model: expected a built model"):
        feature_maps(model, np.ones((1, 8, 8, 1)))


@pytest.mark.parametrize(
    ("shape", "hint"),
    [((28, 28, 1), "needs a batch axis"), ((1, 27, 28, 1), "got"), ((28, 28), "got")],
)
def test_other_shapes_are_refused(shape, hint):
    with pytest.raises(
        ValueError, match=rf"x: expected shape \(n, 28, 28, 1\).*{hint}"
    ):
        feature_maps(build_cnn(), np.ones(shape))


def test_the_running_kernel_answers_most_strongly(images, model):
    seven = images.x_test[[images.running_seven]]
    maps = feature_maps(model, seven, layers=["relu1"])["relu1"][0]
    chosen = running_kernel(maps)
    assert maps[:, :, chosen].max() == maps.max()
