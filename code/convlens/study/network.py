"""The book's CNN: how it is built, and the recipe by which it is trained.

Keras is imported inside the functions that need it, so that a build can ask whether a
network is cached without importing TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convlens.study.data import Images

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Recipe:
    """The settings of a training, chosen on validation images, never on test images.

    Attributes:
        batch: Batch size.
        epochs: Number of epochs, at least.
        least_steps: Number of steps, at least; a small data set gets more epochs.
        most_images: Train on the first images only, at most this many.
        peak_rate: The largest learning rate of Adam, reached after the warm-up.
        warm_up: Share of the steps in which the rate rises; after them it falls to
            zero along a cosine.
        weight_decay: Each step removes this share of the weights, times the rate.
        steps_per_call: Keras' ``steps_per_execution``. It changes the speed, not the
            result.
        threads: Number of threads of TensorFlow.
    """

    batch: int = 64
    epochs: int = 2
    least_steps: int = 300
    most_images: int | None = None
    peak_rate: float = 1e-2
    warm_up: float = 0.1
    weight_decay: float = 0.0
    steps_per_call: int = 8
    threads: int = 2

    def epochs_and_steps(self, images: Images) -> tuple[int, int]:
        """Return the number of epochs for these images, and the total of steps."""
        steps = -(-len(self.training_part(images)[0]) // self.batch)
        epochs = max(self.epochs, -(-self.least_steps // steps))
        return epochs, epochs * steps

    def training_part(self, images: Images) -> tuple[np.ndarray, np.ndarray]:
        """Return the images to train on, and their labels, without those held out."""
        held_out = len(images.x_train) - images.validation_count
        count = min(held_out, self.most_images or held_out)
        return images.x_train[:count], images.y_train[:count]


RECIPE = Recipe()


def build_cnn(seed: int = 0) -> keras.Model:
    """Build the untrained network: two convolutions, two poolings, one dense layer.

    Args:
        seed: Decides the random initial weights; the same seed, the same weights.

    Returns:
        A model from images ``(n, 28, 28, 1)`` in [0, 1] to probabilities ``(n, 10)``.

    Raises:
        RuntimeError: Keras is set to channels first, or not to float32.

    Example:
        >>> build_cnn().count_params()
        28938
    """
    import keras
    from keras import layers

    _check_keras()  # stops if Keras has other settings

    def start(layer: int) -> dict[str, keras.Initializer]:
        weights = keras.initializers.GlorotUniform(
            seed=1000 * seed + layer,
        )
        return {"kernel_initializer": weights}

    # a page of the book shows these lines, and pages are narrow
    # fmt: off
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(16, 5, padding="same", name="conv1",
                      **start(1))(image)
    x = layers.ReLU(name="relu1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(32, 5, padding="same", name="conv2",
                      **start(2))(x)
    x = layers.ReLU(name="relu2")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Flatten(name="flatten")(x)
    digit = layers.Dense(10, "softmax", name="digit",
                         **start(3))(x)
    # fmt: on
    return keras.Model(image, digit, name="cnn")


def _check_keras() -> None:
    """Refuse settings of ``keras.json`` with which this would be another network."""
    from keras import config

    found = config.image_data_format(), config.floatx()
    if found != ("channels_last", "float32"):
        raise RuntimeError(
            f"Keras: expected channels_last and float32, got {found[0]} and {found[1]}."
            " Set them with keras.config.set_image_data_format and "
            "keras.config.set_floatx, or in keras.json."
        )


def train(
    model: keras.Model,
    images: Images,
    *,
    seed: int = 0,
    recipe: Recipe = RECIPE,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> dict[str, list[float]]:
    """Train a model in place; the last twelfth of the training images is held out.

    Args:
        model: From `build_cnn`, or any classifier of these images.
        images: The digits; the test images are not used.
        seed: Decides the order of the images. It resets the random state of Keras,
            TensorFlow, NumPy and Python.
        recipe: Batch, epochs and learning rate.
        callbacks: Passed to `keras.Model.fit`.

    Returns:
        The history: one number per epoch for ``loss``, ``accuracy``, ``val_loss`` and
        ``val_accuracy``.

    Example:
        >>> from convlens.study import load_images
        >>> short = Recipe(epochs=1, least_steps=1)
        >>> history = train(build_cnn(), load_images("digits"), recipe=short)
        >>> len(history["loss"])
        1
    """
    import keras

    keras.utils.set_random_seed(seed)
    epochs, steps = recipe.epochs_and_steps(images)
    x, y = recipe.training_part(images)
    model.compile(
        _optimizer(recipe, steps),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=recipe.steps_per_call,
    )
    fitted = model.fit(
        x,
        y,
        validation_data=images.validation_part,
        validation_batch_size=500,
        # of a short training only the end is of interest
        validation_freq=epochs if recipe.most_images else 1,
        batch_size=recipe.batch,
        epochs=epochs,
        callbacks=list(callbacks),
        verbose=0,
    )
    return {name: [*map(float, line)] for name, line in fitted.history.items()}


def _optimizer(recipe: Recipe, steps: int) -> keras.Optimizer:
    """Adam, with a rate that rises and then falls to zero along a cosine."""
    import keras

    rising = int(recipe.warm_up * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - rising, warmup_target=recipe.peak_rate, warmup_steps=rising
    )
    return keras.optimizers.Adam(rate, weight_decay=recipe.weight_decay or None)
