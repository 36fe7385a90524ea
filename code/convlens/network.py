"""The book's CNN: built, trained once, kept, loaded.

Keras is imported inside the functions that need it, so that a build can ask whether a
network is kept without paying for TensorFlow.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from convlens.apart import call_apart
from convlens.data import Images
from convlens.keeping import Damaged, content_key, kept, source_of, versions

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Recipe:
    """How the network is trained. Chosen on validation images, never on test images.

    Attributes:
        batch: Images per step.
        epochs: Passes over the training images, at least.
        least_steps: Steps, at least: a small data set is passed over more often.
        peak_rate: The largest learning rate of Adam, reached after the warm-up.
        warm_up: Share of the steps in which the rate rises; it then falls to zero
            along a cosine.
        steps_per_call: Steps that TensorFlow runs before Python looks again. It
            changes the speed, not the result.
        threads: Threads that TensorFlow computes with. It changes the last digits of
            the result, so it is part of the recipe.
    """

    batch: int = 64
    epochs: int = 3
    least_steps: int = 300
    peak_rate: float = 1e-2
    warm_up: float = 0.1
    steps_per_call: int = 32
    threads: int = 2

    def epochs_and_steps(self, images: int) -> tuple[int, int]:
        """Count the passes over this many images, and the steps of all passes."""
        steps = -(-images // self.batch)
        epochs = max(self.epochs, -(-self.least_steps // steps))
        return epochs, epochs * steps


RECIPE = Recipe()


@dataclass(frozen=True)
class TrainingRecord:
    """One training, as it is kept.

    Attributes:
        weights: The trained arrays, in the order of `keras.Model.get_weights`.
        initial_weights: The same arrays before the first step.
        history: By name (``loss``, ``accuracy``, ``val_loss``, ``val_accuracy``), one
            number per epoch.
    """

    weights: list[np.ndarray]
    initial_weights: list[np.ndarray]
    history: dict[str, list[float]]


def build_cnn(seed: int = 0) -> keras.Model:
    """Build the untrained network: two convolutions, two poolings, one dense layer.

    Args:
        seed: Of the random initial weights; the same seed gives the same weights.

    Returns:
        A model from images ``(n, 28, 28, 1)`` in [0, 1] to probabilities ``(n, 10)``.

    Example:
        >>> build_cnn().count_params()
        28938
    """
    import keras
    from keras import layers

    def start(layer: int) -> dict[str, keras.Initializer]:
        weights = keras.initializers.GlorotUniform(seed=1000 * seed + layer)
        return {"kernel_initializer": weights}

    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(16, 5, padding="same", name="conv1", **start(1))(image)
    x = layers.ReLU(name="relu1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(32, 5, padding="same", name="conv2", **start(2))(x)
    x = layers.ReLU(name="relu2")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Flatten(name="flatten")(x)
    digit = layers.Dense(10, "softmax", name="digit", **start(3))(x)
    return keras.Model(image, digit, name="cnn")


def train(
    model: keras.Model,
    images: Images,
    *,
    seed: int = 0,
    recipe: Recipe = RECIPE,
    callbacks: tuple = (),
) -> dict[str, list[float]]:
    """Train a model in place, holding out the last twelfth of the training images.

    Args:
        model: From `build_cnn`, or any classifier of these images.
        images: The data; the test images are not looked at.
        seed: Of the order of the images. It resets the random state of Keras,
            TensorFlow, NumPy and Python.
        recipe: Batch, epochs and learning rate.
        callbacks: Passed to `keras.Model.fit`.

    Returns:
        The history: one number per epoch for ``loss``, ``accuracy``, ``val_loss`` and
        ``val_accuracy``.

    Example:
        >>> from convlens.data import load_images
        >>> short = Recipe(epochs=1, least_steps=1)
        >>> history = train(build_cnn(), load_images("digits"), recipe=short)
        >>> len(history["loss"])
        1
    """
    import keras

    keras.utils.set_random_seed(seed)
    held_out = images.validation_count
    x, y = images.x_train, images.y_train
    epochs, steps = recipe.epochs_and_steps(len(x) - held_out)
    rising = int(recipe.warm_up * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - rising, warmup_target=recipe.peak_rate, warmup_steps=rising
    )
    model.compile(
        keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=recipe.steps_per_call,
    )
    fitted = model.fit(
        x[:-held_out],
        y[:-held_out],
        validation_data=(x[-held_out:], y[-held_out:]),
        validation_batch_size=500,
        batch_size=recipe.batch,
        epochs=epochs,
        callbacks=list(callbacks),
        verbose=0,
    )
    return {name: [*map(float, line)] for name, line in fitted.history.items()}


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
        >>> from convlens.data import load_images
        >>> model = trained_cnn(load_images("digits"))
        >>> model.output_shape
        (None, 10)
    """
    model = build_cnn(seed)
    model.set_weights(training_record(images, seed).weights)
    return model


def untrained_cnn(images: Images, seed: int = 0) -> keras.Model:
    """Return the network as it was before its training began.

    `build_cnn` draws the same weights from the same seed with one backend, and others
    with another. Here they are those that were trained.

    Args:
        images: As in `trained_cnn`.
        seed: As in `trained_cnn`.

    Returns:
        The model of `build_cnn` with the initial weights of `trained_cnn`.

    Raises:
        RuntimeError: The training failed; the message ends with its last lines.

    Example:
        >>> from convlens.data import load_images
        >>> untrained_cnn(load_images("digits")).count_params()
        28938
    """
    model = build_cnn(seed)
    model.set_weights(training_record(images, seed).initial_weights)
    return model


def training_record(images: Images, seed: int = 0) -> TrainingRecord:
    """Return weights, initial weights and history of the book's network.

    Args:
        images: What it is trained on.
        seed: As in `trained_cnn`.

    Returns:
        The record, read from what was kept; trained first where nothing was.

    Raises:
        RuntimeError: The training failed; the message ends with its last lines.

    Example:
        >>> from convlens.data import load_images
        >>> record = training_record(load_images("digits"))
        >>> [array.shape for array in record.initial_weights][:2]
        [(5, 5, 1, 16), (16,)]
    """
    return kept(
        kept_name(images, seed),
        lambda: call_apart(
            _train_and_tell, images, seed, title=f"training the network, seed {seed}"
        ),
        encode=_encode,
        decode=_decode,
    )


def kept_name(images: Images, seed: int = 0) -> str:
    """Name a trained network by everything that shapes its weights.

    Example:
        >>> from convlens.data import load_images
        >>> digits = load_images("digits")
        >>> kept_name(digits, seed=0) == kept_name(digits, seed=1)
        False
    """
    key = content_key(
        data=images.fingerprint,
        seed=seed,
        recipe=asdict(RECIPE),
        source=source_of("network", "apart", "data"),
        versions=versions("tensorflow", "keras", "numpy"),
    )
    return f"network-{key}"


def epoch_lines(record: TrainingRecord) -> str:
    """Write one line per epoch, as a training prints them.

    Args:
        record: From `training_record`.

    Returns:
        The lines; the accuracies are shares in [0, 1].

    Example:
        >>> history = {"loss": [0.5], "accuracy": [0.8], "val_loss": [0.25],
        ...            "val_accuracy": [0.9]}
        >>> print(epoch_lines(TrainingRecord([], [], history)))
        epoch 1: loss 0.5000, accuracy 0.8000; validation loss 0.2500, accuracy 0.9000
    """
    history = record.history
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    rows = zip(*(history[name] for name in names), strict=True)
    return "\n".join(
        f"epoch {number}: loss {loss:.4f}, accuracy {accuracy:.4f}; "
        f"validation loss {val_loss:.4f}, accuracy {val_accuracy:.4f}"
        for number, (loss, accuracy, val_loss, val_accuracy) in enumerate(rows, 1)
    )


def _encode(record: TrainingRecord) -> bytes:
    arrays = {f"weights_{i}": array for i, array in enumerate(record.weights)}
    arrays |= {f"initial_{i}": array for i, array in enumerate(record.initial_weights)}
    buffer = io.BytesIO()
    np.savez(buffer, history=np.array(json.dumps(record.history)), **arrays)
    return buffer.getvalue()


def _decode(content: bytes) -> TrainingRecord:
    try:
        with np.load(io.BytesIO(content)) as file:
            history = json.loads(str(file["history"]))
            count = sum(name.startswith("weights_") for name in file.files)
            weights = [file[f"weights_{i}"] for i in range(count)]
            initial = [file[f"initial_{i}"] for i in range(count)]
        return TrainingRecord(weights, initial, history)
    except (ValueError, KeyError, OSError) as error:
        raise Damaged(f"it is no training record: {error}") from error


def _train_and_tell(
    images: Images, seed: int, *, tell: Callable[[int, int], None]
) -> TrainingRecord:
    """Train the book's network, telling how many steps are done, of how many.

    TensorFlow's number of threads is fixed once it has computed, and a notebook has
    usually computed already. In a fresh process everyone gets the same weights,
    whatever they did before and whichever backend they read with.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(RECIPE.threads)
    tf.config.threading.set_inter_op_parallelism_threads(RECIPE.threads)
    model = build_cnn(seed)
    initial = model.get_weights()
    _, steps = RECIPE.epochs_and_steps(len(images.x_train) - images.validation_count)
    progress = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: tell(
            int(model.optimizer.iterations), steps
        )
    )
    history = train(model, images, seed=seed, callbacks=(progress,))
    return TrainingRecord(model.get_weights(), initial, history)
