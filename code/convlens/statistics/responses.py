"""Filters as they work, with bias and ReLU: even areas, turned bars, shuffled weights.

Kernels have shape ``(kh, kw, c_in, c_out)``, biases ``(c_out,)``. A filter answers with
``max(0, sum of products + bias)``.
"""

from __future__ import annotations

import numpy as np

from convlens.convolution import cross_correlate
from convlens.statistics._energy import share_of
from convlens.statistics.nulls import shuffled_weights

BATCH = 2**22  # answers at a time


def even_response(
    kernels: np.ndarray, biases: np.ndarray, grey: float | np.ndarray
) -> np.ndarray:
    """Compute the answer of each filter to an even area: all pixels of one grey.

    ``max(0, grey * sum of weights + bias)``. An edge detector answers 0 to every grey.
    But so does any filter whose weights have a sum below zero and no positive bias,
    and shuffling does not change a sum. An answer of 0 alone shows no edge detector.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        biases: Shape ``(c_out,)``.
        grey: Value of all pixels in all channels; one, or an array of any shape.

    Returns:
        Shape ``(*grey.shape, c_out)``, at least 0.

    Raises:
        ValueError: Kernels and biases do not fit each other.

    Example:
        >>> average = np.full((3, 3, 1, 1), 1 / 9)
        >>> even_response(average, np.array([-0.5]), np.array([0.25, 1.0])).round(6)
        array([[0. ],
               [0.5]])
    """
    _check_filters(kernels, biases)
    grey = np.asarray(grey)[..., np.newaxis]
    return np.maximum(grey * kernels.sum(axis=(0, 1, 2)) + biases, 0)


def bar_images(size: int, angles: np.ndarray, *, width: float = 2.0) -> np.ndarray:
    """Draw bright bars on black, through the centre and from border to border.

    A pixel at the edge of a bar is about as bright as the part of it that the bar
    covers: brightness falls from 1 to 0 over one pixel.

    Args:
        size: Pixels of each side of an image.
        angles: Directions of the bars in radians, shape ``(n,)``: 0 lies flat, and
            from there they turn counter-clockwise.
        width: Pixels across a bar, at least 1.

    Returns:
        Values in [0, 1], shape ``(n, size, size, 1)``.

    Raises:
        ValueError: ``angles`` has not one axis, or ``width`` is below 1.

    Example:
        >>> bar_images(3, np.array([0.0]), width=1)[0, :, :, 0]
        array([[0., 0., 0.],
               [1., 1., 1.],
               [0., 0., 0.]])
    """
    return _bars((size, size), angles, np.zeros(1), width)[:, 0, ..., np.newaxis]


def tuning_curve(
    kernels: np.ndarray, biases: np.ndarray, angles: np.ndarray, *, width: float = 2.0
) -> np.ndarray:
    """Compute the strongest answer of each filter to a bar turned to each angle.

    The bar is bright in all channels, on black, and longer than the kernel. It passes
    the kernel at every distance from its centre, in steps of a tenth of a pixel, until
    it is out of sight. The largest of these answers counts.

    Any weights prefer some angle a little, and the square pixels alone make the curve
    of a round kernel vary by 5 to 10%. So compare a curve with those of
    `shuffled_weights`; copies concatenated along the last axis take a single call.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        biases: Shape ``(c_out,)``.
        angles: Directions of the bar, as in `bar_images`, shape ``(n,)``.
        width: Pixels across the bar, at least 1.

    Returns:
        Shape ``(n, c_out)``, at least 0.

    Raises:
        ValueError: Kernels and biases do not fit each other, or as `bar_images`.

    Source:
        Hubel and Wiesel, "Receptive fields, binocular interaction and functional
        architecture in the cat's visual cortex", Journal of Physiology 160, 1962.

    Example:
        >>> flat = np.array([[-1.0], [2.0], [-1.0]]) * np.ones(3)
        >>> bars = np.radians([0, 45, 90])
        >>> tuning_curve(flat.reshape(3, 3, 1, 1), np.zeros(1), bars, width=1).round(2)
        array([[6.  ],
               [0.71],
               [0.  ]])
    """
    _check_filters(kernels, biases)
    reach = int(np.ceil(np.hypot(*kernels.shape[:2]) / 2 + width))
    distances = np.linspace(-reach, reach, 20 * reach + 1)
    bars = _bars(kernels.shape[:2], angles, distances, width)
    whole = kernels.sum(axis=2)  # the channels see the same bar
    peaks = [np.tensordot(turned, whole, 2).max(axis=0) for turned in bars]
    return np.maximum(np.reshape(peaks, (len(bars), -1)) + biases, 0)


def preferred_angle(curve: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Compute the angle that each filter prefers: the circular mean of its answers.

    Half the phase of ``sum R e^(2 i angle)``, where ``R`` are the answers. Angles are
    doubled because a bar turned by half a turn is the same bar. This is the direction
    along the bar; `convlens.statistics.orientation` gives the one across it.

    For random weights all angles are about equally frequent. Where
    `tuning_selectivity` is not above its null distribution, the angle means nothing.

    Args:
        curve: Answers, shape ``(n, c_out)``, as from `tuning_curve`.
        angles: Evenly spaced in [0, pi), shape ``(n,)``.

    Returns:
        Radians in [0, pi), shape ``(c_out,)``; 0 for a filter that never answers.

    Raises:
        ValueError: The shapes do not fit each other.

    Source:
        Batschelet, "Circular Statistics in Biology", 1981.

    Example:
        >>> angles = np.radians([0, 45, 90, 135])
        >>> curve = np.array([[0.0], [1.0], [2.0], [1.0]])
        >>> round(np.degrees(preferred_angle(curve, angles)).item())
        90
    """
    angle = np.mod(np.angle(_resultant(curve, angles)) / 2, np.pi)
    return np.where(angle < np.pi, angle, 0)  # a tiny negative angle rounds to pi


def tuning_selectivity(curve: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Measure how much each filter prefers one angle: 1 - circular variance.

    ``|sum R e^(2 i angle)| / sum R``, where ``R`` are the answers. It lies in [0, 1]: 0
    for equal answers to all angles, 1 for answers to one angle alone.

    Random weights without a bias give 0.21 on average for 5x5 and 0.28 for 3x3. A bias
    below zero raises it, whatever the arrangement of the weights: a bias of -0.3 times
    the length of the kernel gives 0.37 for 5x5. So compare a filter with its own
    weights shuffled and its own bias. The square outline of a kernel keeps even a pure
    edge or bar near 0.3 or 0.4 for a bias of 0.

    Args:
        curve: As in `preferred_angle`.
        angles: As in `preferred_angle`.

    Returns:
        Shape ``(c_out,)``; 0 for a filter that never answers.

    Raises:
        ValueError: The shapes do not fit each other.

    Source:
        Ringach, Shapley and Hawken, "Orientation selectivity in macaque V1", Journal of
        Neuroscience 22, 2002.

    Example:
        >>> angles = np.radians([0, 45, 90, 135])
        >>> curve = np.array([[0.0], [1.0], [2.0], [1.0]])
        >>> round(tuning_selectivity(curve, angles).item(), 6)
        0.5
    """
    return share_of(np.abs(_resultant(curve, angles)), curve.sum(axis=0))


def response_against_shuffles(
    kernels: np.ndarray,
    biases: np.ndarray,
    images: np.ndarray,
    *,
    copies: int = 200,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Compare the answer of each filter to images with that of its weights shuffled.

    The answer is summed over all places, with zeros around the image as for
    ``padding="same"``, and averaged over the images. A shuffle permutes the weights
    inside each kernel and keeps the bias, see `shuffled_weights`, so that the answer to
    an even area stays the same. Any difference comes from the arrangement of the
    weights. A filter of random weights answers like one of its shuffles. Where ReLU
    cuts nothing, as for weights above zero, every order gives the same answer; a
    difference below 1e-5 of the answer is rounding and is returned as none.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        biases: Shape ``(c_out,)``.
        images: Shape ``(n, h, w, c_in)``.
        copies: Number of independent shuffles.
        seed: Random seed of the shuffles.

    Returns:
        The filters' own answers, shape ``(c_out,)``, and those of the shuffles, shape
        ``(copies, c_out)``: as `convlens.statistics.kernel_p_values` takes them.

    Raises:
        ValueError: Kernels, biases and images do not fit each other.

    Example:
        >>> stripes = np.tile([0.0, 1.0], (1, 8, 4)).reshape(1, 8, 8, 1)
        >>> kernel = np.tile([-1.0, 1.0], (2, 1)).reshape(2, 2, 1, 1)
        >>> own, null = response_against_shuffles(kernel, np.zeros(1), stripes)
        >>> (own >= null.max()).item()
        True
    """
    _check_filters(kernels, biases)
    if images.ndim != 4 or images.shape[3] != kernels.shape[2] or not len(images):
        raise ValueError(
            f"images: expected shape (n, h, w, {kernels.shape[2]}), as the kernels "
            f"take, got {images.shape}"
        )
    shuffled = shuffled_weights(kernels, seed=seed, copies=copies)
    every = np.concatenate([kernels[np.newaxis], shuffled])
    at_once = max(1, BATCH // (images[0, :, :, 0].size * len(biases)))
    batches = [every[one : one + at_once] for one in range(0, len(every), at_once)]
    sums = np.concatenate([_summed_answers(some, biases, images) for some in batches])
    own, null = sums[0] / len(images), sums[1:] / len(images)
    # equal sums in another order differ by rounding, which must not decide a p-value
    return own, np.where(np.isclose(null, own, rtol=1e-5, atol=0), own, null)


def blank_share(peaks: np.ndarray) -> np.ndarray:
    """Count the images on which each map is blank, as a share of all images.

    Args:
        peaks: The largest value of each map after ReLU, shape ``(n, c)``, as from
            `convlens.map_peaks`.

    Returns:
        In [0, 1], shape ``(c,)``; 1 for a dead filter.

    Raises:
        ValueError: ``peaks`` is not of shape ``(n, c)`` with at least one image.

    Example:
        >>> blank_share(np.array([[0.0, 0.7], [0.2, 0.4]]))
        array([0.5, 0. ])
    """
    if peaks.ndim != 2 or not len(peaks):
        raise ValueError(
            f"peaks: expected shape (n, c), at least one image, got {peaks.shape}"
        )
    return np.mean(peaks <= 0, axis=0)


def _bars(
    size: tuple[int, ...], angles: np.ndarray, distances: np.ndarray, width: float
) -> np.ndarray:
    """Draw bars at distances from the centre: (angles, distances, rows, columns)."""
    angles = np.asarray(angles, dtype=float)
    if angles.ndim != 1 or width < 1:
        raise ValueError(
            "angles and width: expected shape (n,) and at least 1 pixel, got "
            f"{angles.shape} and {width!r}"
        )
    row, column = np.indices(size)
    up, right = (size[0] - 1) / 2 - row, column - (size[1] - 1) / 2
    turn = angles.reshape(-1, 1, 1, 1)
    away = up * np.cos(turn) - right * np.sin(turn) - distances.reshape(-1, 1, 1)
    return np.clip(width / 2 + 0.5 - np.abs(away), 0, 1)


def _summed_answers(
    copies: np.ndarray, biases: np.ndarray, images: np.ndarray
) -> np.ndarray:
    """Sum answers over places and images, for copies of filters: (copies, c_out)."""
    filters = np.concatenate(copies, axis=-1)
    sums = np.zeros(len(copies) * len(biases))
    for image in images:  # the answers to all of them would fill memory
        sums_of_products = cross_correlate(image[np.newaxis], filters, padding="same")
        answers = np.maximum(sums_of_products + np.tile(biases, len(copies)), 0)
        sums += answers.sum(axis=(0, 1, 2))
    return sums.reshape(len(copies), len(biases))


def _resultant(curve: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Sum R e^(2 i angle) over the angles, for each filter."""
    if curve.ndim != 2 or np.shape(angles) != curve.shape[:1]:
        raise ValueError(
            "curve and angles: expected shapes (n, c_out) and (n,), got "
            f"{curve.shape} and {np.shape(angles)}"
        )
    return np.exp(2j * np.asarray(angles)) @ curve


def _check_filters(kernels: np.ndarray, biases: np.ndarray) -> None:
    if kernels.ndim != 4 or biases.shape != kernels.shape[3:]:
        raise ValueError(
            "kernels and biases: expected shapes (kh, kw, c_in, c_out) and (c_out,), "
            f"got {kernels.shape} and {biases.shape}"
        )
