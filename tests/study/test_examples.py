"""The examples in the docstrings of the study run, and the running example is one."""

import doctest
import importlib
import pkgutil

import convlens.study
import pytest
from convlens.activations import feature_maps
from convlens.study import running_kernel

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(convlens.study.__path__, "convlens.study.")
)
# Questions are called by the runs, with networks that an example would have to train.
WITHOUT = [name for name in MODULES if name.startswith("convlens.study.questions.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name):
    results = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.ELLIPSIS
    )
    assert results.failed == 0
    assert results.attempted > 0 or name in WITHOUT


def test_the_running_kernel_answers_most_strongly(images, model):
    seven = images.x_test[[images.running_seven]]
    maps = feature_maps(model, seven, layers=["relu1"])["relu1"][0]
    assert maps[:, :, running_kernel(maps)].max() == maps.max()
