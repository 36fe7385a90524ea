"""Frozen first layers, in the short recipe and in the whole one: the same verdict?

The book compares variants of the training with a short recipe. This trains the same
pairs with the whole recipe and prints both. That a learned first layer reads more than
one frozen at random has to hold in both; which of the learned layer and the derivatives
comes out ahead depends on the recipe, and the book says so. Run with
``pytest tests/benchmarks/test_short_recipe.py -n 0 -s`` on real MNIST
(``CONVLENS_DATA=mnist`` or a path); it takes about five minutes on two cores. What is
trained is kept, so that a second run reads it.
"""

import statistics
from dataclasses import replace

from convlens.study.network import RECIPE
from convlens.study.questions.needed import share_right
from convlens.study.runs import TrainedNetwork
from convlens.study.training import training_record
from convlens.study.variants import DERIVATIVES, RANDOM, SHORT, Variant

SEEDS = (5, 6, 7)


def test_frozen_first_layers_in_the_short_and_in_the_whole_recipe(asked_images):
    gains = {}
    for name, recipe in {"short": SHORT.recipe, "whole": RECIPE}.items():
        learned, random, derivatives = (
            right(asked_images, replace(variant, recipe=recipe))
            for variant in (SHORT, RANDOM, DERIVATIVES)
        )
        gains[name] = tell(f"{name} recipe, learned minus random", learned, random)
        tell(f"{name} recipe, derivatives minus learned", derivatives, learned)
    assert (gains["short"] > 0) == (gains["whole"] > 0)


def right(images, variant: Variant) -> list[float]:
    """Train a variant with each seed, in fresh processes; return test accuracies."""
    found = []
    for seed in SEEDS:
        record = training_record(images, seed, variant)
        network = TrainedNetwork(images, seed, {variant.name: record})
        model = network.trained_as(variant)
        found.append(share_right(model, images.x_test, images.y_test))
    return found


def tell(name: str, first: list[float], second: list[float]) -> float:
    """Print the differences, seed by seed; return their mean."""
    found = [one - other for one, other in zip(first, second, strict=True)]
    told = ", ".join(f"{one:+.4f}" for one in found)
    means = statistics.mean(first), statistics.mean(second)
    print(f"\n{name}: {told} (means {means[0]:.4f} and {means[1]:.4f})")
    return statistics.mean(found)
