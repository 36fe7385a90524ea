"""The network is trained once, cached, and the same in every environment."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from convlens.study import arithmetic, training
from convlens.study.apart import call_apart
from convlens.study.network import RECIPE, build_cnn
from convlens.study.training import (
    decode_record,
    encode_record,
    network_name,
    trained_cnn,
    training_record,
    untrained_cnn,
)
from convlens.study.variants import OWN, VARIANTS


@pytest.fixture(scope="module")
def record(images):
    """The training of the book's network, kept where all tests keep it."""
    return training_record(images)


def test_the_record_is_whole(images, record):
    epochs, steps = RECIPE.epochs_and_steps(images)
    assert {len(line) for line in record.history.values()} == {epochs}
    expected = build_cnn(0).get_weights()
    for kept_array, array in zip(record.initial_weights, expected, strict=True):
        np.testing.assert_array_equal(kept_array, array)
    film = record.film
    assert (film["steps"][0], film["steps"][-1]) == (0, steps)
    np.testing.assert_array_equal(film["kernels"][0], record.initial_weights[0])
    np.testing.assert_array_equal(film["kernels"][-1], record.weights[0])


def test_the_untrained_network_is_the_one_that_was_trained(images, record, monkeypatch):
    """Whatever another backend draws from the same seed."""
    monkeypatch.setattr(training, "build_cnn", lambda seed: build_cnn(seed + 7))
    found = untrained_cnn(images).get_weights()
    for one, other in zip(found, record.initial_weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_learns(images, model, record):
    assert record.history["loss"][-1] < record.history["loss"][0] / 10
    read = model.predict(images.x_test, verbose=0).argmax(axis=1)
    assert np.mean(read == images.y_test) > 0.9


HOSTILE = {
    "KERAS_BACKEND": "jax",
    "KERAS_MAX_EPOCHS": "1",
    "KERAS_MAX_STEPS_PER_EPOCH": "3",
    "OMP_NUM_THREADS": "1",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "TF_DETERMINISTIC_OPS": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "XLA_FLAGS": "--xla_cpu_enable_fast_math=true",
}
KERAS_JSON = {"floatx": "float64", "image_data_format": "channels_first"}


def test_the_same_seed_trains_to_the_same_bits_whatever_is_set(
    images, record, monkeypatch, tmp_path
):
    """Set everything known to change weights, and shadow imported modules.

    If one took effect, the history or the weights would differ, or training would fail.
    """
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    (tmp_path / ".keras").mkdir()
    for folder in (tmp_path, tmp_path / ".keras"):
        (folder / "keras.json").write_text(json.dumps(KERAS_JSON))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    for module in ("tqdm", "keras", "numpy"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep)  # the current folder, to Python
    again = call_apart(training.train_apart, images, 0, title="training once more")
    assert again.history == record.history
    for one, two in zip(again.weights, record.weights, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_setting_that_changes_results_does_not_reach_a_training(name, monkeypatch):
    monkeypatch.setenv(name, "hostile")
    fixed = arithmetic.fixed_environment("/empty")
    assert fixed.get(name) == arithmetic.FIXED.get(name)


@pytest.mark.parametrize("name", ["OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"])
def test_a_setting_that_is_left_alone_is_in_the_name(name, images, monkeypatch):
    before = network_name(images)
    monkeypatch.setenv(name, "other")
    assert network_name(images) != before


def test_another_processor_has_another_name(images, monkeypatch):
    before = network_name(images)
    other = arithmetic.processor() | {"instruction sets": {"found": ["none"]}}
    monkeypatch.setattr(training, "processor", lambda: other)
    assert network_name(images) != before


def test_everything_that_shapes_the_weights_is_in_the_name(images, monkeypatch):
    names = {network_name(images, 0), network_name(images, 1)}
    names.add(network_name(replace(images, x_test=images.x_train), 0))
    for field, value in asdict(RECIPE).items():
        other = replace(RECIPE, **{field: (value or 1) * 2})
        names.add(network_name(images, 0, replace(OWN, recipe=other)))
    names |= {network_name(images, 0, variant) for variant in VARIANTS}
    monkeypatch.setattr(training, "versions", lambda *names: {"keras": "0"})
    names.add(network_name(images, 0))
    monkeypatch.setattr(training, "code_fingerprint", lambda *functions: "changed")
    names.add(network_name(images, 0))
    assert len(names) == 4 + len(asdict(RECIPE)) + len(VARIANTS)


def test_a_damaged_record_is_replaced(images, record, kept, monkeypatch):
    monkeypatch.setattr(training, "call_apart", lambda *args, **options: record)
    training_record(images)
    path = kept / network_name(images)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.warns(UserWarning, match="is damaged and is made again"):
        training_record(images)
    assert decode_record(encode_record(record)).history == record.history
    assert path.read_bytes().endswith(encode_record(record))


def test_a_record_of_another_kind_is_damaged():
    with pytest.raises(training.Damaged, match="no training record"):
        decode_record(b"something else")


TRAIN = """
from convlens.study import load_images, trained_cnn
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
        if (
            b"convlens.study import apart" in command
            and str(folder).encode() in environment
        ):
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
    assert not (kept / network_name(images)).exists()


def test_two_processes_train_it_once(images, kept):
    command = [sys.executable, "-c", TRAIN]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    told = [process.communicate()[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("training the network" in one for one in told) == 1
    assert (kept / network_name(images)).exists()


def test_a_failing_training_tells_its_last_lines(images, kept):
    empty = replace(images, x_train=images.x_train[:1], y_train=images.y_train[:1])
    with pytest.raises(RuntimeError, match="(?s)training the network.*failed.*Error"):
        trained_cnn(empty)
    assert not (kept / network_name(empty)).exists()


def die(*, tell):
    """Be killed, as by a system that is out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_dies_in_silence_is_not_silent(monkeypatch):
    here = Path(__file__)
    monkeypatch.setenv("PYTHONPATH", str(here.parent))
    monkeypatch.syspath_prepend(here.parent)
    module = importlib.import_module(here.stem)
    with pytest.raises(RuntimeError, match="(?s)dying failed:.*ended with -9 and said"):
        call_apart(module.die, title="dying")
