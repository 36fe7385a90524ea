"""What is said over networks is never surer than they are many."""

import pytest
from convlens.study.findings import Evidence, over_networks


@pytest.mark.parametrize(
    ("differences", "shown", "words"),
    [
        ([0.1], True, "in the one network measured"),
        ([-0.1], False, "not in the one network measured"),
        (
            [0.1] * 3,
            True,
            "in all 3 networks",
        ),
        ([0.1, 0.2, -0.1], False, "in 2 of 3 networks"),
        ([0.1] * 5, True, "in all 5 networks"),
        ([0.1] * 6, True, "in all 6 networks; exact sign-flip test, p = 0.031"),
        ([0.1] * 5 + [-0.1], False, "in 5 of 6 networks; exact sign-flip test, p = "),
        ([-0.1] * 6, False, "in 0 of 6 networks; exact sign-flip test, p = 0.031"),
        ([0.0] * 6, False, "in 0 of 6 networks; exact sign-flip test, p = 1"),
        ([0.1] * 10, True, "in all 10 networks; exact sign-flip test, p = 0.002"),
    ],
)
def test_the_verdict_over_networks(differences, shown, words):
    found = over_networks(differences)
    assert found.shown is shown
    assert found.words.startswith(words)
    assert found.count == len(differences)


def test_its_numbers_are_all_there():
    numbers = over_networks([1.0, 3.0, -1.0]).numbers("gap")
    assert numbers == {
        "gap, mean": 1.0,
        "gap, smallest": -1.0,
        "gap, largest": 3.0,
        "networks in which gap is above 0": 2,
        "networks": 3,
    }


def test_numbers_are_collected_over_networks():
    evidence = Evidence((0, 5), ({"a": {"b": [1, 2]}}, {"a": {"b": [3, 4]}}))
    assert evidence.each("a", "b").tolist() == [[1, 2], [3, 4]]
