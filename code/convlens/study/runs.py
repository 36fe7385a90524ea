"""Train and measure networks over random seeds, once, and keep what was found.

A question is a module of `convlens.study.questions`. Its ``measure`` takes one trained
network and returns numbers; they are kept per question and network. What is said about
them is never kept.
"""

from __future__ import annotations

import functools
import importlib
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from convlens.statistics.patches import patch_components
from convlens.study.apart import call_apart
from convlens.study.arithmetic import fixed_environment, processor
from convlens.study.data import Images
from convlens.study.fingerprints import code_fingerprint
from convlens.study.keeping import (
    Damaged,
    content_key,
    kept_together,
    read_kept,
    versions,
)
from convlens.study.network import build_cnn
from convlens.study.schedule import for_each_seed
from convlens.study.training import (
    TrainingRecord,
    decode_record,
    encode_record,
    fix_threads,
    network_name,
    train_apart,
)
from convlens.study.variants import OWN, Variant
from convlens.words import counted

if TYPE_CHECKING:
    import keras

    from convlens.study.findings import Evidence, Finding

Numbers = dict[str, Any]  # numbers, and lists and mappings of them: what JSON can hold

PATCHED = 10_000  # training images whose patches are analysed, the first ones
STEPS_OF_A_QUESTION = 200  # about as long as so many steps of training


class Question(Protocol):
    """A module of `convlens.study.questions`.

    One that needs other trainings than the book's own lists them, as variants, under
    the name ``TRAININGS``.
    """

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
        records: Its trainings with this seed, by the name of the variant.
    """

    images: Images
    seed: int
    records: Mapping[str, TrainingRecord]

    @property
    def record(self) -> TrainingRecord:
        """The book's own training."""
        return self.records[OWN.name]

    def trained_as(self, variant: Variant) -> keras.Model:
        """Return the network as a variant of the training left it."""
        return self._with(self.records[variant.name].weights)

    def started_as(self, variant: Variant) -> keras.Model:
        """Return the network as a variant of the training began."""
        return self._with(self.records[variant.name].initial_weights)

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

    @cached_property
    def patch_components(self) -> np.ndarray:
        """Principal components of the 5x5 patches of training images, as columns."""
        return patch_components(self.images.x_train[:PATCHED], 5)[0]

    @property
    def seven(self) -> np.ndarray:
        """The digit that the book follows, shape ``(1, 28, 28, 1)``."""
        return self.images.x_test[[self.images.running_seven]]

    def _with(self, weights: list[np.ndarray]) -> keras.Model:
        model = build_cnn(self.seed)
        model.set_weights(weights)
        return model


def chosen_seeds() -> tuple[int, ...]:
    """Return the random seeds that the book measures.

    Returns:
        As many as ``CONVLENS_SEEDS`` says, 3 by default. The first is 0, the network
        that the pages show.

    Raises:
        ValueError: ``CONVLENS_SEEDS`` is no whole number from 1 to 20.

    Example:
        >>> from unittest import mock
        >>> with mock.patch.dict("os.environ", CONVLENS_SEEDS="4"):
        ...     chosen_seeds()
        (0, 5, 6, 7)
    """
    given = os.environ.get("CONVLENS_SEEDS") or "3"
    if not given.isdecimal() or not 1 <= int(given) <= 20:
        raise ValueError(
            f"CONVLENS_SEEDS: expected a whole number from 1 to 20, got {given!r}"
        )
    # the claims were first tried with seeds 1 to 4, so those are not used again
    return (0, *range(5, 4 + int(given)))


def measured(
    questions: Sequence[Question], images: Images, seeds: Sequence[int]
) -> list[dict[str, Numbers]]:
    """Return the numbers of questions for each seed, measured once and then kept.

    Args:
        questions: Modules with a function ``measure``.
        images: The digits. Networks are trained on them first if need be.
        seeds: Of the networks.

    Returns:
        For each seed, by the question's short name, what its ``measure`` returned.

    Raises:
        RuntimeError: Training or measuring failed; the message ends with its last
            lines.

    Example:
        >>> from convlens.study import load_images
        >>> from convlens.study.questions import accuracy
        >>> found, = measured([accuracy], load_images("digits"), [0])
        >>> found["accuracy"]["total"]
        360
    """
    found = {}
    for seed in seeds:
        kept, missing = read_kept(_all_names(questions, images, seed), _decode)
        if not missing:
            found[seed] = kept
    unfinished = [seed for seed in seeds if seed not in found]
    if unfinished:
        found |= _made_on_workers(questions, images, unfinished)
    return [
        {
            short_name(one): found[seed][numbers_name(one, images, seed)]
            for one in questions
        }
        for seed in seeds
    ]


def _all_names(questions: Sequence[Question], images: Images, seed: int) -> list[str]:
    """Name all that is kept of one seed: its networks and the numbers of questions."""
    numbers = [numbers_name(one, images, seed) for one in questions]
    return [*needed_networks(questions, images, seed), *numbers]


def needed_networks(
    questions: Sequence[Question], images: Images, seed: int
) -> dict[str, Variant]:
    """List the trainings that questions need with one seed.

    Args:
        questions: Modules with a function ``measure``.
        images: The digits.
        seed: Of the networks.

    Returns:
        The variants, by the name under which each is kept.

    Example:
        >>> from convlens.study import load_images
        >>> from convlens.study.questions import accuracy
        >>> needed = needed_networks([accuracy], load_images("digits"), seed=0)
        >>> [one.name for one in needed.values()]
        ['own']
    """
    variants = {OWN.name: OWN}
    for question in questions:
        variants |= {one.name: one for one in trainings_of(question)}
    return {network_name(images, seed, one): one for one in variants.values()}


def trainings_of(question: Question) -> tuple[Variant, ...]:
    """List the variants of the training that a question measures.

    Example:
        >>> from convlens.study.questions import accuracy
        >>> [one.name for one in trainings_of(accuracy)]
        ['own']
    """
    return getattr(question, "TRAININGS", (OWN,))


def _made_on_workers(
    questions: Sequence[Question], images: Images, seeds: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Train and measure seed by seed, here or on a cluster, and keep the results.

    Results come back as bytes: a worker may be another machine, with files of its own.
    """
    modules = tuple(question.__name__ for question in questions)
    work = functools.partial(_all_results, modules, images)
    found = {}
    for seed, results in for_each_seed(work, seeds):
        names = _all_names(questions, images, seed)
        if set(results) != set(names):
            raise RuntimeError(
                f"seed {seed}: expected results of this machine's kind, got those of "
                "a worker with another processor, other libraries, other digits or "
                "other code of the book"
            )
        _keep_what_came(results)
        found[seed] = {name: _decode(content) for name, content in results.items()}
    return found


def _keep_what_came(results: Mapping[str, bytes]) -> None:
    """Keep here what a worker made, if it is not kept here already."""
    _, missing = read_kept(list(results), bytes)
    kept_together(
        missing,
        lambda names: {name: results[name] for name in names},
        encode=bytes,
        decode=bytes,
    )


def _all_results(
    modules: Sequence[str],
    images: Images,
    seed: int,
    tell: Callable[[int, int], None] | None = None,
) -> dict[str, bytes]:
    """Train and measure everything with one seed; what is kept already is read."""
    questions = [cast(Question, importlib.import_module(one)) for one in modules]
    return {
        name: _encode(result)
        for name, result in _results(questions, images, seed, tell).items()
    }


def _results(
    questions: Sequence[Question],
    images: Images,
    seed: int,
    tell: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return trainings and numbers with one seed, by the name each is kept under.

    What is missing is made in one subprocess: importing TensorFlow takes seconds.
    """
    networks = needed_networks(questions, images, seed)
    numbers = {numbers_name(one, images, seed): one.__name__ for one in questions}

    def make(missing: list[str]) -> dict[str, Any]:
        records, to_train = read_kept(list(networks), decode_record)
        to_measure = {name: numbers[name] for name in numbers if name in missing}
        return call_apart(
            _train_and_measure,
            images,
            seed,
            {name: networks[name] for name in to_train},
            {networks[name].name: record for name, record in records.items()},
            to_measure,
            title=f"training {counted(len(to_train), 'network')} and measuring "
            f"{counted(len(to_measure), 'question')}, seed {seed}",
            tell=tell,
        )

    return kept_together([*networks, *numbers], make, encode=_encode, decode=_decode)


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
        networks=[network_name(images, seed, one) for one in trainings_of(question)],
        code=code_fingerprint(question.measure, _measure, fixed_environment),
        processor=processor(),
        versions=versions("keras", "numpy", "scikit-learn", "scipy", "tensorflow"),
    )
    return f"{short_name(question)}-{key}"


def _train_and_measure(
    images: Images,
    seed: int,
    to_train: Mapping[str, Variant],
    records: Mapping[str, TrainingRecord],
    to_measure: Mapping[str, str],
    *,
    tell: Callable[[int, int], None],
) -> dict[str, Any]:
    """Train variants, then measure questions, in a process of their own.

    Progress is told in steps of training; a question counts as `STEPS_OF_A_QUESTION`.
    """
    steps = {
        name: variant.recipe.epochs_and_steps(images)[1]
        for name, variant in to_train.items()
    }
    total = sum(steps.values()) + len(to_measure) * STEPS_OF_A_QUESTION
    found: dict[str, Any] = {}
    done = 0
    trained = dict(records)
    for name, variant in to_train.items():
        found[name] = train_apart(
            images,
            seed,
            variant,
            tell=lambda step, _, done=done: tell(done + step, total),
        )
        trained[variant.name] = found[name]
        done += steps[name]
    network = TrainedNetwork(images, seed, trained)
    for name, module in to_measure.items():
        found[name] = _measure(module, network)
        done += STEPS_OF_A_QUESTION
        tell(done, total)
    return found


def _measure(module: str, network: TrainedNetwork) -> Numbers:
    fix_threads()
    return importlib.import_module(module).measure(network)


def _encode(result: TrainingRecord | Numbers) -> bytes:
    if isinstance(result, TrainingRecord):
        return encode_record(result)
    return json.dumps(result, allow_nan=False).encode()


def _decode(content: bytes) -> TrainingRecord | Numbers:
    """Decode a record, which is a zip archive, or numbers, and reject anything else."""
    if content.startswith(b"PK"):
        return decode_record(content)
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
