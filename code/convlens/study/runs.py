"""Measure questions on trained networks, once, and keep the numbers.

A question is a module of `convlens.study.questions`. Its ``measure`` takes one trained
network and returns numbers; they are kept per question and network. What is said about
them is never kept.
"""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convlens.study.apart import call_apart
from convlens.study.arithmetic import fixed_environment, processor
from convlens.study.data import Images
from convlens.study.fingerprints import code_fingerprint
from convlens.study.keeping import Damaged, content_key, kept_together, versions
from convlens.study.network import build_cnn
from convlens.study.training import (
    TrainingRecord,
    fix_threads,
    network_name,
    training_record,
)

if TYPE_CHECKING:
    import keras

    from convlens.study.findings import Evidence, Finding

Numbers = dict[str, Any]  # numbers, and lists and mappings of them: what JSON can hold


class Question(Protocol):
    """A module of `convlens.study.questions`."""

    __name__: str

    def measure(self, network: TrainedNetwork) -> Numbers:
        """Return the numbers that answer the question for one network."""
        ...

    def conclude(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield the statements that follow from the numbers of all networks."""
        ...


@dataclass(frozen=True)
class TrainedNetwork:
    """What a question measures: one network, before and after its training.

    Attributes:
        images: The digits it was trained on.
        seed: Its random seed.
        record: Its training.
    """

    images: Images
    seed: int
    record: TrainingRecord

    @cached_property
    def trained(self) -> keras.Model:
        """The network after its training."""
        return self._with(self.record.weights)

    @cached_property
    def untrained(self) -> keras.Model:
        """The network with its initial weights."""
        return self._with(self.record.initial_weights)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Its predicted probabilities for the test images, shape ``(n, 10)``."""
        return self.trained.predict(self.images.x_test, batch_size=500, verbose=0)

    @property
    def seven(self) -> np.ndarray:
        """The digit that the book follows, shape ``(1, 28, 28, 1)``."""
        return self.images.x_test[[self.images.running_seven]]

    def _with(self, weights: list[np.ndarray]) -> keras.Model:
        model = build_cnn(self.seed)
        model.set_weights(weights)
        return model


def measured(
    questions: Sequence[Question], images: Images, seed: int
) -> dict[str, Numbers]:
    """Return the numbers of questions for one network, measured once and then kept.

    Args:
        questions: Modules with a function ``measure``.
        images: The digits. The network is trained on them first if need be.
        seed: Of the network.

    Returns:
        By the question's short name, what its ``measure`` returned.

    Raises:
        RuntimeError: Training or measuring failed; the message ends with its last
            lines.

    Example:
        >>> from convlens.study import load_images
        >>> from convlens.study.questions import accuracy
        >>> found = measured([accuracy], load_images("digits"), seed=0)
        >>> found["accuracy"]["total"]
        360
    """
    names = {numbers_name(one, images, seed): one for one in questions}

    def measure(missing: list[str]) -> dict[str, Numbers]:
        modules = {name: names[name].__name__ for name in missing}
        record = training_record(images, seed)
        title = f"measuring {len(missing)} of {len(names)} questions, seed {seed}"
        return call_apart(_measure, modules, images, seed, record, title=title)

    found = kept_together(list(names), measure, encode=_encode, decode=_decode)
    return {short_name(one): found[name] for name, one in names.items()}


def short_name(question: Question) -> str:
    """Name a question by its module.

    Example:
        >>> from convlens.study.questions import accuracy
        >>> short_name(accuracy)
        'accuracy'
    """
    return question.__name__.rpartition(".")[2]


def numbers_name(question: Question, images: Images, seed: int) -> str:
    """Build the cache key of a question's numbers from everything that affects them.

    Args:
        question: A module with a function ``measure``.
        images: The digits that the network was trained on.
        seed: Of the network.

    Returns:
        The question's short name and a content key.

    Example:
        >>> from convlens.study import load_images
        >>> from convlens.study.questions import accuracy
        >>> numbers_name(accuracy, load_images("digits"), 0)[:9]
        'accuracy-'
    """
    key = content_key(
        network=network_name(images, seed),
        code=code_fingerprint(question.measure, _measure, fixed_environment),
        processor=processor(),
        versions=versions("keras", "numpy", "scikit-learn", "scipy", "tensorflow"),
    )
    return f"{short_name(question)}-{key}"


def _measure(
    modules: Mapping[str, str],
    images: Images,
    seed: int,
    record: TrainingRecord,
    *,
    tell: Callable[[int, int], None],
) -> dict[str, Numbers]:
    """Measure questions, by the names of their modules, in a process of their own."""
    fix_threads()
    network = TrainedNetwork(images, seed, record)
    found = {}
    for name, module in modules.items():
        found[name] = importlib.import_module(module).measure(network)
        tell(len(found), len(modules))
    return found


def _encode(numbers: Numbers) -> bytes:
    return json.dumps(numbers, allow_nan=False).encode()


def _decode(content: bytes) -> Numbers:
    """Decode numbers, and reject anything else: cached values are shown on pages."""
    try:
        found = json.loads(content)
    except ValueError as error:
        raise Damaged(f"it holds no numbers: {error}") from error
    if not isinstance(found, dict):
        raise Damaged("it holds no numbers by name")
    _check_numbers(found)
    return found


def _check_numbers(value: object) -> None:
    """Reject text, which a forged file could inject into a page."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            _check_numbers(one)
    elif value is not None and not (
        isinstance(value, int | float) and math.isfinite(value)
    ):
        raise Damaged(f"it holds something that is no number: {value!r:.50}")
