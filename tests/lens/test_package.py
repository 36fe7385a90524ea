"""The lens as it is installed: its examples run, and so does a user's program."""

import doctest
import importlib
import pkgutil
import runpy
from pathlib import Path

import convlens
import pytest

PROGRAM = Path(__file__).with_name("as_a_user.py")
ONLY_IN_A_BOOK = "convlens.figures.myst_nb"  # it extends MyST-NB
EVERY = pkgutil.walk_packages(convlens.__path__, "convlens.")
MODULES = [one.name for one in EVERY if not one.name.startswith("convlens.study")]


@pytest.mark.parametrize("module", sorted({*MODULES} - {ONLY_IN_A_BOOK}))
def test_the_examples_run(module):
    found = importlib.import_module(module)
    results = doctest.testmod(found, optionflags=doctest.ELLIPSIS)
    assert results.failed == 0
    assert results.attempted or hasattr(found, "__path__") or "._" in module


def test_a_program_of_a_user_runs():
    found = runpy.run_path(str(PROGRAM))
    assert found["size"] == (4, 4)
    assert found["p"] > 0
    assert all((way == found["ways"][0]).all() for way in found["ways"])
