"""One example of every drawing, and one where there is one of everything."""

from functools import partial

import numpy as np
from convlens import figures

RNG = np.random.default_rng(0)
KERNELS = RNG.normal(size=(5, 5, 1, 10))
MAPS = np.maximum(RNG.normal(size=(28, 28, 6)), 0)
MAPS[:, :, 4] = 0
SIGNED = RNG.normal(size=(28, 28, 3))
CHANNELS = np.concatenate([SIGNED, SIGNED[::-1, :, :2] / 2], axis=2)
LAYERS = [("conv", 5, 1), ("pool", 2, 2)]
CASE = {"size": 8, "kernel": 3, "stride": 2, "dilation": 1, "zeros": (0, 1)}
LOSSES = {
    "steps": np.array([0, 4, 16, 40]),
    "losses": np.array([np.nan, 2.25, 0.5, 0.0625]),
    "validation": [0.25, 0.125],
}
CONFUSION = np.diag(np.full(10, 50)) + np.eye(10, k=1, dtype=int) * 3
CONFUSION[4, 9] = 7
IMAGES = RNG.random((30, 28, 28, 1))
TRUTH = np.arange(30) % 10
GUESSES = np.eye(10)[(TRUTH + (np.arange(30) % 3 == 0)) % 10] * 0.75

NULL = np.linspace(60, 110, 40)
WEIGHTS = np.array([[-1.0, 0.5], [0.25, 1.0]])
PROFILES = np.array([[0.25, 0.25, 0.5], [0.5, 0.375, 0.125]])
SEVEN = IMAGES[0, :, :, 0]
KERNEL = KERNELS[:, :, 0, 0]
DOT = np.pad([[1.0]], 4)
DOT_ANSWER = np.pad(KERNEL, 2)
ANSWERS = ("cross-correlation", "convolution")
BARS = np.radians([0, 60, 120])
CURVES = np.array([[1.0, 0.0], [2.0, 0.0], [0.5, 0.0]])
PATCHES = np.stack(
    [IMAGES[:4, 3:8, 3:8, 0], IMAGES[:4, 9:14, 9:14, 0], np.zeros((4, 5, 5))]
)
WAY = {"relu1": MAPS, "pool1": MAPS[::2, ::2], "relu2": MAPS[::4, ::4]}

DRAWINGS = {
    "kernel_grid": partial(figures.kernel_grid, {"one": KERNELS, "two": KERNELS / 2}),
    "layer_in_full": partial(figures.layer_in_full, KERNELS.reshape(5, 5, 2, 5), [1]),
    "error_times_pixel": partial(
        figures.error_times_pixel, SEVEN, SIGNED[:, :, 0] / 1000
    ),
    "feature_map_grid": partial(figures.feature_map_grid, MAPS, mark=2),
    "loss_curve": partial(figures.loss_curve, **LOSSES, chance=2.302585),
    "softmax_bars": partial(
        figures.softmax_bars, {"before": np.zeros(10), "after": 2.0 * np.eye(10)[7]}, 7
    ),
    "partial_maps": partial(
        figures.partial_maps, MAPS[..., :5], KERNELS[:, :, 0, :5], CHANNELS, 0.25
    ),
    "adding_up": partial(figures.adding_up, np.array([0.75, -0.5, 0.25]), 0.125),
    "confusion_grid": partial(figures.confusion_grid, CONFUSION),
    "mistakes_grid": partial(figures.mistakes_grid, IMAGES, TRUTH, GUESSES),
    "null_distribution": partial(
        figures.null_distribution,
        {"a 7": (275.0, NULL), "60 digits": (90.0, NULL[:20] / 2)},
        label="summed answer",
        measured="trained",
        null="shuffle",
    ),
    "before_and_after": partial(
        figures.before_and_after,
        {"weak": (WEIGHTS, WEIGHTS + 0.25), "strong": (WEIGHTS, 2 * WEIGHTS)},
    ),
    "energy_profiles": partial(
        figures.energy_profiles, {"untrained": PROFILES[:1], "trained": PROFILES}
    ),
    "broken_layers": partial(
        figures.broken_layers, {"whole": (KERNELS, 0.875), "half": (KERNELS / 2, 0.0)}
    ),
    "kernels_in_order": partial(
        figures.kernels_in_order,
        KERNELS[..., :3],
        {"answers lost": [-1, 4, 4], "Moran's I": [0.25, -0.125, 0.5]},
    ),
    "network_dots": partial(
        figures.network_dots,
        {
            "share": {"untrained": [0.0625, 0.125], "trained": [0.25, 0.5]},
            "a measure with a long name": {"trained": [0.75, 0.5]},
        },
        label="mean over kernels",
        chance={"share": 0.125},
    ),
    "one_pixel": partial(figures.one_pixel, SEVEN, KERNEL, 3, 9),
    "filling_the_map": partial(
        figures.filling_the_map,
        SEVEN,
        SIGNED[:24, :24, 0],
        [(0, 0), (7, 9), (23, 23)],
    ),
    "kernel_gallery": partial(
        figures.kernel_gallery,
        {"one": KERNEL, "two": KERNELS[:, :, 0, 1] / 4},
        {"one": SIGNED[:, :, 0], "two": SIGNED[:, :, 1]},
    ),
    "sliding_kernel": partial(
        figures.sliding_kernel, SEVEN, KERNEL, SIGNED[:24, :24, 0]
    ),
    "places_of_a_kernel": partial(figures.places_of_a_kernel, {"same": CASE}),
    "receptive_fields": partial(figures.receptive_fields, SEVEN, LAYERS),
    "answers_to_a_dot": partial(
        figures.answers_to_a_dot, DOT, KERNEL, np.flip(DOT_ANSWER), DOT_ANSWER
    ),
    "map_panels": partial(
        figures.map_panels, {"whole": SIGNED[:, :, 0], "half": SIGNED[::2, ::2, 0]}
    ),
    "digits_by_maps": partial(
        figures.digits_by_maps, IMAGES[:3], TRUTH[:3], np.stack([MAPS] * 3), [1, 4]
    ),
    "blank_shares": partial(
        figures.blank_shares,
        {"relu1": np.array([0, 0.25, 1.0]), "relu2": np.array([0.5, 0.0])},
    ),
    "filter_bars": partial(
        figures.filter_bars,
        {"trained": [0.5, 0.0, -0.25], "untrained": [0.125, 0.25, 0.0]},
        label="Moran's I",
        chance={"trained": ([-0.25, -0.25, 0.0], 0.25)},
        mark=2,
    ),
    "against_shuffles": partial(
        figures.against_shuffles,
        {
            "bars": (np.array([3.0, 1.0, 2.5]), np.arange(12.0).reshape(4, 3) / 4),
            "digits": (np.array([9.0, 4.0, 0.0]), np.arange(12.0).reshape(4, 3)),
        },
        {"bars": np.array([True, False, True]), "digits": np.zeros(3, bool)},
        label="answer",
    ),
    "digit_grid": partial(figures.digit_grid, IMAGES[:6], TRUTH[:6]),
    "strongest_patches": partial(figures.strongest_patches, KERNELS[..., :3], PATCHES),
    "through_the_network": partial(
        figures.through_the_network, SEVEN, WAY, np.eye(10)[7] * 0.75
    ),
    "tuning_curves": partial(
        figures.tuning_curves, CURVES, np.stack([CURVES / 2, CURVES / 4]), BARS
    ),
    "turned_bars": partial(
        figures.turned_bars, KERNEL, IMAGES[:3, :9, :9, 0], CURVES[:, 0], BARS
    ),
}

FILM = {
    "steps": np.array([0, 8, 16, 40, 41, 100]),
    "kernels": np.stack([KERNELS * scale for scale in (0.5, 1, 1.5, 2, 2, 3)]),
    "losses": np.array([np.nan, 2.25, 2.0, 1.0, 0.75, 0.5]),
    "order": np.array([-0.05, 0.0, 0.25, 0.375, 0.375, 0.5]),
    "shuffled": np.linspace(-0.25, 0.15, 6 * 41).reshape(41, 6).T,
}
DRAWINGS["film_strip"] = partial(figures.film_strip, **FILM, only=[7, 3, 1], mark=3)

TURNED = np.linspace(-1, 1, 9)
DRAWINGS["loss_of_a_weight"] = partial(
    figures.loss_of_a_weight, TURNED, 2.25 + TURNED**2, at=-0.5, slope=-1.0
)

ONE = np.ones((1, 1))
ONE_KERNEL = np.ones((1, 1, 1, 1))
SINGLE = {  # size 1 everywhere: singular nouns, no neighbours
    "kernel_grid": partial(figures.kernel_grid, np.ones((1, 1, 1, 1)), mark=0),
    "kernel_grid, a table": partial(figures.kernel_grid, np.ones((1, 1, 4, 1)) / 2),
    "layer_in_full": partial(figures.layer_in_full, np.zeros((1, 1, 1, 1)), [0]),
    "error_times_pixel": partial(figures.error_times_pixel, ONE, -ONE),
    "feature_map_grid": partial(figures.feature_map_grid, ONE[..., np.newaxis]),
    "film_strip": partial(
        figures.film_strip,
        steps=np.array([0, 1]),
        kernels=np.zeros((2, 1, 1, 1, 1)),
        losses=np.array([np.nan, 0.25]),
        order=np.zeros(2),
        shuffled=np.zeros((2, 1)),
        mark=0,
    ),
    "loss_of_a_weight": partial(
        figures.loss_of_a_weight, TURNED[:2], np.ones(2), at=-1.0, slope=0.0
    ),
    "loss_curve": partial(
        figures.loss_curve, np.array([0, 1]), np.array([np.nan, 0.5]), [0.25]
    ),
    "softmax_bars": partial(figures.softmax_bars, {"a": np.zeros(1)}, 0),
    "partial_maps": partial(
        figures.partial_maps,
        np.ones((1, 1, 1)),
        -np.ones((1, 1, 1)),
        -np.ones((1, 1, 1)),
        0.5,
    ),
    "adding_up": partial(figures.adding_up, np.array([-0.5]), 0.25),
    "mistakes_grid": partial(
        figures.mistakes_grid, IMAGES[:1], np.array([4]), np.eye(10)[[9]]
    ),
    "null_distribution": partial(
        figures.null_distribution, {"a 7": (-1.0, np.array([-1.0]))}, label="answer"
    ),
    "before_and_after": partial(figures.before_and_after, {"weak": (ONE, ONE)}),
    "energy_profiles": partial(figures.energy_profiles, {"trained": ONE}),
    "broken_layers": partial(figures.broken_layers, {"whole": (ONE_KERNEL, 1.0)}),
    "kernels_in_order": partial(figures.kernels_in_order, ONE_KERNEL, {"cost": [2]}),
    "network_dots": partial(
        figures.network_dots, {"share": {"trained": [0.5]}}, label="mean"
    ),
    "one_pixel": partial(figures.one_pixel, ONE, -ONE, 0, 0),
    "filling_the_map": partial(figures.filling_the_map, ONE, ONE, [(0, 0)]),
    "kernel_gallery": partial(figures.kernel_gallery, {"one": ONE}, {"one": -ONE}),
    "places_of_a_kernel": partial(
        figures.places_of_a_kernel,
        {"a": {"size": 1, "kernel": 1, "stride": 1, "dilation": 1, "zeros": (0, 0)}},
    ),
    "receptive_fields": partial(figures.receptive_fields, ONE, [("a", 1, 1)]),
    "answers_to_a_dot": partial(figures.answers_to_a_dot, ONE, -ONE, -ONE, -ONE),
    "map_panels": partial(figures.map_panels, {"a": ONE}),
    "digits_by_maps": partial(
        figures.digits_by_maps, IMAGES[:1], TRUTH[:1], MAPS[np.newaxis], [1]
    ),
    "blank_shares": partial(figures.blank_shares, {"relu1": np.array([0.9999])}),
    "filter_bars": partial(figures.filter_bars, {"": [0.5]}, label="strength"),
    "against_shuffles": partial(
        figures.against_shuffles,
        {"": (np.ones(1), np.zeros((1, 1)))},
        {"": np.array([False])},
        label="answer",
    ),
    "digit_grid": partial(figures.digit_grid, IMAGES[:1], TRUTH[:1]),
    "strongest_patches": partial(
        figures.strongest_patches, np.ones((1, 1, 1, 1)), np.ones((1, 1, 1, 1))
    ),
    "through_the_network": partial(
        figures.through_the_network, ONE, {"a": MAPS[:, :, :1]}, np.eye(10)[7]
    ),
    "tuning_curves": partial(
        figures.tuning_curves, ONE, ONE[np.newaxis], np.array([0.0])
    ),
    "turned_bars": partial(
        figures.turned_bars, ONE, ONE[np.newaxis], np.zeros(1), np.zeros(1)
    ),
}
