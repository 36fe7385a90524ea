"""What is said about energy profiles follows from the numbers, whatever they are."""

import itertools

import numpy as np
import pytest
from convlens.statistics import sign_flip_test
from convlens.study.findings import Evidence
from convlens.study.questions import patch_profile
from convlens.study.variants import MEMORY, OWN, SHORT

FALLING = np.arange(25.0, 0, -1) / 325
RNG = np.random.default_rng(0)
NOISE = RNG.dirichlet(np.ones(25), size=40)


def numbers(start, trained, memory, accuracy=1.0) -> dict:
    """The numbers of one network."""
    return {
        "untrained": start.tolist(),
        "trained": {
            OWN.name: trained.tolist(),
            SHORT.name: trained.tolist(),
            MEMORY.name: memory.tolist(),
        },
        "memorised": accuracy,
        "images": 1000,
    }


def said(*networks: dict) -> dict:
    """What follows from the numbers of networks, by name."""
    seeds = tuple(range(len(networks)))
    found = patch_profile.conclude(Evidence(seeds, networks))
    return {finding.name: finding for finding in found}


def alike(count: int) -> list[dict]:
    """Networks that end with nearly the same profile, whatever the labels."""
    return [
        numbers(start, FALLING + noise / 100, FALLING + noise / 50)
        for start, noise in zip(NOISE[:count], NOISE[20:], strict=False)
    ]


def test_profiles_that_end_alike_are_found_to_agree():
    found = said(*alike(8))
    agree = found["profiles-agree"]
    assert "networks agree more after training than before" in agree.sentence
    assert "in all 8 networks; exact sign-flip test, p = 0.0078" in agree.sentence
    assert agree.numbers["pair, trained, mean"] > 0.99
    labels = found["patches-not-labels"]
    assert "So a similar profile forms without true labels." in labels.sentence
    assert "they were memorised" in labels.sentence
    assert "So a similar profile forms without true labels." in labels.short


def test_profiles_of_noise_are_not_found_to_agree():
    trained = [numbers(*NOISE[3 * i : 3 * i + 3]) for i in range(8)]
    found = said(*trained)
    assert "are not shown to agree more" in found["profiles-agree"].sentence
    assert (
        "It is not shown that such a profile forms without"
        in found["patches-not-labels"].sentence
    )


def test_profiles_that_were_alike_before_are_not_credited_to_training():
    reverse = [
        numbers(FALLING + NOISE[i] / 100, NOISE[i + 10], NOISE[i + 20])
        for i in range(8)
    ]
    found = said(*reverse)["profiles-agree"]
    assert "are not shown to agree more" in found.sentence
    assert found.numbers["more alike, mean"] < 0


def test_a_profile_that_shares_less_than_half_is_set_in_part():
    half = [
        numbers(one, FALLING, FALLING + 3 * (other - 0.04) / 5)
        for one, other in zip(NOISE[:8], NOISE[8:16], strict=True)
    ]
    finding = said(*half)["patches-not-labels"]
    assert 0.2 < finding.numbers["shuffled with true labels, mean"] < 0.7
    assert "So part of the profile forms without true labels." in finding.sentence


@pytest.mark.parametrize("flat", [np.zeros(25), np.full(25, 0.04)])
def test_flat_profiles_correlate_with_nothing(flat):
    found = said(*[numbers(flat, flat, flat)] * 6)
    assert "are not shown to agree" in found["profiles-agree"].sentence
    assert found["profiles-agree"].p == found["patches-not-labels"].p == 1
    for finding in found.values():
        assert np.isfinite([*finding.numbers.values()]).all()


def test_a_network_is_not_compared_with_itself():
    before, after = np.full((4, 25), 0.04), np.tile(FALLING, (4, 1))
    np.testing.assert_allclose(patch_profile.more_alike(before, after), 1)


def test_one_network_has_nobody_to_agree_with():
    found = said(*alike(1))
    assert "It takes two networks" in found["profiles-agree"].sentence
    assert found["profiles-agree"].p is None
    labels = found["patches-not-labels"].sentence
    assert "sign-flip" not in labels
    assert "In what was measured, a similar profile forms" in labels


def test_three_networks_are_said_to_be_few():
    for finding in said(*alike(3)).values():
        assert "in all 3 networks" in finding.sentence


def test_labels_that_were_not_memorised_are_not_said_to_be():
    networks = alike(6)
    networks[2]["memorised"] = 0.5
    finding = said(*networks)["patches-not-labels"]
    assert "at least 50.0%" in finding.sentence
    assert "they were not all memorised" in finding.sentence


def test_many_networks_have_more_pairs_than_a_sign_flip_test_takes():
    assert said(*alike(12))["profiles-agree"].networks == 12


def test_correlations_are_pearsons():
    found = patch_profile.correlations(NOISE[:3], NOISE[3:7])
    expected = np.corrcoef(NOISE[:3], NOISE[3:7])[:3, 3:]
    np.testing.assert_allclose(found, expected)


def test_the_sign_flips_are_exchanges_of_before_and_after():
    """Every exchange of the profiles of some networks, tried one by one."""
    before, after = NOISE[:5], 0.3 * NOISE[5:10] + FALLING

    def mean_over_pairs(profiles):
        return np.corrcoef(profiles)[np.triu_indices(5, 1)].mean()

    differences = []
    for kept in itertools.product([True, False], repeat=5):
        mask = np.array(kept)[:, np.newaxis]
        one, other = np.where(mask, after, before), np.where(mask, before, after)
        differences.append(mean_over_pairs(one) - mean_over_pairs(other))
    observed = differences[0]
    p = np.mean(np.abs(differences) >= abs(observed) - 1e-12)
    found = patch_profile.more_alike(before, after)
    assert found.mean() == pytest.approx(observed)
    assert sign_flip_test(found) == pytest.approx(p)
