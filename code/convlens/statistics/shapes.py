"""Simple shapes: which of edge, bar and blob fits a kernel, and how well."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from convlens.statistics._energy import share_of, weights_in_rows

# The largest width, as a part of half the kernel, at which a shape is seen whole: the
# two sides of an edge are strongest one width from its centre, the flanks of a bar
# sqrt(3) widths, and two widths from its centre a blob has faded to 14%.
WIDEST = {"edge": 1.0, "bar": 1 / np.sqrt(3), "blob": 0.5}
NARROWEST = 0.6  # pixels: narrower Gaussians fall between the weights
STEP = 0.25  # pixels between centres
RATIO = 1.15  # of one width to the next
ANGLES = 16  # in half a turn
BATCH = 100  # kernels at a time


@dataclass(frozen=True)
class ShapeFits:
    """The simple shapes that fit kernels best.

    Attributes:
        explained: By name of the shape (``"edge"``, ``"bar"``, ``"blob"``), the share
            of each kernel's energy that it explains, in [0, 1], shape
            ``(..., c_in, c_out)``.
        best: The name of the shape that explains most, shape ``(..., c_in, c_out)``;
            ``"none"`` for a kernel whose weights are all zero.
        fitted: That shape with the centre, width, angle and amplitude that fit best,
            shape ``(..., kh, kw, c_in, c_out)``.
    """

    explained: dict[str, np.ndarray]
    best: np.ndarray
    fitted: np.ndarray


def shape_fits(kernels: np.ndarray) -> ShapeFits:
    """Fit an edge, a bar and a blob to each kernel.

    An edge is the first derivative of a round Gaussian in some direction, a bar its
    second derivative, a blob the Gaussian itself. Each is drawn as templates of length
    1, with many centres, widths and angles. The template that explains most is fitted
    with the amplitude of least squares, which may be negative. The explained share is
    ``max (t . k)^2 / |k|^2`` over the templates ``t`` of a shape. Scale does not
    matter. Offset does: a blob explains 0.48 of a 5x5 kernel of equal weights.

    Each shape lies whole inside the kernel: its centre is in the middle half, and there
    is room for both sides of an edge, both flanks of a bar and the foot of a blob. A
    finer search between the templates would raise the mean explained share by less than
    0.01. Kernels and null are fitted with the same templates, so that the comparison is
    fair.

    Five free numbers fit much by chance (a blob has four, as it has no angle). In fresh
    5x5 kernels an edge explains 0.26 of the energy on average, a bar 0.28 and a blob
    0.15, and a bar is the best shape of about two in three; in 3x3 kernels it is 0.53,
    0.55 and 0.27. So a fit means nothing by itself. Compare each share with the same
    shape's shares in `convlens.statistics.fresh_kernels`.

    Args:
        kernels: Shape ``(..., kh, kw, c_in, c_out)``, at least 3x3.

    Returns:
        The explained shares, 0 for a kernel whose weights are all zero; the best shape,
        and how it fits.

    Raises:
        ValueError: The kernels have fewer than four axes or are smaller than 3x3.

    Source:
        Young, "The Gaussian derivative model for spatial vision", Spatial Vision 2,
        1987.

    Example:
        >>> sobel = np.outer([1, 2, 1], [-1, 0, 1]).reshape(3, 3, 1, 1)
        >>> fits = shape_fits(sobel)
        >>> fits.best.item(), round(fits.explained["edge"].item(), 2)
        ('edge', 1.0)
    """
    rows = weights_in_rows(kernels)
    kh, kw = kernels.shape[-4:-2]
    if min(kh, kw) < 3:
        raise ValueError(f"kernels: expected at least 3x3 weights, got {kh}x{kw}")
    *channels, size = rows.shape
    flat = rows.reshape(-1, size)
    fitted = np.stack([_closest(flat, _templates(name, kh, kw)) for name in WIDEST])
    energy = (flat**2).sum(axis=-1)
    # rounding may exceed 1
    shares = np.minimum(share_of((fitted**2).sum(axis=-1), energy), 1)
    most = shares.argmax(axis=0)
    best = np.where(energy > 0, np.array(list(WIDEST))[most], "none")
    winner = fitted[most, np.arange(len(flat))].reshape(*channels, kh, kw)
    by_name = zip(WIDEST, shares.reshape(-1, *channels), strict=True)
    return ShapeFits(
        dict(by_name), best.reshape(channels), np.moveaxis(winner, (-2, -1), (-4, -3))
    )


def _closest(flat: np.ndarray, templates: np.ndarray) -> np.ndarray:
    """Project each kernel, a row of weights, on the template that explains it best."""
    found = np.empty_like(flat)
    for start in range(0, len(flat), BATCH):  # the products of all would fill memory
        some = flat[start : start + BATCH]
        products = some @ templates.T
        index = np.abs(products).argmax(axis=1)
        amplitude = np.take_along_axis(products, index[:, np.newaxis], axis=1)
        found[start : start + BATCH] = amplitude * templates[index]
    return found


@lru_cache(maxsize=12)
def _templates(name: str, kh: int, kw: int) -> np.ndarray:
    """Draw a shape at many centres, widths and angles, each as a row of length 1."""
    half = (min(kh, kw) - 1) / 2
    widest = max(NARROWEST, half * WIDEST[name])
    count = int(np.log(widest / NARROWEST) / np.log(RATIO) + 1.5)
    angles = np.arange(1 if name == "blob" else ANGLES) * np.pi / ANGLES
    down, right, width, angle = np.meshgrid(
        _centres(kh), _centres(kw), np.geomspace(NARROWEST, widest, count), angles
    )
    rows, columns = np.indices((kh, kw)).reshape(2, -1)
    y = rows - (kh - 1) / 2 - down.reshape(-1, 1)
    x = columns - (kw - 1) / 2 - right.reshape(-1, 1)
    drawn = _shape(name, x, y, width.reshape(-1, 1), angle.reshape(-1, 1))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    drawn.flags.writeable = False  # all callers share it
    return drawn


def _centres(size: int) -> np.ndarray:
    """Return the middle half of an axis in steps, 0 among them."""
    furthest = int((size - 1) / 4 / STEP)
    return np.arange(-furthest, furthest + 1) * STEP


def _shape(
    name: str, x: np.ndarray, y: np.ndarray, width: np.ndarray, angle: np.ndarray
) -> np.ndarray:
    """Draw a Gaussian, or its first or second derivative along an angle."""
    blob = np.exp(-(x**2 + y**2) / (2 * width**2))
    along = (x * np.cos(angle) + y * np.sin(angle)) / width
    return {"blob": blob, "edge": along * blob, "bar": (1 - along**2) * blob}[name]
