"""What the build writes for the scripts of the pages."""

import json

import numpy as np
import pytest
from convlens import feature_maps, morans_i
from convlens.study import build_cnn, running_kernel, trained_cnn, training_record
from convlens.study.hands_on import LAYERS, PER_DIGIT, Part, files_of, parts_of
from convlens.study.training import network_name


@pytest.fixture(scope="module")
def parts(results, images):
    return parts_of(images)


def read(files, key, name):
    """The facts and the arrays of a part, read as a script reads them."""
    head = json.loads(files[f"{name}-{key}.json"])
    body = files[f"{name}-{key}.bin"]
    assert head["key"] == key
    assert head["bytes"] == len(body)
    arrays = {}
    for one, told in head["arrays"].items():
        assert told["start"] % np.dtype(told["type"]).itemsize == 0
        count = int(np.prod(told["shape"]))
        values = np.frombuffer(body, told["type"], count, told["start"])
        arrays[one] = values.reshape(told["shape"])
    return head["facts"], arrays


def test_files_hold_what_the_parts_hold():
    given = {
        "bytes": np.arange(5, dtype=np.uint8).reshape(5, 1),
        "numbers": np.array([[0.5, -1.0]], np.float32),
        "view": np.arange(12, dtype=np.float32).reshape(3, 4).T,
    }
    key, files = files_of({"one": Part({"names": ["a"]}, given), "two": Part()})
    assert {*files} == {
        f"{n}-{key}.{e}" for n in ("one", "two") for e in ("json", "bin")
    }
    facts, found = read(files, key, "one")
    assert facts == {"names": ["a"]}
    assert {*found} == {*given}
    for name, array in given.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize(
    "other",
    [
        Part({"a": 2}, {"b": np.ones(2, np.uint8)}),
        Part({"a": 1}, {"b": np.zeros(2, np.uint8)}),
        Part({"a": 1}, {"b": np.ones((1, 2), np.uint8)}),
    ],
    ids=["fact", "value", "shape"],
)
def test_the_key_changes_with_every_content(other):
    one = Part({"a": 1}, {"b": np.ones(2, np.uint8)})
    assert files_of({"x": one})[0] == files_of({"x": one})[0]
    assert files_of({"x": one})[0] != files_of({"x": other})[0]


def test_the_layers_are_those_of_the_network():
    model = build_cnn()
    kinds = {
        "convolution": "Conv2D",
        "relu": "ReLU",
        "pooling": "MaxPooling2D",
        "flatten": "Flatten",
        "dense": "Dense",
    }
    told = [(layer["name"], kinds[layer["kind"]]) for layer in LAYERS]
    assert told == [(one.name, type(one).__name__) for one in model.layers[1:]]
    for layer in LAYERS:
        config = model.get_layer(layer["name"]).get_config()
        assert config.get("pool_size", (None,))[0] == layer.get("size")
        if layer["kind"] == "convolution":
            assert (config["padding"], config["strides"]) == ("same", (1, 1))
            assert config["activation"] == "linear"
        if layer["kind"] == "dense":
            assert config["activation"] == "softmax"


def test_the_network_is_the_one_of_the_pages(parts, images):
    network = parts["network"]
    assert network.facts["name"] == network_name(images)
    model = build_cnn()
    model.set_weights([*network.arrays.values()])
    x = images.x_test[:5]
    expected = trained_cnn(images).predict(x, verbose=0)
    np.testing.assert_array_equal(model.predict(x, verbose=0), expected)
    for layer in model.layers:
        for what, weights in zip(("kernel", "bias"), layer.get_weights(), strict=False):
            np.testing.assert_array_equal(
                network.arrays[f"{layer.name}/{what}"], weights
            )


def test_the_followed_kernel_is_that_of_the_pages(parts, images):
    seven = images.x_test[[images.running_seven]]
    maps = feature_maps(trained_cnn(images), seven)["relu1"][0]
    for name in ("kernels", "network", "film"):
        assert parts[name].facts["running"] == running_kernel(maps)


def test_the_digits_begin_with_the_seven_and_are_those_of_the_test_set(parts, images):
    digits = parts["digits"].arrays
    seven = images.running_seven
    others = [k for k in range(200) if k != seven][:199]
    chosen = [seven, *others]
    pixels = images.x_test[chosen, :, :, 0]
    assert np.abs(digits["pixels"] / 255 - pixels).max() <= 0.5 / 255 + 1e-6
    np.testing.assert_array_equal(digits["labels"], images.y_test[chosen])
    few = parts["kernels"].arrays
    np.testing.assert_array_equal(few["pixels"][0], digits["pixels"][0])
    assert np.bincount(few["labels"]).tolist() == [PER_DIGIT] * 10
    np.testing.assert_array_equal(parts["film"].arrays["seven"], digits["pixels"][0])


def test_the_kernels_are_those_of_the_first_layer(parts, images):
    kernels, biases = training_record(images).weights[:2]
    found = parts["kernels"].arrays
    np.testing.assert_array_equal(found["kernels"], kernels[:, :, 0])
    np.testing.assert_array_equal(found["biases"], biases)


def test_the_film_is_the_recorded_training(parts, images):
    film, found = training_record(images).film, parts["film"]
    np.testing.assert_array_equal(found.arrays["kernels"], film["kernels"][:, :, :, 0])
    facts = found.facts
    assert facts["steps"] == film["steps"].tolist()
    assert facts["losses"][0] is None
    assert facts["losses"][1:] == film["losses"][1:].tolist()
    expected = [morans_i(one).mean() for one in film["kernels"]]
    np.testing.assert_allclose(facts["order"], expected)


def test_every_part_can_be_written(parts):
    key, files = files_of(parts)
    for name, part in parts.items():
        facts, arrays = read(files, key, name)
        assert {*arrays} == {*part.arrays}
        assert facts == json.loads(json.dumps(part.facts))
        assert "NaN" not in files[f"{name}-{key}.json"].decode()  # no script reads it
