"""Counts, signs and lists are written in one way."""

import pytest
from convlens.words import counted, heading, listed, signed


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 layers"), (1, "1 layer"), (2, "2 layers"), (12_345, "12,345 layers")],
)
def test_a_count_agrees_with_its_noun(number, told):
    assert counted(number, "layer") == told


def test_a_noun_may_have_a_plural_of_its_own():
    assert [counted(n, "axis", "axes") for n in (1, 2)] == ["1 axis", "2 axes"]


@pytest.mark.parametrize(
    ("number", "told"),
    [(-1.5, "\u22121.50"), (-0.001, "0.00"), (0.0, "0.00"), (2, "2.00")],
)
def test_a_minus_is_a_minus_and_zero_has_none(number, told):
    assert signed(number) == told


def test_decimals_are_chosen():
    assert signed(-0.25, 1) == "\u22120.2"
    assert signed(1 / 3, 4) == "0.3333"


@pytest.mark.parametrize(
    ("words", "told"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_ends_with_and(words, told):
    assert listed(words) == told


def test_only_the_first_letter_of_a_heading_changes():
    assert heading("relu1 of MNIST") == "Relu1 of MNIST"
    assert heading("") == ""
