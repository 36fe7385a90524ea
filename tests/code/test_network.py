"""The network has the original's layers, and is trained once and reproducibly."""

import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from convlens import network
from convlens.apart import call_apart
from convlens.network import (
    RECIPE,
    build_cnn,
    epoch_lines,
    kept_name,
    train,
    trained_cnn,
    training_record,
    untrained_cnn,
)


def test_the_layers_of_the_original():
    model = build_cnn()
    counted = {layer.name: layer.count_params() for layer in model.layers}
    assert counted == {
        "image": 0,
        "conv1": 416,
        "relu1": 0,
        "pool1": 0,
        "conv2": 12832,
        "relu2": 0,
        "pool2": 0,
        "flatten": 0,
        "digit": 15690,
    }
    assert model.get_layer("pool1").output.shape == (None, 14, 14, 16)
    assert model.get_layer("pool2").output.shape == (None, 7, 7, 32)


def test_the_seed_decides_the_initial_weights():
    first, again, other = build_cnn(0), build_cnn(0), build_cnn(1)
    for one, two in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_the_layers_start_from_different_numbers():
    weights = build_cnn(0).get_weights()
    first, second = weights[0].ravel(), weights[2].ravel()[: weights[0].size]
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.3


def test_the_record_is_whole(images):
    record = training_record(images)
    epochs, _ = RECIPE.epochs_and_steps(len(images.x_train) - images.validation_count)
    assert {len(line) for line in record.history.values()} == {epochs}
    expected = build_cnn(0).get_weights()
    for kept_array, array in zip(record.initial_weights, expected, strict=True):
        np.testing.assert_array_equal(kept_array, array)
    assert epoch_lines(record).count("\n") == epochs - 1


def test_the_untrained_network_is_the_one_that_was_trained(images, monkeypatch):
    """Whatever another backend draws from the same seed."""
    record = training_record(images)
    monkeypatch.setattr(network, "build_cnn", lambda seed: build_cnn(seed + 7))
    found = untrained_cnn(images).get_weights()
    for one, other in zip(found, record.initial_weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_learns(images, model):
    record = training_record(images)
    assert record.history["loss"][-1] < record.history["loss"][0] / 10
    read = model.predict(images.x_test, verbose=0).argmax(axis=1)
    assert np.mean(read == images.y_test) > 0.9


def test_the_same_seed_trains_to_the_same_bits(images):
    first = training_record(images)
    again = call_apart(
        network._train_and_tell, images, 0, title="training once more, to compare"
    )
    assert again.history == first.history
    for one, two in zip(again.weights, first.weights, strict=True):
        np.testing.assert_array_equal(one, two)


def test_training_never_looks_at_the_test_images(images):
    hidden = replace(
        images,
        x_test=np.full_like(images.x_test, np.nan),
        y_test=np.full_like(images.y_test, -1),
    )
    short = replace(RECIPE, epochs=1, least_steps=1)
    seen = train(build_cnn(), hidden, recipe=short)
    assert seen == train(build_cnn(), images, recipe=short)


def test_everything_that_shapes_the_weights_is_in_the_name(images, monkeypatch):
    names = {kept_name(images, 0), kept_name(images, 1)}
    names.add(kept_name(replace(images, x_test=images.x_train), 0))
    for field, value in asdict(RECIPE).items():
        monkeypatch.setattr(network, "RECIPE", replace(RECIPE, **{field: value * 2}))
        names.add(kept_name(images, 0))
    monkeypatch.setattr(network, "RECIPE", RECIPE)
    monkeypatch.setattr(network, "versions", lambda *names: {"keras": "0"})
    names.add(kept_name(images, 0))
    monkeypatch.setattr(network, "source_of", lambda *names: "changed")
    names.add(kept_name(images, 0))
    assert len(names) == 5 + len(asdict(RECIPE))


def test_a_damaged_record_is_replaced(images, kept, monkeypatch):
    record = training_record(images)
    path = kept / kept_name(images)
    path.write_bytes(path.read_bytes()[:-100])
    monkeypatch.setattr(network, "call_apart", lambda *args, title: record)
    with pytest.warns(UserWarning, match="is damaged and is made again"):
        training_record(images)
    assert network._decode(network._encode(record)).history == record.history
    assert path.read_bytes().endswith(network._encode(record))


def test_a_record_of_another_kind_is_damaged():
    with pytest.raises(network.Damaged, match="no training record"):
        network._decode(b"something else")


TRAIN = """
from convlens.data import load_images
from convlens.network import trained_cnn
trained_cnn(load_images("digits"))
"""


def children(folder: Path) -> list[str]:
    """Training processes that keep their results in this folder (Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if b"convlens import apart" in command and str(folder).encode() in environment:
            found.append(process.name)
    return found


def wait_until(condition, told: str) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(told)


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes in /proc")
def test_a_killed_training_leaves_nothing(images, kept):
    process = subprocess.Popen([sys.executable, "-c", TRAIN], stderr=subprocess.DEVNULL)
    wait_until(lambda: children(kept), "the training process did not begin")
    time.sleep(1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [path.suffix for path in kept.iterdir()] == [".lock"]
    wait_until(lambda: not children(kept), "the training process lives on")
    assert not (kept / kept_name(images)).exists()


def test_two_processes_train_it_once(images, kept):
    command = [sys.executable, "-c", TRAIN]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    told = [process.communicate()[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("training the network" in one for one in told) == 1
    assert (kept / kept_name(images)).exists()


def test_a_failing_training_tells_its_last_lines(images, kept):
    empty = replace(images, x_train=images.x_train[:1], y_train=images.y_train[:1])
    with pytest.raises(RuntimeError, match="(?s)training the network.*failed.*Error"):
        trained_cnn(empty)
    assert not (kept / kept_name(empty)).exists()
