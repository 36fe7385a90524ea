"""What is measured on trained networks, once, and kept for the pages to read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.metrics import confusion_matrix

from convlens import claims
from convlens.activations import feature_maps
from convlens.apart import call_apart
from convlens.data import Images
from convlens.keeping import content_key, kept, origin, source_of, versions
from convlens.kernels import layer_kernels, shuffled_inside
from convlens.network import build_cnn, trained_cnn, training_record
from convlens.network import kept_name as network_name
from convlens.statistics import against_chance, neighbour_agreement

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


def origins(images: Images) -> dict[str, str]:
    """Tell of everything that pages load whether this build made it.

    Args:
        images: The digits.

    Returns:
        By name, ``"made by this build"`` or since when it was kept.

    Example:
        >>> from convlens.data import load_images
        >>> list(origins(load_images("digits")))
        ['network, random seed 0', 'claims ledger']
    """
    return {
        f"network, random seed {SEED}": origin(network_name(images, SEED)),
        "claims ledger": origin(_kept_name(images)),
    }


def _kept_name(images: Images) -> str:
    modules = ("experiments", "claims", "statistics", "kernels", "activations")
    key = content_key(
        network=network_name(images, SEED),
        source=source_of(*modules),
        versions=versions("scipy", "scikit-learn"),
    )
    return f"ledger-{key}"


def _measure_apart(images: Images) -> claims.Ledger:
    """Train if need be, then measure where TensorFlow burdens nobody else."""
    training_record(images, SEED)
    return call_apart(_measure, images, title="measuring the claims")


def _measure(images: Images, *, tell: Callable[[int, int], None]) -> claims.Ledger:
    measures = (_reading_claims, _kernel_claims, _answer_claims)
    found = []
    for done, measure in enumerate(measures, 1):
        found += measure(images)
        tell(done, len(measures))
    return claims.Ledger(found)


def _reading_claims(images: Images) -> list[claims.Claim]:
    """How well the network reads the test digits: the test set is used here, once."""
    model = trained_cnn(images, SEED)
    read = model.predict(images.x_test, batch_size=500, verbose=0).argmax(axis=1)
    confusion = confusion_matrix(images.y_test, read, labels=range(10))
    commonest = np.bincount(images.y_test).max() / len(images.y_test)
    losses = training_record(images, SEED).history["val_loss"]
    told = {"data": images.name, "seed": SEED}
    correct = int(np.trace(confusion))
    return [
        claims.share_read_right(correct, len(images.y_test), float(commonest), **told),
        claims.lowest_validation_loss(losses, **told),
        claims.commonest_confusion(confusion, **told),
    ]


def _kernel_claims(images: Images) -> list[claims.Claim]:
    trained = layer_kernels(trained_cnn(images, SEED), "conv1")
    before = layer_kernels(build_cnn(SEED), "conv1")
    shuffled = shuffled_inside(trained, seed=SEED, copies=SHUFFLES)
    held = against_chance(
        float(neighbour_agreement(trained).mean()),
        neighbour_agreement(shuffled).mean(axis=(1, 2)),
    )
    claim = claims.neighbours_agree(
        held,
        float(neighbour_agreement(before).mean()),
        kernels=trained.shape[3],
        data=images.name,
        seed=SEED,
    )
    return [claim]


def _answer_claims(images: Images) -> list[claims.Claim]:
    seven = images.x_test[[images.running_seven]]
    trained, before = (
        feature_maps(model, seven, layers=["relu1"])["relu1"].max(axis=(0, 1, 2))
        for model in (trained_cnn(images, SEED), build_cnn(SEED))
    )
    claim = claims.kernels_that_answer(
        int(np.sum(trained >= trained.max() / 10)),
        int(np.sum(trained == 0)),
        int(np.sum(before >= before.max() / 10)),
        kernels=len(trained),
        data=images.name,
        seed=SEED,
    )
    return [claim]
