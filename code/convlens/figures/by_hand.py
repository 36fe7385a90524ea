"""Drawings of convolution by hand: one pixel, one map, the named kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import Normalize

from convlens.figures._canvas import (
    FROM_ZERO,
    SIGNED,
    WIDTH,
    Drawing,
    bar,
    blank_figure,
    frame,
    listed,
    panels,
    share,
    show,
    signed,
    size,
    symmetric,
    write_values,
)

INK = Normalize(0, 1)


def one_convolution(
    image: np.ndarray,
    kernel: np.ndarray,
    feature_map: np.ndarray,
    *,
    subject: str = "an image",
) -> Drawing:
    """Draw an image, a kernel, and the feature map that the two make.

    A frame marks the largest value of the map and the patch of the image it comes
    from.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        kernel: Shape ``(kh, kw)``.
        feature_map: After ReLU, shape ``(h, w)``: ``same`` padding, stride 1.
        subject: What the image shows, for the description.

    Returns:
        Three panels.

    Raises:
        ValueError: The image and the map differ in shape.

    Example:
        >>> image = np.eye(5)
        >>> one_convolution(image, np.ones((3, 3)), image).figure.axes[0].get_title()
        'image'
    """
    if image.shape != feature_map.shape:
        raise ValueError(
            f"feature_map: expected the shape of the image, {image.shape}, got "
            f"{feature_map.shape}"
        )
    row, column = np.unravel_index(feature_map.argmax(), feature_map.shape)
    top, left = row - (kernel.shape[0] - 1) // 2, column - (kernel.shape[1] - 1) // 2
    figure = blank_figure((WIDTH, 2.6))
    upper, lower = figure.subplots(2, 3, height_ratios=[1, 0.05])
    largest = Normalize(0, max(float(feature_map.max()), 1e-9))
    show(upper[0], image, "gray", INK, "image")
    show(upper[1], kernel, SIGNED, symmetric(kernel), "kernel")
    show(upper[2], feature_map, FROM_ZERO, largest, "feature map")
    frame(upper[0], (top, left, *kernel.shape))
    frame(upper[2], (row, column, 1, 1))
    figure.get_layout_engine().set(wspace=0.1)
    bar(figure, lower[0], "gray", INK, "brightness")
    bar(figure, lower[1], SIGNED, symmetric(kernel), "weight")
    bar(figure, lower[2], FROM_ZERO, largest, "value after ReLU")
    sums, columns = (
        ", ".join(f"{total:.2f}" for total in kernel.sum(axis=axis)) for axis in (1, 0)
    )
    alt = (
        f"Three panels. Left, {subject}: {size(image)} pixels, {share(image > 0)} of "
        f"them not black. Middle, a kernel of {size(kernel)} weights; its rows sum to "
        f"{sums}, its columns to {columns}. Right, the feature map they make: "
        f"{share(feature_map > 0)} of its {size(feature_map)} values are above zero, "
        f"and the largest, {feature_map.max():.2f}, stands at row {row}, column "
        f"{column}, counted from 0, framed here and in the image, where a frame of "
        f"{size(kernel)} pixels marks its patch."
    )
    return Drawing(figure, alt, "png")


def one_pixel(
    image: np.ndarray,
    kernel: np.ndarray,
    row: int,
    column: int,
    *,
    subject: str = "an image",
) -> Drawing:
    """Draw how one number of a feature map comes about: patch, weights, products, sum.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        kernel: Shape ``(kh, kw)``.
        row: Of the patch's first pixel in the image, counted from 0.
        column: Of the patch's first pixel in the image, counted from 0.
        subject: What the image shows, for the description.

    Returns:
        Four panels: the image with the patch framed, then the patch, the kernel and
        their products with every number written in.

    Raises:
        ValueError: The patch does not lie inside the image.

    Example:
        >>> print(one_pixel(np.eye(5), np.ones((3, 3)), 1, 1).alt[-27:])
        The 9 products sum to 3.00.
    """
    kh, kw = kernel.shape
    patch = image[max(row, 0) : row + kh, max(column, 0) : column + kw]
    if row < 0 or column < 0 or patch.shape != kernel.shape:
        raise ValueError(
            f"row and column: expected a patch of {size(kernel)} pixels inside the "
            f"image of {size(image)}, got one that begins at {row}, {column}"
        )
    products = patch * kernel
    weights = symmetric(kernel, products)
    figure, grid = panels(2, 2, (WIDTH, WIDTH * 1.06))
    show(grid[0], image, "gray", INK, "image, patch framed")
    frame(grid[0], (row, column, kh, kw))
    show(grid[1], patch, "gray", INK, "the patch")
    show(grid[2], kernel, SIGNED, weights, "times the kernel")
    show(grid[3], products, SIGNED, weights, f"{products.size} products")
    write_values(grid[1], patch, "gray", INK)
    write_values(grid[2], kernel, SIGNED, weights)
    write_values(grid[3], products, SIGNED, weights)
    total = signed(products.sum())
    grid[3].set_xlabel(f"their sum: {total}", fontsize=12, fontweight="bold")
    strongest = np.unravel_index(np.abs(products).argmax(), products.shape)
    alt = (
        f"Four panels. First, {subject}, with a patch of {size(kernel)} pixels framed "
        f"that begins at row {row}, column {column}, counted from 0. Then three grids "
        f"of {size(kernel)} numbers. The patch: {np.count_nonzero(patch)} of "
        f"{patch.size} pixels hold ink, up to {patch.max():.2f}. The kernel: weights "
        f"from {signed(kernel.min())} to {signed(kernel.max())}. The products, number "
        f"by number: from {signed(products.min())} to {signed(products.max())}; the "
        f"one farthest from zero is {signed(patch[strongest])} times "
        f"{signed(kernel[strongest])}. The {products.size} products sum to {total}."
    )
    return Drawing(figure, alt, "png")


def filling_the_map(
    image: np.ndarray,
    feature_map: np.ndarray,
    places: Sequence[tuple[int, int]],
    *,
    subject: str = "an image",
) -> Drawing:
    """Draw a kernel on its way over an image, and the map as far as it is filled.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        feature_map: What a kernel of ``(kh, kw)`` weights makes of it, one pixel at a
            time and without padding: shape ``(h - kh + 1, w - kw + 1)``.
        places: Rows and columns of the map, counted from 0, in reading order; one
            column of panels for each.
        subject: What the image shows, for the description.

    Returns:
        Two rows of panels: the image with the patch framed, and the map below it, grey
        where it is not filled yet.

    Raises:
        ValueError: The map is larger than the image, or a place lies outside it.

    Example:
        >>> drawing = filling_the_map(np.eye(5), np.eye(3) * 3, [(0, 0), (2, 2)])
        >>> drawing.alt[-60:]
        '9 of 9 are filled, and the value at row 2, column 2 is 3.00.'
    """
    height, width = feature_map.shape
    patch = image.shape[0] - height + 1, image.shape[1] - width + 1
    if min(patch) < 1:
        raise ValueError(
            f"feature_map: expected at most {size(image)} values, got "
            f"{size(feature_map)}"
        )
    norm = symmetric(feature_map)
    inches = WIDTH / len(places)
    figure = blank_figure((WIDTH, 2 * inches + 1.1))
    body, foot = figure.subfigures(2, 1, height_ratios=[2 * inches + 0.4, 0.7])
    upper, lower = body.subplots(2, len(places), squeeze=False)
    told = []
    for (row, column), above, below in zip(places, upper, lower, strict=True):
        if not (0 <= row < height and 0 <= column < width):
            raise ValueError(
                f"places: expected rows and columns of a map of {size(feature_map)}, "
                f"got {(row, column)}"
            )
        done = np.arange(height * width).reshape(height, width) <= row * width + column
        show(above, image, "gray", INK, f"{row}, {column}")
        frame(above, (row, column, *patch))
        show(below, np.where(done, feature_map, np.nan), SIGNED, norm, "")
        below.set_facecolor("#d9d9d9")
        frame(below, (row, column, 1, 1))
        told.append(
            f"{done.sum()} of {done.size} are filled, and the value at row {row}, "
            f"column {column} is {signed(feature_map[row, column])}"
        )
    upper[0].set_ylabel("image")
    lower[0].set_ylabel("feature map")
    bar(figure, foot.subplots(), SIGNED, norm, "value (white is zero)")
    alt = (
        f"{len(places)} moments, from left to right. Above, {subject} with a frame of "
        f"{patch[0]} by {patch[1]} pixels at the place reached; below, the feature map "
        f"of {size(feature_map)} values as far as it is filled, row by row, the rest "
        f"grey: {'; '.join(told)}."
    )
    return Drawing(figure, alt, "png")


def kernel_gallery(
    kernels: Mapping[str, np.ndarray],
    maps: Mapping[str, np.ndarray],
    *,
    columns: int = 4,
    subject: str = "an image",
) -> Drawing:
    """Draw named kernels, and below each the map that it makes of an image.

    Args:
        kernels: By name, shape ``(kh, kw)`` each; each on a scale of its own.
        maps: By the same names, shape ``(h, w)`` each; all on one scale.
        columns: Kernels per row.
        subject: What the image shows, for the description.

    Returns:
        Two panels per kernel.

    Raises:
        ValueError: The names differ.

    Example:
        >>> kernels = {"identity": np.pad([[1.0]], 1), "average": np.ones((3, 3))}
        >>> maps = {"identity": np.eye(5), "average": -np.eye(5) / 3}
        >>> print(kernel_gallery(kernels, maps).alt[-57:])
        identity: from 0.00 to 1.00; average: from −0.33 to 0.00.
    """
    if list(kernels) != list(maps):
        raise ValueError(f"maps: expected {list(kernels)}, got {list(maps)}")
    rows = math.ceil(len(kernels) / columns)
    inches = 1.55 * WIDTH / columns + 0.4
    norm = symmetric(*maps.values())
    figure = blank_figure((WIDTH, rows * inches + 0.7))
    *bands, foot = figure.subfigures(rows + 1, 1, height_ratios=[*[inches] * rows, 0.7])
    pairs = [
        pair
        for band in bands
        for pair in band.subplots(2, columns, squeeze=False, height_ratios=[1, 2]).T
    ]
    for axes in np.ravel(pairs[len(kernels) :]):
        axes.set_axis_off()
    for (above, below), (name, kernel) in zip(pairs, kernels.items(), strict=False):
        show(above, kernel, SIGNED, symmetric(kernel), name)
        show(below, maps[name], SIGNED, norm, "")
    bar(figure, foot.subplots(), SIGNED, norm, "value of the map (white is zero)")
    told = "; ".join(
        f"{name}: from {signed(made.min())} to {signed(made.max())}"
        for name, made in maps.items()
    )
    alt = (
        f"{len(kernels)} kernels, {listed(list(kernels))}, each above the map it makes "
        f"of {subject}, all maps on one scale from {signed(norm.vmin)} to "
        f"{signed(norm.vmax)}. Their values: {told}."
    )
    return Drawing(figure, alt, "png")
