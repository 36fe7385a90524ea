"""Drawings of convolution by hand: one value, one map, one dot, the named kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.figures._canvas import (
    BRIGHTNESS,
    FOOT,
    SMALL,
    WIDTH,
    Drawing,
    axes_grid,
    bands,
    canvas,
    check_some,
    extent,
    first,
    frame,
    panels_over_bars,
    show,
    signed_scale,
    size,
    write_values,
)
from convlens.words import counted, heading, signed


def one_pixel(
    image: np.ndarray,
    kernel: np.ndarray,
    row: int,
    column: int,
    *,
    bias: float = 0.0,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw how one value of a feature map is computed, from the patch to ReLU.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        kernel: Shape ``(kh, kw)``.
        row: Of the patch's first pixel in the image, counted from 0.
        column: Of the patch's first pixel in the image, counted from 0.
        bias: What is added to the sum before ReLU.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Four panels: the image with the patch framed, then the patch, the kernel and
        their products with every number written in. A line below them adds the bias
        to the sum and applies ReLU.

    Raises:
        ValueError: The patch does not lie inside the image.

    Example:
        >>> print(one_pixel(np.eye(5), np.ones((3, 3)), 1, 1, bias=-4).alt[-66:])
        The sum is 3.00; with the bias −4.00 it is −1.00, after ReLU 0.00.
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
    figure = canvas((WIDTH, WIDTH * 1.16), into)
    body, foot = bands(figure, [8, 1])
    grid = axes_grid(body, 2, 2).ravel()
    show(grid[0], image, BRIGHTNESS, "image", "image")
    frame(grid[0], (row, column, kh, kw), "patch")
    show(grid[1], patch, BRIGHTNESS, "patch", "patch in the frame")
    show(grid[2], kernel, weights, "kernel", "kernel")
    show(grid[3], products, weights, "products", counted(products.size, "product"))
    write_values(grid[1], patch, BRIGHTNESS)
    write_values(grid[2], kernel, weights)
    write_values(grid[3], products, weights)
    for axes, sign in zip(grid[1:], ("\N{RIGHTWARDS ARROW}", "×", "="), strict=True):
        axes.set_ylabel(sign, rotation=0, fontsize=14, ha="right", va="center")
        axes.yaxis.labelpad = 1
    steps = _steps(float(products.sum()), float(bias))
    _write_steps(axes_grid(foot, 1, 1)[0, 0], steps)
    strongest = np.unravel_index(np.abs(products).argmax(), products.shape)
    total, added, before, after = _written(steps).values()
    alt = (
        f"{heading(subject)} with a frame around {size(kernel)} pixels that begins at "
        f"row {row}, column {column}, counted from 0, and three grids of {size(kernel)}"
        f" numbers. The framed patch: {np.count_nonzero(patch > 0)} of "
        f"{counted(patch.size, 'pixel')} above zero (black is 0), up to "
        f"{patch.max():.2f}. The kernel: {extent(kernel, 'weights')}. The products, "
        f"number by number: {extent(products)}; none is farther from zero than "
        f"{signed(patch[strongest])} times {signed(kernel[strongest])}. The sum is "
        f"{total}; with the bias {added} it is {before}, after ReLU {after}."
    )
    return Drawing(figure, alt, "png")


def _steps(total: float, bias: float) -> dict[str, float]:
    """Follow a sum of products to the value of the feature map, step by step."""
    before = total + bias
    return {
        "sum of products": total,
        "bias": bias,
        "before ReLU": before,
        "after ReLU": max(before, 0.0),
    }


def _written(steps: Mapping[str, float]) -> dict[str, str]:
    """Write the steps with as many decimals, two at least, as make them add up."""
    total, bias, before, _ = steps.values()
    for decimals in range(2, 7):
        parts = round(total, decimals) + round(bias, decimals)
        if round(parts, decimals) == round(before, decimals):
            break
    else:
        decimals = 2
    return {name: signed(value, decimals) for name, value in steps.items()}


def _write_steps(axes: Axes, steps: Mapping[str, float]) -> None:
    """Write the steps side by side, with the sign of what happens between them."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    places = (0.12, 0.4, 0.66, 0.9)
    signs = ("+", "=", "\N{RIGHTWARDS ARROW}")
    for place, (name, value) in zip(places, _written(steps).items(), strict=True):
        weight = "bold" if name == "after ReLU" else "normal"
        if name == "bias" and steps["bias"] < 0:
            value = f"({value})"
        number = axes.text(place, 0.68, value, fontsize=12)
        number.set_gid(f"step:{name}")
        for text in (number, axes.text(place, 0.14, name, fontsize=SMALL)):
            text.set(fontweight=weight, ha="center", va="center")
    for (left, right), sign in zip(pairwise(places), signs, strict=True):
        middle = (left + right) / 2
        axes.text(middle, 0.68, sign, fontsize=14, ha="center", va="center")


def filling_the_map(
    image: np.ndarray,
    feature_map: np.ndarray,
    places: Sequence[tuple[int, int]],
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw a kernel at several places, and the feature map computed up to each.

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
        where it is not filled yet, with the value that was written last.

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
    inches = 2 * (WIDTH - 0.3) / len(places) + 0.6
    figure = canvas((WIDTH, inches + FOOT), into)
    label = f"value ({scale.zero})"
    body = panels_over_bars(figure, inches, (scale, label))
    upper, lower = axes_grid(body, 2, len(places))
    told = []
    for moment, (row, column) in enumerate(places):
        above, below = upper[moment], lower[moment]
        done = np.arange(height * width).reshape(height, width) <= row * width + column
        title = f"row {row}, column {column}"
        show(above, image, BRIGHTNESS, f"image:{moment}", title)
        frame(above, (row, column, *patch), f"patch:{moment}")
        show(below, np.where(done, feature_map, np.nan), scale, f"map:{moment}")
        below.set_facecolor("#d9d9d9")
        below.set_xlabel(f"value {signed(feature_map[row, column])}", fontsize=10)
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


def answers_to_a_dot(
    dot: np.ndarray,
    kernel: np.ndarray,
    correlated: np.ndarray,
    convolved: np.ndarray,
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw a bright dot, a kernel, and what the two operations make of them.

    A frame follows one weight, the first of the kernel, into both answers.

    Args:
        dot: An image that is zero but for one pixel, shape ``(h, w)``.
        kernel: Shape ``(kh, kw)``.
        correlated: Cross-correlation of the two with ``same`` padding, shape
            ``(h, w)``.
        convolved: Convolution of the two with ``same`` padding, shape ``(h, w)``.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Four panels, every pixel and every weight equally large.

    Raises:
        ValueError: The shapes differ, or the image is not a single dot.

    Example:
        >>> dot = np.pad([[1.0]], 2)
        >>> kernel = np.array([[1, 0, 0], [0, 2, 0], [0, 0, 3]])
        >>> correlated, convolved = np.pad(kernel[::-1, ::-1], 1), np.pad(kernel, 1)
        >>> drawing = answers_to_a_dot(dot, kernel, correlated, convolved)
        >>> print(drawing.alt[-38:])
        3, and convolution at row 1, column 1.
    """
    lit = _the_dot(dot, correlated, convolved)
    zeros = (np.array(kernel.shape) - 1) // 2  # that "same" adds above and on the left
    first_in = {
        "cross-correlation": tuple((lit + zeros).tolist()),
        "convolution": tuple((lit + zeros + 1 - kernel.shape).tolist()),
    }
    answers = dict(zip(first_in, (correlated, convolved), strict=True))
    scale = signed_scale(kernel, *answers.values())
    height, width = dot.shape
    inches = WIDTH * height / width + 0.5
    figure = canvas((WIDTH, inches + FOOT), into)
    body = panels_over_bars(figure, inches, (scale, f"weight or value ({scale.zero})"))
    grid = axes_grid(body, 2, 2)
    show(grid[0, 0], dot, BRIGHTNESS, "dot", "image: one bright dot")
    show(grid[0, 1], kernel, scale, "kernel", "kernel")
    _leave_room(grid[0, 1], kernel.shape, dot.shape)
    frame(grid[0, 1], (0, 0, 1, 1), "kernel")
    for axes, (name, answer) in zip(grid[1], answers.items(), strict=True):
        show(axes, answer, scale, name, name)
        frame(axes, (*first_in[name], 1, 1), name)
    (row, column), (back_row, back_column) = first_in.values()
    alt = (
        f"A single bright dot in an image of {size(dot)} pixels, at row {lit[0]}, "
        f"column {lit[1]}, counted from 0; a kernel of {size(kernel)} weights; and "
        f"two answers, on one scale {scale.limits}, {scale.zero}. Each answer is a "
        "picture of the kernel, and a frame follows the kernel's first weight, "
        f"{signed(kernel[0, 0])} in its upper left corner: cross-correlation writes it "
        f"at row {row}, column {column}, and convolution at row {back_row}, column "
        f"{back_column}."
    )
    return Drawing(figure, alt, "png")


def _the_dot(dot: np.ndarray, *answers: np.ndarray) -> np.ndarray:
    """Find the row and the column of the dot; refuse what is none, or other shapes."""
    if any(answer.shape != dot.shape for answer in answers):
        shapes = " and ".join(f"{answer.shape}" for answer in answers)
        raise ValueError(
            f"correlated and convolved: expected the shape of the image, {dot.shape}, "
            f"got {shapes}"
        )
    lit = np.argwhere(dot)
    if len(lit) != 1:
        raise ValueError(f"dot: expected one pixel that is not zero, got {len(lit)}")
    return lit[0]


def _leave_room(axes: Axes, small: tuple[int, ...], large: tuple[int, ...]) -> None:
    """Draw a small array with the pixels of a large one, in the middle of its panel."""
    down, right = ((n - k) / 2 for n, k in zip(large, small, strict=True))
    axes.set(xlim=(-right - 0.5, large[1] - right - 0.5))
    axes.set(ylim=(large[0] - down - 0.5, -down - 0.5))
    axes.spines[:].set_visible(False)


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
