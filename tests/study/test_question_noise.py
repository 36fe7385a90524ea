"""What is said about noise follows from the numbers, whatever they are."""

from dataclasses import replace

import numpy as np
import pytest
from convlens.statistics import part_in
from convlens.study import training_record
from convlens.study.findings import Evidence
from convlens.study.questions import noise
from convlens.study.runs import TrainedNetwork
from convlens.study.variants import DECAY, LONG, OWN, SHORT, SMALL_START

RNG = np.random.default_rng(0)
START = RNG.normal(size=(5, 5, 1, 16))
OTHER = RNG.normal(size=(5, 5, 1, 16))
COMPONENTS = np.linalg.qr(RNG.normal(size=(25, 25)))[0]


def left(weak=0.9, strong=0.3, share=0.1, moved=0.5) -> dict:
    """What one training left of the start."""
    null = {"low": -0.1, "mean": 0.05, "high": 0.2, "p": 0.001}
    weakest = {"size before": 0.2, "size after": 0.25, "moved": 0.1}
    strongest = {"size before": 0.2, "size after": 0.6, "moved": moved}
    return {
        "weakest": {"value": weak, **weakest, **null},
        "strongest": {"value": strong, **strongest, **null},
        "random": (weak + strong) / 2,
        "share": share,
        "share before": 0.4,
    }


def numbers(small=0.03, short=0.14, **changed) -> dict:
    """The numbers of one network; ``changed`` replaces some of them."""
    every = {
        OWN.name: left(),
        SHORT.name: left(share=short),
        SMALL_START.name: left(share=small),
        LONG.name: left(share=changed.pop("long", 0.08)),
        DECAY.name: left(share=changed.pop("decay", 0.12)),
    }
    epochs = {SHORT.name: 1, LONG.name: changed.pop("epochs", 4)}
    right = {SHORT.name: 0.98, SMALL_START.name: changed.pop("right", 0.981)}
    checks = {
        "images": 800,
        "within chance": [1, 0, 0, 0],
        "mostly blank": [1, 0, 0, 0],
        "cost": [0, 3, 5, 4],
        "order with cost": 0.5,
    }
    checks |= changed.pop("checks", {})
    every |= {OWN.name: changed.pop("own", left())}
    assert not changed
    return {"left": every, "read right": right, "epochs": epochs, "checks": checks}


def said(*networks: dict) -> dict:
    """What follows from the numbers of networks, by name."""
    seeds = tuple(range(len(networks)))
    found = noise.conclude(Evidence(seeds, networks))
    return {finding.name: finding for finding in found}


@pytest.mark.parametrize(
    ("weak", "strong", "verdict", "share", "larger"),
    [
        (0.9, 0.2, "still follows their", "explains 81% of it", 8),
        (0.6, 0.2, "still follows their", "explains 36% of it", 8),
        (0.1, 0.0, "is not shown to follow their", "explains 1% of it", 8),
        (0.3, 0.9, "still follows their", "explains 9% of it", 0),
        (0.0, 0.0, "is not shown to follow their", "correlate at **0.00**. In", 0),
        (-0.5, 0.0, "is not shown to follow their", "correlate at **−0.50**. In", 0),
    ],
)
def test_the_correlations_choose_what_the_noise_is(
    weak, strong, verdict, share, larger
):
    finding = said(*[numbers(own=left(weak, strong))] * 8)["noise-is-the-start"]
    assert verdict in finding.sentence
    assert share in finding.sentence
    assert _in_how_many(larger, 8) in finding.sentence
    assert finding.networks == 8
    assert finding.p == (1 if weak == strong else 2 / 2**8)


def _in_how_many(larger, count):
    which = "all" if larger == count else f"{larger} of"
    return f"It is larger in the weakest components in {which} {count} networks"


def test_networks_that_disagree_show_nothing():
    networks = [numbers(own=left(0.3 + 0.4 * (i % 2), 0.5)) for i in range(8)]
    finding = said(*networks)["noise-is-the-start"]
    assert _in_how_many(4, 8) in finding.sentence
    assert "explains 9% to 49% of it" in finding.sentence


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "in the one network measured"),
        (3, "in all 3 networks"),
        (6, "in all 6 networks; exact sign-flip test, p = 0.031"),
    ],
)
def test_few_networks_are_said_to_be_few(count, words):
    for name, finding in said(*[numbers()] * count).items():
        if name != "filters-that-fail":  # its networks are said otherwise
            assert words in finding.sentence, name
        assert (finding.p is None) == (count < 6)
    scope = {1: "In this network, what", 3: "In these networks, what"}
    sentence = said(*[numbers()] * count)["noise-is-the-start"].sentence
    assert sentence.startswith(scope.get(count, "What"))


def test_the_short_training_is_compared_with_the_whole_one():
    one = numbers()
    assert "the verdict is the same" in said(one)["short-trainings-too"].sentence
    one["left"][SHORT.name] = left(0.2, 0.5)
    assert "the verdict is different" in said(one)["short-trainings-too"].sentence


@pytest.mark.parametrize(
    ("small", "right", "words"),
    [
        (0.03, 0.981, "A small start makes kernels cleaner, at equal accuracy"),
        (0.14, 0.98, "is not shown to make kernels cleaner, at equal accuracy"),
        (0.30, 0.98, "is not shown to make kernels cleaner"),
        (0.03, 0.97, "makes kernels cleaner, and equal accuracy is not shown"),
        (0.03, 0.99, "makes kernels cleaner, and equal accuracy is not shown"),
    ],
)
def test_a_small_start_is_judged_by_noise_and_by_accuracy(small, right, words):
    finding = said(*[numbers(small=small, right=right)] * 7)["small-start-is-clean"]
    assert words in finding.sentence
    assert words in finding.short


@pytest.mark.parametrize(
    ("long", "decay", "epochs", "pulled"),
    [
        (0.08, 0.12, "4 epochs instead of 1 leave", "Weight decay leaves"),
        (
            0.20,
            0.14,
            "instead of 1 are not shown to leave",
            "decay is not shown to leave",
        ),
    ],
)
def test_epochs_and_decay_are_judged_one_by_one(long, decay, epochs, pulled):
    finding = said(*[numbers(long=long, decay=decay)] * 7)["epochs-and-decay"]
    assert epochs in finding.sentence
    assert pulled in finding.sentence
    assert "The start still shows" in finding.sentence
    assert "The grain did not shrink, but the rest grew: " in finding.sentence
    assert "1.2 times as large in training, and" in finding.sentence


@pytest.mark.parametrize(
    ("weak", "strong", "words"),
    [
        (0.15, 0.6, "The grain itself shrank: the part"),
        (0.3, 0.2, ". The part in the ten weakest components became 1.5 times"),
    ],
)
def test_what_made_the_share_fall_is_told(weak, strong, words):
    one = numbers()
    for end, size in (("weakest", weak), ("strongest", strong)):
        one["left"][LONG.name][end]["size after"] = size
    assert words in said(*[one] * 7)["epochs-and-decay"].sentence


@pytest.mark.parametrize(
    ("weak", "told"), [(0.6, True), (0.9, False), (0.899, False), (0.3, False)]
)
def test_a_start_is_worn_away_slowly_if_most_of_it_is_left(weak, told):
    one = numbers()
    one["left"][LONG.name]["weakest"]["value"] = weak
    found = said(*[one] * 7)["epochs-and-decay"].sentence
    assert (", so more epochs wear it away, but not fast." in found) is told


def test_a_long_training_that_is_no_longer_is_not_compared():
    finding = said(*[numbers(epochs=1, decay=0.12)] * 7)["epochs-and-decay"]
    assert "cannot tell what more epochs do" in finding.sentence
    assert "Weight decay leaves a smaller share" in finding.sentence


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ({}, "So filters that fail cost less (exact sign-flip test, p = 0.016)"),
        (
            {"cost": [9, 3, 5, 4]},
            "one of the others 4.0. That filters which fail cost less is not shown",
        ),
        (
            {"within chance": [0] * 4},
            "No filter of the 7 networks measured failed",
        ),
        (
            {"within chance": [1] * 4},
            "Every filter of the 7 networks measured failed",
        ),
    ],
)
def test_filters_that_fail_are_held_against_the_others(checks, words):
    finding = said(*[numbers(checks=checks)] * 7)["filters-that-fail"]
    assert words in finding.sentence
    assert np.isfinite([*finding.numbers.values()]).all()


def test_filters_are_counted_over_all_networks():
    none = numbers(checks={"within chance": [0] * 4})
    finding = said(numbers(), none, numbers())["filters-that-fail"]
    assert "**2 of 12 filters** failed both checks" in finding.sentence
    assert "Only 2 networks had filters of both kinds, too few" in finding.sentence
    assert "right answers" not in finding.sentence
    assert finding.numbers["mean cost, failed"] == 0
    assert finding.numbers["mean cost, the others"] == pytest.approx(36 / 10)


def trained_only_where_it_is_strong() -> np.ndarray:
    """Kernels with initial weights in the weakest components, others elsewhere."""
    weak = COMPONENTS[:, -10:]
    return START + OTHER - part_in(OTHER, weak) - part_in(START, COMPONENTS[:, :10])


def test_planted_noise_is_found_where_it_was_planted():
    found = noise.left_of_the_start(
        START, trained_only_where_it_is_strong(), COMPONENTS
    )
    assert found["weakest"]["value"] == pytest.approx(1)
    assert found["weakest"]["moved"] == pytest.approx(0, abs=1e-12)
    assert abs(found["strongest"]["value"]) < 0.3
    assert found["strongest"]["moved"] > 0.5
    assert 0.2 < found["random"] < 0.9


def test_new_kernels_keep_nothing_and_old_ones_everything():
    new = noise.left_of_the_start(START, OTHER, COMPONENTS)
    assert abs(new["weakest"]["value"]) < new["weakest"]["high"] + 0.1
    assert abs(new["random"]) < 0.1
    old = noise.left_of_the_start(START, 2 * START, COMPONENTS)
    assert old["weakest"]["value"] == pytest.approx(1)
    assert old["random"] == pytest.approx(1)
    assert old["share"] == pytest.approx(old["share before"])


def test_dead_kernels_give_numbers():
    found = noise.left_of_the_start(START, 0 * START, COMPONENTS)
    assert found["weakest"]["value"] == 0
    assert found["share"] == 0


def test_the_checks_never_see_test_labels(images):
    record = training_record(images)
    order = np.random.default_rng(0).permutation(len(images.y_test))
    others = replace(images, y_test=images.y_test[order], x_test=1 - images.x_test)
    found, again = (
        noise._checks(TrainedNetwork(one, 0, {OWN.name: record}))
        for one in (images, others)
    )
    assert found == again
    assert found["images"] == len(images.validation_part[1])
    assert len(found["cost"]) == 16
