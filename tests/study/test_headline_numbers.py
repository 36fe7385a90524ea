"""The headline numbers follow from the kept weights, by another program."""

import importlib
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def checks(images, results):
    """Every headline number twice, for the networks that the tests train."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        recompute = importlib.import_module("recompute")
    return {one.name: one for one in recompute.checks(images, (0,))}


def test_every_headline_number_is_found_again(checks):
    wrong = {
        name: (one.kept, one.again) for name, one in checks.items() if not one.agrees
    }
    assert not wrong
    assert len(checks) == 10


def test_the_comparison_can_fail(checks):
    from dataclasses import replace

    for one in checks.values():
        assert not replace(one, again=one.again + 0.01).agrees
