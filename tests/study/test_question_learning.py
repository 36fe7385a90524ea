"""What is said about learning follows from the numbers, whatever they are."""

from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pytest
from convlens.statistics import NullComparison, fresh_kernels, morans_i
from convlens.study import build_cnn
from convlens.study.findings import Evidence
from convlens.study.questions import learning
from convlens.study.questions.learning import BATCH, RATE, conclude, mean_loss, measure

SEEDS = (0, *range(5, 20))
START = -0.04


def numbers(rise=0.5, fall=0.02, beyond=True) -> dict:
    """What one network measured: order rises by so much, and the loss falls."""
    order = (START + rise * np.array([0, 0.25, 0.75, 1])).tolist()
    chance = {"low": -0.1, "mean": START, "high": 0.03, "p": 0.001}
    if not beyond:
        chance |= {"low": 0.4, "mean": 0.5, "high": 0.6, "p": 0.5}
    step = {"before": 2.3, "after": 2.3 - fall, "after random steps": 2.3}
    return {
        "one step": {"images": BATCH, "rate": RATE, **step},
        "kernels": 16,
        "steps": [0, 10, 40, 200],
        "order": order,
        "losses": [2.25, 1.0, 0.5],
        "end": asdict(NullComparison(value=order[-1], **chance)),
    }


def concluded(*networks):
    found = conclude(Evidence(SEEDS[: len(networks)], networks))
    return {finding.name: finding for finding in found}


@pytest.mark.parametrize(
    ("falls", "words"),
    [
        ([0.02] * 6, "lowered the loss on that batch (in all 6 networks; exact"),
        ([-0.02] * 6, "is not shown to lower the loss on that batch (in 0 of 6"),
        ([0.02, -0.02] * 3, "is not shown to lower the loss on that batch (in 3 of 6"),
        ([0.0] * 6, "is not shown to lower the loss on that batch (in 0 of 6"),
        (
            [0.02] * 3,
            "lowered the loss on that batch (in all 3 networks",
        ),
        ([0.02, 0.02, -0.1], "is not shown to lower the loss on that batch (in 2 of 3"),
        ([0.02], "lowered the loss on that batch (in the one network measured"),
        ([-0.02], "is not shown to lower the loss on that batch (not in the one"),
    ],
)
def test_a_step_is_judged_over_networks(falls, words):
    finding = concluded(*(numbers(fall=one) for one in falls))[
        "one-step-lowers-the-loss"
    ]
    assert words in finding.sentence
    assert f"from 2.3000 to **{2.3 - np.mean(falls):.4f}**" in finding.sentence
    assert "rate of 0.1 and the first 64 training images" in finding.sentence
    assert (finding.p is None) == (len(falls) < 6)
    assert finding.networks == len(falls)


@pytest.mark.parametrize(
    ("fall", "by_luck", "said"),
    [(0.02, 0.001, True), (0.02, 0.01, False), (0.02, -0.01, False), (-0.02, 0, False)],
)
def test_the_direction_decides_where_random_ones_do_far_less(fall, by_luck, said):
    one = numbers(fall=fall)
    one["one step"]["after random steps"] = 2.3 - by_luck
    finding = concluded(one)["one-step-lowers-the-loss"]
    assert ("So it was the direction" in finding.sentence) == said


@pytest.mark.parametrize(
    ("rises", "beyond", "words"),
    [
        (
            [0.5] * 6,
            True,
            "are more alike than at step 0 (in all 6 networks; exact sign-",
        ),
        ([-0.5] * 6, True, "are not shown to be more alike than at step 0 (in 0 of 6"),
        (
            [0.5, -0.5] * 3,
            True,
            "are not shown to be more alike than at step 0 (in 3 of",
        ),
        ([0.0] * 6, True, "are not shown to be more alike than at step 0 (in 0 of 6"),
        (
            [0.5] * 3,
            True,
            "are more alike than at step 0 (in all 3 networks",
        ),
        ([-0.5], True, "are not shown to be more alike than at step 0 (not in the one"),
        ([0.5] * 6, False, "but are not shown to be more alike than the same"),
        ([0.6] * 3, False, "but are not shown to be more alike than the same"),
    ],
)
def test_order_is_judged_against_the_start_and_against_shuffles(rises, beyond, words):
    networks = [numbers(rise=one, beyond=beyond) for one in rises]
    finding = concluded(*networks)["order-grows"]
    assert words in finding.sentence
    both = "), and more alike than the same weights shuffled." in finding.sentence
    assert both == (beyond and min(rises) > 0)
    above = sum(beyond and one > 0.1 for one in rises)
    assert f"own shuffles in {above} of {len(rises)} network" in finding.sentence


def test_half_of_the_rise_is_found_at_the_first_record_past_it():
    finding = concluded(numbers())["when-order-came"]
    assert "rose in 1 of 1 network, and half" in finding.sentence
    assert "after **20%** of the steps." in finding.sentence
    assert (
        "the loss of a batch had gone from 2.25 to 1.00, 71% of its whole fall: the "
        "loss was ahead of order." in finding.sentence
    )
    late = numbers() | {"order": [0.0, 0.1, 0.2, 0.5]}
    both = concluded(numbers(), late)["when-order-came"]
    assert "after **20% to 100%** of the steps." in both.sentence
    assert "from 2.25 to 0.75 on average" in both.sentence


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (0.6, "94% of its whole fall: the loss was ahead of order."),
        (1.375, "50% of its whole fall: order and the fall of the loss went together."),
        (2.2, "3% of its whole fall: order was ahead of the loss"),
    ],
)
def test_which_came_first_follows_from_the_loss_at_half_of_the_rise(then, words):
    found = numbers() | {"losses": [2.25, then, 0.5]}
    assert words in concluded(found)["when-order-came"].sentence


def test_a_loss_that_did_not_fall_is_not_compared_with_order():
    found = concluded(numbers() | {"losses": [1.0, 1.0, 1.0]})["when-order-came"]
    assert found.sentence.endswith("had gone from 1.00 to 1.00.")
    assert np.isfinite([*found.numbers.values()]).all()


def test_a_network_whose_order_fell_has_no_half_of_a_rise():
    some = concluded(numbers(), numbers(rise=-0.5))["when-order-came"]
    assert "rose in 1 of 2 networks" in some.sentence
    assert "after **20%** of the steps." in some.sentence
    for rise in (-0.5, 0.0):
        none = concluded(numbers(rise=rise), numbers(rise=rise))["when-order-came"]
        assert "there is no rise to take half of" in none.sentence
        assert np.isfinite([*none.numbers.values()]).all()


@pytest.fixture(scope="module")
def network(images):
    """A network whose film is planted: noise, then less noise, then pure gradients."""
    noise = fresh_kernels((5, 5, 1, 16), copies=1)[0]
    ramps = np.tile(np.arange(-2.0, 3)[:, None, None, None], (1, 5, 1, 16))
    film = {
        "steps": np.array([0, 10, 40]),
        "kernels": np.stack([noise, noise + ramps / 20, ramps]),
        "losses": np.array([np.nan, 2.0, 1.0]),
    }
    record = SimpleNamespace(film=film)
    return SimpleNamespace(images=images, seed=0, untrained=build_cnn(0), record=record)


def test_order_is_followed_from_noise_to_pure_gradients(network):
    found = measure(network)
    kernels = network.record.film["kernels"]
    expected = [morans_i(one).mean() for one in kernels]
    np.testing.assert_allclose(found["order"], expected)
    assert NullComparison(**found["end"]).above
    assert found["losses"] == [2.0, 1.0]
    still = with_film(network, kernels[[0, 0, 0]])
    assert not NullComparison(**measure(still)["end"]).above
    at_last_even = np.concatenate([kernels[:2], np.zeros_like(kernels[:1])])
    even = measure(with_film(network, at_last_even))
    assert (even["end"]["mean"], even["end"]["value"]) == (0, 0)


def with_film(network, kernels):
    film = network.record.film | {"kernels": kernels}
    return SimpleNamespace(**vars(network) | {"record": SimpleNamespace(film=film)})


def test_the_step_is_that_of_the_gradient_and_no_random_one(network):
    found = measure(network)["one step"]
    x, y = network.images.x_train[:BATCH], network.images.y_train[:BATCH]
    network.untrained.compile(loss="sparse_categorical_crossentropy")
    before = network.untrained.evaluate(x, y, verbose=0)
    assert found["before"] == pytest.approx(before, rel=1e-4)
    fall = found["before"] - found["after"]
    assert fall > 10 * abs(found["before"] - found["after random steps"])
    assert measure(network)["one step"] == found


def test_random_steps_have_the_given_length():
    weights = [np.zeros((3, 2)), np.ones(4)]
    moved = learning._moved(weights, 0.5, np.random.default_rng(0))
    moves = zip(weights, moved, strict=True)
    assert sum(np.sum((new - old) ** 2) for old, new in moves) == pytest.approx(0.25)


def test_the_test_images_are_not_looked_at(network, images):
    rng = np.random.default_rng(0)
    other = replace(
        images,
        x_test=rng.random(images.x_test.shape, dtype="float32"),
        y_test=rng.permutation(images.y_test),
    )
    blind = SimpleNamespace(**vars(network) | {"images": other})
    assert measure(blind) == measure(network)


def test_a_digit_that_got_no_probability_has_a_finite_loss():
    def sure_of_zero(x, training):
        return np.eye(10)[[0] * len(x)]

    loss = mean_loss(sure_of_zero, np.zeros((2, 1)), np.array([0, 1]))
    assert loss == pytest.approx(-np.log(1e-7) / 2)
