"""Drawings of convolution by hand: one pixel, one map, the named kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure, SubFigure

from convlens.figures._canvas import (
    BRIGHTNESS,
    WIDTH,
    Drawing,
    axes_grid,
    bands,
    bar,
    canvas,
    check_some,
    extent,
    first,
    frame,
    panels_over_bars,
    percent,
    scale_of,
    show,
    signed_scale,
    size,
    write_values,
)
from convlens.words import counted, signed


def one_convolution(
    image: np.ndarray,
    kernel: np.ndarray,
    feature_map: np.ndarray,
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw an image, a kernel, and the feature map that the two make.

    A frame marks the largest value of the map and the patch of the image it comes
    from.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        kernel: Shape ``(kh, kw)``.
        feature_map: After ReLU, shape ``(h, w)``: ``same`` padding, stride 1.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Three panels.

    Raises:
        ValueError: The image and the map differ in shape, or the map has values below
            zero.

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
    if feature_map.min() < 0:
        raise ValueError(
            "feature_map: expected values after ReLU, none below 0, got "
            f"{signed(feature_map.min())}"
        )
    row, column = np.unravel_index(feature_map.argmax(), feature_map.shape)
    top, left = row - (kernel.shape[0] - 1) // 2, column - (kernel.shape[1] - 1) // 2
    weights, values = signed_scale(kernel), scale_of(feature_map)
    figure = canvas((WIDTH, 2.6), into)
    looks = {"height_ratios": [1, 0.05], "gridspec_kw": {"wspace": 0.1}}
    upper, lower = axes_grid(figure, 2, 3, **looks)
    show(upper[0], image, BRIGHTNESS, "image", "image")
    show(upper[1], kernel, weights, "kernel", "kernel")
    show(upper[2], feature_map, values, "map", "feature map")
    frame(upper[0], (int(top), int(left), *kernel.shape), "patch")
    frame(upper[2], (int(row), int(column), 1, 1), "largest")
    bar(lower[0], BRIGHTNESS, "brightness")
    bar(lower[1], weights, "weight")
    bar(lower[2], values, "value after ReLU")
    alt = (
        f"Three panels. Left, {subject}: {size(image)} pixels, "
        f"{percent(np.mean(image > 0))} of them above zero (black is 0). Middle, a "
        f"kernel of {size(kernel)} weights; {_sums(kernel)}. Right, the feature map "
        f"that they make: {percent(np.mean(feature_map > 0))} of its "
        f"{size(feature_map)} values are above zero, and none is larger than "
        f"{signed(feature_map.max())}, at row {row}, column {column}, counted from 0, "
        f"framed here and in the image, where a frame of {size(kernel)} pixels marks "
        "its patch."
    )
    return Drawing(figure, alt, "png")


def _sums(kernel: np.ndarray) -> str:
    """Say what the rows and the columns of a kernel sum to."""
    rows, columns = (
        ", ".join(signed(total) for total in kernel.sum(axis=axis)) for axis in (1, 0)
    )
    return f"its rows sum to {rows}, its columns to {columns}"


def one_pixel(
    image: np.ndarray,
    kernel: np.ndarray,
    row: int,
    column: int,
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw how one value of a feature map is computed: patch, weights, products, sum.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        kernel: Shape ``(kh, kw)``.
        row: Of the patch's first pixel in the image, counted from 0.
        column: Of the patch's first pixel in the image, counted from 0.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Four panels: the image with the patch framed, then the patch, the kernel and
        their products with every number written in.

    Raises:
        ValueError: The patch does not lie inside the image.

    Example:
        >>> print(one_pixel(np.eye(5), np.ones((3, 3)), 1, 1).alt[-16:])
        The sum is 3.00.
    """
    kh, kw = kernel.shape
    patch = image[max(row, 0) : row + kh, max(column, 0) : column + kw]
    if row < 0 or column < 0 or patch.shape != kernel.shape:
        raise ValueError(
            f"row and column: expected a patch of {size(kernel)} pixels inside the "
            f"image of {size(image)}, got one that begins at {row}, {column}"
        )
    products = patch * kernel
    weights = signed_scale(kernel, products)
    figure = canvas((WIDTH, WIDTH * 1.06), into)
    grid = axes_grid(figure, 2, 2).ravel()
    show(grid[0], image, BRIGHTNESS, "image", "image, patch framed")
    frame(grid[0], (row, column, kh, kw), "patch")
    show(grid[1], patch, BRIGHTNESS, "patch", "the patch")
    show(grid[2], kernel, weights, "kernel", "times the kernel")
    show(grid[3], products, weights, "products", counted(products.size, "product"))
    write_values(grid[1], patch, BRIGHTNESS)
    write_values(grid[2], kernel, weights)
    write_values(grid[3], products, weights)
    total = signed(products.sum())
    grid[3].set_xlabel(f"their sum: {total}", fontsize=12, fontweight="bold")
    strongest = np.unravel_index(np.abs(products).argmax(), products.shape)
    alt = (
        f"Four panels. First, {subject}, with a patch of {size(kernel)} pixels framed "
        f"that begins at row {row}, column {column}, counted from 0. Then three grids "
        f"of {size(kernel)} numbers. The patch: {np.count_nonzero(patch > 0)} of "
        f"{counted(patch.size, 'pixel')} above zero (black is 0), up to "
        f"{patch.max():.2f}. The kernel: {extent(kernel, 'weights')}. The products, "
        f"number by number: {extent(products)}; none is farther from zero than "
        f"{signed(patch[strongest])} times {signed(kernel[strongest])}. The sum is "
        f"{total}."
    )
    return Drawing(figure, alt, "png")


def filling_the_map(
    image: np.ndarray,
    feature_map: np.ndarray,
    places: Sequence[tuple[int, int]],
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw a kernel at several positions, and the feature map computed up to each.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        feature_map: What a kernel of ``(kh, kw)`` weights makes of it, one pixel at a
            time and without padding: shape ``(h - kh + 1, w - kw + 1)``.
        places: Rows and columns of the map, counted from 0, in reading order; one
            column of panels for each.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Two rows of panels: the image with the patch framed, and the map below it, grey
        where it is not filled yet.

    Raises:
        ValueError: The map is larger than the image, a place lies outside it, or there
            is no place.

    Example:
        >>> drawing = filling_the_map(np.eye(5), np.eye(3) * 3, [(0, 0), (2, 2)])
        >>> drawing.alt[-53:]
        '9 of 9 filled, the last with 3.00 at row 2, column 2.'
    """
    height, width = feature_map.shape
    patch = image.shape[0] - height + 1, image.shape[1] - width + 1
    _check_places(places, image, feature_map)
    scale = signed_scale(feature_map)
    inches = WIDTH / len(places)
    figure = canvas((WIDTH, 2 * inches + 1.1), into)
    label = f"value ({scale.zero})"
    body = panels_over_bars(figure, 2 * inches + 0.4, (scale, label))
    upper, lower = axes_grid(body, 2, len(places))
    told = []
    for moment, (row, column) in enumerate(places):
        above, below = upper[moment], lower[moment]
        done = np.arange(height * width).reshape(height, width) <= row * width + column
        show(above, image, BRIGHTNESS, f"image:{moment}", f"{row}, {column}")
        frame(above, (row, column, *patch), f"patch:{moment}")
        show(below, np.where(done, feature_map, np.nan), scale, f"map:{moment}")
        below.set_facecolor("#d9d9d9")
        frame(below, (row, column, 1, 1), f"value:{moment}")
        told.append(
            f"{done.sum()} of {done.size} filled, the last with "
            f"{signed(feature_map[row, column])} at row {row}, column {column}"
        )
    upper[0].set_ylabel("image")
    lower[0].set_ylabel("feature map")
    alt = (
        f"A kernel on its way over {subject}, in {counted(len(places), 'moment')}. "
        f"Above, the image with a frame of {patch[0]} by {patch[1]} pixels at the "
        f"place reached; below, the feature map of {size(feature_map)} values as far "
        f"as it is filled, row by row, the rest grey: {'; '.join(told)}."
    )
    return Drawing(figure, alt, "png")


def _check_places(
    places: Sequence[tuple[int, int]], image: np.ndarray, feature_map: np.ndarray
) -> None:
    check_some("places", places)
    height, width = feature_map.shape
    if height > image.shape[0] or width > image.shape[1]:
        raise ValueError(
            f"feature_map: expected at most {size(image)} values, got "
            f"{size(feature_map)}"
        )
    for row, column in places:
        if not (0 <= row < height and 0 <= column < width):
            raise ValueError(
                f"places: expected rows and columns of a map of {size(feature_map)}, "
                f"got {(row, column)}"
            )


def kernel_gallery(
    kernels: Mapping[str, np.ndarray],
    maps: Mapping[str, np.ndarray],
    *,
    columns: int = 4,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw named kernels, and below each the map that it makes of an image.

    Args:
        kernels: By name, shape ``(kh, kw)`` each; all on one scale.
        maps: By the same names, shape ``(h, w)`` each; all on another scale.
        columns: Kernels per row.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Two panels per kernel, and a bar for either scale.

    Raises:
        ValueError: The names differ, or there are none.

    Example:
        >>> kernels = {"identity": np.pad([[1.0]], 1), "average": np.ones((3, 3)) / 9}
        >>> maps = {"identity": np.eye(5), "average": -np.eye(5) / 3}
        >>> print(kernel_gallery(kernels, maps).alt[-57:])
        average: all weights 0.11, map values from −0.33 to 0.00.
    """
    if list(kernels) != list(maps):
        raise ValueError(f"maps: expected {list(kernels)}, got {list(maps)}")
    check_some("kernels", kernels)
    weights, values = signed_scale(*kernels.values()), signed_scale(*maps.values())
    count = math.ceil(len(kernels) / columns)
    inches = count * (1.55 * WIDTH / columns + 0.4)
    figure = canvas((WIDTH, inches + 0.7), into)
    bars = (weights, f"weight ({weights.zero})"), (values, "value of the map")
    body = panels_over_bars(figure, inches, *bars)
    parts = bands(body, [1] * count)
    rows = [axes_grid(part, 2, columns, height_ratios=[1, 2]) for part in parts]
    above = first(np.concatenate([row[0] for row in rows]), len(kernels))
    below = first(np.concatenate([row[1] for row in rows]), len(kernels))
    told = []
    for upper, lower, (name, kernel) in zip(above, below, kernels.items(), strict=True):
        made = maps[name]
        show(upper, kernel, weights, f"kernel:{name}", name)
        show(lower, made, values, f"map:{name}")
        told.append(
            f"{name}: {extent(kernel, 'weights')}, {extent(made, 'map values')}"
        )
    alt = (
        f"Kernels, and below each the map that it makes of {subject}, in "
        f"{counted(len(kernels), 'pair')}. The kernels are drawn on one scale "
        f"{weights.limits}, the maps on another {values.limits}; {weights.zero} on "
        f"both. {'; '.join(told)}."
    )
    return Drawing(figure, alt, "png")
