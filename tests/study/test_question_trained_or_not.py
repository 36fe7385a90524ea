"""What is said about Moran's I as a judge follows from the numbers."""

from dataclasses import asdict
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from convlens.statistics import NullComparison, fresh_kernels, morans_i
from convlens.study import trained_or_not_kernels, training_record
from convlens.study.findings import Evidence
from convlens.study.questions import trained_or_not
from convlens.study.questions.trained_or_not import conclude, measure
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score

SEEDS = (0, *range(5, 20))
NOISE, OTHER_NOISE = fresh_kernels((5, 5, 1, 16), copies=2, seed=4)
RAMPS = np.tile(np.arange(-2.0, 3)[:, None, None, None], (1, 5, 1, 16))
HALF = np.where(np.arange(16) < 8, RAMPS, OTHER_NOISE)
ZERO = np.zeros_like(NOISE)


def layer(kernels) -> keras.Model:
    image = keras.Input((28, 28, 1))
    convolution = keras.layers.Conv2D(16, 5, name="conv1")
    model = keras.Model(image, convolution(image))
    convolution.set_weights([kernels, np.zeros(16)])
    return model


def measured(before, after, fingerprint="7" * 64) -> dict:
    """What is measured on planted kernels."""
    return measure(
        SimpleNamespace(
            untrained=layer(before),
            trained=layer(after),
            images=SimpleNamespace(fingerprint=fingerprint),
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "low", "high", "above"),
    [
        (NOISE, RAMPS, 1, 1, True),
        (RAMPS, NOISE, 0, 0, False),
        (NOISE, OTHER_NOISE, 0.3, 0.7, False),
        (NOISE, HALF, 0.6, 0.9, True),
        (ZERO, ZERO, 0.5, 0.5, False),
        (RAMPS, RAMPS, 0.5, 0.5, False),
    ],
    ids=["pure", "opposite", "noise", "half", "zero", "equal"],
)
def test_planted_kernels_are_told_apart_as_far_as_they_differ(
    before, after, low, high, above
):
    found = measured(before, after)
    held = NullComparison(**found["all kernels"])
    assert low <= held.value <= high
    assert held.above == above
    sentence = {f.name: f.sentence for f in conclude(Evidence((0,), (found,)))}
    says = "Moran's I alone tells" in sentence["number-tells-trained"]
    assert says == above
    beyond = f"{int(above)} of 1 network exceeded 97.5%"
    assert beyond in sentence["number-tells-trained"]


def test_the_eight_with_the_most_order_are_called_trained():
    assert measured(NOISE, RAMPS)["hits"] == 8
    assert measured(RAMPS, NOISE)["hits"] == 0


def test_shuffled_the_order_is_gone():
    assert measured(NOISE, RAMPS)["shuffled"] == pytest.approx(0.5, abs=0.15)


def test_the_p_of_one_network_is_that_of_mann_and_whitney():
    held = NullComparison(**measured(NOISE, HALF)["all kernels"])
    groups = [morans_i(one).ravel() for one in (HALF, NOISE)]
    exact = mannwhitneyu(*groups, alternative="greater", method="exact")
    assert held.value == pytest.approx(exact.statistic / 256)
    assert held.p == pytest.approx(exact.pvalue, rel=0.5)
    assert held.mean == pytest.approx(0.5, abs=0.01)


def numbers(auc=0.97, hits=8) -> dict:
    held = NullComparison(auc, 0.3, 0.5, 0.7, 0.0001)
    game = {"kernels": 16, "hits": hits, "p of hits": trained_or_not._p_of(hits, 16)}
    return {"all kernels": asdict(held), "shuffled": 0.49, **game}


def concluded(*networks):
    found = conclude(Evidence(SEEDS[: len(networks)], networks))
    return {finding.name: finding for finding in found}


@pytest.mark.parametrize(
    ("aucs", "words", "beyond"),
    [
        (
            [0.97] * 6,
            "tells trained kernels from untrained ones (AUC above one half: in all",
            6,
        ),
        ([0.03] * 6, "alone is not shown to tell trained kernels", 0),
        ([0.5] * 6, "alone is not shown to tell trained kernels", 0),
        ([0.9, 0.1] * 3, "alone is not shown to tell trained kernels", 3),
        (
            [0.97] * 3,
            "ones (AUC above one half: in all 3 networks",
            3,
        ),
        ([0.97, 0.4, 0.97], "alone is not shown to tell trained kernels", 2),
        ([0.97, 0.6, 0.97], "alone is not shown to tell trained kernels", 2),
        ([0.6], "alone is not shown to tell trained kernels", 0),
        (
            [0.97],
            "tells trained kernels from untrained ones (AUC above one half: in the one",
            1,
        ),
        ([0.4], "ones (AUC above one half: not in the one network measured)", 0),
    ],
)
def test_the_number_is_judged_over_networks(aucs, words, beyond):
    finding = concluded(*map(numbers, aucs))["number-tells-trained"]
    assert words in finding.sentence
    assert f"{beyond} of {len(aucs)} network" in finding.sentence
    low, high = f"{min(aucs):.0%}", f"{max(aucs):.0%}"
    assert (low if low == high else f"**{low} to {high}**") in finding.sentence
    assert (finding.p is None) == (len(aucs) < 6)


@pytest.mark.parametrize(
    ("hits", "words"),
    [
        (8, "**8 of 8** are"),
        (7, "this is more than luck explains (p = 0.0051)."),
        (6, "this is not shown to be more than luck (p = 0.066)."),
        (4, "this is not shown to be more than luck"),
        (0, "**0 of 8** are"),
    ],
)
def test_a_guess_is_held_against_luck(hits, words):
    finding = concluded(numbers(hits=hits))["number-guesses"]
    assert words in finding.sentence
    assert "A blind pick finds 4 on average" in finding.sentence


def test_the_mixed_kernels_are_half_trained_and_the_networks_own(images):
    mixed = trained_or_not_kernels(images)
    record = training_record(images)
    assert sorted(mixed["filters"]) == [*range(16)]
    assert sum(mixed["trained"]) == 8
    entries = zip(*(mixed[name] for name in mixed), strict=True)
    for index, trained, weights, value in entries:
        arrays = record.weights if trained else record.initial_weights
        kernel = arrays[0][:, :, 0, index]
        same_size = kernel / np.sqrt((kernel**2).mean())
        np.testing.assert_allclose(weights, same_size, atol=5.1e-5)
        assert np.round(weights, 4).tolist() == weights
        own = morans_i(kernel[:, :, None, None]).item()
        assert value == pytest.approx(own, abs=5.1e-5)


def test_the_digits_decide_the_order_and_nothing_else_does():
    def order(fingerprint, after):
        images = SimpleNamespace(fingerprint=fingerprint)
        mixed = trained_or_not._mixed(NOISE, after, images)
        return mixed["filters"], mixed["trained"]

    one = order("3" * 64, RAMPS)
    assert one == order("3" * 64, OTHER_NOISE)
    others = [order(f"{digit}" * 64, RAMPS) for digit in range(4, 9)]
    assert all(one[0] != other[0] and one[1] != other[1] for other in others)


def test_size_does_not_give_the_trained_kernels_away():
    images = SimpleNamespace(fingerprint="5" * 64)
    mixed = trained_or_not._mixed(NOISE, 100 * OTHER_NOISE, images)
    sizes = (np.array(mixed["weights"]) ** 2).mean(axis=(1, 2))
    np.testing.assert_allclose(sizes, 1, atol=1e-3)
    assert 0.1 < roc_auc_score(mixed["trained"], mixed["morans_i"]) < 0.9
