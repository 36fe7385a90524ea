"""Kernels and feature maps are those of the model, and errors help."""

import keras
import numpy as np
import pytest
from convlens import activations
from convlens.activations import feature_maps, map_peaks
from convlens.convolution import cross_correlate
from convlens.kernels import layer_kernels
from convlens.receptive_fields import receptive_field
from keras import layers


def test_kernels_are_a_copy(model):
    kernels = layer_kernels(model, "conv1")
    kernels[:] = 0
    assert np.abs(layer_kernels(model, "conv1")).max() > 0


def test_an_unknown_layer_lists_the_near_ones(model):
    with pytest.raises(ValueError, match=r"got 'Conv1'\. Similar names: conv1, conv2"):
        layer_kernels(model, "Conv1")
    with pytest.raises(ValueError, match=r"Similar names: image, conv1, .*, digit"):
        layer_kernels(model, "xyz")


@pytest.mark.parametrize("layer", ["relu1", "digit"])
def test_a_layer_without_kernels_is_refused(model, layer):
    with pytest.raises(ValueError, match=f"layer with kernels .* got '{layer}'"):
        layer_kernels(model, layer)


def test_feature_maps_equal_convolution_by_hand(images, model):
    maps = feature_maps(model, images)
    assert list(maps) == ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2"]
    bias = model.get_layer("conv1").get_weights()[1]
    by_hand = cross_correlate(images, layer_kernels(model, "conv1"), padding="same")
    np.testing.assert_allclose(maps["conv1"], by_hand + bias, atol=1e-5)
    np.testing.assert_allclose(maps["relu1"], np.maximum(by_hand + bias, 0), atol=1e-5)
    pooled = maps["relu1"].reshape(5, 14, 2, 14, 2, 16).max(axis=(2, 4))
    np.testing.assert_array_equal(maps["pool1"], pooled)


def test_layers_come_in_the_order_asked_for(images, model):
    maps = feature_maps(model, images[:3], layers=["relu2", "conv1"])
    assert [(name, array.shape) for name, array in maps.items()] == [
        ("relu2", (3, 14, 14, 32)),
        ("conv1", (3, 28, 28, 16)),
    ]


def test_a_sequential_model_works_too():
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="c")])
    maps = feature_maps(model, np.ones((1, 8, 8, 1), "float32"))
    assert maps["c"].shape == (1, 6, 6, 2)


def fused():
    """A model whose convolutions carry their activation inside."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(3, 3, activation="relu", name="fused"),
            layers.SeparableConv2D(2, 3, activation="tanh", name="separable"),
            layers.Conv2D(2, 1, name="plain"),
            layers.Activation("relu", name="activation"),
            layers.LeakyReLU(name="leaky"),
            layers.MaxPooling2D(2, name="pool"),
        ]
    )


def test_maps_before_activation_become_the_maps_after_it():
    model = fused()
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    before = feature_maps(model, x, before_activation=True)
    after = feature_maps(model, x)
    assert before["fused"].min() < 0 <= after["fused"].min()
    np.testing.assert_array_equal(np.maximum(before["fused"], 0), after["fused"])
    np.testing.assert_allclose(np.tanh(before["separable"]), after["separable"], 1e-5)
    for name in ("plain", "pool"):
        np.testing.assert_array_equal(before[name], after[name])
    np.testing.assert_array_equal(before["activation"], after["plain"])
    np.testing.assert_array_equal(before["leaky"], after["activation"])


def test_asking_before_activation_leaves_the_model_as_it_was():
    model = fused()
    x = np.ones((1, 8, 8, 1), "float32")
    expected = model.predict(x, verbose=0)
    for _ in range(2):
        feature_maps(model, x, before_activation=True)
    np.testing.assert_array_equal(model.predict(x, verbose=0), expected)
    assert model.get_layer("fused").get_config()["activation"] == "relu"


def test_many_images_go_through_in_batches(images, model, monkeypatch):
    whole = feature_maps(model, images, layers=["conv1"])["conv1"]
    monkeypatch.setattr(activations, "BATCH", 2)
    found = feature_maps(model, images, layers=["conv1"])["conv1"]
    np.testing.assert_allclose(found, whole, atol=1e-6)
    none = feature_maps(model, images[:0], layers=["conv1"])["conv1"]
    assert none.shape == (0, 28, 28, 16)


def test_maps_are_those_of_use_and_not_of_training():
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Dropout(0.5, name="dropout")]
    )
    x = np.ones((2, 8, 8, 1), "float32")
    np.testing.assert_array_equal(feature_maps(model, x)["dropout"], x)


@pytest.mark.parametrize(
    "kind", [layers.ReLU, layers.LeakyReLU, layers.PReLU, layers.ELU]
)
def test_before_a_layer_that_is_an_activation_comes_its_input(kind):
    model = keras.Sequential([keras.Input((4, 4, 1)), kind(name="last")])
    x = np.linspace(-1, 1, 16, dtype="float32").reshape(1, 4, 4, 1)
    before = feature_maps(model, x, before_activation=True)["last"]
    np.testing.assert_array_equal(before, x)
    assert not np.array_equal(feature_maps(model, x)["last"], before)


def test_images_of_any_size_go_through_a_model_without_one():
    model = keras.Sequential([keras.Input((None, None, 1)), layers.ReLU(name="r")])
    assert feature_maps(model, np.ones((1, 5, 9, 1)))["r"].shape == (1, 5, 9, 1)


def test_peaks_are_the_largest_values_of_the_maps(images, model):
    peaks = map_peaks(model, images)
    maps = feature_maps(model, images)
    assert list(peaks) == list(maps)
    for name, found in peaks.items():
        np.testing.assert_allclose(found, maps[name].max(axis=(1, 2)), atol=1e-6)
    with pytest.raises(ValueError, match="needs a batch axis"):
        map_peaks(model, images[0])


def test_an_unbuilt_model_is_refused():
    model = keras.Sequential([layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match="model: expected a built model"):
        feature_maps(model, np.ones((1, 8, 8, 1)))


@pytest.mark.parametrize(
    ("shape", "hint"),
    [((28, 28, 1), "needs a batch axis"), ((1, 27, 28, 1), "got"), ((28, 28), "got")],
)
def test_other_shapes_are_refused(shape, hint, model):
    with pytest.raises(
        ValueError, match=rf"x: expected shape \(n, 28, 28, 1\).*{hint}"
    ):
        feature_maps(model, np.ones(shape))


class Subclassed(keras.Model):
    """A model whose layers are connected only when it is called."""

    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(2, 3, name="conv")

    def call(self, x):
        """Convolve."""
        return self.conv(x)


def test_a_subclassed_model_is_refused():
    model = Subclassed()
    model(np.ones((1, 8, 8, 1)))
    with pytest.raises(ValueError, match="Sequential or functional, got 'subclassed'"):
        feature_maps(model, np.ones((1, 8, 8, 1)))


def test_a_subclassed_model_is_read_as_the_error_says():
    model = Subclassed()
    image = keras.Input((8, 8, 1))
    functional = keras.Model(image, model.call(image))
    x = np.random.default_rng(0).random((1, 8, 8, 1), dtype="float32")
    found = feature_maps(functional, x)["conv"]
    np.testing.assert_allclose(found, keras.ops.convert_to_numpy(model(x)), atol=1e-6)
    assert receptive_field(functional, "conv").size == (3, 3)


def test_a_layer_inside_another_model_is_pointed_to():
    inner = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="deep")], name="base"
    )
    model = keras.Sequential([keras.Input((8, 8, 1)), inner, layers.Flatten()])
    with pytest.raises(ValueError, match="It is inside 'base': read it from that"):
        layer_kernels(model, "deep")


@pytest.mark.parametrize("read", [feature_maps, map_peaks])
def test_only_maps_can_be_read(read, images, model):
    with pytest.raises(ValueError, match=r"layers: expected .* got 'digit', a Dense"):
        read(model, images[:1], layers=["digit"])
