"""Drawings of sizes: the places of a kernel along an axis, receptive fields."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from convlens.figures._canvas import (
    BLUE,
    BRIGHTNESS,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    SKY,
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_some,
    frame,
    percent,
    show,
    size,
)
from convlens.words import counted, heading, listed, signed

Patch = tuple[int, int, int, int]  # row and column of the first pixel, height, width
COLOURS = (ORANGE, SKY, GREEN, PINK, BLUE, GREY)


def places_of_a_kernel(
    cases: Mapping[str, Mapping[str, Any]],
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw, for one axis, the pixels of an image and every place that a kernel takes.

    Args:
        cases: By title: ``size`` (pixels), ``kernel`` (weights), ``stride``,
            ``dilation``, and ``zeros``, the numbers of zeros before and after.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per case: a row of pixels, the added zeros hatched, and below it a
        line for each place, with a dot on every pixel that is multiplied.

    Raises:
        ValueError: There is no case, or the kernel of a case has no place.

    Example:
        >>> case = {"size": 4, "kernel": 3, "stride": 1, "dilation": 1, "zeros": (0, 1)}
        >>> print(places_of_a_kernel({"odd zero": case}).alt[:78])
        The places of a kernel along an axis, below its pixels, in 1 case. Odd zero: 4
    """
    check_some("cases", cases)
    placed = {name: _places(name, **case) for name, case in cases.items()}
    heights = [0.9 + 0.17 * len(places) for places in placed.values()]
    figure = canvas((WIDTH, sum(heights)), into)
    grid = axes_grid(figure, len(cases), 1, height_ratios=heights).ravel()
    left = min(-case["zeros"][0] for case in cases.values())
    right = max(case["size"] + case["zeros"][1] for case in cases.values())
    for axes, (name, case) in zip(grid, cases.items(), strict=True):
        places = placed[name]
        _draw_places(axes, case["size"], case["zeros"], places)
        title = f"{name}: {counted(len(places), 'place')}"
        axes.set_title(title, fontsize=10, loc="left")
        axes.set(xlim=(left - 0.6, right - 0.4), ylim=(len(places) + 0.3, -0.9))
        axes.set_gid(f"panel:{name}")
    told = [_tell_places(name, case, placed[name]) for name, case in cases.items()]
    alt = "The places of a kernel along an axis, below its pixels, in "
    alt += f"{counted(len(cases), 'case')}. {' '.join(told)}"
    return Drawing(figure, alt, "svg")


def receptive_fields(
    image: np.ndarray,
    fields: Mapping[str, Patch],
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw the patch of an image that one value of each layer depends on.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        fields: By layer, from the input on: row and column of the patch's first pixel,
            its height and its width. A patch may reach beyond the image, where the
            layers add zeros.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel.

    Raises:
        ValueError: There is no field.

    Example:
        >>> print(receptive_fields(np.eye(9), {"conv1": (2, 3, 5, 5)}).alt[-62:])
        conv1: 5 by 5 pixels from row 2, column 3, all of them inside.
    """
    check_some("fields", fields)
    tops, lefts, heights, widths = np.transpose([*fields.values()])
    top, left = min(0, tops.min()), min(0, lefts.min())
    bottom = max(image.shape[0], (tops + heights).max())
    right = max(image.shape[1], (lefts + widths).max())
    figure = canvas((WIDTH, 0.88 * WIDTH), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    show(axes, image, BRIGHTNESS, "image")
    axes.set_facecolor("#d9d9d9")
    axes.set(xlim=(left - 1, right), ylim=(bottom, top - 1))
    lines = []
    # outer frames are thicker and drawn below, so that shared edges stay visible
    for order, (name, patch) in enumerate(fields.items()):
        looks = {"colour": COLOURS[order % len(COLOURS)], "width": 1.4 + 1.6 * order}
        frame(axes, patch, name, zorder=2 * len(fields) - order, **looks)
        label = f"{name}: {patch[2]}x{patch[3]}"
        lines.append(Line2D([], [], color=looks["colour"], lw=3, label=label))
    legend = {"loc": "outside lower center", "ncols": 3, "frameon": False}
    figure.legend(handles=lines, **legend)
    told = [_tell_field(name, patch, image) for name, patch in fields.items()]
    nested = ", one inside the other" * _are_nested(list(fields.values()))
    alt = (
        f"{heading(subject)} of {size(image)} pixels with "
        f"{counted(len(fields), 'frame')}{nested}. {'; '.join(told)}."
    )
    return Drawing(figure, alt, "png")


def _are_nested(patches: list[Patch]) -> bool:
    """Whether there are several patches and each lies inside the next one."""
    ordered = sorted(patches, key=lambda patch: patch[2] * patch[3])
    return len(patches) > 1 and all(
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
        and inner != outer
        for inner, outer in pairwise(ordered)
    )


def _tell_field(name: str, patch: Patch, image: np.ndarray) -> str:
    top, left, height, width = patch
    inside = _inside(patch, image.shape)
    place = "all of them inside" if inside == 1 else f"{percent(inside)} of them inside"
    return (
        f"{name}: {height} by {width} pixels from row {signed(top, 0)}, column "
        f"{signed(left, 0)}, {place}"
    )


def _places(
    name: str,
    size: int,
    kernel: int,
    stride: int,
    dilation: int,
    zeros: tuple[int, int],
) -> list[np.ndarray]:
    """Indices of the pixels under the kernel at each position, from 0 in the image."""
    before, after = zeros
    reach = dilation * (kernel - 1) + 1
    starts = range(-before, size + after - reach + 1, stride)
    if not starts:
        raise ValueError(
            f"cases: expected a kernel that fits, got {name!r}, where it covers "
            f"{counted(reach, 'pixel')} and there are {before + size + after}, zeros "
            "included"
        )
    return [start + dilation * np.arange(kernel) for start in starts]


def _tell_places(name: str, case: Mapping[str, Any], places: list[np.ndarray]) -> str:
    before, after = case["zeros"]
    taken = f"1 place, on {_pixels(places[0])}"
    if len(places) > 1:
        first, last = _pixels(places[0]), _pixels(places[-1])
        taken = f"{len(places)} places, the first on {first}, the last on {last}"
    return (
        f"{heading(name)}: {counted(case['size'], 'pixel')}, {counted(before, 'zero')} "
        f"before and {after} after; a kernel of {counted(case['kernel'], 'weight')} "
        f"takes {taken}."
    )


def _draw_places(
    axes: Axes, size: int, zeros: tuple[int, int], places: list[np.ndarray]
) -> None:
    axes.set_axis_off()
    for pixel in range(-zeros[0], size + zeros[1]):
        is_image = 0 <= pixel < size
        box = Rectangle((pixel - 0.45, -0.75), 0.9, 0.75, ec=GREY)
        if is_image:
            box.set(fc="#d9d9d9", gid=f"pixel:{pixel}")
        else:
            box.set(fc="white", hatch="////", gid=f"zero:{pixel}")
        axes.add_patch(box)
        if is_image:
            axes.text(pixel, -0.375, f"{pixel}", ha="center", va="center", size=8)
    for line, pixels in enumerate(places):
        colour = (BLUE, ORANGE)[line % 2]
        height = np.full(len(pixels), line + 0.5)
        (dots,) = axes.plot(pixels, height, "o-", color=colour, markersize=4)
        dots.set_gid(f"place:{line}")


def _inside(patch: Patch, shape: tuple[int, ...]) -> float:
    """The share of a patch that lies inside an image."""
    top, left, height, width = patch
    rows = min(top + height, shape[0]) - max(top, 0)
    columns = min(left + width, shape[1]) - max(left, 0)
    return max(rows, 0) * max(columns, 0) / (height * width)


def _pixels(pixels: np.ndarray) -> str:
    return listed([signed(pixel, 0) for pixel in pixels])
