"""The four checks find what was planted, and say it in a narrow table."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from convlens import activations, checks
from convlens.activations import feature_maps
from convlens.checks import filter_checks, layer_checks
from convlens.kernels import layer_kernels
from convlens.statistics import morans_i
from keras import layers

EDGE = np.repeat([-1.0, -0.5, 0.0, 0.5, 1.0], 5).reshape(
    5, 5
)  # dark above, bright below
SHUFFLED = np.random.default_rng(2).permutation(EDGE.ravel()).reshape(5, 5)


def steps(count: int) -> np.ndarray:
    """Images that are dark above a row, and bright from there down."""
    images = np.zeros((count, 12, 12, 1), "float32")
    for index, image in enumerate(images):
        image[4 + index % 5 :] = 0.5
    return images


def bank(*kernels: np.ndarray) -> np.ndarray:
    return np.stack(kernels, axis=-1)[:, :, np.newaxis].astype("float32")


def test_an_ordered_kernel_passes_and_a_shuffled_one_does_not():
    found = filter_checks(bank(EDGE, SHUFFLED), np.array([-1.0, -8.0]), steps(10))
    np.testing.assert_allclose(found.order, morans_i(bank(EDGE, SHUFFLED))[0])
    assert found.order_p[0] == found.answer_p[0] == 1 / 201
    assert min(found.order_p[1], found.answer_p[1]) > 0.05
    assert found.answer_ratio[0] > 2
    assert found.blank.tolist() == [0, 1]
    assert found.failed.tolist() == [False, True]
    assert found.cost is None


def test_a_filter_fails_only_in_all_three():
    found = filter_checks(bank(EDGE, SHUFFLED), np.array([-1.0, -8.0]), steps(10))
    passing = np.array([0.01, 0.01])
    for changed in (
        {"order_p": passing},
        {"answer_p": passing},
        {"blank": 9 * passing},
    ):
        assert not replace(found, **changed).failed.any()
    assert replace(found, blank=np.array([0.95, 0.95])).failed.tolist() == [False, True]


def test_each_filter_is_compared_with_shuffles_of_its_own_weights():
    """An ordered kernel of tiny weights is as ordered as one of large weights."""
    found = filter_checks(bank(EDGE, 0.01 * EDGE), np.zeros(2), steps(5))
    assert found.order_p.tolist() == found.answer_p.tolist() == [1 / 201] * 2
    assert found.answer_ratio[0] == pytest.approx(found.answer_ratio[1], rel=0.3)


def test_order_is_averaged_over_input_channels():
    kernels = np.concatenate([bank(EDGE), bank(SHUFFLED)], axis=2)
    images = np.repeat(steps(5), 2, axis=3)
    found = filter_checks(kernels, np.zeros(1), images)
    assert found.order[0] == pytest.approx(morans_i(kernels).mean())


def test_a_filter_that_never_answers_has_no_ratio():
    found = filter_checks(bank(EDGE), np.array([-100.0]), steps(5))
    assert np.isnan(found.answer_ratio[0])
    assert found.answer_p[0] == found.blank[0] == 1


def test_another_seed_gives_other_shuffles():
    kernels = bank(SHUFFLED)
    first, again, other = (
        filter_checks(kernels, np.zeros(1), steps(5), seed=seed) for seed in (0, 0, 1)
    )
    assert first.answer_ratio == again.answer_ratio
    assert first.answer_ratio != other.answer_ratio
    assert first.order_p != other.order_p


def reader_of_edges() -> keras.Model:
    """It tells bright below from bright above, by its first filter alone."""
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(3, 5, padding="same", name="conv1"),
            layers.ReLU(name="relu1"),
            layers.Cropping2D(3),  # zeros around the image make an edge of its border
            layers.GlobalMaxPooling2D(),
            layers.Dense(2, name="class"),
        ]
    )
    reading = np.array([[0.0, 1.0], [0, 0], [0, 0]])
    kernels = bank(EDGE, -EDGE, SHUFFLED)
    biases = np.array([0, 0, -20.0])
    model.set_weights([kernels, biases, reading, np.array([0.5, 0.0])])
    return model


def edges_both_ways(count: int) -> tuple[np.ndarray, np.ndarray]:
    """As many bright below, class 1, as bright above, class 0."""
    below = steps(count)
    x = np.concatenate([below, below[:, ::-1]])
    return x, np.repeat([1, 0], count)


def test_only_the_filter_that_is_read_costs():
    x, y = edges_both_ways(10)
    found = layer_checks(reader_of_edges(), "conv1", x, y)
    assert found.cost.tolist() == [10, 0, 0]
    assert found.failed.tolist() == [False, False, True]


def test_right_answers_are_counted_over_all_batches(monkeypatch):
    x, y = edges_both_ways(10)
    y[0] = 0  # wrong with the filter, right without it
    monkeypatch.setattr(activations, "BATCH", 3)
    found = layer_checks(reader_of_edges(), "conv1", x, y)
    assert found.cost.tolist() == [8, 0, 0]


def test_a_layer_is_checked_as_its_arrays_are(monkeypatch):
    monkeypatch.setattr(checks, "ANSWERING", 6)
    x, y = edges_both_ways(5)
    x = np.concatenate([x, np.zeros_like(x[:2])])  # blank, and not among the first six
    y = np.concatenate([y, [0, 0]])
    model = reader_of_edges()
    kernels, biases = model.get_layer("conv1").get_weights()
    expected = filter_checks(kernels, biases, x[:6], seed=3)
    found = layer_checks(model, "conv1", x, y, seed=3)
    for name in ("order", "order_p", "answer_ratio", "answer_p"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    assert found.blank.tolist() == [2 / 12, 2 / 12, 1]
    np.testing.assert_array_equal(found.blank, filter_checks(kernels, biases, x).blank)


def test_a_deeper_layer_answers_to_the_maps_before_it(model, images):
    kernels, biases = model.get_layer("conv2").get_weights()
    maps = feature_maps(model, images, layers=["pool1"])["pool1"]
    expected = filter_checks(kernels, biases, maps)
    found = layer_checks(model, "conv2", images, np.zeros(5, int))
    assert np.ptp(expected.answer_ratio) > 0
    np.testing.assert_allclose(found.answer_ratio, expected.answer_ratio, rtol=1e-5)


def test_blank_maps_are_those_after_the_layer_named():
    """The first filter is blank after its own ReLU; a later shift fills its map."""
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(2, 5, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(name="norm"),
            layers.ReLU(name="relu1"),
            layers.GlobalMaxPooling2D(),
        ]
    )
    norm = [np.ones(2), np.array([1.0, -9.0]), np.zeros(2), np.ones(2)]
    model.set_weights([bank(-np.ones((5, 5)), EDGE), *norm])
    x, y = steps(4), np.zeros(4, int)
    assert layer_checks(model, "conv1", x, y).blank.tolist() == [1, 0]
    assert layer_checks(model, "conv1", x, y, after="relu1").blank.tolist() == [0, 1]


def test_the_table_is_narrow_and_counts_the_filters_that_failed():
    x, y = edges_both_ways(5)
    found = layer_checks(reader_of_edges(), "conv1", x, y)
    lines = found.table().splitlines()
    assert len(lines) == 5
    assert lines[0].split() == ["filter", "order", "p", "answer", "p", "blank", "cost"]
    assert lines[1].split()[:3] == ["0", f"{found.order[0]:.2f}", "0.005"]
    assert lines[1].split()[-3:] == ["0", "%", "5"]
    assert lines[3].split()[-3:] == ["100", "%", "0"]
    assert lines[4] == "1 of 3 filters failed the first three checks."
    many = replace(
        found,
        cost=np.array([-60000, 0, 10**6]),
        answer_ratio=np.array([1e9, 2, np.nan]),
    )
    assert max(len(line) for line in many.table().splitlines()) <= 60
    assert len({len(line) for line in many.table().splitlines()[:4]}) == 1
    without = replace(found, cost=None).table().splitlines()
    assert without[0].split()[-1] == "blank"
    assert without[1].split()[-1] == "%"


def test_arrays_that_do_not_fit_are_refused():
    kernels, biases = bank(EDGE, SHUFFLED), np.zeros(2)
    with pytest.raises(ValueError, match=r"got \(5, 5, 1, 2\) and \(3, 12, 12\)"):
        filter_checks(kernels, biases, steps(3)[..., 0])
    with pytest.raises(ValueError, match=r"kernels and images: .* \(0, 12, 12, 1\)"):
        filter_checks(kernels, biases, steps(0))
    with pytest.raises(ValueError, match=r"biases: expected .* \(2,\), got \(1,\)"):
        filter_checks(kernels, biases[:1], steps(3))
    with pytest.raises(ValueError, match=r"cost: expected .* \(2,\), got \(3,\)"):
        filter_checks(kernels, biases, steps(3), cost=np.zeros(3))


def test_models_and_labels_that_do_not_fit_are_refused(model, images):
    labels = np.zeros(5, int)
    with pytest.raises(ValueError, match=r"y: expected shape \(5,\), got \(5, 10\)"):
        layer_checks(model, "conv1", images, np.zeros((5, 10)))
    with pytest.raises(
        ValueError, match="after: expected .* 16 maps.* 'relu2' with 32"
    ):
        layer_checks(model, "conv1", images, labels, after="relu2")
    with pytest.raises(ValueError, match="layer: expected .* got 'relu1', a ReLU"):
        layer_checks(model, "relu1", images, labels)


def test_weights_of_pytorch_only_have_another_order_of_axes(model, images):
    """Kernels and images as views of arrays with PyTorch's axes."""
    kernels, biases = model.get_layer("conv1").get_weights()
    weight = np.ascontiguousarray(kernels.transpose(3, 2, 0, 1))
    batch = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    found = filter_checks(
        weight.transpose(2, 3, 1, 0), biases, batch.transpose(0, 2, 3, 1)
    )
    expected = filter_checks(layer_kernels(model, "conv1"), biases, images)
    np.testing.assert_allclose(found.answer_ratio, expected.answer_ratio, rtol=1e-5)
    np.testing.assert_allclose(found.order, expected.order, atol=1e-6)
    np.testing.assert_array_equal(found.blank, expected.blank)
