"""What the scripts of the pages show: the book's network, digits and training.

A part is what one kind of figure needs: arrays, which are written as one binary file,
and facts about them, which are written as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from convlens.colours import colour_tables, line_colours
from convlens.convolution import cross_correlate, named_kernels
from convlens.statistics import morans_i
from convlens.study.data import Images
from convlens.study.keeping import content_key
from convlens.study.questions.trained_or_not import trained_or_not_kernels
from convlens.study.running_example import running_kernel
from convlens.study.training import TrainingRecord, network_name, training_record

SAMPLES = 200  # test digits
PER_DIGIT = 2  # of them, with the kernels alone
LAYERS = (  # of `build_cnn`, a test compares; so that no page waits for Keras
    {"name": "conv1", "kind": "convolution"},
    {"name": "relu1", "kind": "relu"},
    {"name": "pool1", "kind": "pooling", "size": 2},
    {"name": "conv2", "kind": "convolution"},
    {"name": "relu2", "kind": "relu"},
    {"name": "pool2", "kind": "pooling", "size": 2},
    {"name": "flatten", "kind": "flatten"},
    {"name": "digit", "kind": "dense"},
)
WEIGHTED = [
    layer["name"] for layer in LAYERS if layer["kind"] in ("convolution", "dense")
]


@dataclass(frozen=True)
class Part:
    """What one kind of figure needs.

    Attributes:
        facts: What JSON can hold.
        arrays: Arrays of ``float32`` or ``uint8``, by name.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


def parts_of(images: Images) -> dict[str, Part]:
    """Collect what the scripts of the pages show.

    Args:
        images: The digits; the network is trained on them first if need be.

    Returns:
        Parts by name: how drawings look, ``"looks"``; ``"kernels"`` of the first layer
        with a few digits; the whole ``"network"``; test ``"digits"``; the ``"film"`` of
        the training; and the kernels of ``"trained-or-not"``.

    Raises:
        RuntimeError: The training failed; the message ends with its last lines.

    Example:
        >>> from convlens.study import load_images
        >>> parts = parts_of(load_images("digits"))
        >>> parts["digits"].arrays["pixels"].shape
        (200, 28, 28)
    """
    record = training_record(images)
    order = _samples(images)
    seven = images.x_test[[images.running_seven]]
    kernels, biases = record.weights[:2]
    answers = cross_correlate(seven, kernels, padding="same") + biases
    mark = running_kernel(answers[0])
    return {
        "looks": Part({"colours": line_colours()}, colour_tables()),
        "kernels": Part(
            {
                "running": mark,
                "named": {name: one.tolist() for name, one in named_kernels().items()},
                "data": images.name,
            },
            {"kernels": kernels[:, :, 0], "biases": biases}
            | _digits(images, _a_few_of_each(images, order)),
        ),
        "network": Part(
            {"name": network_name(images), "layers": LAYERS, "running": mark},
            _weights(record),
        ),
        "digits": Part({"data": images.name}, _digits(images, order)),
        "film": _film(record, seven[0, :, :, 0], mark),
        "trained-or-not": Part(trained_or_not_kernels(images)),
    }


def files_of(parts: Mapping[str, Part]) -> tuple[str, dict[str, bytes]]:
    r"""Write parts as files whose names hold a key of what is in all of them.

    Args:
        parts: By name.

    Returns:
        The key, and the content of each file by its name: ``NAME-KEY.bin`` with the
        arrays, and ``NAME-KEY.json`` with the facts and with where each array begins.

    Example:
        >>> key, files = files_of({"one": Part(arrays={"a": np.ones(3, np.uint8)})})
        >>> files[f"one-{key}.bin"]
        b'\x01\x01\x01'
    """
    written = {name: _written(part) for name, part in parts.items()}
    told = {
        name: json.dumps(head, sort_keys=True) for name, (head, _) in written.items()
    }
    key = content_key(
        heads=told, bodies={name: body.hex() for name, (_, body) in written.items()}
    )
    files = {}
    for name, (head, body) in written.items():
        files[f"{name}-{key}.json"] = json.dumps({"key": key, **head}).encode()
        files[f"{name}-{key}.bin"] = body
    return key, files


def _written(part: Part) -> tuple[dict[str, Any], bytes]:
    body, places = b"", {}
    for name, array in part.arrays.items():
        body += bytes(-len(body) % 4)  # numbers of four bytes begin at a multiple of 4
        places[name] = {
            "type": array.dtype.name,
            "shape": array.shape,
            "start": len(body),
        }
        body += np.ascontiguousarray(array).tobytes()
    return {"facts": part.facts, "arrays": places, "bytes": len(body)}, body


def _samples(images: Images) -> np.ndarray:
    """Choose test digits: the one that the book follows, then the first others."""
    others = np.delete(np.arange(len(images.x_test)), images.running_seven)
    return np.concatenate([[images.running_seven], others])[:SAMPLES]


def _a_few_of_each(images: Images, order: np.ndarray) -> np.ndarray:
    """Keep the first ones of every digit, in their order."""
    labels = images.y_test[order]
    earlier = [np.sum(labels[:k] == label) for k, label in enumerate(labels)]
    return order[np.array(earlier) < PER_DIGIT]


def _digits(images: Images, chosen: np.ndarray) -> dict[str, np.ndarray]:
    """Pixels from 0 to 255, and labels. MNIST's own pixels are such whole numbers."""
    pixels = np.rint(images.x_test[chosen, :, :, 0] * 255).astype(np.uint8)
    return {"pixels": pixels, "labels": images.y_test[chosen].astype(np.uint8)}


def _weights(record: TrainingRecord) -> dict[str, np.ndarray]:
    names = [f"{layer}/{what}" for layer in WEIGHTED for what in ("kernel", "bias")]
    return dict(zip(names, record.weights, strict=True))


def _film(record: TrainingRecord, seven: np.ndarray, mark: int) -> Part:
    kernels = record.film["kernels"][:, :, :, 0]
    losses = record.film["losses"].tolist()
    return Part(
        {
            "steps": record.film["steps"].tolist(),
            "losses": [None, *losses[1:]],  # none before the first step
            "order": morans_i(record.film["kernels"]).mean(axis=(1, 2)).tolist(),
            "running": mark,
        },
        {
            "kernels": kernels.astype(np.float32),
            "seven": np.rint(seven * 255).astype(np.uint8),
        },
    )
