"""The book's training, and trainings that differ from it in one respect each.

Variants that are compared with each other share one short recipe, and one of them is
this recipe unchanged. They are paired by random seed: what a variant does not change
begins with the same weights and sees the images in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from convlens.study.data import Images
from convlens.study.network import RECIPE, Recipe, build_cnn

if TYPE_CHECKING:
    import keras

# The shortest recipe at which the claims about variants are stable
# (tests/benchmarks/test_short_recipe.py compares it with the whole one).
SHORT_RECIPE = replace(RECIPE, epochs=1, least_steps=150, most_images=20_000)


@dataclass(frozen=True)
class Variant:
    """One way to train the network.

    Attributes:
        name: What it is called.
        recipe: How it is trained.
        first_layer: ``"learned"``; or ``"random"``, frozen at its initial weights; or
            ``"derivatives"``, frozen as a hand-made bank of derivatives.
        start_scale: Factor of the first layer's initial weights.
        shuffled_labels: Whether the labels of the training images are shuffled.
    """

    name: str
    recipe: Recipe = SHORT_RECIPE
    first_layer: str = "learned"
    start_scale: float = 1.0
    shuffled_labels: bool = False


OWN = Variant("own", RECIPE)
SHORT = Variant("short")
RANDOM = Variant("frozen at random", first_layer="random")
DERIVATIVES = Variant("frozen derivatives", first_layer="derivatives")
SMALL_START = Variant("small start", start_scale=0.15)
DECAY = Variant("weight decay", replace(SHORT_RECIPE, weight_decay=0.1))
LONG = Variant(
    "four times as many epochs",
    # four times as many steps on few images, too
    replace(SHORT_RECIPE, epochs=4, least_steps=4 * SHORT_RECIPE.least_steps),
)
MEMORY = Variant(
    "shuffled labels",
    replace(SHORT_RECIPE, epochs=60, most_images=1_000),
    shuffled_labels=True,
)
VARIANTS = (OWN, SHORT, RANDOM, DERIVATIVES, SMALL_START, DECAY, LONG, MEMORY)


def start_of(variant: Variant, seed: int) -> keras.Model:
    """Build the network that a variant starts from.

    Args:
        variant: One of `VARIANTS`.
        seed: Of the initial weights.

    Returns:
        The untrained model; a frozen first layer is not trainable.

    Example:
        >>> frozen = start_of(RANDOM, seed=0)
        >>> frozen.get_layer("conv1").trainable
        False
    """
    from convlens.interventions import derivative_bank, frozen, with_kernels
    from convlens.kernels import layer_kernels

    model = build_cnn(seed)
    initial = layer_kernels(model, "conv1")
    if variant.first_layer == "random":
        return frozen(model, "conv1", initial)
    if variant.first_layer == "derivatives":
        kh, kw, _, count = initial.shape
        bank = derivative_bank(kh, kw, count)
        # as strong as the initial weights, so that only the patterns differ
        scale = np.sqrt(np.mean(initial**2) / np.mean(bank**2))
        return frozen(model, "conv1", bank * scale)
    if variant.start_scale != 1:
        return with_kernels(model, "conv1", initial * variant.start_scale)
    return model


def images_of(variant: Variant, images: Images, seed: int) -> Images:
    """Return the images that a variant is trained on.

    Args:
        variant: One of `VARIANTS`.
        images: The digits.
        seed: Of the order of shuffled labels.

    Returns:
        The same digits, or the same with the labels of the training part permuted.
        Validation and test labels stay as they are.

    Example:
        >>> from convlens.study import load_images
        >>> digits = load_images("digits")
        >>> images_of(OWN, digits, seed=0) is digits
        True
    """
    if not variant.shuffled_labels:
        return images
    count = len(variant.recipe.training_part(images)[0])
    labels = images.y_train.copy()
    labels[:count] = np.random.default_rng(seed).permutation(labels[:count])
    return replace(images, y_train=labels)
