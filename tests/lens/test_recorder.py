"""The record of a training is that of an undisturbed training, at the steps it says."""

import keras
import numpy as np
import pytest
from convlens.kernels import layer_kernels
from convlens.recorder import KernelRecorder, recording_steps
from keras import layers

IMAGES = np.random.default_rng(0).random((20, 6, 6, 1), dtype="float32")
TARGETS = np.random.default_rng(1).random((20, 2), dtype="float32")


def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(3, 3, name="conv"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    model.compile("sgd", loss="mse")
    return model


def trained(recorder, *, steps_per_call=1, epochs=3, images=20, batch=2):
    """Train for ten steps an epoch, unless told otherwise, always in the same order."""
    model = network()
    model.compile("sgd", loss="mse", steps_per_execution=steps_per_call)
    recorders = [recorder] if recorder else []
    options = {"batch_size": batch, "epochs": epochs, "shuffle": False, "verbose": 0}
    x, y = IMAGES[:images], TARGETS[:images]
    history = model.fit(x, y, callbacks=recorders, **options)
    return model, history.history["loss"]


def step_by_step(steps: int, *, batch: int = 2, images: int = 20):
    """The same training without `fit`: kernels after, and loss of, each single step."""
    model = network()
    starts = [*range(0, images, batch)]
    kernels, losses = [layer_kernels(model, "conv")], []
    for step in range(steps):
        one = starts[step % len(starts)]
        here = slice(one, min(one + batch, images))
        outputs = keras.ops.convert_to_numpy(model(IMAGES[here]))
        losses.append(np.mean((outputs - TARGETS[here]) ** 2))
        model.train_on_batch(IMAGES[here], TARGETS[here])
        kernels.append(layer_kernels(model, "conv"))
    return np.array(kernels), np.array(losses)


def test_kernels_and_losses_are_those_of_the_steps():
    """Records inside an epoch, at its end, and across the border of two."""
    recorder = KernelRecorder("conv", steps=[0, 1, 2, 10, 17, 23, 30])
    trained(recorder)
    kernels, losses = step_by_step(30)
    assert recorder.steps.tolist() == [0, 1, 2, 10, 17, 23, 30]
    np.testing.assert_allclose(recorder.kernels, kernels[recorder.steps], atol=1e-6)
    borders = zip(recorder.steps, recorder.steps[1:], strict=False)
    expected = [losses[first:last].mean() for first, last in borders]
    np.testing.assert_allclose(recorder.losses[1:], expected, rtol=1e-4)
    assert np.isnan(recorder.losses[0])


def test_a_record_is_a_copy_of_what_was_there():
    recorder = KernelRecorder("conv", steps=[30])
    model, _ = trained(recorder)
    np.testing.assert_array_equal(recorder.kernels[0], layer_kernels(network(), "conv"))
    np.testing.assert_array_equal(recorder.kernels[1], layer_kernels(model, "conv"))


@pytest.mark.parametrize("steps_per_call", [1, 4])
def test_recording_does_not_change_the_training(steps_per_call):
    options = {"steps_per_call": steps_per_call}
    watched, history = trained(KernelRecorder("conv", range(31)), **options)
    alone, history_alone = trained(None, **options)
    for one, other in zip(watched.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert history == history_alone


def test_with_several_steps_per_call_the_record_says_when_it_was_made():
    """Ten steps an epoch in calls of four: after 4, 8 and 10 steps, and so on."""
    recorder = KernelRecorder("conv", steps=[0, 1, 2, 4, 9, 12, 29])
    trained(recorder, steps_per_call=4)
    kernels, losses = step_by_step(30)
    assert recorder.steps.tolist() == [0, 4, 10, 14, 30]
    np.testing.assert_allclose(recorder.kernels, kernels[recorder.steps], atol=1e-6)
    borders = zip(recorder.steps, recorder.steps[1:], strict=False)
    expected = [losses[first:last].mean() for first, last in borders]
    np.testing.assert_allclose(recorder.losses[1:], expected, rtol=1e-4)


def test_an_epoch_with_a_smaller_last_batch_keeps_its_mean():
    recorder = KernelRecorder("conv", steps=[3, 6])
    _, history = trained(recorder, images=19, batch=8, epochs=2)
    np.testing.assert_allclose(recorder.losses[1:], history, rtol=1e-4)


def test_each_training_begins_a_new_record():
    recorder = KernelRecorder("conv", steps=[10])
    model, _ = trained(recorder, epochs=1)
    middle = layer_kernels(model, "conv")
    options = {"batch_size": 2, "shuffle": False, "verbose": 0}
    model.fit(IMAGES, TARGETS, callbacks=[recorder], **options)
    assert recorder.steps.tolist() == [0, 10]
    np.testing.assert_array_equal(recorder.kernels[0], middle)
    np.testing.assert_array_equal(recorder.kernels[1], layer_kernels(model, "conv"))
    expected = step_by_step(20)[1][10:].mean()
    assert recorder.losses[1] == pytest.approx(expected, rel=1e-4)


def test_what_cannot_be_recorded_is_refused():
    with pytest.raises(ValueError, match=r"steps: expected numbers .* 0, got -3"):
        KernelRecorder("conv", steps=[5, -3])
    with pytest.raises(ValueError, match="layer: expected .* got 'conv1'"):
        trained(KernelRecorder("conv1", steps=[5]))


@pytest.mark.parametrize(("total", "count"), [(2580, 40), (300, 24), (10, 40), (1, 2)])
def test_recording_steps_are_denser_at_the_beginning(total, count):
    steps = recording_steps(total, count)
    assert steps[0] == 0
    assert steps[-1] == total
    gaps = np.diff(steps)
    assert gaps.min() >= 1
    assert np.diff(gaps).min(initial=0) >= -1  # rounding
    assert min(count, total) * 0.8 <= len(steps) <= count
    if total > 100:
        assert gaps[-1] > 5 * gaps[0]


@pytest.mark.parametrize("wrong", [(0, 5), (10, 1)])
def test_too_few_steps_to_spread_are_refused(wrong):
    with pytest.raises(ValueError, match="total and count: expected .* got"):
        recording_steps(*wrong)
