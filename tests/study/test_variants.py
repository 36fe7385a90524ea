"""A variant differs from the book's training in what its name says, and in no more."""

from dataclasses import replace

import numpy as np
import pytest
from convlens.interventions import derivative_bank
from convlens.study.network import RECIPE, build_cnn
from convlens.study.variants import (
    DERIVATIVES,
    MEMORY,
    OWN,
    RANDOM,
    SHORT,
    SMALL_START,
    VARIANTS,
    images_of,
    start_of,
)


def test_names_are_unique():
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_all_layers_but_the_first_begin_alike(variant):
    """So networks of one seed are pairs."""
    expected, found = build_cnn(3).get_weights(), start_of(variant, 3).get_weights()
    for one, other in zip(expected[1:], found[1:], strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_first_layer_begins_as_the_name_says():
    initial = build_cnn(3).get_weights()[0]
    first = {one: start_of(one, 3).get_weights()[0] for one in VARIANTS}
    for same in (OWN, SHORT, RANDOM, MEMORY):
        np.testing.assert_array_equal(first[same], initial)
    np.testing.assert_allclose(first[SMALL_START], 0.15 * initial, rtol=1e-6)
    bank = derivative_bank(5, 5, 16)
    ratio = first[DERIVATIVES] / np.where(bank == 0, 1, bank)
    np.testing.assert_allclose(ratio[np.abs(bank) > 1e-3], ratio.max(), rtol=1e-4)
    rms = [np.sqrt(np.mean(one**2)) for one in (first[DERIVATIVES], initial)]
    assert rms[0] == pytest.approx(rms[1], rel=1e-5)


def test_only_a_frozen_layer_is_frozen():
    frozen = {
        one.name
        for one in VARIANTS
        if not start_of(one, 0).get_layer("conv1").trainable
    }
    assert frozen == {RANDOM.name, DERIVATIVES.name}


def test_shuffled_labels_are_those_of_the_training_images_alone(images):
    shuffled = images_of(MEMORY, images, seed=4)
    count = len(MEMORY.recipe.training_part(images)[0])
    assert (shuffled.y_train[:count] != images.y_train[:count]).mean() > 0.8
    np.testing.assert_array_equal(
        np.bincount(shuffled.y_train[:count]), np.bincount(images.y_train[:count])
    )
    np.testing.assert_array_equal(shuffled.y_train[count:], images.y_train[count:])
    np.testing.assert_array_equal(shuffled.y_test, images.y_test)
    assert shuffled.x_train is images.x_train
    other = images_of(MEMORY, images, seed=5)
    assert (other.y_train != shuffled.y_train).any()


def test_a_recipe_never_takes_the_images_held_out(images):
    x, y = replace(RECIPE, most_images=10**9).training_part(images)
    assert len(x) == len(y) == len(images.x_train) - images.validation_count
    held_out, labels = images.validation_part
    assert len(held_out) == len(labels) == images.validation_count
    np.testing.assert_array_equal(held_out[-1], images.x_train[-1])
    assert len(replace(RECIPE, most_images=7).training_part(images)[0]) == 7
