"""What is measured on trained networks, once, and kept for the pages to read."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from convlens import claims, findings
from convlens.activations import map_peaks
from convlens.apart import call_apart
from convlens.data import Images
from convlens.keeping import content_key, kept, source_of, versions
from convlens.kernels import layer_kernels, shuffled_inside
from convlens.network import TrainingRecord, build_cnn, training_record
from convlens.network import kept_name as network_name
from convlens.statistics import (
    AgainstChance,
    against_chance,
    largest_agreement,
    neighbour_agreement,
    own_start,
)

if TYPE_CHECKING:
    import keras

SEED = 0
SHUFFLES = 1000


def claims_ledger(images: Images) -> claims.Ledger:
    """Return every claim of the book, measured on these images once and then kept.

    Args:
        images: The digits; the network is trained on them first if need be.

    Returns:
        The ledger.

    Example:
        >>> from convlens.data import load_images
        >>> ledger = claims_ledger(load_images("digits"))
        >>> sorted(ledger.claims)[0]
        'commonest-confusion'
    """
    return kept(
        _kept_name(images),
        lambda: _measure_apart(images),
        encode=claims.encode,
        decode=claims.decode,
    )


def kept_results(images: Images) -> dict[str, str]:
    """Name everything that pages load, as `convlens.keeping` keeps it.

    Args:
        images: The digits.

    Returns:
        The kept name, by what it is.

    Example:
        >>> from convlens.data import load_images
        >>> list(kept_results(load_images("digits")))
        ['network, random seed 0', 'claims ledger']
    """
    network = network_name(images, SEED)
    return {
        f"network, random seed {SEED}": network,
        "claims ledger": _kept_name(images),
    }


def _kept_name(images: Images) -> str:
    modules = [
        "experiments",
        "findings",
        "claims",
        "statistics",
        "kernels",
        "activations",
        "data",
    ]
    key = content_key(
        data=images.name,
        network=network_name(images, SEED),
        source=source_of("experiments", *modules),
        versions=versions("scipy", "scikit-learn"),
    )
    return f"ledger-{key}"


def _measure_apart(images: Images) -> claims.Ledger:
    """Train if need be, then measure where TensorFlow burdens nobody else."""
    record = training_record(images, SEED)
    return call_apart(_measure, images, record, title="measuring the claims")


def _measure(
    images: Images, record: TrainingRecord, *, tell: Callable[[int, int], None]
) -> claims.Ledger:
    os.environ["KERAS_BACKEND"] = "tensorflow"  # one ledger, whoever reads it
    untrained, trained = build_cnn(SEED), build_cnn(SEED)
    untrained.set_weights(record.initial_weights)
    trained.set_weights(record.weights)
    tell(1, 4)
    found = _reading_claims(images, trained, record)
    tell(2, 4)
    found += _kernel_claims(images, trained, untrained)
    tell(3, 4)
    found += _map_claims(images, trained, untrained)
    tell(4, 4)
    return claims.Ledger(found)


def _reading_claims(
    images: Images, model: keras.Model, record: TrainingRecord
) -> list[claims.Claim]:
    """How well the network reads the test digits."""
    from sklearn.metrics import confusion_matrix  # slow to import, used only here

    probabilities = model.predict(images.x_test, batch_size=500, verbose=0)
    read = probabilities.argmax(axis=1)
    confusion = confusion_matrix(images.y_test, read, labels=range(10))
    commonest = np.bincount(images.y_test).max() / len(images.y_test)
    losses, validated = record.history["val_loss"], images.validation_count
    told = {"data": images.name, "seed": SEED}
    correct = int(np.trace(confusion))
    return [
        findings.share_read_right(
            correct, len(images.y_test), float(commonest), **told
        ),
        findings.lowest_validation_loss(losses, validated=validated, **told),
        findings.commonest_confusion(confusion, **told),
        findings.surest_mistake(images.y_test, probabilities, **told),
    ]


def _kernel_claims(
    images: Images, trained: keras.Model, untrained: keras.Model
) -> list[claims.Claim]:
    """What can be said of the kernels of both layers."""
    after, before = (layer_kernels(one, "conv1") for one in (trained, untrained))
    held, beyond = _against_shuffles(after, SHUFFLES)
    mean_before = float(neighbour_agreement(before).mean())
    told = {"kernels": after.shape[3], "data": images.name, "seed": SEED}
    growth = float(np.sqrt(np.mean(after**2) / np.mean(before**2)))
    largest = largest_agreement(*after.shape[:2])
    second = {"kernels": 16 * 32, "data": images.name, "seed": SEED}
    deeper, _ = _against_shuffles(layer_kernels(trained, "conv2"), SHUFFLES // 5)
    deeper_before = neighbour_agreement(layer_kernels(untrained, "conv2"))
    return [
        findings.neighbours_agree(held, mean_before, largest=largest, **told),
        findings.weights_moved(own_start(before, after, seed=SEED), growth, **told),
        findings.kernels_beyond_shuffles(
            beyond, _against_shuffles(before, SHUFFLES)[1], **told
        ),
        findings.second_layer_agrees(deeper, float(deeper_before.mean()), **second),
    ]


def _against_shuffles(kernels: np.ndarray, copies: int) -> tuple[AgainstChance, int]:
    """Agreement of neighbours against shuffles: the mean, and kernels that exceed."""
    found = neighbour_agreement(kernels)
    chance = neighbour_agreement(shuffled_inside(kernels, seed=SEED, copies=copies))
    held = against_chance(float(found.mean()), chance.mean(axis=(1, 2)))
    return held, int(np.sum(found > np.percentile(chance, 97.5, axis=0)))


def _map_claims(
    images: Images, trained: keras.Model, untrained: keras.Model
) -> list[claims.Claim]:
    """What can be said of the maps of the running digit, and of all test digits."""
    peaks = map_peaks(trained, images.x_test, layers=["relu1", "relu2"])
    after = peaks["relu1"][images.running_seven]
    seven = images.x_test[[images.running_seven]]
    before = map_peaks(untrained, seven, layers=["relu1"])["relu1"][0]
    told = {"data": images.name, "seed": SEED}
    blank = {name: values == 0 for name, values in peaks.items()}
    return [
        findings.kernels_that_answer(
            int(np.sum(after >= after.max() / 10)),
            int(np.sum(after == 0)),
            int(np.sum(before >= before.max() / 10)),
            kernels=len(after),
            **told,
        ),
        findings.dead_and_blank(blank, on_seven=int(np.sum(after == 0)), **told),
    ]
