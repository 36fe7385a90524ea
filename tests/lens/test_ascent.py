"""Gradient ascent on the input: it finds the known best picture, and breaks nothing."""

import keras
import numpy as np
import pytest
from convlens import feature_maps, layer_kernels, receptive_field
from convlens.ascent import strongest_inputs
from keras import layers


def middle_of(model, pictures, filters, layer="conv2"):
    maps = feature_maps(model, pictures, layers=[layer], before_activation=True)[layer]
    return maps[
        np.arange(len(filters)), maps.shape[1] // 2, maps.shape[2] // 2, filters
    ]


def test_the_best_picture_of_one_kernel_is_white_where_its_weights_are_positive(model):
    """Each picture is that of its own filter."""
    filters = [3, 0, 11]
    pictures = strongest_inputs(model, "conv1", filters)
    assert pictures.shape == (3, 28, 28, 1)
    assert pictures.dtype == np.float32
    kernels = layer_kernels(model, "conv1")[:, :, 0, filters]
    seen = pictures[:, 12:17, 12:17, 0].transpose(1, 2, 0)
    np.testing.assert_array_equal(seen, kernels > 0)


def test_pixels_out_of_sight_stay_as_they_began(model):
    first, longer = (
        strongest_inputs(model, "conv2", [0], steps=steps) for steps in (1, 9)
    )
    top, left, height, width = receptive_field(model, "conv2").patch(7, 7)
    changed = np.argwhere((first != longer)[0, :, :, 0])
    assert len(changed) > 100
    assert (changed >= (top, left)).all()
    assert (changed < (top + height, left + width)).all()


def test_the_answer_in_the_middle_grows_with_the_steps(model):
    filters = [0, 1, 2, 3]
    answers = [
        middle_of(
            model, strongest_inputs(model, "conv2", filters, steps=steps), filters
        )
        for steps in (1, 10, 40)
    ]
    assert (answers[0] < answers[1]).all()
    assert (answers[1] <= answers[2] + 1e-4).all()


def test_pixels_stay_in_their_range(model):
    pictures = strongest_inputs(model, "conv2", [0, 1], rate=0.5)
    assert pictures.min() == 0
    assert pictures.max() == 1


def test_the_same_seed_gives_the_same_pictures(model):
    one, same, other = (
        strongest_inputs(model, "conv2", [0], steps=3, seed=seed) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_a_picture_does_not_depend_on_the_other_filters_asked_for(model):
    together = strongest_inputs(model, "conv2", [0, 1, 2], steps=5)
    alone = strongest_inputs(model, "conv2", [1], steps=5)
    np.testing.assert_allclose(together[[1]], alone, atol=1e-3)


def test_the_model_stays_as_it_was(model):
    model.get_layer("digit").trainable = False
    before = model.get_weights()
    trainable = [layer.trainable for layer in model.layers]
    strongest_inputs(model, "conv2", [0], steps=3)
    assert [layer.trainable for layer in model.layers] == trainable
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_layer_with_its_activation_inside_is_climbed_before_it():
    """From a start that ReLU cuts off, there is no gradient after it."""
    model = keras.Sequential(
        [keras.Input((5, 5, 1)), layers.Conv2D(1, 5, activation="relu", name="both")]
    )
    kernels = np.random.default_rng(0).normal(size=(5, 5, 1, 1))
    model.set_weights([kernels, np.array([-100.0])])
    pictures = strongest_inputs(model, "both", [0])
    np.testing.assert_array_equal(pictures[0], kernels[..., 0] > 0)


def test_dropout_is_switched_off():
    model = keras.Sequential(
        [
            keras.Input((5, 5, 1)),
            layers.Dropout(0.9, seed=0),
            layers.Conv2D(1, 5, name="conv1"),
        ]
    )
    kernels = layer_kernels(model, "conv1")
    pictures = strongest_inputs(model, "conv1", [0], steps=12)
    np.testing.assert_array_equal(pictures[0], kernels[..., 0] > 0)


@pytest.mark.parametrize(
    ("layer", "filters", "options", "message"),
    [
        ("conv1", [16], {}, r"filters: expected .* from 0 to 15, got \[16\]"),
        ("conv1", [-1], {}, r"got \[-1\]"),
        ("conv1", [], {}, r"filters: expected one or more .* got \[\]"),
        ("conv1", [0], {"steps": 0}, "steps: expected at least 1, got 0"),
        ("flatten", [0], {}, "layer: expected a layer that outputs maps .*'flatten'"),
        ("conv3", [0], {}, "layer: expected the name of a layer"),
    ],
)
def test_what_cannot_be_climbed_is_refused(model, layer, filters, options, message):
    with pytest.raises(ValueError, match=message):
        strongest_inputs(model, layer, filters, **options)


def test_an_input_without_a_size_is_refused():
    model = keras.Sequential(
        [keras.Input((None, None, 1)), layers.Conv2D(1, 5, name="conv1")]
    )
    with pytest.raises(ValueError, match="maps .* of one size, got 'conv1'"):
        strongest_inputs(model, "conv1", [0])
