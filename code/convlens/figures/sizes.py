"""Drawings of sizes: the places of a kernel along an axis, receptive fields."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from convlens.figures._canvas import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    SKY,
    WIDTH,
    Drawing,
    frame,
    heading,
    panels,
    show,
    size,
)

COLOURS = (ORANGE, SKY, GREEN, PINK, BLUE, GREY)


def places_of_a_kernel(cases: Mapping[str, Mapping[str, object]]) -> Drawing:
    """Draw, for one axis, the pixels of an image and every place that a kernel takes.

    Args:
        cases: By title: ``size`` (pixels), ``kernel`` (weights), ``stride``,
            ``dilation``, and ``zeros``, the numbers of zeros before and after.

    Returns:
        One panel per case: a row of pixels, the added zeros hatched, and below it a
        line for each place, with a dot on every pixel that is multiplied.

    Example:
        >>> case = {"size": 4, "kernel": 3, "stride": 1, "dilation": 1, "zeros": (0, 1)}
        >>> print(places_of_a_kernel({"odd zero": case}).alt[:78])
        Rows of pixels, each with the places of a kernel below: 1. Odd zero: 4 pixels,
    """
    placed = {name: _places(**case) for name, case in cases.items()}
    heights = [0.9 + 0.17 * len(places) for places in placed.values()]
    figure, grid = panels(len(cases), 1, (WIDTH, sum(heights)))
    grid[0].get_gridspec().set_height_ratios(heights)
    left = min(-case["zeros"][0] for case in cases.values())
    right = max(case["size"] + case["zeros"][1] for case in cases.values())
    told = []
    for axes, (name, case) in zip(grid, cases.items(), strict=True):
        places = placed[name]
        _draw_places(axes, case["size"], case["zeros"], places)
        axes.set_title(f"{name}: {len(places)} places", fontsize=10, loc="left")
        axes.set(xlim=(left - 0.6, right - 0.4), ylim=(len(places) + 0.3, -0.9))
        before, after = case["zeros"]
        told.append(
            f"{heading(name)}: {case['size']} pixels, {before} zeros before and "
            f"{after} after; a kernel of {case['kernel']} weights takes {len(places)} "
            f"places, the first on {_range(places[0])}, the last on "
            f"{_range(places[-1])}."
        )
    alt = f"Rows of pixels, each with the places of a kernel below: {len(cases)}. "
    return Drawing(figure, alt + " ".join(told), "svg")


def receptive_fields(
    image: np.ndarray,
    fields: Mapping[str, tuple[int, int, int, int]],
    *,
    subject: str = "an image",
) -> Drawing:
    """Draw the patch of an image that one value of each layer depends on.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        fields: By layer: row and column of the patch's first pixel, its height and its
            width. A patch may reach beyond the image, where the layers add zeros.
        subject: What the image shows, for the description.

    Returns:
        One panel.

    Example:
        >>> print(receptive_fields(np.eye(9), {"conv1": (2, 3, 5, 5)}).alt[-62:])
        conv1: 5 by 5 pixels from row 2, column 3, all of them inside.
    """
    tops, lefts, heights, widths = np.transpose([*fields.values()])
    top, left = min(0, tops.min()), min(0, lefts.min())
    bottom = max(image.shape[0], (tops + heights).max())
    right = max(image.shape[1], (lefts + widths).max())
    figure, (axes,) = panels(1, 1, (WIDTH, 0.88 * WIDTH))
    show(axes, image, "gray", Normalize(0, 1), "")
    axes.set_facecolor("#d9d9d9")
    told = []
    # the farther out a frame, the thicker and the deeper, or shared edges hide one
    for order, (name, patch) in enumerate(fields.items()):
        frame(axes, patch, COLOURS[order % len(COLOURS)], 1.4 + 1.6 * order)
        inside = _inside(patch, image.shape)
        place = "all of them inside" if inside == 1 else f"{inside:.0%} of them inside"
        told.append(
            f"{name}: {patch[2]} by {patch[3]} pixels from row {patch[0]}, column "
            f"{patch[1]}, {place}"
        )
    axes.set(xlim=(left - 1, right), ylim=(bottom, top - 1))
    labels = [f"{name}: {patch[2]}x{patch[3]}" for name, patch in fields.items()]
    for order, one in enumerate(axes.patches):  # each frame on its black outline
        one.set_zorder(len(axes.patches) - order // 2 + order % 2 / 2)
    lines = [Line2D([], [], color=one.get_edgecolor(), lw=3) for one in axes.patches]
    looks = {"loc": "outside lower center", "ncols": 3, "frameon": False}
    figure.legend(lines[1::2], labels, **looks)
    alt = (
        f"{heading(subject)} of {size(image)} pixels with "
        f"{len(fields)} frames, one inside the other. {'; '.join(told)}."
    )
    return Drawing(figure, alt, "png")


def _places(
    size: int, kernel: int, stride: int, dilation: int, zeros: tuple[int, int]
) -> list[np.ndarray]:
    """The pixels multiplied at each place; the image begins at 0."""
    before, after = zeros
    reach = dilation * (kernel - 1) + 1
    starts = range(-before, size + after - reach + 1, stride)
    return [start + dilation * np.arange(kernel) for start in starts]


def _draw_places(
    axes: Axes, size: int, zeros: tuple[int, int], places: list[np.ndarray]
) -> None:
    axes.set_axis_off()
    for pixel in range(-zeros[0], size + zeros[1]):
        is_image = 0 <= pixel < size
        looks = {"fc": "#d9d9d9"} if is_image else {"fc": "white", "hatch": "////"}
        axes.add_patch(Rectangle((pixel - 0.45, -0.75), 0.9, 0.75, ec=GREY, **looks))
        told = {"ha": "center", "va": "center", "size": 8}
        if is_image:
            axes.text(pixel, -0.375, f"{pixel}", **told)
    for line, pixels in enumerate(places):
        colour = (BLUE, ORANGE)[line % 2]
        height = np.full(len(pixels), line + 0.5)
        axes.plot(pixels, height, "o-", color=colour, markersize=4)


def _inside(patch: tuple[int, int, int, int], shape: tuple[int, int]) -> float:
    """The share of a patch that lies inside an image."""
    top, left, height, width = patch
    rows = min(top + height, shape[0]) - max(top, 0)
    columns = min(left + width, shape[1]) - max(left, 0)
    return max(rows, 0) * max(columns, 0) / (height * width)


def _range(pixels: np.ndarray) -> str:
    return ", ".join(str(pixel).replace("-", "\N{MINUS SIGN}") for pixel in pixels)
