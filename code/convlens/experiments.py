"""What is measured on trained networks, once, and kept for the pages to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from convlens import claims
from convlens.activations import feature_maps
from convlens.apart import call_apart
from convlens.data import Images
from convlens.keeping import content_key, kept, source_of, versions
from convlens.kernels import layer_kernels, shuffled_inside
from convlens.network import TrainingRecord, build_cnn, training_record
from convlens.network import kept_name as network_name
from convlens.statistics import (
    against_chance,
    largest_agreement,
    neighbour_agreement,
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
    modules = ("experiments", "claims", "statistics", "kernels", "activations", "data")
    key = content_key(
        data=images.name,
        network=network_name(images, SEED),
        source=source_of(*modules),
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
    untrained, trained = build_cnn(SEED), build_cnn(SEED)
    trained.set_weights(record.weights)
    tell(1, 4)
    found = _reading_claims(images, trained, record)
    tell(2, 4)
    found.append(_kernel_claim(images, trained, untrained))
    tell(3, 4)
    found.append(_answer_claim(images, trained, untrained))
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
        claims.share_read_right(correct, len(images.y_test), float(commonest), **told),
        claims.lowest_validation_loss(losses, validated=validated, **told),
        claims.commonest_confusion(confusion, **told),
        claims.surest_mistake(images.y_test, probabilities, **told),
    ]


def _kernel_claim(
    images: Images, trained: keras.Model, untrained: keras.Model
) -> claims.Claim:
    kernels = layer_kernels(trained, "conv1")
    shuffled = shuffled_inside(kernels, seed=SEED, copies=SHUFFLES)
    held = against_chance(
        float(neighbour_agreement(kernels).mean()),
        neighbour_agreement(shuffled).mean(axis=(1, 2)),
    )
    return claims.neighbours_agree(
        held,
        float(neighbour_agreement(layer_kernels(untrained, "conv1")).mean()),
        kernels=kernels.shape[3],
        largest=largest_agreement(*kernels.shape[:2]),
        data=images.name,
        seed=SEED,
    )


def _answer_claim(
    images: Images, trained: keras.Model, untrained: keras.Model
) -> claims.Claim:
    seven = images.x_test[[images.running_seven]]
    after, before = (
        feature_maps(model, seven, layers=["relu1"])["relu1"].max(axis=(0, 1, 2))
        for model in (trained, untrained)
    )
    return claims.kernels_that_answer(
        int(np.sum(after >= after.max() / 10)),
        int(np.sum(after == 0)),
        int(np.sum(before >= before.max() / 10)),
        kernels=len(after),
        data=images.name,
        seed=SEED,
    )
