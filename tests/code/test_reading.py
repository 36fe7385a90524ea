"""Kernels and feature maps are those of the model, and errors help."""

import keras
import numpy as np
import pytest
from convlens import activations
from convlens.activations import feature_maps, map_peaks, running_kernel
from convlens.convolution import cross_correlate
from convlens.kernels import layer_kernels, named_kernels, shuffled_inside
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
    x = images.x_test[:5]
    whole = feature_maps(model, x, layers=["conv1"])["conv1"]
    monkeypatch.setattr(activations, "BATCH", 2)
    found = feature_maps(model, x, layers=["conv1"])["conv1"]
    np.testing.assert_allclose(found, whole, atol=1e-6)
    none = feature_maps(model, x[:0], layers=["conv1"])["conv1"]
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
    x = images.x_test[:5]
    peaks = map_peaks(model, x)
    maps = feature_maps(model, x)
    assert list(peaks) == list(maps)
    for name, found in peaks.items():
        np.testing.assert_allclose(found, maps[name].max(axis=(1, 2)), atol=1e-6)
    with pytest.raises(ValueError, match="needs a batch axis"):
        map_peaks(model, images.x_test[0])


def test_named_kernels_do_what_their_names_say():
    kernels = named_kernels()
    image = np.zeros((9, 9))
    image[5:, :] = 1.0
    below = cross_correlate(image, kernels["edge below"])
    assert below.max() == below[3, 0] == 4
    assert np.all(cross_correlate(image, kernels["edge right"]) == 0)
    dot = np.zeros((9, 9))
    dot[4, 4] = 1.0
    assert cross_correlate(dot, kernels["shift right"], padding="same")[4, 5] == 1
    column = image.T
    right = cross_correlate(column, kernels["edge right"])
    assert right.max() == right[0, 3] == 4
    assert cross_correlate(dot, kernels["outline"], padding="same")[4, 4] > 0
    assert cross_correlate(dot, kernels["sharpen"], padding="same")[4, 4] > 1
    assert kernels["soft blur"][0].tolist() == [1 / 16, 2 / 16, 1 / 16]
    for name in ("identity", "shift right", "average", "soft blur", "sharpen"):
        assert kernels[name].sum() == pytest.approx(1)
    for name in ("edge below", "edge right", "outline"):
        assert kernels[name].sum() == pytest.approx(0)


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


class Subclassed(keras.Model):
    """A model whose layers are connected only while it runs."""

    def call(self, x):
        """Add one."""
        return x + 1


def test_a_subclassed_model_is_refused():
    model = Subclassed()
    model(np.ones((1, 8, 8, 1)))
    with pytest.raises(ValueError, match="Sequential or functional, got 'subclassed'"):
        feature_maps(model, np.ones((1, 8, 8, 1)))


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
        read(model, images.x_test[:1], layers=["digit"])
