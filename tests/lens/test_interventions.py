"""A changed copy has exactly the change asked for, and the model stays as it was."""

import keras
import numpy as np
import pytest
from convlens import activations
from convlens.activations import feature_maps
from convlens.interventions import (
    derivative_bank,
    frozen,
    keep_subspace,
    mean_activation,
    redrawn,
    remove_kernel,
    remove_subspace,
    shuffled_kernels,
    with_kernels,
)
from convlens.kernels import layer_kernels
from convlens.statistics import shuffled_weights
from keras import layers

RNG = np.random.default_rng(3)
KERNELS = RNG.normal(size=(5, 5, 1, 16)).astype("float32")
BIASES = RNG.normal(size=16).astype("float32")
BASIS = RNG.normal(size=(25, 4))

CHANGES = {
    "kernels": lambda model: with_kernels(model, "conv1", KERNELS, BIASES),
    "kept": lambda model: keep_subspace(model, "conv1", BASIS),
    "taken out": lambda model: remove_subspace(model, "conv1", BASIS),
    "removed": lambda model: remove_kernel(model, "conv1", 3),
    "mean": lambda model: remove_kernel(model, "conv1", 3, mean=0.5),
    "frozen": lambda model: frozen(model, "conv1", KERNELS),
    "redrawn": lambda model: redrawn(model, "conv1", seed=5),
    "shuffled": lambda model: shuffled_kernels(model, "conv1", seed=5),
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


def sequential() -> keras.Model:
    """With frozen layers, one of them in a nested model, batch statistics, dropout."""
    inner = keras.Sequential(
        [keras.Input((24, 24, 16)), layers.Conv2D(3, 5, name="deep")], name="inner"
    )
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, name="conv1"),
            layers.BatchNormalization(name="norm"),
            inner,
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(10, "softmax", name="digit"),
        ]
    )
    return with_frozen_layers(model)


def branched() -> keras.Model:
    """The same with two paths that meet, and a nested functional model."""
    image = keras.Input((24, 24, 16))
    inner = keras.Model(image, layers.Conv2D(3, 5, name="deep")(image), name="inner")
    image = keras.Input((28, 28, 1), name="image")
    maps = layers.Conv2D(16, 5, name="conv1")(image)
    x = inner(layers.BatchNormalization(name="norm")(maps))
    x = layers.Concatenate()([layers.Flatten()(x), layers.Flatten()(maps)])
    return with_frozen_layers(keras.Model(image, layers.Dense(10, "softmax")(x)))


def with_frozen_layers(model: keras.Model) -> keras.Model:
    model.get_layer("norm").trainable = False
    model.get_layer("inner").get_layer("deep").trainable = False
    model.set_weights([RNG.random(one.shape) / 50 for one in model.get_weights()])
    return model


@pytest.fixture(params=[sequential, branched])
def network(request) -> keras.Model:
    """A model of either kind."""
    return request.param()


def outputs(model: keras.Model, images: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(images, training=False))


def weights(model: keras.Model) -> dict[str, np.ndarray]:
    values = model.get_weights()
    paths = ["/".join(one.path.split("/")[-2:]) for one in model.weights]
    return {f"{i} {path}": values[i].copy() for i, path in enumerate(paths)}


def flags(model: keras.Model) -> list[bool]:
    inner = [one for layer in model.layers for one in getattr(layer, "layers", [])]
    trained = {id(one) for one in model.trainable_variables}
    of_weights = [id(one) in trained for one in model.weights]
    return [one.trainable for one in [*model.layers, *inner]] + of_weights


def train(model: keras.Model, images: np.ndarray) -> None:
    model.compile("sgd", loss="sparse_categorical_crossentropy")
    model.fit(images, np.arange(len(images)), epochs=2, verbose=0)


@every_change
def test_the_given_model_stays_as_it_was(change, network, images):
    before = weights(network), flags(network), outputs(network, images)
    copy = change(network)
    copy.set_weights([one + 1 for one in copy.get_weights()])
    copy.trainable = False
    np.testing.assert_equal(weights(network), before[0])
    assert flags(network) == before[1]
    np.testing.assert_array_equal(outputs(network, images), before[2])


@every_change
def test_the_copy_differs_in_one_layer_alone(change, network):
    copy = change(network)
    pairs = zip(weights(network).items(), weights(copy).values(), strict=True)
    moved = {name.split()[1] for (name, a), b in pairs if not np.array_equal(a, b)}
    assert "conv1/kernel" in moved
    assert moved <= {"conv1/kernel", "conv1/bias"}


@every_change
def test_the_copy_trains_what_the_model_trains(change, network):
    copy = change(network)
    if not copy.get_layer("conv1").trainable:
        assert change is CHANGES["frozen"]
        copy.get_layer("conv1").trainable = True
    assert flags(copy) == flags(network)
    assert [one.name for one in copy.layers] == [one.name for one in network.layers]


def test_training_one_does_not_move_the_other(model, images):
    copy = with_kernels(model, "conv1", KERNELS, BIASES)
    before = weights(model)
    train(copy, images)
    trained = weights(copy)
    np.testing.assert_equal(weights(model), before)
    assert not np.array_equal(trained["0 conv1/kernel"], KERNELS)
    train(model, images)
    np.testing.assert_equal(weights(copy), trained)


def test_the_kernels_put_in_are_those_of_the_copy(network):
    copy = with_kernels(network, "conv1", KERNELS, BIASES)
    np.testing.assert_array_equal(layer_kernels(copy, "conv1"), KERNELS)
    np.testing.assert_array_equal(copy.get_layer("conv1").get_weights()[1], BIASES)
    copy = with_kernels(network, "conv1", KERNELS)
    np.testing.assert_array_equal(
        copy.get_layer("conv1").get_weights()[1],
        network.get_layer("conv1").get_weights()[1],
    )


def test_initial_weights_bring_back_the_untrained_network(model, images):
    initial = {
        name: model.get_layer(name).get_weights()
        for name in ("conv1", "conv2", "digit")
    }
    before = outputs(model, images)
    train(model, images)
    back = with_kernels(model, "conv1", *initial["conv1"])
    back = with_kernels(back, "conv2", *initial["conv2"])
    back.get_layer("digit").set_weights(initial["digit"])
    assert not np.array_equal(outputs(model, images), before)
    np.testing.assert_array_equal(outputs(back, images), before)


@pytest.mark.parametrize("layer", ["conv1", "conv2"])
def test_a_subspace_and_the_rest_sum_to_the_kernel(model, layer):
    kernels = layer_kernels(model, layer)
    kept = layer_kernels(keep_subspace(model, layer, BASIS), layer)
    rest = layer_kernels(remove_subspace(model, layer, BASIS), layer)
    np.testing.assert_allclose(kept + rest, kernels, atol=1e-7)
    slices = rest.reshape(25, -1)
    np.testing.assert_allclose(BASIS.T @ slices, 0, atol=1e-5)
    slices = kept.reshape(25, -1)
    fitted = BASIS @ np.linalg.lstsq(BASIS, kernels.reshape(25, -1), rcond=None)[0]
    np.testing.assert_allclose(slices, fitted, atol=1e-6)


def test_columns_that_depend_on_others_add_nothing(model):
    mixed = np.hstack([BASIS, BASIS @ RNG.normal(size=(4, 30)), np.zeros((25, 1))])
    found = [
        layer_kernels(keep_subspace(model, "conv1", one), "conv1")
        for one in (BASIS, mixed)
    ]
    np.testing.assert_allclose(*found, atol=1e-6)
    none = layer_kernels(keep_subspace(model, "conv1", np.zeros((25, 0))), "conv1")
    assert not none.any()


def test_a_basis_lies_row_after_row(model):
    """The kernel of one pixel is the third of the second row."""
    one_pixel = np.zeros((5, 5))
    one_pixel[1, 2] = 1
    kept = keep_subspace(model, "conv1", one_pixel.reshape(25, 1))
    expected = layer_kernels(model, "conv1") * one_pixel[:, :, np.newaxis, np.newaxis]
    np.testing.assert_allclose(layer_kernels(kept, "conv1"), expected, atol=1e-7)


def test_a_removed_filter_is_silent_and_the_others_answer_as_before(model, images):
    before = feature_maps(model, images, layers=["conv1"])["conv1"]
    after = feature_maps(remove_kernel(model, "conv1", 3), images, layers=["conv1"])
    others = np.arange(16) != 3
    assert not after["conv1"][..., 3].any()
    np.testing.assert_array_equal(after["conv1"][..., others], before[..., others])


def by_one_filter() -> keras.Model:
    """A network whose answer rests on its third filter alone."""
    kernels = np.zeros((3, 3, 1, 4), "float32")
    kernels[1, 1] = 1
    reading = np.zeros((4, 2), "float32")
    reading[2] = [-1, 1]
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(4, 3, activation="relu", name="conv1"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, name="class"),
        ]
    )
    model.set_weights([kernels, np.zeros(4), reading, np.array([0.5, -0.5])])
    return model


def test_only_the_filter_that_is_read_is_missed():
    model = by_one_filter()
    x = np.ones((10, 6, 6, 1), "float32")
    classes = [
        outputs(remove_kernel(model, "conv1", one), x).argmax(-1) for one in range(4)
    ]
    assert [int(one.sum()) for one in classes] == [10, 10, 0, 10]


def test_mean_ablation_outputs_the_mean_after_relu(model, images):
    means = mean_activation(model, "relu1", images)
    for index in range(16):
        copy = remove_kernel(model, "conv1", index, mean=means[index])
        maps = feature_maps(copy, images, layers=["relu1"])["relu1"]
        np.testing.assert_array_equal(maps[..., index], means[index])


def test_the_mean_is_over_images_and_places(model, images, monkeypatch):
    maps = feature_maps(model, images, layers=["relu1"])["relu1"]
    means = mean_activation(model, "relu1", images)
    np.testing.assert_allclose(means, maps.mean(axis=(0, 1, 2)), rtol=1e-5)
    monkeypatch.setattr(activations, "BATCH", 2)  # the last batch is smaller
    batched = mean_activation(model, "relu1", images)
    np.testing.assert_allclose(batched, means, rtol=1e-5)
    with pytest.raises(ValueError, match="x: expected at least one image, got none"):
        mean_activation(model, "relu1", images[:0])


@pytest.mark.parametrize(("activation", "mean"), [("relu", -0.5), ("tanh", 0.5)])
def test_a_mean_that_the_activation_changes_is_refused(activation, mean):
    conv = layers.Conv2D(2, 3, activation=activation, name="conv")
    model = keras.Sequential([keras.Input((6, 6, 1)), conv])
    with pytest.raises(ValueError, match=f"activation of 'conv' leaves .* got {mean}"):
        remove_kernel(model, "conv", 0, mean=mean)


@pytest.mark.parametrize("index", [-1, 16])
def test_a_filter_that_is_not_there_is_refused(model, index):
    with pytest.raises(ValueError, match=f"index: expected .* 0 to 15, got {index}"):
        remove_kernel(model, "conv1", index)


def test_a_frozen_layer_stays_while_the_rest_is_trained(model, images):
    bank = derivative_bank(5, 5, 16).astype("float32")
    copy = frozen(model, "conv1", bank, np.zeros(16))
    before = weights(copy)
    train(copy, images)
    after = weights(copy)
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    assert {name.split()[1].split("/")[0] for name in moved} == {"conv2", "digit"}
    np.testing.assert_array_equal(layer_kernels(copy, "conv1"), bank)


@pytest.mark.parametrize("size", [(3, 3), (5, 5), (7, 4)])
@pytest.mark.parametrize("count", [1, 2, 7, 16])
def test_the_bank_sums_to_zero_and_has_unit_energy(size, count):
    bank = derivative_bank(*size, count)
    assert bank.shape == (*size, 1, count)
    np.testing.assert_allclose(bank.sum(axis=(0, 1)), 0, atol=1e-12)
    np.testing.assert_allclose((bank**2).sum(axis=(0, 1)), 1)
    flat = bank.reshape(-1, count).T
    assert (flat @ flat.T - np.eye(count)).max() < 0.99  # no kernel comes twice


def test_edges_go_the_full_turn_and_bars_half_of_it():
    bank = derivative_bank(5, 5, 8)[:, :, 0]
    edges, bars = np.moveaxis(bank, 2, 0)[:4], np.moveaxis(bank, 2, 0)[4:]
    for first, second in zip(edges, edges[1:], strict=False):  # anticlockwise
        np.testing.assert_allclose(np.rot90(first), second, atol=1e-12)
    assert edges[0][2, 4] > 0 > edges[0][2, 0]
    assert edges[1][0, 2] > 0 > edges[1][4, 2]
    np.testing.assert_allclose(bars, bars[:, ::-1, ::-1], atol=1e-12)
    np.testing.assert_allclose(np.rot90(bars[0]), bars[2], atol=1e-12)
    assert bars[0][:, 2].sum() > 0 > bars[0][:, 1].sum()  # upright
    assert bars[1][4, 4] > bars[1][4, 0]  # from top left to bottom right


@pytest.mark.parametrize("wrong", [(2, 5, 4), (5, 2, 4), (5, 5, 0)])
def test_a_bank_of_other_sizes_is_refused(wrong):
    with pytest.raises(ValueError, match="kh, kw and count: expected .* got"):
        derivative_bank(*wrong)


def test_new_weights_come_from_the_initializers_of_the_layer():
    def conv(seed: int | None) -> keras.layers.Layer:
        kernel = keras.initializers.RandomNormal(0.5, 0.01, seed=seed)
        bias = keras.initializers.RandomUniform(2, 3, seed=seed)
        return layers.Conv2D(
            400, 5, kernel_initializer=kernel, bias_initializer=bias, name="conv"
        )

    model, expected = (
        keras.Sequential([keras.Input((8, 8, 1)), conv(seed)]) for seed in (None, 7)
    )
    found, again, other = (redrawn(model, "conv", seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(
        layer_kernels(found, "conv"), layer_kernels(expected, "conv")
    )
    np.testing.assert_equal(weights(found), weights(again))
    biases, others = (one.get_layer("conv").get_weights()[1] for one in (found, other))
    assert biases.min() >= 2
    assert biases.max() <= 3
    assert not np.intersect1d(biases, others).size
    drawn_alike = expected.get_layer("conv").get_weights()[1]
    assert abs(np.corrcoef(biases, drawn_alike)[0, 1]) < 0.2


def test_only_random_weights_are_drawn_anew(model):
    fixed = layers.Conv2D(1, 3, kernel_initializer="ones", name="conv")
    model_of_ones = keras.Sequential([keras.Input((6, 6, 1)), fixed])
    with pytest.raises(ValueError, match="whose kernel_initializer is random, got 'c"):
        redrawn(model_of_ones, "conv", seed=0)
    with pytest.raises(ValueError, match="seed: expected at least 0, got -1"):
        redrawn(model, "conv1", seed=-1)


def test_shuffled_kernels_are_those_of_the_statistics(model):
    copy = shuffled_kernels(model, "conv2", seed=4)
    expected = shuffled_weights(layer_kernels(model, "conv2"), seed=4)[0]
    np.testing.assert_array_equal(layer_kernels(copy, "conv2"), expected)
    np.testing.assert_array_equal(
        copy.get_layer("conv2").get_weights()[1],
        model.get_layer("conv2").get_weights()[1],
    )


def test_a_layer_without_biases_keeps_none():
    conv = layers.Conv2D(2, 3, use_bias=False, name="conv")
    model = keras.Sequential([keras.Input((6, 6, 1)), conv])
    kernels = layer_kernels(model, "conv")
    assert not layer_kernels(remove_kernel(model, "conv", 1), "conv")[..., 1].any()
    assert not np.array_equal(layer_kernels(redrawn(model, "conv", 1), "conv"), kernels)
    with pytest.raises(ValueError, match="biases: expected a layer with biases"):
        with_kernels(model, "conv", kernels, np.zeros(2))
    with pytest.raises(ValueError, match="mean: expected a layer with biases"):
        remove_kernel(model, "conv", 1, mean=0.5)


def test_weights_of_another_shape_are_refused(model):
    with pytest.raises(ValueError, match=r"kernels: expected shape \(5, 5, 1, 16\)"):
        with_kernels(model, "conv1", KERNELS[:, :, 0])
    with pytest.raises(ValueError, match=r"biases: expected shape \(16,\), got \(1,"):
        with_kernels(model, "conv1", KERNELS, BIASES[:1])


@pytest.mark.parametrize(
    "basis", [np.ones(25), np.ones((9, 2)), np.full((25, 1), np.nan)]
)
@pytest.mark.parametrize("change", [keep_subspace, remove_subspace])
def test_a_basis_that_does_not_fit_is_refused(model, change, basis):
    with pytest.raises(ValueError, match=r"basis: expected .* shape \(25, d\)"):
        change(model, "conv1", basis)


@every_change
def test_a_model_that_cannot_be_copied_is_refused(change):
    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__(name="subclassed")
            self.conv = layers.Conv2D(16, 5, name="conv1")

        def call(self, x):
            return self.conv(x)

    model = Subclassed()
    model(np.ones((1, 8, 8, 1)))
    with pytest.raises(ValueError, match="Sequential or functional, got 'subclassed'"):
        change(model)


@every_change
def test_a_layer_that_is_no_convolution_is_refused(change):
    dense = keras.Sequential([keras.Input((8, 8, 1)), layers.ReLU(name="conv1")])
    with pytest.raises(ValueError, match="a Conv2D layer, got 'conv1', a ReLU"):
        change(dense)
    turned = layers.Conv2DTranspose(16, 5, name="conv1")
    with pytest.raises(ValueError, match="got 'conv1', a Conv2DTranspose"):
        change(keras.Sequential([keras.Input((8, 8, 1)), turned]))
