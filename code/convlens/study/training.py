"""The book's network, trained once in a subprocess, kept, and loaded from then on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from convlens.study.apart import call_apart
from convlens.study.arithmetic import fixed_environment, processor
from convlens.study.data import Images
from convlens.study.fingerprints import code_fingerprint
from convlens.study.keeping import Damaged, content_key, kept, versions
from convlens.study.network import RECIPE, build_cnn, train
from convlens.study.variants import OWN, Variant, images_of, start_of

if TYPE_CHECKING:
    import keras

FRAMES = 40  # records of the first layer in one training, the most


@dataclass(frozen=True)
class TrainingRecord:
    """One training, as it is kept.

    Attributes:
        weights: The trained arrays, in the order of `keras.Model.get_weights`.
        initial_weights: The same arrays before the first step.
        history: By name (``loss``, ``accuracy``, ``val_loss``, ``val_accuracy``), one
            number per epoch.
        film: The first layer through training, by name: ``steps`` of shape ``(m,)``;
            ``kernels`` after each, ``(m, 5, 5, 1, 16)``; ``losses``, the mean training
            loss since the step before, NaN for step 0.
    """

    weights: list[np.ndarray]
    initial_weights: list[np.ndarray]
    history: dict[str, list[float]]
    film: dict[str, np.ndarray] = field(default_factory=dict)


def trained_cnn(images: Images, seed: int = 0) -> keras.Model:
    """Return the book's trained network: trained once, then loaded.

    Args:
        images: What it is trained on.
        seed: Of its initial weights and of the order of the images.

    Returns:
        The model of `build_cnn` with trained weights. On the same machine with the
        same library versions the weights are the same to the last bit.

    Raises:
        RuntimeError: The training failed; the message ends with its last lines.

    Example:
        >>> from convlens.study.data import load_images
        >>> model = trained_cnn(load_images("digits"))
        >>> model.output_shape
        (None, 10)
    """
    model = build_cnn(seed)
    model.set_weights(training_record(images, seed).weights)
    return model


def untrained_cnn(images: Images, seed: int = 0) -> keras.Model:
    """Return the network as it was before its training began.

    With another backend, `build_cnn` draws other weights from the same seed. These are
    the ones from which the training began.

    Args:
        images: As in `trained_cnn`.
        seed: As in `trained_cnn`.

    Returns:
        The model of `build_cnn` with the initial weights of `trained_cnn`.

    Raises:
        RuntimeError: The training failed; the message ends with its last lines.

    Example:
        >>> from convlens.study.data import load_images
        >>> untrained_cnn(load_images("digits")).count_params()
        28938
    """
    model = build_cnn(seed)
    model.set_weights(training_record(images, seed).initial_weights)
    return model


def training_record(
    images: Images, seed: int = 0, variant: Variant = OWN
) -> TrainingRecord:
    """Return weights, initial weights, history and film of one training.

    Args:
        images: What it is trained on.
        seed: As in `trained_cnn`.
        variant: The book's own training, or one that differs from it in one thing.

    Returns:
        The record, read from what was kept; trained first where nothing was.

    Raises:
        RuntimeError: The training failed; the message ends with its last lines.

    Example:
        >>> from convlens.study.data import load_images
        >>> record = training_record(load_images("digits"))
        >>> [array.shape for array in record.initial_weights][:2]
        [(5, 5, 1, 16), (16,)]
    """
    return kept(
        network_name(images, seed, variant),
        lambda: call_apart(
            train_apart,
            images,
            seed,
            variant,
            title=f"training the network, seed {seed}",
        ),
        encode=encode_record,
        decode=decode_record,
    )


def network_name(images: Images, seed: int = 0, variant: Variant = OWN) -> str:
    """Build the cache key of a network from everything that decides its weights.

    Args:
        images: What it is trained on.
        seed: As in `trained_cnn`.
        variant: As in `training_record`.

    Returns:
        The name under which its training is kept.

    Example:
        >>> from convlens.study.data import load_images
        >>> digits = load_images("digits")
        >>> network_name(digits, seed=0) == network_name(digits, seed=1)
        False
    """
    key = content_key(
        data=images.fingerprint,
        seed=seed,
        variant=asdict(variant),
        code=code_fingerprint(train_apart, fixed_environment),
        processor=processor(),
        versions=versions("tensorflow", "keras", "numpy"),
    )
    return f"network-{key}"


def encode_record(record: TrainingRecord) -> bytes:
    """Write a record as the bytes of an ``.npz`` archive.

    Example:
        >>> encode_record(TrainingRecord([], [], {}))[:2]
        b'PK'
    """
    arrays = {"history": np.array(json.dumps(record.history))}
    arrays |= {f"weights_{i}": array for i, array in enumerate(record.weights)}
    arrays |= {f"initial_{i}": array for i, array in enumerate(record.initial_weights)}
    arrays |= {f"film_{name}": array for name, array in record.film.items()}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def decode_record(content: bytes) -> TrainingRecord:
    """Read a record from the bytes of `encode_record`.

    Raises:
        Damaged: The bytes are not those of a record.

    Example:
        >>> record = TrainingRecord([], [], {"loss": [0.5]})
        >>> decode_record(encode_record(record)).history
        {'loss': [0.5]}
    """
    try:
        with np.load(io.BytesIO(content)) as file:
            arrays = {name: file[name] for name in file.files}
        history = json.loads(str(arrays.pop("history")))
        parts: dict[str, list[np.ndarray]] = {"weights": [], "initial": []}
        film = {}
        for name, array in arrays.items():
            part, _, rest = name.partition("_")
            if part == "film":
                film[rest] = array
            else:
                parts[part].append(array)
        return TrainingRecord(parts["weights"], parts["initial"], history, film)
    except (ValueError, KeyError, OSError) as error:
        raise Damaged(f"it is no training record: {error}") from error


def train_apart(
    images: Images,
    seed: int,
    variant: Variant = OWN,
    *,
    tell: Callable[[int, int], None],
) -> TrainingRecord:
    """Train a variant of the network, reporting progress in steps.

    TensorFlow's number of threads is fixed once it has computed, and a notebook has
    usually computed already. In a fresh process everyone gets the same weights,
    whatever they did before and whichever backend they read with.

    Args:
        images: The digits.
        seed: Of the initial weights and of the order of the images.
        variant: What to train.
        tell: Is told the steps done and all the steps.

    Returns:
        The record.

    Example:
        >>> from convlens.study.data import load_images
        >>> from convlens.study.variants import SHORT
        >>> record = training_record(load_images("digits"), variant=SHORT)
        >>> int(record.film["steps"][0]), record.film["kernels"].shape[1:]
        (0, (5, 5, 1, 16))
    """
    import keras

    from convlens.recorder import KernelRecorder, recording_steps

    fix_threads()
    model = start_of(variant, seed)
    initial = model.get_weights()
    images = images_of(variant, images, seed)
    _, steps = variant.recipe.epochs_and_steps(images)
    film = KernelRecorder("conv1", recording_steps(steps, FRAMES))
    progress = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: tell(
            int(model.optimizer.iterations), steps
        )
    )
    history = train(
        model, images, seed=seed, recipe=variant.recipe, callbacks=(progress, film)
    )
    frames = {"steps": film.steps, "kernels": film.kernels, "losses": film.losses}
    return TrainingRecord(model.get_weights(), initial, history, frames)


def fix_threads() -> None:
    """Set TensorFlow's threads as in the recipe; call it before any computation.

    Example:
        >>> fix_threads.__name__  # it lasts, so this example does not call it
        'fix_threads'
    """
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(RECIPE.threads)
    tf.config.threading.set_inter_op_parallelism_threads(RECIPE.threads)
