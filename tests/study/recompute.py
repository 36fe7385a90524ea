"""A reader's check: headline numbers, computed again from the kept weights.

The arithmetic is written out here with NumPy alone; of the book it uses the digits, the
names of the kept files, and the numbers in the ledger, with which it compares its own.
Run it after a build, with the same settings: ``python tests/study/recompute.py``.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from convlens.study import Images, evidence_of, load_images
from convlens.study.keeping import read_kept
from convlens.study.questions import (
    edge_detectors,
    needed,
    noise,
    patch_profile,
    trained_or_not,
)
from convlens.study.runs import chosen_seeds
from convlens.study.training import network_name
from convlens.study.variants import DERIVATIVES, MEMORY, OWN, RANDOM, SHORT


@dataclass(frozen=True)
class Check:
    """One number of every network: what the book kept, and what was found again."""

    name: str
    kept: np.ndarray
    again: np.ndarray

    @property
    def agrees(self) -> bool:
        """Whether all networks agree to four digits, or to one image in a thousand."""
        return np.allclose(self.kept, self.again, rtol=1e-4, atol=1e-3)


def weights_of(images: Images, seed: int, variant, part: str = "weights") -> list:
    """Read the arrays of a kept training."""
    name = network_name(images, seed, variant)
    found, missing = read_kept([name], bytes)
    assert not missing, f"{name} is not kept"
    with np.load(io.BytesIO(found[name])) as file:
        count = sum(one.startswith(f"{part}_") for one in file.files)
        return [file[f"{part}_{index}"].astype(float) for index in range(count)]


def gradient_share(kernel: np.ndarray) -> float:
    """The share of a kernel's energy that a ramp explains, by least squares."""
    rows, columns = np.indices(kernel.shape)
    ramps = np.stack([(columns - 2).ravel(), (rows - 2).ravel()], axis=1)
    fitted = ramps @ np.linalg.lstsq(ramps, kernel.ravel(), rcond=None)[0]
    return float((fitted**2).sum() / (kernel**2).sum())


def morans_i(kernel: np.ndarray) -> float:
    """The textbook formula, with one loop over neighbours."""
    centred = kernel - kernel.mean()
    products = [
        centred[r, c] * centred[r + down, c + right]
        for down, right in ((1, 0), (0, 1))
        for r in range(5 - down)
        for c in range(5 - right)
    ]
    return float(np.mean(products) / np.mean(centred**2))


def components_of(images: Images) -> np.ndarray:
    """Eigenvectors of the covariance of all 5x5 patches, the strongest first."""
    padded = np.pad(images.x_train[:10_000, :, :, 0], ((0, 0), (2, 2), (2, 2)))
    total, squares, count = np.zeros(25), np.zeros((25, 25)), 0
    for image in padded:
        windows = np.lib.stride_tricks.sliding_window_view(image, (5, 5))
        patches = windows.reshape(-1, 25).astype(float)
        total, squares = total + patches.sum(axis=0), squares + patches.T @ patches
        count += len(patches)
    mean = total / count
    return np.linalg.eigh(squares / count - np.outer(mean, mean))[1][:, ::-1]


def correlation_in_the_weakest(
    before: np.ndarray, after: np.ndarray, components: np.ndarray
) -> float:
    """The mean over kernels of the correlation in the ten weakest components."""
    weak = components[:, -10:] @ components[:, -10:].T
    pairs = zip(columns_of(before), columns_of(after), strict=True)
    return float(np.mean([np.corrcoef(weak @ a, weak @ b)[0, 1] for a, b in pairs]))


def profile(kernels: np.ndarray, components: np.ndarray) -> np.ndarray:
    """The mean over kernels of the share of energy on each component."""
    return np.mean(
        [(components.T @ one) ** 2 / (one @ one) for one in columns_of(kernels)], axis=0
    )


def columns_of(kernels: np.ndarray) -> list[np.ndarray]:
    """The kernels of the first layer, each as 25 numbers."""
    return [*kernels.reshape(25, -1).T]


def auc(before: np.ndarray, after: np.ndarray) -> float:
    """The share of pairs in which the trained kernel has the larger Moran's I."""
    low, high = ([morans_i(one.reshape(5, 5)) for one in columns_of(k)]
                 for k in (before, after))  # fmt: skip
    return float(np.mean([(b > a) + (b == a) / 2 for a in low for b in high]))


def share_right(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
    """Run the network in NumPy: convolve, add, cut at 0, pool, twice; then classify."""
    maps = x.astype(float)
    for kernels, biases in (weights[:2], weights[2:4]):
        padded = np.pad(maps, ((0, 0), (2, 2), (2, 2), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), (1, 2))
        sums = np.einsum("nhwcij,ijck->nhwk", windows, kernels, optimize=True) + biases
        n, h, w, c = sums.shape
        cells = np.maximum(sums, 0).reshape(n, h // 2, 2, w // 2, 2, c)
        maps = cells.max(axis=(2, 4))
    scores = maps.reshape(len(x), -1) @ weights[4] + weights[5]
    return float(np.mean(scores.argmax(axis=1) == y))


def smooth_part(kernels: np.ndarray) -> np.ndarray:
    """The nearest sum of 1, x, y, xx, xy and yy, by least squares."""
    y, x = np.indices((5, 5)).reshape(2, 25) - 2.0
    smooth = np.stack([np.ones(25), x, y, x * x, x * y, y * y], axis=1)
    flat = kernels.reshape(25, -1)
    fitted = smooth @ np.linalg.lstsq(smooth, flat, rcond=None)[0]
    return fitted.reshape(kernels.shape)


def checks(images: Images, seeds: tuple[int, ...]) -> list[Check]:
    """Compute every headline number again, for every network."""
    components = components_of(images)
    asked = edge_detectors, noise, patch_profile, needed, trained_or_not
    edges, noises, profiles, cuts, guesses = (
        evidence_of(question, images, seeds) for question in asked
    )

    def each(measure: Callable[[int], object]) -> np.ndarray:
        return np.array([measure(seed) for seed in seeds], dtype=float)

    def first(seed: int, variant=OWN, part: str = "weights") -> np.ndarray:
        return weights_of(images, seed, variant, part)[0]

    def mean_over_kernels(measure, seed: int) -> float:
        kernels = columns_of(first(seed))
        return float(np.mean([measure(one.reshape(5, 5)) for one in kernels]))

    def read(seed: int, variant=OWN, change=None, count: int = needed.TESTED) -> float:
        kernels, *others = weights_of(images, seed, variant)
        changed = change(kernels) if change else kernels
        x, y = images.x_test[:count], images.y_test[:count]
        return share_right([changed, *others], x, y)

    alone = "kernels alone"
    many = needed.COMPARED
    return [
        Check(
            "gradient share",
            edges.each(alone, "gradient share", "trained"),
            each(lambda seed: mean_over_kernels(gradient_share, seed)),
        ),
        Check(
            "Moran's I",
            edges.each(alone, "Moran's I", "trained"),
            each(lambda seed: mean_over_kernels(morans_i, seed)),
        ),
        Check(
            "AUC of Moran's I",
            guesses.each("all kernels", "value"),
            each(lambda seed: auc(first(seed, part="initial"), first(seed))),
        ),
        Check(
            "correlation with the start in the weakest components",
            noises.each("left", OWN.name, "weakest", "value"),
            each(
                lambda seed: correlation_in_the_weakest(
                    first(seed, part="initial"), first(seed), components
                )
            ),
        ),
        Check(
            "energy profile, shuffled labels",
            profiles.each("trained", MEMORY.name),
            each(lambda seed: profile(first(seed, MEMORY), components)),
        ),
        Check("read right, trained", cuts.each("trained"), each(read)),
        Check(
            "read right, smooth part kept",
            cuts.each("parts", "smooth").reshape(len(seeds)),
            each(lambda seed: read(seed, change=smooth_part)),
        ),
        *(
            Check(
                f"read right, first layer {name}",
                cuts.each("first layers", name),
                each(lambda seed, variant=variant: read(seed, variant, count=many)),
            )
            for name, variant in (
                ("learned", SHORT),
                ("random", RANDOM),
                ("derivatives", DERIVATIVES),
            )
        ),
    ]


if __name__ == "__main__":
    found = checks(load_images(), chosen_seeds())
    for check in found:
        told = "agrees" if check.agrees else f"is {check.again}, kept: {check.kept}"
        print(f"{check.name}, {len(check.kept)} networks: {told}")
    if not all(check.agrees for check in found):
        raise SystemExit("a headline number is not what the kept weights give")
