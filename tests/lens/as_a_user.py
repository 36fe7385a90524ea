"""A program as a user writes it: every public name of the lens, called once.

`test_package.py` runs it, and pyright checks its types.
"""

import convlens
import keras
import numpy as np
from convlens import (
    compare_with_null,
    convolve,
    cross_correlate,
    feature_maps,
    figures,
    filter_checks,
    layer_checks,
    layer_kernels,
    map_peaks,
    morans_i,
    named_kernels,
    output_size,
    receptive_field,
    same_padding,
    shuffled_weights,
    with_a_loop,
    with_one_product,
    with_windows,
)

model = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        keras.layers.Conv2D(4, 3, activation="relu", name="conv1"),
        keras.layers.MaxPooling2D(2, name="pool1"),
    ]
)
images = np.random.default_rng(0).random((2, 12, 12, 1), dtype="float32")

kernels: np.ndarray = layer_kernels(model, "conv1")
maps: dict[str, np.ndarray] = feature_maps(model, images, layers=["conv1"])
before = feature_maps(model, images, before_activation=True)["conv1"]
peaks: np.ndarray = map_peaks(model, images)["pool1"]
size: tuple[int, int] = receptive_field(model, "pool1").size
patch: tuple[int, int, int, int] = receptive_field(model, "pool1").patch(1, 2)

image, edge = images[0, :, :, 0], named_kernels()["edge right"]
edges: np.ndarray = cross_correlate(image, edge, stride=(1, 2), padding="same")
padded = cross_correlate(images, kernels, padding=((1, 0), (0, 1)), dilation=2)
flipped: np.ndarray = convolve(image, edge, padding=1)
ways = [way(image, edge) for way in (with_a_loop, with_windows, with_one_product)]
places: int = output_size(28, 5, stride=2, padding="same")
zeros: tuple[int, int] = same_padding(28, 5, stride=2)

value = float(morans_i(kernels).mean())
null = morans_i(shuffled_weights(kernels, seed=1, copies=50)).mean(axis=(1, 2))
p: float = compare_with_null(value, null).p
initial = convlens.statistics.initial_weight_correlation(kernels, kernels).above

classifier = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        keras.layers.Conv2D(4, 3, activation="relu", name="conv1"),
        keras.layers.Flatten(),
    ]
)
digits = np.zeros(len(images), dtype=int)
checked = layer_checks(classifier, "conv1", images, digits)
failed: np.ndarray = filter_checks(kernels, np.zeros(4), images).failed
told: str = checked.table()

drawing = figures.kernel_grid(kernels)
text: str = convlens.figures.feature_map_grid(maps["conv1"][0]).alt
version: str = convlens.__version__
largest: float = convlens.statistics.largest_morans_i(3, 3)
rows: int = convlens.convolution.pad(images, (3, 3), padding="same").shape[1]
