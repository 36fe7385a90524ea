"""What the network needs: planted answers, and choices that see no test label."""

import json
from dataclasses import replace

import numpy as np
import pytest
from convlens.interventions import keep_subspace, redrawn
from convlens.kernels import layer_kernels
from convlens.statistics import part_in, polynomial_basis
from convlens.study import build_cnn, training_record
from convlens.study.findings import Evidence
from convlens.study.questions import needed
from convlens.study.runs import TrainedNetwork

BASIS = polynomial_basis(5, 5, degree=2)


def numbers(effect: float) -> dict:
    """One network's numbers, in which every difference that is judged is the effect."""
    lost = [0] * 16
    lost[3] = round(100 * effect)
    return {
        "images": 1000,
        "commonest": 0.1,
        "trained": 0.99,
        "parts": {
            "smooth": 0.5 + effect,
            "rest": 0.5,
            "random few": 0.5,
            "random rest": 0.75,
            "smooth and noise": 0.5 + effect,
            "rest and noise": 0.5,
        },
        "put in": {"initial": 0.5 + effect, "new": 0.5},
        "first layers": {
            "learned": 0.5 + effect,
            "random": 0.5,
            "derivatives": 0.5,
            "tested on": 2000,
            "trained on": 20_000,
        },
        "one by one": {
            "ranked on": 400,
            "order": [3, *range(3), *range(4, 16)],
            "lost": lost,
            "correlation": {"Moran's I": effect, "quadratic share": 0.0, "size": 0.0},
        },
    }


def said(effects: list[float]) -> dict[str, str]:
    """The sentences about networks with these effects, by the claim's name."""
    evidence = Evidence(tuple(range(len(effects))), tuple(map(numbers, effects)))
    return {one.name: one.sentence for one in needed.conclude(evidence)}


VERDICTS = {
    "smooth-part-works": (
        "So the network needs the smooth part more than the rest.",
        "So the network needs the rest more than the smooth part.",
        "So neither part is shown to be needed more than the other.",
    ),
    "smooth-against-random": (
        "So it matters that the six are smooth.",
        "So smooth patterns are worse than random ones.",
        "So smooth patterns are not shown to be better than random ones.",
    ),
    "noise-in-each-part": (
        "So the exact weights matter more in the smooth part than in the rest.",
        "So the exact weights matter more in the rest than in the smooth part.",
        "So the exact weights are not shown to matter more in either part.",
    ),
    "frozen-first-layers": (
        "So a learned first layer helps, in short trainings.",
        "So a learned first layer does harm, in short trainings.",
        "So a learned first layer is not shown to help, in short trainings.",
    ),
    "untrained-kernels-put-in": (
        "So the later layers can still read the weights that training began with.",
        "So the initial weights do worse than new random ones.",
        "So the initial weights are not shown to do better than new random ones.",
    ),
    "one-kernel-removed": (
        "So the network needs that kernel.",
        "So the network reads better without that kernel.",
        "So no single kernel is shown to be needed.",
    ),
    "orderly-kernels": (
        "So the more orderly kernels are needed more.",
        "So the more orderly kernels are needed less.",
        "So the more orderly kernels are not shown to be needed more.",
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_numbers_choose_the_verdict(name):
    more, less, neither = VERDICTS[name]
    assert said([0.2, 0.3, 0.2, 0.1, 0.3, 0.2])[name].endswith(more)
    assert said([-0.2, -0.3, -0.2, -0.1, -0.3, -0.2])[name].endswith(less)
    for half in ([0.2, -0.2] * 3, [0.0] * 6, [0.3, 0.1, 0.2, -0.2, 0.1, -0.3]):
        assert said(half)[name].endswith(neither)


@pytest.mark.parametrize("name", VERDICTS)
def test_too_few_networks_give_no_verdict(name):
    for few in ([0.2] * 5, [0.2, -0.2, 0.1]):
        sentence = said(few)[name]
        assert "sign-flip" not in sentence
        assert "So " not in sentence
    assert "in the one network measured" in said([0.2])[name]
    assert "not in the one network measured" in said([-0.2])[name]
    assert "So " not in said([0.2])[name]


def test_the_cost_is_that_of_the_kernel_which_validation_images_name():
    """Not the largest cost on test images."""
    one = numbers(0.2)
    one["one by one"]["lost"][5] = 40
    one["one by one"]["order"] = [4, *range(4), *range(5, 16)]
    one["one by one"]["lost"][4] = 7
    (found,) = (
        finding
        for finding in needed.conclude(Evidence((0,), (one,)))
        if finding.name == "one-kernel-removed"
    )
    assert "costs **7.0** right answers on 1,000 test images" in found.sentence
    assert "13 of all 16 kernels cost none" in found.sentence
    assert found.numbers["right answers lost, most needed kernel, mean"] == 7


@pytest.fixture(scope="module")
def network(images):
    """The digits' network; its own record stands in for the short trainings."""
    record = training_record(images)
    return TrainedNetwork(images, 0, {one.name: record for one in needed.TRAININGS})


@pytest.fixture(scope="module")
def measured(network):
    return needed.measure(network)


def with_first_layer(network, kernels) -> TrainedNetwork:
    """The same network with other trained kernels in its first layer."""
    weights = [kernels.astype("float32"), *network.record.weights[1:]]
    record = replace(network.record, weights=weights)
    return replace(network, records={one: record for one in network.records})


def test_no_choice_sees_a_test_label(network, measured):
    images = network.images
    shuffled = np.random.default_rng(0).permutation(images.y_test)
    blind = replace(network, images=replace(images, y_test=shuffled))
    again = needed.measure(blind)
    assert again["one by one"]["order"] == measured["one by one"]["order"]
    assert again["trained"] < 0.3


def test_the_ranking_sees_validation_labels(network, measured):
    """So that the test before this one can fail."""
    images = network.images
    labels = np.roll(images.y_train, 1)
    other = replace(network, images=replace(images, y_train=labels))
    again = needed.measure(other)["one by one"]
    assert again["order"] != measured["one by one"]["order"]


def test_the_measure_is_deterministic(network, measured):
    assert needed.measure(network) == measured


def test_of_smooth_kernels_the_smooth_part_is_all(network):
    smooth = layer_kernels(keep_subspace(network.trained, "conv1", BASIS), "conv1")
    found = needed.measure(with_first_layer(network, smooth))
    empty = needed.measure(with_first_layer(network, 0 * smooth))
    assert found["parts"]["smooth"] == found["trained"] > 0.8
    assert found["parts"]["smooth and noise"] == found["trained"]
    assert found["parts"]["rest"] == empty["trained"]


def test_of_kernels_without_a_smooth_part_the_rest_is_all(network):
    kernels = layer_kernels(network.trained, "conv1")
    rest = kernels - part_in(kernels, BASIS)
    found = needed.measure(with_first_layer(network, rest))
    assert found["parts"]["rest"] == found["trained"]
    assert found["parts"]["rest and noise"] == found["trained"]
    assert found["parts"]["smooth"] < 0.5


@pytest.mark.parametrize("value", [0.0, 0.1])
def test_equal_kernels_give_numbers(network, value):
    """All zero, or all equal: nothing is divided by zero."""
    kernels = np.full((5, 5, 1, 16), value)
    found = needed.measure(with_first_layer(network, kernels))
    json.dumps(found, allow_nan=False)
    assert found["one by one"]["correlation"]["Moran's I"] == 0


def test_a_filter_that_is_not_there_costs_nothing(network):
    kernels, biases = (one.copy() for one in network.record.weights[:2])
    kernels[..., 5:], biases[5:] = 0, 0
    weights = [kernels, biases, *network.record.weights[2:]]
    record = replace(network.record, weights=weights)
    found = needed.measure(
        replace(network, records={one: record for one in network.records})
    )["one by one"]
    assert found["lost"][5:] == [0] * 11
    assert any(found["lost"][:5])


def test_initial_kernels_and_biases_are_put_back_and_nothing_else(network, measured):
    start, end = network.record.initial_weights, network.record.weights
    model, images = build_cnn(), network.images
    model.set_weights([*start[:2], *end[2:]])
    expected = needed.share_right(model, images.x_test, images.y_test)
    assert measured["put in"]["initial"] == expected


def test_new_weights_are_none_of_the_initial_ones():
    model = build_cnn()
    new = [
        layer_kernels(redrawn(model, "conv1", needed.NEW + draw), "conv1")
        for draw in range(needed.DRAWS)
    ]
    for seed in range(25):
        initial = layer_kernels(build_cnn(seed), "conv1")
        assert not any(np.array_equal(one, initial) for one in new)


def test_a_part_is_scaled_to_the_energy_of_its_partner():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 5, 5, 1, 4))
    one[..., 2] = 0
    scaled = needed.as_strong(one, other)
    energy, expected = ((k**2).sum(axis=(0, 1, 2)) for k in (scaled, other))
    np.testing.assert_allclose(energy[[0, 1, 3]], expected[[0, 1, 3]])
    assert energy[2] == 0


def test_noise_lies_in_the_patterns_that_it_replaces_and_is_as_strong():
    kernels, noise = np.random.default_rng(0).normal(size=(2, 5, 5, 1, 4))
    smooth = part_in(kernels, BASIS)
    rest = kernels - smooth
    in_smooth, in_rest = needed._noise_like(smooth, rest, noise, BASIS)
    np.testing.assert_allclose(part_in(in_smooth, BASIS), in_smooth)
    np.testing.assert_allclose(part_in(in_rest, BASIS), 0, atol=1e-12)
    for one, like in ((in_smooth, smooth), (in_rest, rest)):
        sizes = (np.linalg.norm(k, axis=(0, 1)) for k in (one, like))
        np.testing.assert_allclose(*sizes)


def test_cost_that_rises_with_order_correlates_fully():
    ramp = np.repeat(np.arange(5.0) - 2, 5)
    noise = np.random.default_rng(0).permutation(ramp)
    mixed = [ramp * share + noise * (1 - share) for share in (1.0, 0.75, 0.5, 0.0)]
    kernels = np.stack(mixed, axis=-1).reshape(5, 5, 1, 4)
    found = needed._with_cost(kernels, np.array([4.0, 3.0, 2.0, 1.0]))
    assert found["Moran's I"] == pytest.approx(1)
    assert found["quadratic share"] == pytest.approx(1)
    assert needed._with_cost(kernels, np.ones(4))["Moran's I"] == 0


@pytest.mark.parametrize(
    ("effects", "learned", "by_hand"),
    [
        (
            [0.2, 0.2, -0.1],
            "better than random ones in 2 of 3 networks",
            "better than learned ones in 1 of 3 networks",
        ),
        (
            [-0.1],
            "no better than random ones in the one network measured",
            "better than learned ones in the one network measured",
        ),
        (
            [0.2] * 6,
            "better than random ones in all 6 networks; exact sign-flip test",
            "better than learned ones in 0 of 6 networks; exact sign-flip test",
        ),
    ],
)
def test_the_short_form_counts_networks_of_each_first_layer(effects, learned, by_hand):
    evidence = Evidence(tuple(range(len(effects))), tuple(map(numbers, effects)))
    (short,) = (
        one.short
        for one in needed.conclude(evidence)
        if one.name == "frozen-first-layers"
    )
    assert f"Learned kernels do {learned}" in short
    assert f"hand-made ones do {by_hand}" in short
    assert "2,000 test digits" in short
