"""What the second layer tells: planted answers, and measures beside definitions."""

import json
from dataclasses import replace

import numpy as np
import pytest
from convlens.activations import feature_maps
from convlens.study import build_cnn, training_record
from convlens.study.findings import Evidence
from convlens.study.questions import deeper
from convlens.study.runs import TrainedNetwork


def state(second: float, own: list[float], order: float, beyond: int = 8) -> dict:
    return {
        "told": {
            "relu1": {"digit": 0.5, "permuted": 0.01},
            "relu2": {"digit": second, "permuted": 0.01},
        },
        "as one": {"own": own, "others": 0.25},
        "climbed": {"beyond real": beyond, "order": order},
    }


def numbers(effect: float) -> dict:
    """One network's numbers, in which every difference that is judged is the effect."""
    return {
        "images": 1000,
        "filters": 8,
        "untrained": state(0.5, [0.75, 0.75], 0.125, beyond=6),
        "trained": state(0.5 + effect, [0.25 + effect] * 2, 0.125 + effect),
    }


def said(effects: list[float]) -> dict[str, str]:
    """The sentences about networks with these effects, by the claim's name."""
    evidence = Evidence(tuple(range(len(effects))), tuple(map(numbers, effects)))
    return {one.name: one.sentence for one in deeper.conclude(evidence)}


VERDICTS = {
    "pictures-by-ascent": (
        "So training made the pictures more orderly.",
        "So training made the pictures less orderly.",
        "So training is not shown to make the pictures more orderly.",
    ),
    "peaks-tell-the-digit": (
        "So the deeper layer says more about which digit it is.",
        "So the deeper layer says less about which digit it is.",
        "So the deeper layer is not shown to say more about which digit it is.",
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_numbers_choose_the_verdict(name):
    more, less, neither = VERDICTS[name]
    assert said([0.2, 0.3, 0.2, 0.1, 0.3, 0.2])[name].endswith(more)
    assert said([-0.2, -0.3, -0.2, -0.1, -0.3, -0.2])[name].endswith(less)
    for half in ([0.2, -0.2] * 3, [0.0] * 6, [0.3, 0.1, 0.2, -0.2, 0.1, -0.3]):
        assert said(half)[name].endswith(neither)


@pytest.mark.parametrize("name", [*VERDICTS, "second-layer-as-one"])
def test_too_few_networks_give_no_verdict(name):
    for few in ([0.2] * 5, [0.2, -0.2, 0.1]):
        sentence = said(few)[name]
        assert "sign-flip" not in sentence
        assert "So " not in sentence
    assert "in the one network measured" in said([0.2])[name]
    assert "not in the one network measured" in said([-0.2])[name]


@pytest.mark.parametrize(
    ("correlations", "words"),
    [
        ([0.9, 0.8, 0.9, 0.8, 0.9, 0.8], "is a good summary"),
        ([0.3] * 6, "is a poor summary"),
        ([-0.9] * 6, "is a poor summary"),
        ([0.9, 0.3] * 3, "is neither a good nor a poor summary"),
        ([0.9], "is a good summary"),
        ([0.0], "is a poor summary"),
    ],
)
def test_half_the_variance_makes_a_good_summary(correlations, words):
    """A correlation of 0.71 explains half of it."""
    sentence = said([one - 0.25 for one in correlations])["second-layer-as-one"]
    assert words in sentence


def test_filters_with_a_picture_are_counted_over_networks():
    sentence = said([0.1, 0.2])["pictures-by-ascent"]
    assert "**16 of 16** trained filters" in sentence
    assert "12 of 16 filters with random weights" in sentence


def test_eta_squared_is_that_of_the_analysis_of_variance():
    """It belongs to the F of SciPy: F = eta^2 / (1 - eta^2) * (n - k) / (k - 1)."""
    from scipy.stats import f_oneway

    rng = np.random.default_rng(0)
    labels = np.array([0] * 3 + [4] * 9 + [7] * 5)
    values = rng.normal(size=(17, 3)) + labels[:, np.newaxis] * [0, 0.1, 1]
    found = deeper.eta_squared(values, labels)
    groups = [values[labels == one] for one in (0, 4, 7)]
    expected = f_oneway(*groups).statistic
    np.testing.assert_allclose(found / (1 - found) * (17 - 3) / 2, expected)


def test_a_map_that_is_always_blank_tells_nothing():
    values = np.full((3, 2), 0.1)  # their mean is not 0.1, by rounding
    labels = np.arange(3) % 2
    assert deeper.eta_squared(values, labels).tolist() == [0, 0]


def test_labels_that_mean_nothing_explain_one_part_in_n():
    rng = np.random.default_rng(0)
    values, labels = rng.normal(size=(101, 400)), np.arange(101) % 5
    assert deeper.eta_squared(values, labels).mean() == pytest.approx(0.04, abs=0.004)


def test_maps_are_correlated_filter_by_filter():
    one, other = np.random.default_rng(0).normal(size=(2, 3, 4, 5, 2))
    other += one
    found = deeper.correlations(one, other)
    for index in range(2):
        pair = one[..., index].ravel(), other[..., index].ravel()
        assert found[index] == pytest.approx(np.corrcoef(*pair)[0, 1])
    assert deeper.correlations(one, 0 * other + 0.1).tolist() == [0, 0]


@pytest.fixture(scope="module")
def network(images):
    return TrainedNetwork(images, 0, {"own": training_record(images)})


@pytest.fixture(scope="module")
def measured(network):
    return deeper.measure(network)


def test_only_what_is_told_of_the_digit_depends_on_labels(network, measured):
    images = network.images
    shuffled = np.random.default_rng(0).permutation(images.y_test)
    again = deeper.measure(replace(network, images=replace(images, y_test=shuffled)))
    for name in deeper.STATES:
        assert again[name]["as one"] == measured[name]["as one"]
        assert again[name]["climbed"] == measured[name]["climbed"]
        told, before = again[name]["told"]["relu2"], measured[name]["told"]["relu2"]
        assert told["digit"] < 2 * told["permuted"] < before["digit"]


def test_a_first_layer_that_relu_never_cuts_is_nearly_read_as_one(images):
    """What is left is the difference between the largest and the mean of four."""
    model = build_cnn()
    kernels, biases = model.get_layer("conv1").get_weights()
    model.get_layer("conv1").set_weights([kernels, biases + 10])
    assert np.mean(deeper._as_one(model, images.x_test[:20])["own"]) > 0.9
    model.get_layer("conv1").set_weights([kernels, biases - 10])  # always cut
    assert deeper._as_one(model, images.x_test[:20])["own"] == [0.0] * 32


def test_pictures_are_held_against_the_strongest_real_patches(images):
    model = build_cnn()
    peaks = feature_maps(model, images.x_test[:50], layers=["conv2"])["conv2"]
    peaks = peaks.max(axis=(1, 2))
    assert deeper._climbed(model, peaks)["beyond real"] == deeper.CLIMBED
    peaks[0, 2] = 1e6
    assert deeper._climbed(model, peaks)["beyond real"] == deeper.CLIMBED - 1


def test_a_network_without_weights_gives_numbers(network):
    """Nothing is divided by zero."""
    weights = [0 * one for one in network.record.weights]
    record = replace(network.record, weights=weights)
    found = deeper.measure(replace(network, records={"own": record}))
    json.dumps(found, allow_nan=False)
    assert found["trained"]["told"]["relu2"]["digit"] == 0
    assert found["trained"]["climbed"]["beyond real"] == 0
